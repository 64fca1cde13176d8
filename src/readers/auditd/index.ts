/**
 * auditd: audit.log of the Linux audit system. In: one record a line, raw or enriched. Out: one Event a record, product
 * `linux`, service `auditd`, stream `linux-auditd`; times are UTC by definition. See record.ts for what is decoded.
 * The same record text inside syslog is read with `auditHead` and `putAudit` by the syslog reader.
 */
import { quote } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { headLines, lineReader, shareOf } from '../text/line-reader.ts';
import { lineText } from '../text/lines.ts';
import { Row } from '../text/row.ts';
import { AUDIT_KIND, auditHead, putAudit } from './record.ts';

export { AUDIT_KIND, auditHead, putAudit } from './record.ts';

export const auditd: Reader = lineReader({
  format: 'auditd',
  title: 'Linux audit.log',
  sniff: (head) => Math.round(95 * shareOf(headLines(head, 20), (l) => auditHead(l) !== null)),
  open: () => {
    const row = new Row();
    return {
      take(line, faults) {
        const text = lineText(line);
        const head = auditHead(text);
        if (head === null) {
          const code = line.unterminated && text.startsWith('type=') ? 'TRUNCATED' : 'BAD_RECORD';
          faults.add(code, line.offset, `line ${line.number} is no audit record: ${quote(text, 40)}`, line.length);
          return null;
        }
        row.begin(AUDIT_KIND);
        if (head.node !== '') row.put('node', head.node);
        putAudit(row, text, head);
        if (line.cut || text.includes('\ufffd')) row.flags |= EventFlag.partial;
        if (Number.isNaN(head.time.ms)) faults.add('BAD_TIME', line.offset, `line ${line.number}: no readable time`);
        row.ms = head.time.ms;
        row.ns = head.time.ns;
        return row.finish(line.offset, line.number);
      },
    };
  },
});
