import type { ByteSource } from '../../../base/index.ts';
import type { ArchiveFaultCode } from './contract.ts';
import type { Output } from './output.ts';
import { readTarHeader, TAR_BLOCK, type TarHeader } from './tar-header.ts';

/** Longest extended header (pax, GNU long name) that is read. */
const MAX_EXTENDED = 1024 * 1024;
const PLAIN_BLOCK = 256 * 1024;

export function expandTar(source: ByteSource, out: Output): void {
  const splitter = new TarSplitter(out);
  const block = Buffer.allocUnsafe(Math.min(PLAIN_BLOCK, Math.max(1, source.size)));
  for (let at = 0; ; ) {
    const got = source.read(at, block);
    if (got === 0) break;
    splitter.push(block.subarray(0, got));
    at += got;
    out.progress(at);
  }
  splitter.finish();
}

/** pax for the next member and for all, GNU long name and long link. */
const EXTENDED = ['x', 'g', 'L', 'K'] as const;
type Mode = 'give' | 'skip' | (typeof EXTENDED)[number];

/** What extended headers say about the member that follows them. */
interface Extended {
  name?: Buffer;
  link?: Buffer;
  size?: number;
  modifiedMs?: number;
  sparse?: boolean;
}

/**
 * Cuts a stream of tar bytes, in chunks split anywhere, into members. After a damaged header it looks for the next
 * sound one, block by block, and says how many bytes it passed over. Offsets are those of the tar stream.
 */
export class TarSplitter {
  readonly #out: Output;
  readonly #block = Buffer.alloc(TAR_BLOCK);
  #fill = 0;
  /** bytes of the stream before the current chunk's unread part */
  #at = 0;
  /** of the current member: bytes still to come, and of padding behind them */
  #left = 0;
  #padding = 0;
  /** what to do with the member's bytes */
  #mode: Mode = 'skip';
  #collected: Buffer[] = [];
  #next: Extended = {};
  #lostFrom = -1;
  #zeros = 0;
  #ended = false;
  #trailing = -1;

  constructor(out: Output) {
    this.#out = out;
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const part = chunk.subarray(at, at + Math.min(this.#left, chunk.length - at));
        this.#body(part);
        this.#left -= part.length;
        at += part.length;
        this.#at += part.length;
        if (this.#left === 0) this.#bodyEnd();
        continue;
      }
      if (this.#padding > 0) {
        const skip = Math.min(this.#padding, chunk.length - at);
        this.#padding -= skip;
        at += skip;
        this.#at += skip;
        continue;
      }
      const part = Math.min(TAR_BLOCK - this.#fill, chunk.length - at);
      chunk.copy(this.#block, this.#fill, at, at + part);
      this.#fill += part;
      at += part;
      this.#at += part;
      if (this.#fill === TAR_BLOCK) {
        this.#fill = 0;
        this.#header(this.#at - TAR_BLOCK);
      }
    }
  }

  finish(): void {
    this.#found();
    if (this.#left > 0) {
      this.#out.fault('TRUNCATED', this.#at, { bytes: this.#left });
      if (this.#mode === 'give') this.#out.end('partial');
    } else if (!this.#ended || this.#fill > 0) this.#out.fault('TRUNCATED', this.#at);
    if (this.#trailing >= 0) this.#out.fault('TRAILING', this.#trailing, { bytes: this.#at - this.#trailing });
  }

  #header(offset: number): void {
    if (isZero(this.#block)) {
      this.#found();
      if (++this.#zeros >= 2) this.#ended = true;
      return;
    }
    this.#zeros = 0;
    if (this.#ended) {
      if (this.#trailing < 0) this.#trailing = offset;
      return;
    }
    const header = readTarHeader(this.#block);
    if (header === null) {
      if (this.#lostFrom < 0) this.#lostFrom = offset;
      return;
    }
    this.#found(offset);
    this.#entry(header, offset);
  }

  /** A sound header (or the end) after damage: say what was passed over. */
  #found(offset = this.#at): void {
    if (this.#lostFrom < 0) return;
    this.#out.fault('BAD_STRUCTURE', this.#lostFrom, { bytes: offset - this.#lostFrom });
    this.#lostFrom = -1;
    this.#next = {};
  }

  #entry(header: TarHeader, offset: number): void {
    const extended = EXTENDED.find((kind) => kind === header.type);
    if (extended !== undefined) {
      const tooLong = header.size > MAX_EXTENDED;
      if (tooLong) this.#out.fault('BAD_STRUCTURE', offset, { bytes: header.size, detail: 'extended header too long' });
      this.#expect(header.size, tooLong ? 'skip' : extended);
      return;
    }
    const { name = header.name, size = header.size, link = header.link, modifiedMs, sparse = false } = this.#next;
    this.#next = {};
    const shown = text(name);
    const refused = sparse ? { code: 'SPARSE' as const } : refusalOf(header.type, text(link));
    if (isDirectory(header.type, shown)) this.#out.pass();
    else if (refused !== null) this.#refuse(refused.code, offset, shown, refused.detail);
    else if (this.#out.tooLarge(size)) this.#refuse('LIMIT_MEMBER', offset, shown);
    else {
      this.#out.begin(shown, offset, modifiedMs ?? header.modifiedMs);
      this.#expect(size, 'give');
      return;
    }
    this.#expect(WITHOUT_BYTES.has(header.type) ? 0 : size, 'skip');
  }

  #refuse(code: ArchiveFaultCode, offset: number, member: string, detail?: string): void {
    this.#out.fault(code, offset, { member, ...(detail === undefined ? {} : { detail }) });
    this.#out.pass();
  }

  #expect(size: number, mode: Mode): void {
    this.#left = size;
    this.#padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
    this.#mode = mode;
    this.#collected = [];
    if (size === 0) this.#bodyEnd();
  }

  #body(part: Buffer): void {
    if (this.#mode === 'give') this.#out.data(part);
    else if (this.#mode !== 'skip') this.#collected.push(Buffer.from(part));
  }

  #bodyEnd(): void {
    const body = Buffer.concat(this.#collected);
    this.#collected = [];
    if (this.#mode === 'give') this.#out.end('whole');
    else if (this.#mode === 'L') this.#next.name = untilZero(body);
    else if (this.#mode === 'K') this.#next.link = untilZero(body);
    else if (this.#mode === 'x' && !readPax(body, this.#next)) {
      this.#out.fault('BAD_STRUCTURE', this.#at - body.length, { bytes: body.length, detail: 'extended header' });
    }
    // A global header (g) may only set defaults that do not matter here (comments, owners).
    this.#mode = 'skip';
  }
}

/** Links, devices and directories have no bytes, whatever their size field says (POSIX: it is the target's). */
const WITHOUT_BYTES: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);

function isDirectory(type: string, name: string): boolean {
  return type === '5' || type === 'D' || (type === '' && name.endsWith('/'));
}

/** Why a member of this type is not given out; null for the types of regular files. */
function refusalOf(type: string, link: string): { code: ArchiveFaultCode; detail?: string } | null {
  switch (type) {
    case '':
    case '0':
    case '7':
      return null;
    case '1':
    case '2':
      return { code: 'LINK', detail: `to ${link}` };
    case 'S':
      return { code: 'SPARSE' };
    default:
      return { code: 'SPECIAL', detail: `kind ${type}` };
  }
}

/** Records `length key=value\n` (POSIX.1-2001 pax). Returns false at the first one that is none. */
function readPax(body: Buffer, into: Extended): boolean {
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    if (space < 0 || space - at > 8) return false;
    const length = Number(body.toString('latin1', at, space));
    if (!Number.isInteger(length) || length < space - at + 3 || at + length > body.length) return false;
    const equals = body.indexOf(0x3d, space);
    if (equals < 0 || equals >= at + length || body[at + length - 1] !== 0x0a) return false;
    const key = body.toString('utf8', space + 1, equals);
    const value = body.subarray(equals + 1, at + length - 1);
    if (key === 'path') into.name = value;
    else if (key === 'linkpath') into.link = value;
    else if (key.startsWith('GNU.sparse.')) into.sparse = true;
    else if (key === 'mtime' && value.length > 0) into.modifiedMs = Math.floor(Number(value.toString('latin1')) * 1000);
    else if (key === 'size') {
      const size = Number(value.toString('latin1'));
      if (!Number.isSafeInteger(size) || size < 0) return false;
      into.size = size;
    }
    at += length;
  }
  return true;
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function isZero(block: Buffer): boolean {
  for (let i = 0; i < TAR_BLOCK; i++) if (block[i] !== 0) return false;
  return true;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Names are UTF-8 today and anything in old archives; latin-1 loses no byte. */
function text(name: Buffer): string {
  try {
    return utf8.decode(name);
  } catch {
    return name.toString('latin1');
  }
}
