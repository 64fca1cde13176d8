import type { ByteSource } from '../../base/index.ts';
import { memorySource, quote } from '../../base/index.ts';
import type { Fault } from '../../model/index.ts';
import type { FaultCode } from '../contract.ts';
import { LIMITS } from '../contract.ts';
import { headText } from './encoding.ts';
import { arrayInside, CLOSE, CLOSE_ARRAY, OPEN, OPEN_ARRAY, scanObject } from './json-span.ts';
import type { JsonObject } from './json-value.ts';
import { isObject, parseJson } from './json-value.ts';
import { Window } from './window.ts';

export type { Json, JsonObject } from './json-value.ts';
export { isObject, parseJson } from './json-value.ts';

/**
 * JSON logs of any size, object by object, with bounded memory:
 *   (a) one object a line,
 *   (b) one array of objects, at the top or inside a wrapper (`{"value":[…]}`, `{"Records":[…]}`, `{"@odata.context":…,"value":[…]}`),
 *   (c) objects one behind the other, printed over several lines or not, with or without commas.
 * The layout is never asked for: the scanner finds where each object begins and ends and hands over the parsed object
 * with its byte range. Give it UTF-8 (`textSource(source).bytes`) and translate offsets back with `original`.
 *
 * Law 3 and 4: text that is no object becomes a Fault with its place, and reading goes on at the next place where an
 * object begins the way its predecessors did. What is scanned twice because of damage is bounded by RESCAN times the
 * size. Objects longer than LIMITS.lineBytes or deeper than LIMITS.depth are passed over and said.
 */
export interface JsonElement {
  /** of the object's `{` */
  readonly offset: number;
  readonly length: number;
  /** 1-based number of the object in the file */
  readonly number: number;
  readonly value: JsonObject;
}

export interface JsonHandler {
  /** false stops */
  element(element: JsonElement): boolean | undefined;
  fault(fault: Fault): void;
  progress?(bytes: number): void;
}

export function eachJson(source: ByteSource, handler: JsonHandler): void {
  new JsonScanner(source, handler).run();
}

/** The object that begins at `offset`; null when none does. */
export function jsonAt(source: ByteSource, offset: number): JsonElement | null {
  const window = new Window(source);
  window.restart(offset);
  if (window.byte(offset) !== OPEN) return null;
  const span = scanObject(window, offset);
  if (span.status !== 'ok') return null;
  const value = parseJson(window.view(offset, span.end).toString('utf8'));
  return isObject(value) ? { offset, length: span.end - offset, number: 0, value } : null;
}

/** The first objects of a file's head, for sniffing; empty when it does not begin like JSON. */
export function headObjects(head: Uint8Array, atMost = 8): JsonObject[] {
  const text = headText(head);
  const first = text.subarray(0, 64).toString('latin1').trimStart()[0];
  if (first !== '{' && first !== '[') return [];
  const out: JsonObject[] = [];
  let faults = 0;
  const scanner = new JsonScanner(memorySource(text), {
    element: (e) => out.push(e.value) < atMost,
    fault: () => {
      if (++faults > 20) scanner.stop();
    },
  });
  scanner.run();
  return out;
}

const RESCAN = 8;

class JsonScanner {
  readonly #window: Window;
  readonly #handler: JsonHandler;
  readonly #size: number;
  #position = 0;
  /** inside an array of objects; `wrapped` when an object stands around it */
  #container: 'none' | 'array' | 'wrapped' = 'none';
  #number = 0;
  #lines = 0;
  #lastGood = -1;
  /** up to here the line is known to be no single object */
  #severalTill = 0;
  #rescanned = 0;
  readonly #known = new Map<string, Needle>();
  #reported = 0;
  #stopped = false;

  constructor(source: ByteSource, handler: JsonHandler) {
    this.#window = new Window(source);
    this.#handler = handler;
    this.#size = source.size;
  }

  stop(): void {
    this.#stopped = true;
  }

  run(): void {
    const w = this.#window;
    w.restart(0);
    if (w.filled >= 3 && w.buf[0] === 0xef && w.buf[1] === 0xbb && w.buf[2] === 0xbf) this.#position = 3;
    while (!this.#stopped) {
      const c = this.#skipBlank();
      if (this.#position - this.#reported >= 1024 * 1024) {
        this.#reported = this.#position;
        this.#handler.progress?.(this.#position);
      }
      if (c < 0) break;
      if (c === OPEN) this.#object();
      else if (c === OPEN_ARRAY && this.#container === 'none') {
        this.#container = 'array';
        this.#position++;
      } else if (c === CLOSE_ARRAY && this.#container !== 'none') this.#leave();
      else this.#recover('BAD_STRUCTURE', 'no JSON object begins here', this.#position + 1);
    }
    if (!this.#stopped && this.#container !== 'none') {
      this.#fault('UNCLOSED', this.#position, 0, 'the array of records has no closing bracket');
    }
    this.#handler.progress?.(this.#position);
  }

  /** To the next byte that is neither white space nor a comma; that byte, or -1. */
  #skipBlank(): number {
    for (;;) {
      const c = this.#window.byte(this.#position);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09 && c !== 0x2c && c !== 0x1e) return c;
      this.#position++;
    }
  }

  #leave(): void {
    this.#position++;
    if (this.#container === 'wrapped') {
      // What follows the array up to the wrapper's own end carries no records.
      const span = scanObject(this.#window, this.#position, 1);
      if (span.status === 'bad' || span.status === 'eof') {
        this.#fault(
          'TRUNCATED',
          this.#position,
          span.end - this.#position,
          'the object around the records is not closed',
        );
      }
      this.#position = span.end;
    }
    this.#container = 'none';
  }

  #object(): void {
    const start = this.#position;
    if (this.#container === 'none' && this.#enterWrapper(start)) return;
    if (this.#container === 'none' && start >= this.#severalTill && this.#line(start)) return;
    const span = scanObject(this.#window, start);
    if (span.status === 'ok') {
      if (this.#give(start, span.end)) return;
      this.#rescanned += span.end - start;
      // A missing bracket makes it swallow its successors: when it is known how they begin, look for them inside.
      this.#recover('BAD_RECORD', 'not valid JSON', this.#lastGood < 0 ? span.end : start + 1);
    } else if (span.status === 'deep' || span.status === 'long') this.#passOver(span.status, start, span.end);
    else {
      this.#rescanned += span.end - start;
      const message = span.status === 'eof' ? 'object has no end' : 'raw control character in a string';
      this.#recover(span.status === 'eof' ? 'TRUNCATED' : 'BAD_RECORD', message, start + 1);
    }
  }

  #passOver(why: 'deep' | 'long', start: number, end: number): void {
    const deep = why === 'deep';
    const what = deep ? `nested deeper than ${LIMITS.depth}` : `longer than ${LIMITS.lineBytes} bytes`;
    this.#fault(deep ? 'LIMIT_DEPTH' : 'LIMIT_SIZE', start, end - start, `object passed over: ${what}`);
    this.#position = end;
    this.#number++;
  }

  /** The fast path: a whole object on one line. True: dealt with. */
  #line(start: number): boolean {
    const w = this.#window;
    let end = w.buf.subarray(0, w.filled).indexOf(0x0a, start - w.at);
    while (end < 0 && w.filled - (start - w.at) <= LIMITS.lineBytes) {
      const from = w.at + w.filled;
      if (!w.more(start)) break;
      end = w.buf.subarray(0, w.filled).indexOf(0x0a, from - w.at);
    }
    if (end < 0) end = w.filled;
    this.#severalTill = w.at + end;
    let last = end - 1;
    while (last > start - w.at && (w.buf[last]! <= 0x20 || w.buf[last] === 0x2c)) last--;
    if (w.buf[last] !== CLOSE || last + 1 - (start - w.at) > LIMITS.lineBytes) return false;
    if (this.#give(start, w.at + last + 1)) {
      this.#lines++;
      return true;
    }
    if (this.#lines === 0) return false;
    // In a file of lines a bad line costs that line only, unless several objects stand on it.
    const span = scanObject(w, start);
    if (span.status === 'ok' && span.end <= w.at + last && this.#give(start, span.end)) return true;
    if (span.status === 'deep' && span.end <= w.at + last + 1) {
      this.#passOver('deep', start, span.end);
      return true;
    }
    const lineEnd = w.at + end;
    this.#rescanned += Math.max(0, span.end - lineEnd);
    this.#fault('BAD_RECORD', start, lineEnd - start, 'the line is not valid JSON');
    this.#position = lineEnd;
    return true;
  }

  /** Parse and hand over [start, end). False: no JSON. */
  #give(start: number, end: number): boolean {
    const value = parseJson(this.#window.view(start, end).toString('utf8'));
    if (!isObject(value)) return false;
    this.#position = end;
    this.#lastGood = start;
    const more = this.#handler.element({ offset: start, length: end - start, number: ++this.#number, value });
    if (more === false) this.#stopped = true;
    return true;
  }

  /** Into the array of records, when the object at `start` is only its wrapper. */
  #enterWrapper(start: number): boolean {
    const w = this.#window;
    if (w.filled - (start - w.at) < 4096) w.more(start);
    const array = arrayInside(w.buf, start - w.at, w.filled);
    if (array < 0) return false;
    this.#position = w.at + array;
    this.#container = 'wrapped';
    return true;
  }

  /** Say what is wrong at the position and go to the next place where an object seems to begin. */
  #recover(code: FaultCode, message: string, from: number): void {
    const start = this.#position;
    const text = quote(peek(this.#window.source, start, 40), 40);
    const next = this.#rescanned > RESCAN * this.#size + (16 << 20) ? -1 : this.#nextStart(from);
    const end = next < 0 ? this.#endOfSource(from) : next;
    this.#fault(code, start, end - start, `${message}: ${text}`);
    this.#position = end;
    this.#lines = 0;
    if (next < 0 && code !== 'TRUNCATED' && this.#container !== 'none') this.#container = 'none';
  }

  /**
   * Where an object seems to begin, at or behind `from`; -1. Each needle remembers how far it has looked, and the one
   * that changes is asked last and not beyond the others' hit: no byte is searched again and again.
   */
  #nextStart(from: number): number {
    const needles = this.#needles();
    const w = this.#window;
    if (from < w.at || from > w.at + w.filled) w.restart(from);
    let at = from;
    for (;;) {
      const end = w.at + w.filled;
      let best = -1;
      for (const needle of needles) {
        const hit = needle.find(w, at, best < 0 ? end : Math.min(end, best + NEEDLE));
        if (hit >= 0 && (best < 0 || hit < best)) best = hit;
      }
      if (best >= 0) return best;
      at = Math.max(at, end - NEEDLE);
      if (!w.more(at)) return -1;
    }
  }

  /** How objects began so far: the line's indentation, and the bytes up to the first key's end. */
  #needles(): Needle[] {
    const starts = ['\n{'];
    let anchor: Needle | null = null;
    if (this.#lastGood < 0) {
      if (this.#container !== 'none') starts.push('\n  {', '\n    {', '\n\t{', ',{', ', {');
      else starts.push('\n[');
    } else {
      const key = /^\{\s{0,40}"[^"\\]{1,60}"\s{0,8}:/.exec(peek(this.#window.source, this.#lastGood, 120));
      if (key) anchor = new Needle(key[0], 0);
      const before = Math.max(0, this.#lastGood - 33);
      const indent = /\n([ \t]{1,32})$/.exec(peek(this.#window.source, before, this.#lastGood - before));
      if (indent) starts.push(`${indent[0]}{`);
    }
    const fixed = starts.map((s) => {
      let needle = this.#known.get(s);
      if (needle === undefined) {
        needle = new Needle(s, s.length - 1);
        if (this.#known.size < 40) this.#known.set(s, needle);
      }
      return needle;
    });
    return anchor === null ? fixed : [...fixed, anchor];
  }

  #endOfSource(from: number): number {
    const w = this.#window;
    let at = Math.max(from, w.at + w.filled);
    while (w.more(at)) at = w.at + w.filled;
    return at;
  }

  #fault(code: FaultCode, offset: number, bytes: number, message: string): void {
    this.#handler.fault({ code, offset, bytes, message });
  }
}

/** Longest needle. */
const NEEDLE = 128;

/** Bytes that begin an object, and how far they have been looked for. */
class Needle {
  readonly #bytes: Buffer;
  /** from the needle's first byte to the object's */
  readonly #skip: number;
  /** in [#from, #to) no needle begins; at #to one does when #found */
  #from = 0;
  #to = 0;
  #found = false;

  constructor(text: string, skip: number) {
    this.#bytes = Buffer.from(text, 'latin1');
    this.#skip = skip;
  }

  /** The first object's offset whose needle begins at or behind `at` and ends before `limit`; -1. */
  find(w: Window, at: number, limit: number): number {
    const length = this.#bytes.length;
    if (at < this.#from || at > this.#to) {
      this.#from = at;
      this.#to = at;
      this.#found = false;
    }
    if (!this.#found && this.#to + length <= limit) {
      const hit = w.buf.subarray(0, limit - w.at).indexOf(this.#bytes, this.#to - w.at);
      this.#found = hit >= 0;
      this.#to = hit >= 0 ? w.at + hit : limit - length + 1;
    }
    return this.#found && this.#to + length <= limit ? this.#to + this.#skip : -1;
  }
}

function peek(source: ByteSource, offset: number, length: number): string {
  const out = Buffer.alloc(length);
  return out.toString('latin1', 0, source.read(offset, out));
}
