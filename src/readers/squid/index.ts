/**
 * squid: access.log of the squid proxy in its native format. In: lines. Out: stream `proxy-squid`, category `proxy`,
 * service `squid`, fields under Sigma's proxy names (c-uri, c-uri-extension, cs-host, r-dns, sc-status, …). Times are
 * UTC epochs. (squid's `combined` format is read by `access`.)
 */
import { quote } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { headLines, lineReader, shareOf } from '../text/line-reader.ts';
import { lineText } from '../text/lines.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { parseSquid, putSquid } from './parse.ts';

const KIND: RowKind = {
  source: { category: 'proxy', service: 'squid' },
  stream: 'proxy-squid',
  host: ['c-ip'],
  user: ['cs-username'],
  address: ['c-ip'],
};

export const squid: Reader = lineReader({
  format: 'squid',
  title: 'squid proxy access.log, native format',
  sniff: (head) => Math.round(94 * shareOf(headLines(head, 20), (l) => parseSquid(l) !== null)),
  open: () => {
    const row = new Row();
    return {
      take(line, faults) {
        const text = lineText(line);
        const parsed = parseSquid(text);
        if (parsed === null) {
          const message = `line ${line.number} is no squid record: ${quote(text, 40)}`;
          faults.add(line.unterminated ? 'TRUNCATED' : 'BAD_RECORD', line.offset, message, line.length);
          return null;
        }
        row.begin(KIND);
        putSquid(row, parsed);
        row.ms = parsed.time.ms;
        row.ns = parsed.time.ns;
        if (line.cut || text.includes('\ufffd')) row.flags |= EventFlag.partial;
        return row.finish(line.offset, line.number);
      },
    };
  },
});
