/** What the messages of an ASA are made of: endpoints, numbers, lengths of time. */
import type { Row } from '../text/row.ts';

interface Endpoint {
  readonly interface: string | undefined;
  /** an address, or the name that the device has for it */
  readonly ip: string;
  readonly port: string | undefined;
}

/** `outside:192.0.2.1/443` in its parts */
export function partsOf(said: string): Endpoint {
  const bracket = said.indexOf('('); // `10.0.0.1/53(name)`, `10.0.0.1(type 8,`
  const text = bracket < 0 ? said : said.slice(0, bracket);
  const colon = text.indexOf(':');
  const slash = text.lastIndexOf('/');
  // IPv6 addresses hold colons: the interface ends at the first one only when no digit group stands before it.
  const named = colon > 0 && /^[A-Za-z]/.test(text) && !/^[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]/.test(text);
  return {
    interface: named ? text.slice(0, colon) : undefined,
    ip: text.slice(named ? colon + 1 : 0, slash < 0 ? undefined : slash),
    port: slash < 0 ? undefined : text.slice(slash + 1),
  };
}

/** Interface, address and port under the given side. */
export function endpoint(row: Row, side: 'src' | 'dst', said: string): void {
  const parts = partsOf(said);
  row.put(`${side}_interface`, parts.interface);
  row.put(`${side}_ip`, parts.ip);
  if (parts.port !== undefined) port(row, `${side}_port`, parts.port);
}

/** From `start` to the next `mark`, or to the end. */
export function upTo(text: string, mark: string, start: number): string {
  const end = text.indexOf(mark, start);
  return text.slice(start, end < 0 ? undefined : end);
}

export function port(row: Row, name: string, text: string): void {
  const n = Number(text);
  row.put(name, text !== '' && Number.isInteger(n) ? n : text);
}

/** `0:00:30`, `1h:02m:03s`, `2d 1h:02m:03s` in seconds; undefined for anything else. */
export function seconds(text: string): number | undefined {
  const m = /^(?:(\d{1,5})d ?)?(\d{1,6})h?:(\d{1,2})m?:(\d{1,2})s?$/.exec(text.trim());
  if (m === null) return undefined;
  return Number(m[1] ?? 0) * 86_400 + Number(m[2]) * 3600 + Number(m[3]) * 60 + Number(m[4]);
}
