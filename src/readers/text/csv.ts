import type { ByteSource } from '../../base/index.ts';
import type { Fault } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import { Window } from './window.ts';

/**
 * Delimited text after RFC 4180, as exports really are: quoted fields with doubled quotes and line ends inside, CRLF or
 * LF, a byte order mark, comma, semicolon, tab or bar. Give it UTF-8 (`textSource(source).bytes`).
 *
 * A row is found first (its byte range), then split. Rows without a quote take the short way. A quote that never closes
 * costs its own line: the row is ended at its first line end, said as a Fault, and reading goes on there; what is looked
 * at twice because of it is bounded by RESCAN times the size, behind which quotes no longer span lines.
 */
export interface CsvRow {
  /** offset of its first byte */
  readonly offset: number;
  readonly length: number;
  /** 1-based number of the row in the file, the header included */
  readonly number: number;
  readonly cells: string[];
  /** longer than LIMITS.lineBytes, cut there, or a quote never closed */
  readonly damaged: boolean;
}

export interface CsvHandler {
  /** false stops */
  row(row: CsvRow): boolean | undefined;
  fault(fault: Fault): void;
  progress?(bytes: number): void;
}

export type Delimiter = ',' | ';' | '\t' | '|';

const RESCAN = 8;
const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** Walk the rows. A row of one empty cell (a blank line) is passed over. */
export function eachRow(source: ByteSource, delimiter: Delimiter, handler: CsvHandler): void {
  const w = new Window(source);
  w.restart(0);
  let position = 0;
  if (w.filled >= 3 && w.buf[0] === 0xef && w.buf[1] === 0xbb && w.buf[2] === 0xbf) position = 3;
  let number = 0;
  let rescanned = 0;
  let reported = 0;
  for (;;) {
    if (w.byte(position) < 0) break;
    const multiline = rescanned <= RESCAN * source.size + (16 << 20);
    const span = rowSpan(w, position, delimiter.charCodeAt(0), multiline);
    rescanned += span.wasted;
    if (span.end > position || !span.atEnd) number++;
    const offset = position;
    if (span.fault) {
      handler.fault({ code: span.fault, offset, bytes: span.whole - offset, message: MESSAGES[span.fault] });
    }
    if (span.end > offset) {
      const cells = splitRow(w.view(offset, span.end).toString('utf8'), delimiter);
      const row = { offset, length: span.end - offset, number, cells, damaged: span.fault !== null };
      if (handler.row(row) === false) return;
    }
    position = span.next;
    if (position - reported >= 1024 * 1024) {
      reported = position;
      handler.progress?.(position);
    }
  }
  handler.progress?.(position);
}

const MESSAGES = {
  LIMIT_SIZE: 'row longer than the limit: cut',
  BAD_RECORD: 'a quote in this row is never closed: the row was ended at its line end',
} as const;

interface RowSpan {
  /** behind the row's kept bytes, without its line end */
  end: number;
  /** behind the row's real last byte */
  whole: number;
  next: number;
  fault: keyof typeof MESSAGES | null;
  atEnd: boolean;
  /** bytes looked at in vain */
  wasted: number;
}

function rowSpan(w: Window, start: number, delimiter: number, multiline: boolean): RowSpan {
  // Short way: no quote before the line end.
  const line = findLineEnd(w, start);
  if (line.cut)
    return {
      end: start + LIMITS.lineBytes,
      whole: line.end,
      next: line.next,
      fault: 'LIMIT_SIZE',
      atEnd: false,
      wasted: 0,
    };
  const flat = {
    end: line.end,
    whole: line.end,
    next: line.next,
    fault: null,
    atEnd: line.next === line.end,
    wasted: 0,
  };
  if (w.view(start, line.end).indexOf(QUOTE) < 0) return flat;
  const end = quotedEnd(w, start, line.end, delimiter);
  if (end === line.end) return flat;
  if (end < 0 || !multiline)
    return { ...flat, fault: 'BAD_RECORD', wasted: multiline ? Math.min(LIMITS.lineBytes, -end) : 0 };
  const next = w.byte(end, start) < 0 ? end : end + 1;
  let stop = end;
  if (next > end && stop > start && w.buf[stop - 1 - w.at] === CR) stop--;
  return { end: stop, whole: stop, next, fault: null, atEnd: next === end, wasted: 0 };
}

function findLineEnd(w: Window, start: number): { end: number; next: number; cut: boolean } {
  let from = start;
  for (;;) {
    const nl = w.buf.subarray(0, w.filled).indexOf(LF, from - w.at);
    if (nl >= 0) {
      const at = w.at + nl;
      if (at - start > LIMITS.lineBytes) return { end: at, next: at + 1, cut: true };
      return { end: at > start && w.buf[nl - 1] === CR ? at - 1 : at, next: at + 1, cut: false };
    }
    from = w.at + w.filled;
    if (from - start > LIMITS.lineBytes) return skipLine(w, start, from);
    if (!w.more(start)) return { end: from, next: from, cut: false };
  }
}

/** A line too long to keep: find its end, then bring its beginning back. */
function skipLine(w: Window, start: number, from: number): { end: number; next: number; cut: boolean } {
  let at = from;
  while (w.more(at)) {
    const nl = w.buf.subarray(0, w.filled).indexOf(LF, at - w.at);
    at = nl < 0 ? w.at + w.filled : w.at + nl;
    if (nl >= 0) break;
  }
  const next = w.byte(at) === LF ? at + 1 : at;
  w.restart(start);
  while (w.filled < LIMITS.lineBytes && w.more(start));
  return { end: at, next, cut: true };
}

/**
 * Where the row that begins at `start` really ends: the first line end outside quotes. A field is quoted when its first
 * byte is a quote; behind the closing quote a delimiter or line end must follow. In the first line sloppy quotes are
 * let pass; behind it they mean the quote was never closed: then minus the number of bytes looked at.
 */
function quotedEnd(w: Window, start: number, lineEnd: number, delimiter: number): number {
  let i = start - w.at;
  let fieldStart = true;
  let quoted = false;
  for (;;) {
    if (i >= w.filled) {
      const here = w.at + i;
      if (here - start > LIMITS.lineBytes) return -(here - start);
      if (!w.more(start)) return quoted ? -(here - start) : here;
      i = here - w.at;
      continue;
    }
    const c = w.buf[i]!;
    if (quoted) {
      if (c === QUOTE) {
        let after = w.buf[i + 1];
        if (i + 1 >= w.filled) {
          const here = w.at + i;
          after = w.more(start) ? w.buf[here - w.at + 1] : -1;
          i = here - w.at;
        }
        if (after === QUOTE) i++;
        else if (after === delimiter || after === LF || after === CR || after === -1 || after === undefined)
          quoted = false;
        else if (w.at + i > lineEnd) return -(w.at + i - start);
      }
      fieldStart = false;
    } else if (c === LF) {
      const at = w.at + i;
      return at === lineEnd || at === lineEnd + 1 ? lineEnd : at;
    } else if (c === QUOTE && fieldStart) {
      quoted = true;
    } else fieldStart = c === delimiter;
    i++;
  }
}

/** One row's text into its cells: quotes taken off, doubled quotes made single. */
export function splitRow(text: string, delimiter: Delimiter): string[] {
  if (!text.includes('"')) return text.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text.charCodeAt(at) !== QUOTE) {
      const next = text.indexOf(delimiter, at);
      cells.push(next < 0 ? text.slice(at) : text.slice(at, next));
      if (next < 0) return cells;
      at = next + 1;
      continue;
    }
    let end = at + 1;
    for (;;) {
      end = text.indexOf('"', end);
      if (end < 0) end = text.length;
      else if (text.charCodeAt(end + 1) === QUOTE) {
        end += 2;
        continue;
      } else if (end + 1 < text.length && text[end + 1] !== delimiter) {
        end++; // a stray quote inside: part of the text
        continue;
      }
      break;
    }
    cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
    if (end + 1 >= text.length) return cells;
    at = end + 2;
  }
}
