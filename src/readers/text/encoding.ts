import type { ByteSource } from '../../base/index.ts';

/**
 * Text logs come as UTF-8 or, from PowerShell and Event Viewer, as UTF-16. Everything above works on UTF-8 bytes; this
 * view makes UTF-16 look like UTF-8 and remembers where each byte came from, so that an Event's offset is still the
 * offset in the Evidence.
 *
 * In: a source. Out: `text.bytes`, a ByteSource of UTF-8 (its `size` is an upper bound; the end is where `read` returns
 * fewer bytes than asked), and `text.original(offset)`. For UTF-8 both are free. A byte order mark stays in the bytes.
 */
export interface TextSource {
  readonly encoding: Encoding;
  readonly bytes: ByteSource;
  /** Offset in the evidence of the character that begins at `offset` of `bytes`. Cheap when asked in rising order. */
  original(offset: number): number;
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By byte order mark, else by the zero bytes that ASCII leaves in UTF-16. */
export function sniffEncoding(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.length < 8) return 'utf-8';
  let even = 0;
  let odd = 0;
  const n = Math.min(64, head.length & ~1);
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0 && head[i + 1] !== 0) even++;
    if (head[i] !== 0 && head[i + 1] === 0) odd++;
  }
  if (odd > n * 0.45) return 'utf-16le';
  if (even > n * 0.45) return 'utf-16be';
  return 'utf-8';
}

/**
 * The text that begins at `from`. The encoding is that of the file's first bytes unless given; starting in the middle
 * (a record's offset) needs no walk from the beginning.
 */
export function textSource(source: ByteSource, from = 0, encoding = encodingOf(source)): TextSource {
  if (encoding === 'utf-8') {
    if (from === 0) return { encoding, bytes: source, original: (offset) => offset };
    const bytes = {
      size: Math.max(0, source.size - from),
      read: (o: number, b: Uint8Array) => source.read(from + o, b),
    };
    return { encoding, bytes, original: (offset) => from + offset };
  }
  return new Utf16View(source, from, encoding);
}

export function encodingOf(source: ByteSource): Encoding {
  const head = new Uint8Array(64);
  return sniffEncoding(head.subarray(0, source.read(0, head)));
}

/** The first bytes of a file as UTF-8 without byte order mark, for sniffing. */
export function headText(head: Uint8Array): Buffer {
  const encoding = sniffEncoding(head);
  const buf = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (encoding === 'utf-8') return buf[0] === 0xef && buf[1] === 0xbb && buf[2] === 0xbf ? buf.subarray(3) : buf;
  const text = decode16(buf, encoding);
  return Buffer.from(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, 'utf8');
}

function decode16(bytes: Buffer, encoding: Encoding): string {
  const even = bytes.subarray(0, bytes.length & ~1);
  return (encoding === 'utf-16be' ? Buffer.from(even).swap16() : even).toString('utf16le');
}

const BLOCK = 64 * 1024;

/** Where a block of 64 KiB of UTF-16 begins, in the source and in the UTF-8 made of it. */
interface Mark {
  readonly source: number;
  readonly out: number;
}

class Utf16View implements TextSource {
  readonly encoding: Encoding;
  readonly bytes: ByteSource;
  readonly #source: ByteSource;
  /** one mark a block, as far as anybody has read */
  readonly #marks: Mark[];
  #complete = false;
  /** the block decoded last */
  #block = -1;
  #out: Buffer = Buffer.alloc(0);
  #text = '';
  /** walk of `original` inside the block: unit index and the UTF-8 bytes before it */
  #unit = 0;
  #unitOut = 0;

  constructor(source: ByteSource, from: number, encoding: Encoding) {
    this.encoding = encoding;
    this.#source = source;
    this.#marks = [{ source: from, out: 0 }];
    this.bytes = {
      size: Math.ceil(Math.max(0, source.size - from) * 1.5),
      read: (offset, into) => this.#read(offset, into),
    };
  }

  #read(offset: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const at = this.#seek(offset + done);
      if (at < 0) break;
      const part = this.#out.subarray(at, at + into.length - done);
      into.set(part, done);
      done += part.length;
    }
    return done;
  }

  /** Load the block that holds UTF-8 byte `offset`; its index in the block, or -1 behind the end. */
  #seek(offset: number): number {
    let last = this.#marks.length - 1;
    while (!this.#complete && this.#marks[last]!.out <= offset) {
      this.#load(last);
      if (this.#out.length === 0) this.#complete = true;
      else
        this.#marks.push({
          source: this.#marks[last]!.source + this.#text.length * 2,
          out: this.#marks[last]!.out + this.#out.length,
        });
      last = this.#marks.length - 1;
    }
    if (this.#marks[last]!.out <= offset) return -1;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (this.#marks[mid]!.out <= offset) low = mid;
      else high = mid;
    }
    this.#load(low);
    return offset - this.#marks[low]!.out;
  }

  #load(block: number): void {
    if (block === this.#block) return;
    const raw = Buffer.allocUnsafe(BLOCK);
    const got = this.#source.read(this.#marks[block]!.source, raw) & ~1;
    let text = decode16(raw.subarray(0, got), this.encoding);
    // A surrogate pair is not torn apart between two blocks.
    const end = text.charCodeAt(text.length - 1);
    if (got === BLOCK && end >= 0xd800 && end <= 0xdbff) text = text.slice(0, -1);
    this.#text = text;
    this.#out = Buffer.from(text, 'utf8');
    this.#block = block;
    this.#unit = 0;
    this.#unitOut = 0;
  }

  original(offset: number): number {
    const at = this.#seek(offset);
    if (at < 0) {
      const end = this.#marks[this.#marks.length - 1]!;
      return end.source;
    }
    if (at < this.#unitOut) {
      this.#unit = 0;
      this.#unitOut = 0;
    }
    while (this.#unitOut < at) {
      const c = this.#text.charCodeAt(this.#unit);
      if (c < 0x80) this.#unitOut++;
      else if (c < 0x800) this.#unitOut += 2;
      else if (c >= 0xd800 && c <= 0xdbff && (this.#text.charCodeAt(this.#unit + 1) & 0xfc00) === 0xdc00) {
        this.#unit++;
        this.#unitOut += 4;
      } else this.#unitOut += 3;
      this.#unit++;
    }
    return this.#marks[this.#block]!.source + this.#unit * 2;
  }
}
