/**
 * w3c: logs in the W3C Extended Log File Format (https://www.w3.org/TR/WD-logfile.html) and its relatives. In: `#Fields`
 * headers, which may change inside one file, and bodies parted by spaces, tabs or commas. Out: fields under the names
 * the header gives, plus those Sigma's webserver, proxy and firewall rules use (kinds.ts). IIS: stream `web-iis`;
 * Exchange: `exchange-httpproxy`, `exchange-messagetracking`, `exchange-<log-type>`; proxies: `proxy-w3c`. `-` and empty
 * columns are absent fields. Times are UTC by definition, except where the log says `#Time Format: Local`.
 */
import type { Reader } from '../contract.ts';
import { headLines, lineReader } from '../text/line-reader.ts';
import { W3cParser } from './parser.ts';

export const w3c: Reader = lineReader({
  format: 'w3c',
  title: 'W3C extended logs: IIS, Exchange, proxies',
  sniff(head) {
    const lines = headLines(head, 64);
    const fields = lines.some((l) => l.startsWith('#Fields:'));
    if (!fields) return 0;
    return lines.some((l) => /^#(?:Software|Version|Log-type|Date):/.test(l)) ? 95 : 80;
  },
  open: (_source, options) => new W3cParser(options.assumedZoneMinutes),
});
