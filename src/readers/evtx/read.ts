import type { ByteSource } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { FaultCode, ReadSink } from '../contract.ts';
import {
  chunkHeader,
  fileHeader,
  isChunkHeader,
  isFileHeader,
  isZero,
  nextRecord,
  recordSize,
  sizeCopyFits,
} from './chunks.ts';
import { EvtxEvent } from './event.ts';
import { Faults } from './faults.ts';
import { mapFields } from './fields.ts';
import {
  CHUNK,
  CHUNK_HEADER,
  EVTX_LIMITS,
  FILE_HEADER,
  FRAGMENT,
  RECORD_HEADER,
  RECORD_MAGIC,
  RECORD_MIN,
  Token,
  Type,
} from './format.ts';
import type { Made } from './layouts.ts';
import { Path, staticLayout } from './layouts.ts';
import type { Plan } from './plans.ts';
import { Plans } from './plans.ts';
import { Strings } from './strings.ts';
import { BinXmlError, TreeReader } from './tree.ts';

const CHUNKS_AT_ONCE = 16;
/** Templates in templates the fast path follows. */
const DEEPEST = 8;

/** How records are turned into events; the tests read everything both ways. */
export type Way = 'fast' | 'slow';

/**
 * What a reading needs beside the file: memory for some chunks, the tables of the fast path, the one Event. Kept from
 * file to file, as the logs of one machine share their templates and texts; none of it changes what is read.
 */
class Tables {
  readonly bytes = Buffer.alloc(CHUNKS_AT_ONCE * CHUNK);
  readonly strings = new Strings(this.bytes);
  readonly event = new EvtxEvent(this.strings, EVTX_LIMITS.slots);
  readonly plans = new Plans(this.strings);
  made: Made = { fields: 0 };
  /** paths of one template, by its number */
  readonly paths = new Map<number, Path>();
}

/** Tables no reading uses at present. */
let idle: Tables | null = null;

/** Reads a whole file. In: see Reader.read. */
export function readEvtx(source: ByteSource, sink: ReadSink, way: Way): void {
  const tables = idle ?? new Tables();
  idle = null;
  new EvtxRead(source, sink, way, tables).run();
  idle = tables;
}

/** One reading of one file. */
class EvtxRead {
  readonly #source: ByteSource;
  readonly #sink: ReadSink;
  readonly #way: Way;
  readonly #faults: Faults;
  readonly #tables: Tables;
  readonly #bytes: Buffer;
  readonly #strings: Strings;
  readonly #event: EvtxEvent;
  readonly #plans: Plans;
  #tree: TreeReader;
  /** of the chunk being read: start in the buffer, and what to add to get an offset in the file */
  #base = 0;
  #toFile = 0;
  #flags = 0;

  constructor(source: ByteSource, sink: ReadSink, way: Way, tables: Tables) {
    this.#source = source;
    this.#sink = sink;
    this.#way = way;
    this.#faults = new Faults(sink);
    this.#tables = tables;
    this.#bytes = tables.bytes;
    this.#strings = tables.strings;
    this.#event = tables.event;
    this.#plans = tables.plans;
    this.#tree = new TreeReader(tables.strings, 0, 0);
  }

  run(): void {
    const size = this.#source.size;
    const header = this.#header();
    let unlisted = 0;
    for (let at = FILE_HEADER; at < size; at += this.#bytes.length) {
      const got = this.#source.read(at, this.#bytes);
      for (let base = 0; base < got; base += CHUNK) {
        const index = (at + base - FILE_HEADER) / CHUNK;
        const stale = header !== null && !header.dirty && index >= header.chunks && index < 0x10000;
        const length = Math.min(CHUNK, got - base);
        this.#toFile = at;
        const read = this.#chunk(base, length, stale ? EventFlag.recovered : 0);
        if (read && stale && unlisted++ === 0) {
          this.#faults.add(
            'BAD_STRUCTURE',
            at + base,
            `chunk ${index} lies behind the ${header.chunks} chunks of the file header; it was read`,
          );
        }
      }
      this.#sink.progress(Math.min(at + got, size));
      if (got < this.#bytes.length) break;
    }
    this.#faults.finish();
  }

  #header(): ReturnType<typeof fileHeader> | null {
    const bytes = this.#bytes;
    const got = this.#source.read(0, bytes.subarray(0, FILE_HEADER));
    if (got < 128 || !isFileHeader(bytes)) {
      this.#faults.add(got < 128 ? 'TRUNCATED' : 'NO_HEADER', 0, 'no EVTX file header at the start of the file');
      return null;
    }
    if (got < FILE_HEADER) this.#faults.add('TRUNCATED', got, 'the file ends inside its header');
    const header = fileHeader(bytes);
    if (!header.checksumFits) this.#faults.add('BAD_CHECKSUM', 124, 'the file header does not fit its checksum');
    if (header.dirty)
      this.#faults.add('UNCLOSED', 120, 'the log was not closed when it was copied; its last records may be missing');
    return header;
  }

  /** Returns whether there was anything to read. */
  #chunk(base: number, length: number, flags: number): boolean {
    const bytes = this.#bytes;
    const file = this.#toFile + base;
    const end = base + length;
    this.#base = base;
    if (!isChunkHeader(bytes, base) || length < CHUNK_HEADER) {
      if (isZero(bytes, base, end)) return false;
      this.#faults.add(
        length < CHUNK_HEADER ? 'TRUNCATED' : 'BAD_MAGIC',
        file,
        'no chunk signature here; searched for whole records',
        length,
      );
      this.#enter(base, end, flags | EventFlag.recovered);
      this.#scan(base, end);
      return true;
    }
    const header = chunkHeader(bytes, base, length);
    if (length < CHUNK) this.#faults.add('TRUNCATED', file + length, 'the file ends inside this chunk');
    if (!header.headerFits) this.#faults.add('BAD_CHECKSUM', file + 124, 'the chunk header does not fit its checksum');
    if (!header.recordsFit && length === CHUNK)
      this.#faults.add('BAD_CHECKSUM', file + 52, 'the records of the chunk do not fit their checksum');
    const sound = header.headerFits && header.recordsFit;
    this.#enter(base, end, sound ? flags : flags | EventFlag.recovered);
    if (header.recordsEnd === null) {
      this.#faults.add(
        'BAD_STRUCTURE',
        file + 48,
        'the end of the records is given outside the chunk; searched for whole records',
      );
      this.#scan(base + CHUNK_HEADER, end);
    } else {
      this.#records(base + CHUNK_HEADER, base + header.recordsEnd);
    }
    return true;
  }

  #enter(base: number, end: number, flags: number): void {
    this.#flags = flags;
    this.#tree = new TreeReader(this.#strings, base, end);
    const kept = this.#plans.enter(base, end);
    if (!kept || this.#tables.made.fields > EVTX_LIMITS.fields) {
      this.#tables.paths.clear();
      this.#tables.made = { fields: 0 };
    }
  }

  /** Records one behind the other; where one is broken, the next whole one is searched for. */
  #records(start: number, end: number): void {
    const view = this.#strings.view;
    for (let at = start; at < end; ) {
      const size = recordSize(view, at, end);
      if (size > 0) {
        // A lying size must not swallow the records behind: where its copy disagrees, a whole record inside ends it.
        const fits = sizeCopyFits(view, at, size);
        const whole = fits ? size : nextRecord(this.#bytes, view, at + RECORD_MIN, at + size) - at;
        this.#record(at, whole, fits);
        at += whole;
        continue;
      }
      const next = nextRecord(this.#bytes, view, at + 1, end);
      const magic = at + 4 <= end && view.getInt32(at, true) === RECORD_MAGIC;
      const cut = this.#faults.count('TRUNCATED') > 0 && next === end;
      this.#faults.add(
        magic || cut ? 'BAD_RECORD' : 'BAD_MAGIC',
        this.#toFile + at,
        magic ? 'the size of this record cannot be true' : 'no record signature here',
        next - at,
      );
      at = next;
    }
  }

  /** Whole records wherever they lie. */
  #scan(start: number, end: number): void {
    const view = this.#strings.view;
    for (let at = nextRecord(this.#bytes, view, start, end); at < end; ) {
      const size = recordSize(view, at, end);
      this.#record(at, size, true);
      at = nextRecord(this.#bytes, view, at + size, end);
    }
  }

  #record(at: number, size: number, sizeFits: boolean): void {
    let flags = this.#flags;
    if (!sizeFits) {
      this.#fault('BAD_STRUCTURE', at, 'the size of this record and its copy differ');
      flags |= EventFlag.recovered;
    }
    if (this.#way === 'fast' && this.#fast(at, size, flags)) return;
    this.#slow(at, size, flags);
  }

  #fault(code: FaultCode, at: number, message: string, bytes?: number): void {
    this.#faults.add(code, this.#toFile + at, message, bytes);
  }

  /** The twin: tree, fields, values, one after the other. */
  #slow(at: number, size: number, flags: number): void {
    try {
      const map = mapFields(this.#tree.record(at + RECORD_HEADER, at + size - 4));
      if (map.fields.length === 0) this.#fault('BAD_RECORD', at, 'the record holds no event', size);
      else {
        if (map.cut) this.#fault('LIMIT_COUNT', at, 'more fields than the limit; the rest was left out');
        this.#emit(staticLayout(map.fields, map.cut), at, flags);
      }
    } catch (e) {
      if (!(e instanceof BinXmlError)) throw e;
      this.#fault(e.code, at, `${e.message} (at ${this.#toFile + e.offset})`, size);
    }
  }

  #emit(layout: ReturnType<typeof staticLayout>, at: number, flags: number): void {
    const event = this.#event;
    if (layout.partial) flags |= EventFlag.partial;
    const dated = event.settle(layout, this.#toFile + at, flags, at);
    if (!dated) this.#fault('BAD_TIME', at, 'neither the event nor its record header carries a time');
    this.#sink.event(event);
  }

  /** false: not of the common form, to be read the slow way. */
  #fast(at: number, size: number, flags: number): boolean {
    const path = this.#instance(null, at + RECORD_HEADER, at + size - 4, 0);
    const layout = path === null ? null : path.layout();
    if (layout === null || layout.partial || layout.names.length === 0) return false;
    this.#emit(layout, at, flags);
    return true;
  }

  /**
   * One template instance between two positions: notes where its values lie and goes into those that are XML again.
   * Hot path. null: anything unusual.
   */
  #instance(before: Path | null, start: number, end: number, depth: number): Path | null {
    const view = this.#strings.view;
    if (depth > DEEPEST || start + 14 > end) return null;
    // Both forms are seen: with a fragment header, and (in XML values) beginning with the instance itself.
    if (view.getInt32(start, true) === FRAGMENT) start += 4;
    if (start + 14 > end) return null;
    if (this.#bytes[start] !== Token.TEMPLATE) return this.#literal(before, start, end);
    const definition = view.getUint32(start + 6, true);
    const plan = this.#plans.at(definition);
    if (plan === null) return null;
    let p = start + 10;
    if (this.#base + definition === p) p += 24 + view.getUint32(p + 20, true);
    if (p + 4 > end) return null;
    const count = view.getUint32(p, true);
    p += 4;
    if (count > (end - p) >> 2) return null;
    let path = this.#step(before, plan);
    const { base, end: slotsEnd } = path;
    const { offsets, words } = this.#event;
    if (slotsEnd > words.length) return null;
    let offset = p + 4 * count;
    let xml = 0;
    const used = Math.min(count, plan.slots);
    for (let i = 0; i < count; i++, p += 4) {
      const word = view.getInt32(p, true);
      if (i < used) {
        offsets[base + i] = offset;
        words[base + i] = word;
        if ((word & 0xff0000) === Type.BINXML << 16) xml++;
      }
      offset += word & 0xffff;
    }
    if (offset > end || (offset < end && this.#bytes[offset] !== Token.EOF)) return null;
    for (let i = base + used; i < slotsEnd; i++) words[i] = 0;
    for (const slot of plan.embeds) {
      const word = words[base + slot]!;
      const type = (word >>> 16) & 0xff;
      if (type === Type.BINXML) xml--;
      else if (type !== Type.NULL) return null;
      const length = type === Type.NULL ? 0 : word & 0xffff;
      const from = offsets[base + slot]!;
      const next: Path | null = length === 0 ? path.step(null) : this.#instance(path, from, from + length, depth + 1);
      if (next === null) return null;
      path = next;
    }
    return xml === 0 ? path : null;
  }

  #literal(before: Path | null, start: number, end: number): Path | null {
    const { offsets, words } = this.#event;
    const plan = this.#plans.literal(start, end, offsets, words, before === null ? 0 : before.end);
    return plan === null || plan.embeds.length > 0 ? null : this.#step(before, plan);
  }

  #step(before: Path | null, plan: Plan): Path {
    if (before !== null) return before.step(plan);
    let path = this.#tables.paths.get(plan.id);
    if (path === undefined) {
      path = new Path([plan], 0, this.#tables.made);
      this.#tables.paths.set(plan.id, path);
    }
    return path;
  }
}
