import type { ByteSource } from '../../base/index.ts';

const BLOCK = 1024 * 1024;

/**
 * A sliding piece of a source: bytes [at, at + filled). It holds one block plus whatever a scanner asks to keep, so
 * memory is bounded by the longest record a scanner allows, not by the file.
 */
export class Window {
  readonly source: ByteSource;
  buf: Buffer;
  /** offset in the source of buf[0] */
  at = 0;
  filled = 0;

  constructor(source: ByteSource) {
    this.source = source;
    this.buf = Buffer.allocUnsafe(Math.max(64, Math.min(BLOCK, source.size + 1)));
  }

  /** Forget everything and begin at `offset`. */
  restart(offset: number): void {
    this.at = offset;
    this.filled = this.source.read(offset, this.buf);
  }

  /** Drop what lies before `keep` and read more behind the end. False: the source has no more. */
  more(keep: number): boolean {
    const drop = keep - this.at;
    if (drop < 0 || drop > this.filled) {
      this.restart(keep);
      return this.filled > 0;
    }
    const rest = this.filled - drop;
    if (rest > this.buf.length / 2) {
      const bigger = Buffer.allocUnsafe(this.buf.length * 2);
      this.buf.copy(bigger, 0, drop, this.filled);
      this.buf = bigger;
    } else this.buf.copyWithin(0, drop, this.filled);
    this.at = keep;
    this.filled = rest;
    const got = this.source.read(this.at + this.filled, this.buf.subarray(this.filled));
    this.filled += got;
    return got > 0;
  }

  /** The byte at `offset`; -1 at the end. What lies before `keep` may be dropped. */
  byte(offset: number, keep = offset): number {
    const i = offset - this.at;
    if (i >= 0 && i < this.filled) return this.buf[i]!;
    this.more(keep);
    const j = offset - this.at;
    return j < this.filled ? this.buf[j]! : -1;
  }

  /** Bytes [from, to) as a view; they must lie inside. */
  view(from: number, to: number): Buffer {
    return this.buf.subarray(from - this.at, to - this.at);
  }
}
