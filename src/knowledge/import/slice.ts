import type { ImportCode } from './codes.ts';

/**
 * A JSON document of any size cut into its parts while it streams by: the members of the top object, and one by one the
 * elements of the lists that are asked for. Attacker-controlled: nothing but the part being read is held, a part beyond a
 * limit is passed over without being held, and nesting costs a number, not a stack.
 */
export interface SliceLimits {
  /** bytes of one part */
  readonly partBytes: number;
  /** bytes of one text inside a part, as written */
  readonly stringBytes: number;
  /** nesting inside a part */
  readonly depth: number;
  /** parts of one document */
  readonly parts: number;
}

export const SLICE_LIMITS: SliceLimits = {
  partBytes: 64 * 1024 * 1024,
  stringBytes: 16 * 1024 * 1024,
  depth: 64,
  parts: 5_000_000,
};

export interface Part {
  /** the member's name; '' for elements of a document that is a list */
  readonly name: string;
  /** place in the list; -1 for a member that is not cut up */
  readonly index: number;
  /** of its first byte in the document */
  readonly offset: number;
  /** valid until the call returns */
  readonly bytes: Uint8Array;
  /** colons outside texts: as many members as it is written with */
  readonly members: number;
}

export interface SliceFault {
  readonly code: ImportCode;
  readonly name: string;
  readonly index: number;
  readonly offset: number;
}

export interface SliceSink {
  part(part: Part): void;
  fault(fault: SliceFault): void;
}

/** Where in the document the reader is. */
const S = {
  /** before the document */ start: 0,
  /** before a key, or the end */ key: 1,
  /** inside a key */ inKey: 2,
  colon: 3,
  /** before a member's value */ value: 4,
  /** after a member's value */ comma: 5,
  /** before an element, or the end of the list */ element: 6,
  /** after an element */ elementComma: 7,
  /** inside a part */ part: 8,
  /** after the document */ done: 9,
  /** not JSON: nothing more is read */ broken: 10,
} as const;
type State = (typeof S)[keyof typeof S];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const isSpace = (c: number): boolean => c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;

/** Longest name of a member of the top object. */
const KEY_BYTES = 1024;

export class JsonSlicer {
  readonly #lists: ReadonlySet<string>;
  readonly #limits: SliceLimits;
  readonly #sink: SliceSink;
  #state: State = S.start;
  #offset = 0;
  #name = '';
  #index = -1;
  #key: number[] = [];
  #topIsList = false;
  #afterComma = false;
  #count = 0;
  // of the part being read
  #scalar = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #stringBytes = 0;
  #members = 0;
  #partOffset = 0;
  #partBytes = 0;
  #held: Uint8Array[] = [];
  #refusal: ImportCode | null = null;

  /** `lists`: the members of the top object whose elements are wanted one by one. */
  constructor(lists: readonly string[], sink: SliceSink, limits: SliceLimits = SLICE_LIMITS) {
    this.#lists = new Set(lists);
    this.#limits = limits;
    this.#sink = sink;
  }

  /** False when nothing more will be read from this document. */
  push(chunk: Uint8Array): boolean {
    let i = this.#offset === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
    while (i < chunk.length) {
      if (this.#state === S.part) i = this.#readPart(chunk, i);
      else if (this.#state === S.broken) return false;
      else if (this.#state === S.inKey) i = this.#readKey(chunk, i);
      else {
        const c = chunk[i]!;
        if (isSpace(c)) i++;
        else i = this.#structure(c, i);
      }
    }
    this.#offset += chunk.length;
    return this.#state !== S.broken;
  }

  end(): void {
    if (this.#state !== S.done && this.#state !== S.broken) this.#break('TRUNCATED', 0);
  }

  /** One character between the parts; returns where to go on. */
  #structure(c: number, i: number): number {
    switch (this.#state) {
      case S.start:
        if (c === 0x7b) this.#state = S.key;
        else if (c === 0x5b) {
          this.#topIsList = true;
          this.#index = 0;
          this.#state = S.element;
        } else this.#break('NOT_JSON', i);
        return i + 1;
      case S.key:
        if (c === QUOTE) {
          this.#key = [];
          this.#state = S.inKey;
        } else if (c === 0x7d && !this.#afterComma) this.#state = S.done;
        else this.#break('NOT_JSON', i);
        return i + 1;
      case S.colon:
        if (c === 0x3a) this.#state = S.value;
        else this.#break('NOT_JSON', i);
        return i + 1;
      case S.value:
        if (c === 0x5b && this.#lists.has(this.#name)) {
          this.#index = 0;
          this.#afterComma = false;
          this.#state = S.element;
          return i + 1;
        }
        this.#index = -1;
        return this.#begin(c, i);
      case S.comma:
        if (c === 0x2c) {
          this.#afterComma = true;
          this.#state = S.key;
        } else if (c === 0x7d) this.#state = S.done;
        else this.#break('NOT_JSON', i);
        return i + 1;
      case S.element:
        if (c !== 0x5d || this.#afterComma) return this.#begin(c, i);
        this.#state = this.#topIsList ? S.done : S.comma;
        return i + 1;
      case S.elementComma:
        if (c === 0x2c) {
          this.#afterComma = true;
          this.#state = S.element;
        } else if (c === 0x5d) this.#state = this.#topIsList ? S.done : S.comma;
        else this.#break('NOT_JSON', i);
        return i + 1;
      default:
        this.#break('TRAILING', i);
        return i + 1;
    }
  }

  #begin(c: number, i: number): number {
    if (c === 0x2c || c === 0x7d || c === 0x5d || c === 0x3a) {
      this.#break('NOT_JSON', i);
      return i + 1;
    }
    if (++this.#count > this.#limits.parts) {
      this.#break('TOO_MANY', i);
      return i + 1;
    }
    this.#state = S.part;
    this.#scalar = c !== 0x7b && c !== 0x5b && c !== QUOTE;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#members = 0;
    this.#partOffset = this.#offset + i;
    this.#partBytes = 0;
    this.#held = [];
    this.#refusal = null;
    return i;
  }

  #readKey(chunk: Uint8Array, i: number): number {
    for (; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (c === QUOTE && !this.#escaped) {
        this.#name = keyText(this.#key);
        this.#state = S.colon;
        return i + 1;
      }
      this.#escaped = c === BACKSLASH && !this.#escaped;
      if (this.#key.push(c) > KEY_BYTES) {
        this.#break('STRING_TOO_LONG', i);
        return i + 1;
      }
    }
    return i;
  }

  /** The hot loop: to the end of the part, or of the chunk. */
  #readPart(chunk: Uint8Array, from: number): number {
    const { depth: maxDepth, stringBytes: maxString } = this.#limits;
    let i = from;
    let depth = this.#depth;
    let members = this.#members;
    let inString = this.#inString;
    let escaped = this.#escaped;
    let string = this.#stringBytes;
    let done = false;
    if (this.#scalar) {
      while (i < chunk.length && !done) {
        const c = chunk[i]!;
        done = isSpace(c) || c === 0x2c || c === 0x5d || c === 0x7d;
        if (!done) i++;
      }
    } else {
      while (i < chunk.length && !done) {
        const c = chunk[i++]!;
        if (inString) {
          string++;
          if (escaped) escaped = false;
          else if (c === BACKSLASH) escaped = true;
          else if (c === QUOTE) {
            inString = false;
            if (string > maxString) this.#refusal ??= 'STRING_TOO_LONG';
            done = depth === 0;
          }
        } else if (c === QUOTE) {
          inString = true;
          string = 0;
        } else if (c === 0x3a) members++;
        else if (c === 0x7b || c === 0x5b) {
          if (++depth > maxDepth) this.#refusal ??= 'TOO_DEEP';
        } else if (c === 0x7d || c === 0x5d) done = --depth <= 0;
      }
    }
    this.#depth = depth;
    this.#members = members;
    this.#inString = inString;
    this.#escaped = escaped;
    this.#stringBytes = string;
    if (inString && string > maxString) this.#refusal ??= 'STRING_TOO_LONG'; // known before its end is
    this.#partBytes += i - from;
    if (this.#partBytes > this.#limits.partBytes) this.#refusal ??= 'TOO_LARGE';
    if (this.#refusal !== null) this.#held = [];
    if (done) this.#finish(chunk.subarray(from, i));
    else if (this.#refusal === null) this.#held.push(chunk.slice(from, i));
    return i;
  }

  #finish(tail: Uint8Array): void {
    const place = { name: this.#name, index: this.#index, offset: this.#partOffset };
    if (this.#refusal !== null) this.#sink.fault({ code: this.#refusal, ...place });
    else {
      const bytes = this.#held.length === 0 ? tail : concat([...this.#held, tail]);
      this.#sink.part({ ...place, bytes, members: this.#members });
    }
    this.#held = [];
    this.#afterComma = false;
    if (this.#index >= 0) this.#index++;
    this.#state = this.#index >= 0 ? S.elementComma : S.comma;
  }

  #break(code: ImportCode, i: number): void {
    this.#sink.fault({ code, name: this.#name, index: this.#index, offset: this.#offset + i });
    this.#held = [];
    this.#state = S.broken;
  }
}

function keyText(bytes: readonly number[]): string {
  const raw = new TextDecoder().decode(Uint8Array.from(bytes));
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
