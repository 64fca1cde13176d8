import type { Row } from '../../text/row.ts';

/**
 * `… from <ip> port <n> …` or `… from <ip>` at the end of a message: src_ip and src_port. The last ` from ` counts:
 * what stands before it may be the adversary's text. Returns its index, -1 when there is none.
 */
export function putPeer(row: Row, text: string): number {
  const from = text.startsWith('from ') ? 0 : text.lastIndexOf(' from ');
  if (from < 0) return -1;
  const at = from === 0 ? 5 : from + 6;
  if (text.startsWith('user ', at)) return -1;
  putEndpoint(row, text, at);
  return from;
}

/** `<ip>[:] [port <n>]` at a place in a message: src_ip and src_port. */
export function putEndpoint(row: Row, text: string, at: number): void {
  let end = text.indexOf(' ', at);
  if (end < 0) end = text.length;
  const ip = text.slice(at, text.charCodeAt(end - 1) === 58 ? end - 1 : end);
  if (ip === '') return;
  row.put('src_ip', ip);
  if (!text.startsWith('port ', end + 1)) return;
  const port = Number.parseInt(text.slice(end + 6, end + 11), 10);
  if (port >= 0 && port <= 65535) row.put('src_port', port);
}

/** `host[address]` or `host[address]:port`, as postfix writes peers. */
export function splitPeer(text: string): { host: string; ip: string } {
  const open = text.indexOf('[');
  const close = text.indexOf(']', open);
  if (open < 0 || close < 0) return { host: text, ip: '' };
  return { host: text.slice(0, open), ip: text.slice(open + 1, close) };
}
