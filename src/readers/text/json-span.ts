import { LIMITS } from '../contract.ts';
import type { Window } from './window.ts';

/** Where JSON objects begin and end in a window of bytes, by brackets and strings alone: json.ts builds on it. */

export const OPEN = 0x7b;
export const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;

/** Members that may stand before the array of a wrapper, and the names such arrays have. */
const WRAPPER =
  /^\{\s*(?:"(?:@odata\.[\w.]{1,40}|@search\.\w{1,20}|\$schema|count|total|nextLink)"\s*:\s*(?:"[^"\\]{0,2000}"|[\d.]{1,20}|null|true|false)\s*,\s*){0,6}"(?:value|records|Records|Events|events|logs|data|items|results|entries|Activities|hits)"\s*:\s*\[\s*[{\]]/;

const FIRST = new Set(
  '$schema count total nextLink value records Records Events events logs data items results entries Activities hits'.split(
    ' ',
  ),
);

/** Is the first member's name, behind white space from `at`, one a wrapper begins with? */
function mayWrap(buf: Buffer, at: number, end: number): boolean {
  while (at < end && buf[at]! <= 0x20) at++;
  if (buf[at] !== QUOTE) return false;
  const close = buf.indexOf(QUOTE, at + 1);
  if (close < 0 || close - at > 48 || close >= end) return false;
  const first = buf[at + 1];
  return (first === 0x40 && close - at > 7) || FIRST.has(buf.toString('latin1', at + 1, close));
}

export interface Span {
  /** ok: balanced · bad: a raw control character in a string · eof: the source ends first */
  status: 'ok' | 'bad' | 'eof' | 'deep' | 'long';
  /** behind the last byte looked at */
  end: number;
}

/**
 * From `{` to its `}`: strings and brackets only; the grammar is JSON.parse's business. Bytes from `start` on are kept
 * in the window unless the object is too long; a too long or too deep one is still followed to its end. `depth` above
 * zero: we are already inside that many brackets.
 */
export function scanObject(window: Window, start: number, depth = 0): Span {
  let i = start - window.at;
  let inString = false;
  let deep = false;
  let long = false;
  let buf = window.buf;
  let end = window.filled;
  for (;;) {
    if (i >= end) {
      const here = window.at + i;
      if (here - start > LIMITS.lineBytes) long = true;
      const grew = window.more(long ? here : start);
      buf = window.buf;
      end = window.filled;
      i = here - window.at;
      if (!grew) return { status: 'eof', end: Math.min(here, window.at + window.filled) };
      continue;
    }
    const c = buf[i]!;
    if (inString) {
      if (c === QUOTE) inString = false;
      else if (c === BACKSLASH) i++;
      else if (c < 0x20 && c !== 9) return { status: 'bad', end: window.at + i };
    } else if (c === QUOTE) inString = true;
    else if (c === OPEN || c === OPEN_ARRAY) {
      if (++depth > LIMITS.depth) deep = true;
    } else if ((c === CLOSE || c === CLOSE_ARRAY) && --depth <= 0) {
      const after = window.at + i + 1;
      return { status: long || after - start > LIMITS.lineBytes ? 'long' : deep ? 'deep' : 'ok', end: after };
    }
    i++;
  }
}

/**
 * Does the object at index `at` only wrap an array of records? The index of the array's first byte, or -1. Its first
 * member's name decides whether to look closer.
 */
export function arrayInside(buf: Buffer, at: number, end: number): number {
  if (!mayWrap(buf, at + 1, end)) return -1;
  const m = WRAPPER.exec(buf.toString('latin1', at, Math.min(at + 4096, end)));
  return m === null ? -1 : at + m[0].length - 1;
}
