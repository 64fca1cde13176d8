import type { ByteSource } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { ReadSink } from '../contract.ts';
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
import type { EvtxEvent } from './event.ts';
import { Faults } from './faults.ts';
import { CHUNK, CHUNK_HEADER, FILE_HEADER, RECORD_MAGIC, RECORD_MIN } from './format.ts';
import type { Way } from './records.ts';
import { Records, Tables } from './records.ts';

/**
 * A whole file: header, chunks, records, whatever state they are in. Every byte of every chunk's records is either part
 * of a record handed on or of a Fault.
 */
const CHUNKS_AT_ONCE = 16;

/** Tables no reading uses at present. One that was stopped half-way does not give its tables back. */
let idle: Tables | null = null;

/** In: see Reader.read. */
export function readEvtx(source: ByteSource, sink: ReadSink, way: Way): void {
  const tables = idle ?? new Tables(CHUNKS_AT_ONCE * CHUNK);
  idle = null;
  new FileRead(source, sink, way, tables).run();
  idle = tables;
}

class FileRead {
  readonly #source: ByteSource;
  readonly #sink: ReadSink;
  readonly #faults: Faults;
  readonly #records: Records;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #event: EvtxEvent;

  constructor(source: ByteSource, sink: ReadSink, way: Way, tables: Tables) {
    this.#source = source;
    this.#sink = sink;
    this.#faults = new Faults(sink);
    this.#records = new Records(tables, sink, this.#faults, way);
    this.#bytes = tables.bytes;
    this.#view = tables.strings.view;
    this.#event = tables.event;
  }

  run(): void {
    const size = this.#source.size;
    const header = this.#header();
    // The header counts chunks modulo 65,536; of a closed log of fewer, a chunk behind the last is left from earlier.
    const listed =
      header === null || header.dirty || size > FILE_HEADER + 0xffff * CHUNK ? Number.POSITIVE_INFINITY : header.chunks;
    let unlisted = 0;
    for (let at = FILE_HEADER; at < size; at += this.#bytes.length) {
      this.#event.forget();
      const got = this.#source.read(at, this.#bytes);
      for (let base = 0; base < got; base += CHUNK) {
        const index = (at + base - FILE_HEADER) / CHUNK;
        const stale = index >= listed;
        const length = Math.min(CHUNK, got - base);
        const read = this.#chunk(base, length, at, stale ? EventFlag.recovered : 0);
        if (read && stale && unlisted++ === 0) {
          this.#faults.add(
            'BAD_STRUCTURE',
            at + base,
            `chunk ${index} lies behind the ${listed} chunks of the file header; it was read`,
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
    this.#event.forget();
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

  /** One chunk at `base` in the buffer, which is at `base + toFile` in the file. Returns whether there was anything to read. */
  #chunk(base: number, length: number, toFile: number, flags: number): boolean {
    const bytes = this.#bytes;
    const file = toFile + base;
    const end = base + length;
    if (!isChunkHeader(bytes, base) || length < CHUNK_HEADER) {
      if (isZero(bytes, base, end)) return false;
      this.#faults.add(
        length < CHUNK_HEADER ? 'TRUNCATED' : 'BAD_MAGIC',
        file,
        'no chunk signature here; searched for whole records',
        length,
      );
      this.#records.enter(base, end, toFile, flags | EventFlag.recovered);
      this.#scan(base, end);
      return true;
    }
    const header = chunkHeader(bytes, base, length);
    if (length < CHUNK) this.#faults.add('TRUNCATED', file + length, 'the file ends inside this chunk');
    if (!header.headerFits) this.#faults.add('BAD_CHECKSUM', file + 124, 'the chunk header does not fit its checksum');
    if (!header.recordsFit && length === CHUNK)
      this.#faults.add('BAD_CHECKSUM', file + 52, 'the records of the chunk do not fit their checksum');
    const sound = header.headerFits && header.recordsFit;
    this.#records.enter(base, end, toFile, sound ? flags : flags | EventFlag.recovered);
    if (header.recordsEnd === null) {
      this.#faults.add(
        'BAD_STRUCTURE',
        file + 48,
        'the end of the records is given outside the chunk; searched for whole records',
      );
      this.#scan(base + CHUNK_HEADER, end);
    } else {
      this.#follow(base + CHUNK_HEADER, base + header.recordsEnd, toFile);
    }
    return true;
  }

  /** Records one behind the other; where one is broken, the next whole one is searched for. */
  #follow(start: number, end: number, toFile: number): void {
    const view = this.#view;
    for (let at = start; at < end; ) {
      const size = recordSize(view, at, end);
      if (size > 0) {
        // A lying size must not swallow the records behind: where its copy disagrees, a whole record inside ends it.
        const fits = sizeCopyFits(view, at, size);
        const whole = fits ? size : nextRecord(this.#bytes, view, at + RECORD_MIN, at + size) - at;
        this.#records.record(at, whole, fits);
        at += whole;
        continue;
      }
      const next = nextRecord(this.#bytes, view, at + 1, end);
      const magic = at + 4 <= end && view.getInt32(at, true) === RECORD_MAGIC;
      this.#faults.add(
        magic ? 'BAD_RECORD' : 'BAD_MAGIC',
        toFile + at,
        magic ? 'the size of this record cannot be true' : 'no record signature here',
        next - at,
      );
      at = next;
    }
  }

  /** Whole records wherever they lie. */
  #scan(start: number, end: number): void {
    const view = this.#view;
    for (let at = nextRecord(this.#bytes, view, start, end); at < end; ) {
      const size = recordSize(view, at, end);
      this.#records.record(at, size, true);
      at = nextRecord(this.#bytes, view, at + size, end);
    }
  }
}
