/**
 * firewall: Cisco ASA and FortiGate. In: for FortiGate files of bare `name=value` records, for ASA (and FortiGate
 * through a relay) the message part of a syslog line, handed over by the syslog reader. Out: stream `firewall-fortigate`
 * (product `fortigate`, service = the record's type) and `firewall-asa` (product `cisco`, service `asa`).
 */
import { quote } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { headLines, lineReader, shareOf } from '../text/line-reader.ts';
import { lineText } from '../text/lines.ts';
import { Row } from '../text/row.ts';
import { isFortigate, parseFortigate, putFortigate } from './fortigate.ts';

export { ASA_KIND, putAsa } from './asa.ts';
export type { CiscoHead } from './cisco.ts';
export { ciscoHead, isAsa } from './cisco.ts';
export { isFortigate, parseFortigate, putFortigate } from './fortigate.ts';

/** A record as FortiGate and FortiAnalyzer download it: begins with its first pair. */
const BARE = /^"?(?:date|itime|logver|eventtime|devname|devid|id|type)"?=/;

export const fortigate: Reader = lineReader({
  format: 'fortigate',
  title: 'FortiGate logs, name=value',
  sniff: (head) => Math.round(92 * shareOf(headLines(head, 20), (l) => BARE.test(l) && isFortigate(l))),
  open: (_source, options) => {
    const row = new Row();
    return {
      take(line, faults) {
        const text = lineText(line);
        const record = parseFortigate(text, options.assumedZoneMinutes);
        if (record === null) {
          faults.add('BAD_RECORD', line.offset, `line ${line.number} is no record: ${quote(text, 40)}`, line.length);
          return null;
        }
        row.begin(record.kind);
        putFortigate(row, record);
        if (line.cut || text.includes('\ufffd')) row.flags |= EventFlag.partial;
        if (Number.isNaN(row.ms)) faults.add('BAD_TIME', line.offset, `line ${line.number}: no readable time`);
        return row.finish(line.offset, line.number);
      },
    };
  },
});
