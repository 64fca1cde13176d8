import type { ByteSource } from '../../base/index.ts';
import type { FaultCode } from '../contract.ts';
import { LIMITS } from '../contract.ts';
import { Window } from '../text/window.ts';

/**
 * Where `<Event …>…</Event>` elements lie in a file, without parsing it: one event, `<Events>` with many, or output of
 * wevtutil one behind the other. What stands between them is layout, declarations or another root and is passed over;
 * document types and their entities are never looked at. An event without end costs itself: the next one begins at the
 * next `<Event`. Bounded: LIMITS.lineBytes an event.
 */
export interface SpanHandler {
  /** `bytes` is valid only inside the call; false stops */
  span(bytes: Buffer, offset: number): boolean | undefined;
  fault(code: FaultCode, offset: number, bytes: number, message: string): void;
  progress(bytes: number): void;
}

const OPEN = Buffer.from('<Event');
const CLOSE = '</Event>';

export function eachEventSpan(source: ByteSource, handler: SpanHandler, from = 0): void {
  const w = new Window(source);
  w.restart(from);
  let at = from;
  for (;;) {
    const start = findOpen(w, at);
    if (start < 0) break;
    const end = findClose(w, start);
    if (end.next >= 0) {
      handler.fault('BAD_RECORD', start, end.next - start, 'another event begins before this one ends');
      at = end.next;
    } else if (end.at < 0) {
      const last = w.at + w.filled;
      handler.fault('TRUNCATED', start, last - start, 'the file ends inside an event');
      at = last;
    } else if (end.at - start > LIMITS.lineBytes) {
      handler.fault('LIMIT_SIZE', start, end.at - start, `event longer than ${LIMITS.lineBytes} bytes passed over`);
      at = end.at;
    } else {
      if (handler.span(w.view(start, end.at), start) === false) return;
      at = end.at;
    }
    handler.progress(at);
  }
}

/** The next `<Event` that is the whole name of an element; -1: none. */
function findOpen(w: Window, from: number): number {
  let at = from;
  for (;;) {
    const hit = w.buf.subarray(0, w.filled).indexOf(OPEN, at - w.at);
    if (hit >= 0 && hit + OPEN.length < w.filled) {
      if (endsName(w.buf[hit + OPEN.length]!)) return w.at + hit;
      at = w.at + hit + OPEN.length;
      continue;
    }
    at = hit >= 0 ? w.at + hit : Math.max(at, w.at + w.filled - OPEN.length);
    if (!w.more(at)) return -1;
  }
}

/** Behind the `</Event>` of the event that begins at `start` (`at`), or where another event begins first (`next`). */
function findClose(w: Window, start: number): { at: number; next: number } {
  let from = start + OPEN.length;
  let keep = start;
  let depth = 1;
  for (;;) {
    const hay = w.buf.subarray(0, w.filled);
    const hit = nextTag(hay, from - w.at);
    if (hit >= 0 && hit + CLOSE.length <= w.filled) {
      const offset = w.at + hit;
      if (hay[hit + 1] === 0x2f) {
        if (--depth === 0) return { at: offset + CLOSE.length, next: -1 };
        from = offset + CLOSE.length;
        continue;
      }
      // An <Event> right with its System or the events' namespace is a new record; any other is data of this one.
      const peek = hay.toString('latin1', hit, Math.min(hit + 200, w.filled));
      if (/^<Event(?:\s+xmlns\s*=\s*["'][^"']*events\/event["'])?\s*>\s*<System/.test(peek))
        return { at: -1, next: offset };
      depth++;
      from = offset + OPEN.length;
      continue;
    }
    from = hit >= 0 ? w.at + hit : Math.max(from, w.at + w.filled - CLOSE.length);
    if (from - start > LIMITS.lineBytes) keep = from;
    if (!w.more(keep)) return { at: -1, next: -1 };
  }
}

/** Where `<Event` or `</Event>` begins, whichever comes first; -1. One needle, so that each byte is looked at once. */
function nextTag(hay: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const name = hay.indexOf('Event', at, 'latin1');
    if (name < 0) return -1;
    at = name + 5;
    if (name - 1 >= from && hay[name - 1] === 0x3c && at < hay.length && endsName(hay[at]!)) return name - 1;
    if (name - 2 >= from && hay[name - 1] === 0x2f && hay[name - 2] === 0x3c && hay[at] === 0x3e) return name - 2;
  }
}

function endsName(byte: number): boolean {
  return byte === 0x20 || byte === 0x3e || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
