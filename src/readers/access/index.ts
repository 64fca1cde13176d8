/**
 * access: web server logs: access logs in Common and Combined format (Apache, nginx and whatever imitates them), and
 * error logs (errors.ts). In: lines.
 * Out: stream `web-access`, category `webserver`, fields under Sigma's names (cs-method, cs-uri, cs-uri-stem,
 * cs-uri-query, sc-status, c-ip, cs-user-agent, cs-referer, …). The lines do not say which server wrote them, so the
 * event names no product. `-` is an absent field. Times carry their zone.
 */
import { quote } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { headLines, lineReader, shareOf } from '../text/line-reader.ts';
import { lineText } from '../text/lines.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { errorFormat } from './errors.ts';
import { parseAccess, putAccess } from './parse.ts';

const KIND: RowKind = {
  source: { category: 'webserver' },
  stream: 'web-access',
  host: ['cs-host'],
  user: ['cs-username'],
  address: ['c-ip'],
};

/** Error logs of Apache and nginx: streams `web-apache-error`, `web-nginx-error`. */
export const webError: Reader = lineReader(errorFormat);

export const webAccess: Reader = lineReader({
  format: 'web-access',
  title: 'web access logs, Common and Combined (Apache, nginx)',
  sniff: (head) => Math.round(92 * shareOf(headLines(head, 20), (l) => parseAccess(l, 0) !== null)),
  open: (_source, options) => {
    const row = new Row();
    return {
      take(line, faults) {
        const text = lineText(line);
        const parsed = parseAccess(text, options.assumedZoneMinutes);
        if (parsed === null) {
          const message = `line ${line.number} is no access record: ${quote(text, 40)}`;
          faults.add(line.unterminated ? 'TRUNCATED' : 'BAD_RECORD', line.offset, message, line.length);
          return null;
        }
        row.begin(KIND);
        putAccess(row, parsed);
        row.ms = parsed.time.ms;
        row.ns = parsed.time.ns;
        if (!parsed.zoned) row.flags |= EventFlag.zoneAssumed;
        if (line.cut || text.includes('\ufffd')) row.flags |= EventFlag.partial;
        if (Number.isNaN(row.ms)) faults.add('BAD_TIME', line.offset, `line ${line.number}: no such date`);
        return row.finish(line.offset, line.number);
      },
    };
  },
});
