import type { Instant } from '../../base/index.ts';
import { parseEpoch } from '../text/epoch.ts';
import type { Row } from '../text/row.ts';
import { extensionOf, splitUrl, uriViews } from '../text/url.ts';

/** One line of squid's native access.log (https://wiki.squid-cache.org/Features/LogFormat, `squid`). */
export interface SquidLine {
  readonly time: Instant;
  readonly elapsed: string;
  readonly client: string;
  /** `TCP_MISS` */
  readonly action: string;
  readonly status: string;
  readonly bytes: string;
  readonly method: string;
  readonly url: string;
  readonly user: string;
  /** `HIER_DIRECT` */
  readonly hierarchy: string;
  readonly peer: string;
  readonly mimeType: string;
}

/** null: not such a line. Columns are parted by runs of spaces; the elapsed time is padded. */
export function parseSquid(text: string): SquidLine | null {
  const words: string[] = [];
  let at = 0;
  while (at < text.length && words.length < 16) {
    while (text.charCodeAt(at) === 32) at++;
    let end = text.indexOf(' ', at);
    if (end < 0) end = text.length;
    if (end > at) words.push(text.slice(at, end));
    at = end;
  }
  const [stamp, elapsed, client, result, bytes, method, url, user, hierarchy, mimeType] = words;
  if (stamp === undefined || elapsed === undefined || client === undefined || result === undefined) return null;
  if (bytes === undefined || method === undefined || url === undefined || hierarchy === undefined) return null;
  if (!/^\d{9,11}\.\d{3,6}$/.test(stamp) || !/^-?\d{1,10}$/.test(elapsed)) return null;
  const slash = result.indexOf('/');
  if (!/^[A-Z_]+\/\d{3}$/.test(result)) return null;
  const peer = hierarchy.indexOf('/');
  return {
    time: parseEpoch(stamp),
    elapsed,
    client,
    action: result.slice(0, slash),
    status: result.slice(slash + 1),
    bytes,
    method,
    url,
    user: user === undefined || user === '-' ? '' : user,
    hierarchy: peer < 0 ? hierarchy : hierarchy.slice(0, peer),
    peer: peer < 0 ? '' : hierarchy.slice(peer + 1),
    mimeType: mimeType === undefined || mimeType === '-' ? '' : mimeType,
  };
}

/** Fields under the names of Sigma's proxy rules; `c-uri` and `cs-uri` hold the URL and its views (text/url.ts). */
export function putSquid(row: Row, line: SquidLine): void {
  const parts = splitUrl(line.url);
  const views = uriViews(line.url, parts);
  row.put('c-ip', line.client);
  if (line.user !== '') row.put('cs-username', line.user);
  row.put('cs-method', line.method);
  row.put('url', line.url);
  row.put('c-uri', views);
  row.put('cs-uri', views);
  if (parts.stem !== '') row.put('c-uri-stem', parts.stem);
  row.put('c-uri-query', parts.query);
  row.put('c-uri-extension', extensionOf(parts.stem));
  if (parts.host !== '') {
    row.put('cs-host', parts.host);
    row.put('r-dns', parts.host);
  }
  if (/^\d{1,5}$/.test(parts.port)) row.put('r-port', Number(parts.port));
  if (line.status !== '000') row.put('sc-status', Number(line.status));
  if (/^\d{1,15}$/.test(line.bytes)) row.put('sc-bytes', Number(line.bytes));
  row.put('s-action', line.action);
  row.put('s-hierarchy', line.hierarchy);
  if (line.peer !== '' && line.peer !== '-') row.put('dst_ip', line.peer);
  if (line.mimeType !== '') row.put('rs-content-type', line.mimeType);
  row.put('time-taken', Number(line.elapsed));
}
