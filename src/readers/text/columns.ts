import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../contract.ts';
import type { Line } from './lines.ts';

/** A line of ASCII of which so many columns were asked for is decoded whole: cheaper from there on. */
const WHOLE_FROM = 3;

/**
 * Where the columns of one line lie among its bytes. Hot path: nothing is decoded until it is asked for; the slow twins
 * in zeek/tsv.test.ts and w3c/w3c.test.ts split the decoded text. A column in double quotes may hold the separator; a
 * doubled quote inside is one quote.
 */
export class Columns {
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #bytes: Buffer = Buffer.alloc(0);
  #quotes = false;
  #lineStart = 0;
  #lineEnd = 0;
  #ascii = false;
  #asked = 0;
  /** the line, once decoded whole */
  #whole: string | null = null;
  /** columns noted: at most what was asked for */
  count = 0;
  /** columns there really are */
  total = 0;
  /** the last of them is empty: a separator ends the line */
  trailing = false;
  /** something is too long, cut or not UTF-8 */
  damaged = false;

  /** Cut `line` at `separator`, noting at most `most` columns. `runs`: several separators in a row are one. */
  cut(line: Line, separator: number, quotes: boolean, most: number, runs = false): void {
    const { bytes, end } = line;
    if (this.#starts.length < most) {
      this.#starts = new Int32Array(most);
      this.#ends = new Int32Array(most);
    }
    this.#bytes = bytes;
    this.#quotes = quotes;
    this.#lineStart = line.start;
    this.#lineEnd = end;
    this.#asked = 0;
    this.#whole = null;
    let n = 0;
    let high = 0;
    let longest = 0;
    let from = line.start;
    let i = from;
    for (;;) {
      if (quotes && i === from && bytes[i] === 0x22 && i < end) {
        const close = closingQuote(bytes, i + 1, end, separator);
        if (close >= 0) {
          for (; i < close; i++) high |= bytes[i] as number;
          i = close + 1;
        }
      }
      while (i < end && bytes[i] !== separator) high |= bytes[i++] as number;
      if (!runs || i > from) {
        if (n < most) {
          this.#starts[n] = from;
          this.#ends[n] = i;
        }
        n++;
      }
      if (i - from > longest) longest = i - from;
      if (i >= end) break;
      from = ++i;
    }
    this.total = n;
    this.trailing = n > 1 && from === end;
    this.count = Math.min(n, most);
    this.damaged = line.cut || longest > LIMITS.fieldChars;
    this.#ascii = high < 128;
    if (high > 127 && !isUtf8(bytes.subarray(line.start, end))) this.damaged = true;
  }

  /** The column as text, without its quotes; '' for one that is not there. */
  text(column: number): string {
    if (column >= this.count) return '';
    const from = this.#starts[column] as number;
    const to = Math.min(this.#ends[column] as number, from + LIMITS.fieldChars);
    const bytes = this.#bytes;
    if (this.#quotes && to - from >= 2 && bytes[from] === 0x22 && bytes[to - 1] === 0x22) {
      const inner = this.#decode(from + 1, to - 1);
      return inner.includes('""') ? inner.replaceAll('""', '"') : inner;
    }
    return this.#decode(from, to);
  }

  #decode(from: number, to: number): string {
    if (!this.#ascii) return this.#bytes.toString('utf8', from, to);
    const start = this.#lineStart;
    if (this.#whole === null) {
      if (++this.#asked < WHOLE_FROM) return this.#bytes.toString('latin1', from, to);
      this.#whole = this.#bytes.toString('latin1', start, this.#lineEnd);
    }
    return this.#whole.slice(from - start, to - start);
  }
}

/**
 * Index of the quote that ends a quoted column: the next byte is the separator or the end. -1: never closed, or a single
 * quote stands inside, so that the first one was a character of the value.
 */
function closingQuote(bytes: Buffer, at: number, end: number, separator: number): number {
  for (let i = at; i < end; i++) {
    if (bytes[i] !== 0x22) continue;
    if (i + 1 >= end || bytes[i + 1] === separator) return i;
    if (bytes[i + 1] !== 0x22) return -1;
    i++;
  }
  return -1;
}
