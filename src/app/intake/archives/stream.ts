import { crc32, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ByteSource } from '../../../base/index.ts';
import { slice } from '../../../base/index.ts';
import { type Decompressed, decompress, type Engine, OUT_BLOCK } from './decompress.ts';
import type { Output } from './output.ts';
import { TarSplitter } from './tar.ts';
import { TAR_BLOCK, tarHeaderIsSound } from './tar-header.ts';

/**
 * gz and zst hold one stream: a log, or a tar. A tar is split as it comes out, without a copy of the whole tar in
 * between: members then belong to the `.tar.gz` itself.
 */
class Content {
  readonly #out: Output;
  readonly #name: string;
  readonly #modifiedMs: number | null;
  #first: Buffer | null = Buffer.alloc(0);
  #tar: TarSplitter | null = null;

  constructor(out: Output, name: string, modifiedMs: number | null) {
    this.#out = out;
    this.#name = name;
    this.#modifiedMs = modifiedMs;
  }

  give(bytes: Buffer): boolean {
    if (this.#first === null) return this.#pass(bytes);
    this.#first = Buffer.concat([this.#first, bytes]);
    return this.#first.length < TAR_BLOCK || this.#decide();
  }

  /** `whole`: nothing was wrong with the compression. */
  end(whole: boolean): void {
    if (!whole && this.#first?.length === 0) return; // damaged before the first byte: there is no member
    if (this.#first !== null) this.#decide();
    if (this.#tar !== null) this.#tar.finish();
    else this.#out.end(whole ? 'whole' : 'partial');
  }

  #decide(): boolean {
    const first = this.#first!;
    this.#first = null;
    if (tarHeaderIsSound(first)) this.#tar = new TarSplitter(this.#out);
    else this.#out.begin(this.#name, 0, this.#modifiedMs);
    return this.#pass(first);
  }

  #pass(bytes: Buffer): boolean {
    if (this.#tar === null) return this.#out.data(bytes);
    this.#tar.push(bytes);
    return true;
  }
}

/** The name of what was compressed, from the archive's own: `x.log.gz` → `x.log`, `x.tgz` → `x.tar`. */
function innerName(archive: string): string {
  const base = archive.slice(Math.max(archive.lastIndexOf('/'), archive.lastIndexOf('\\')) + 1);
  return base.replace(/\.(gz|zst|zstd)$/i, '').replace(/\.(tgz|tzst)$/i, '.tar');
}

interface GzHeader {
  readonly length: number;
  readonly name: string | null;
  readonly modifiedMs: number | null;
}

/** Longest header (name, comment and extra field together) that is looked for. */
const MAX_GZ_HEADER = 128 * 1024;

/** RFC 1952, section 2.3. null: no header, or it is cut. */
function readGzHeader(source: ByteSource, offset: number): GzHeader | null {
  const fixed = slice(source, offset, 10);
  if (fixed.length < 10 || fixed[0] !== 0x1f || fixed[1] !== 0x8b || fixed[2] !== 8) return null;
  const flags = fixed[3]!;
  const seconds = Buffer.from(fixed).readUInt32LE(4);
  const modifiedMs = seconds === 0 ? null : seconds * 1000;
  if ((flags & 0x1e) === 0) return { length: 10, name: null, modifiedMs };
  const bytes = Buffer.from(slice(source, offset, MAX_GZ_HEADER));
  let at = 10;
  if (flags & 4) at += bytes.length < at + 2 ? MAX_GZ_HEADER : 2 + bytes.readUInt16LE(at);
  const text = () => {
    const end = bytes.indexOf(0, at);
    const found = end < 0 ? null : bytes.toString('latin1', at, end);
    at = end < 0 ? MAX_GZ_HEADER : end + 1;
    return found;
  };
  const name = flags & 8 ? text() : null;
  if (flags & 16) text();
  if (flags & 2) at += 2;
  return at > bytes.length ? null : { length: at, name, modifiedMs };
}

/**
 * gzip: one or more members one behind the other (as log rotation and bgzip write them) are one stream. Each member's
 * CRC and length are checked here, because zlib's own check would throw away what it had.
 */
export async function expandGz(source: ByteSource, archive: string, out: Output): Promise<void> {
  let header = readGzHeader(source, 0);
  if (header === null) return out.fault('TRUNCATED', 0);
  const content = new Content(out, header.name || innerName(archive), header.modifiedMs);
  let at = 0;
  let whole = true;
  while (header !== null) {
    let crc = 0;
    let size = 0;
    const start = at + header.length;
    const end: Decompressed = await decompress(inflateRaw, source, start, source.size, (bytes) => {
      crc = crc32(bytes, crc);
      size += bytes.length;
      out.progress(start);
      return content.give(bytes);
    });
    at = start + end.used;
    if (end.stopped) {
      whole = false;
      break;
    }
    if (end.problem !== null) {
      out.fault(end.problem, at, end.problem === 'BAD_DATA' ? { bytes: source.size - at } : {});
      whole = false;
      at = source.size;
      break;
    }
    const trailer = Buffer.from(slice(source, at, 8));
    if (trailer.length < 8) {
      out.fault('TRUNCATED', at);
      whole = false;
    } else if (trailer.readUInt32LE(0) !== crc || trailer.readUInt32LE(4) !== size % 2 ** 32) {
      out.fault('BAD_CHECKSUM', at);
      whole = false;
    }
    at += trailer.length;
    header = at < source.size ? readGzHeader(source, at) : null;
  }
  reportTrailing(source, at, out);
  content.end(whole);
}

/** Zstandard (RFC 8878): frames and skippable frames one behind the other; checksums are verified by the library. */
export async function expandZst(source: ByteSource, archive: string, out: Output): Promise<void> {
  const content = new Content(out, innerName(archive), null);
  let seen = 0;
  const end = await decompress(zstd, source, 0, source.size, (bytes) => {
    seen += bytes.length;
    out.progress(seen);
    return content.give(bytes);
  });
  if (end.problem !== null) out.fault(end.problem, end.used);
  else if (!end.stopped) reportTrailing(source, end.used, out);
  content.end(end.problem === null && !end.stopped);
}

/** Tapes and disks pad with zeros; anything else behind the end is named. */
function reportTrailing(source: ByteSource, from: number, out: Output): void {
  for (let at = from; at < source.size; ) {
    const block = slice(source, at, 64 * 1024);
    if (block.some((b) => b !== 0)) {
      out.fault('TRAILING', from, { bytes: source.size - from });
      return;
    }
    at += block.length;
  }
}

export function inflateRaw(): Engine {
  return createInflateRaw({ chunkSize: OUT_BLOCK });
}

/** The library's own bound on the window (128 MiB) stays: a frame that asks for more is refused. */
export function zstd(): Engine {
  return createZstdDecompress({ chunkSize: OUT_BLOCK });
}
