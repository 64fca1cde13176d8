import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { type ByteSource, slice } from '../../../base/index.ts';
import { decompress } from './decompress.ts';
import type { Output } from './output.ts';
import { inflateRaw, zstd } from './stream.ts';
import { type Directory, type Entry, entries, findDirectory, readLocal } from './zip-directory.ts';

const STORED_BLOCK = 256 * 1024;
const ENCRYPTED = 0x0001;
const TYPE_LINK = 0xa;
const TYPE_FILE = 0x8;
const LOOK_EVERY = 4096;
/** Members up to here are unpacked in one call: setting up a stream costs more than unpacking them. */
const SMALL = 256 * 1024;

/**
 * Zip by its central directory. Before anything is unpacked the places of all members are compared: if two share bytes
 * the whole archive is refused, because only a bomb (Fifield 2019) or a forgery is built so. `small` is for the tests:
 * -1 sends every member the streaming way.
 */
export async function expandZip(source: ByteSource, out: Output, small = SMALL): Promise<void> {
  const directory = findDirectory(source);
  if (directory === 'none') return out.fault('TRUNCATED', source.size, { detail: 'no central directory' });
  if (directory === 'bad') return out.fault('BAD_STRUCTURE', source.size, { detail: 'central directory' });
  if (directory === 'split') return out.fault('UNSUPPORTED_ARCHIVE', 0, { detail: 'zip in pieces' });
  const overlap = findOverlap(source, directory, out);
  if (overlap !== null) return out.fault('OVERLAP', overlap);
  const all = entries(source, directory);
  let step = all.next();
  for (; !step.done; step = all.next()) await expandEntry(source, step.value, out, small);
  if (!step.value) out.fault('BAD_STRUCTURE', directory.start, { detail: 'the directory and its count disagree' });
  if (directory.trailing > 0) out.fault('TRAILING', source.size - directory.trailing, { bytes: directory.trailing });
}

/** Offset of a member that begins inside another one or inside the directory; null when there is none. */
function findOverlap(source: ByteSource, directory: Directory, out: Output): number | null {
  // A directory entry takes at least 46 bytes, so this is bounded by the archive's own size.
  const most = Math.min(directory.count, Math.ceil((directory.end - directory.start) / 46));
  let starts = new Float64Array(Math.min(most, 1024));
  let ends = new Float64Array(starts.length);
  let n = 0;
  let sorted = true;
  for (const entry of entries(source, directory)) {
    if (n === starts.length) {
      starts = grown(starts, most);
      ends = grown(ends, most);
    }
    const data = readLocal(source, entry.local)?.data ?? entry.local + 30;
    starts[n] = entry.local;
    ends[n] = data + entry.packed;
    if (n > 0 && starts[n]! < starts[n - 1]!) sorted = false;
    if (++n % LOOK_EVERY === 0) out.progress(0);
  }
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  if (!sorted) order.sort((a, b) => starts[a]! - starts[b]! || a - b);
  for (let i = 0; i < n; i++) {
    const next = i + 1 < n ? starts[order[i + 1]!]! : Number.POSITIVE_INFINITY;
    const limit = starts[order[i]!]! < directory.start ? Math.min(next, directory.start) : next;
    if (ends[order[i]!]! > limit) return limit;
  }
  return null;
}

function grown(old: Float64Array<ArrayBuffer>, most: number): Float64Array<ArrayBuffer> {
  const bigger = new Float64Array(Math.min(most, old.length * 2));
  bigger.set(old);
  return bigger;
}

async function expandEntry(source: ByteSource, entry: Entry, out: Output, small: number): Promise<void> {
  const { name, local: at } = entry;
  const refuse = (code: Parameters<Output['fault']>[0], detail?: string) => {
    out.fault(code, at, { member: name, ...(detail === undefined ? {} : { detail }) });
    out.pass();
  };
  if (entry.unixType === TYPE_LINK) return refuse('LINK', `to ${linkTarget(source, entry)}`);
  if (name.endsWith('/') && entry.size === 0) return out.pass();
  if (entry.unixType !== 0 && entry.unixType !== TYPE_FILE) return refuse('SPECIAL');
  if ((entry.flags & ENCRYPTED) !== 0) return refuse('ENCRYPTED');
  if (out.tooLarge(entry.size)) return refuse('LIMIT_MEMBER');
  const head = readLocal(source, at);
  if (head === null) return refuse(at < source.size ? 'BAD_STRUCTURE' : 'TRUNCATED', 'local header');
  if (entry.method !== 0 && entry.method !== 8 && entry.method !== 93) {
    return refuse('UNSUPPORTED_METHOD', `method ${entry.method}`);
  }
  if (head.method !== entry.method) return refuse('BAD_STRUCTURE', 'local header and directory name two methods');

  out.begin(name, at, entry.modifiedMs);
  const end = Math.min(head.data + entry.packed, source.size);
  let crc = 0;
  let size = 0;
  /** Gives at most as many bytes as the directory promises. */
  const give = (bytes: Buffer): boolean => {
    const part = bytes.subarray(0, entry.size - size);
    crc = crc32(part, crc);
    size += part.length;
    const wanted = out.data(part);
    if (part.length < bytes.length) {
      out.fault('BAD_SIZE', at);
      return false;
    }
    return wanted;
  };
  out.progress(head.data);
  if (entry.method === 0) {
    if (entry.packed !== entry.size) out.fault('BAD_SIZE', at);
    const whole = giveStored(source, head.data, end, give, out);
    if (!whole) return out.end('partial');
  } else if (!(entry.size <= small && giveSmall(source, head.data, end, entry, give))) {
    const engine = entry.method === 8 ? inflateRaw : zstd;
    const done = await decompress(engine, source, head.data, end, (bytes) => {
      out.progress(head.data);
      return give(bytes);
    });
    if (done.stopped) return out.end('partial');
    if (done.problem !== null) {
      out.fault(done.problem, head.data + done.used);
      return out.end('partial');
    }
  }
  if (size < entry.size) out.fault(end === source.size ? 'TRUNCATED' : 'BAD_SIZE', at);
  else if (crc !== entry.crc) out.fault('BAD_CHECKSUM', at);
  out.end(size < entry.size || crc !== entry.crc ? 'partial' : 'whole');
}

/**
 * The fast way for small members, which archives are mostly made of. False: not small, or anything at all is unusual;
 * nothing was given then, and the streaming way (its slow twin, which keeps what comes before damage) does it.
 */
function giveSmall(
  source: ByteSource,
  from: number,
  to: number,
  { method, size }: Entry,
  give: (bytes: Buffer) => boolean,
): boolean {
  if (to - from > SMALL) return false;
  const packed = slice(source, from, to - from);
  let bytes: Buffer;
  try {
    const bound = { maxOutputLength: Math.max(1, size) };
    bytes = method === 8 ? inflateRawSync(packed, bound) : zstdDecompressSync(packed, bound);
  } catch {
    return false;
  }
  if (bytes.length !== size) return false;
  if (size > 0) give(bytes);
  return true;
}

function giveStored(
  source: ByteSource,
  from: number,
  to: number,
  give: (bytes: Buffer) => boolean,
  out: Output,
): boolean {
  const block = Buffer.allocUnsafe(Math.max(1, Math.min(STORED_BLOCK, to - from)));
  for (let at = from; at < to; ) {
    const got = source.read(at, block.subarray(0, Math.min(block.length, to - at)));
    if (got === 0) break;
    if (!give(block.subarray(0, got))) return false;
    at += got;
    out.progress(at);
  }
  return true;
}

/** A link's member holds its target; only a stored one is shown. */
function linkTarget(source: ByteSource, entry: Entry): string {
  const head = entry.method === 0 ? readLocal(source, entry.local) : null;
  return head === null ? '?' : Buffer.from(slice(source, head.data, Math.min(entry.packed, 256))).toString('utf8');
}
