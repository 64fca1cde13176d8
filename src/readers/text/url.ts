import type { Value } from '../../model/index.ts';

/** Request targets and URLs cut into the parts that Sigma's webserver and proxy rules name. No decoding: bytes as logged. */
export interface Target {
  readonly stem: string;
  /** undefined: no `?` at all */
  readonly query: string | undefined;
}

export function splitTarget(target: string): Target {
  const mark = target.indexOf('?');
  return mark < 0 ? { stem: target, query: undefined } : { stem: target.slice(0, mark), query: target.slice(mark + 1) };
}

export interface UrlParts extends Target {
  /** '' when the text names none */
  readonly host: string;
  readonly port: string;
}

/** `scheme://host:port/path?query`, or `host:port` of a CONNECT request. */
export function splitUrl(url: string): UrlParts {
  const scheme = url.indexOf('://');
  const named = scheme > 0 && scheme <= 12;
  const from = named ? scheme + 3 : 0;
  let end = from;
  while (end < url.length && !isEnd(url.charCodeAt(end))) end++;
  const authority = url.slice(from, end);
  const rest = url.slice(end);
  if (!named && !/^[^/?#]+:\d{1,5}$/.test(authority)) return { host: '', port: '', ...splitTarget(url) };
  const at = authority.lastIndexOf('@');
  const place = at < 0 ? authority : authority.slice(at + 1);
  const bracket = place.lastIndexOf(']');
  const colon = place.lastIndexOf(':');
  const hasPort = colon > bracket;
  return {
    host: hasPort ? place.slice(0, colon) : place,
    port: hasPort ? place.slice(colon + 1) : '',
    ...splitTarget(rest),
  };
}

function isEnd(c: number): boolean {
  return c === 0x2f || c === 0x3f || c === 0x23;
}

/** Extension of the last path segment, lower case; undefined when it has none or it is no extension by its length. */
export function extensionOf(stem: string): string | undefined {
  const name = stem.slice(stem.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot < 0 || name.length - dot > 16 || dot === name.length - 1) return undefined;
  return name.slice(dot + 1).toLowerCase();
}

/**
 * What rules mean by a proxy's `c-uri` differs from rule to rule: the whole URL, path with query, or the path alone. All
 * three as one field of several values: a test holds when it holds for any.
 */
export function uriViews(url: string, parts: Target): Value {
  const { stem, query } = parts;
  const views = [url];
  const target = query === undefined ? stem : `${stem}?${query}`;
  for (const view of [target, stem]) if (view !== '' && !views.includes(view)) views.push(view);
  return views.length === 1 ? url : views;
}

/** `+` stands for a space in what IIS and W3C proxies log: as logged and as meant, since rules are written either way. */
export function plusViews(text: string): Value {
  return text.includes('+') && !text.includes(' ') ? [text, text.replaceAll('+', ' ')] : text;
}
