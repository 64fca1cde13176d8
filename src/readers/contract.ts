import type { ByteSource } from '../base/index.ts';
import { errorClass } from '../base/index.ts';
import type { Event, Fault, LogSource } from '../model/index.ts';

/**
 * What every reader offers and obeys. One contract suite (test/readers/contract.test.ts) runs over all of them.
 *
 * Law 4: the bytes are the adversary's. A reader does no I/O (the ByteSource is handed in), keeps bounded memory
 * whatever the file's size, never throws for bad input: bad input is a Fault with its offset, and reading goes on
 * behind it wherever that is possible. Only a programming error or `ReadError('STOPPED')` leaves `read`.
 */
export interface Reader {
  /** Short name of the format, stable: `evtx`, `windows-json`, `zeek-tsv`, … */
  readonly format: string;
  /** One line for people: what it reads. */
  readonly title: string;
  /**
   * Is this mine? Judged from content, never from the name. `head` is the first 64 KiB at most, `size` the whole size
   * (when that tells nobody anything: some MiB of the beginning, or 64 KiB from the beginning of a line further in).
   * 0: not mine. 1..100: how sure; the highest wins, ties are broken by the order in readers/index.ts.
   * 90+ magic or unmistakable; 60+ structure and names fit; 20+ generic fallback.
   */
  sniff(head: Uint8Array, size: number): number;
  /** Read the whole source, in order of offset. Events and their Shapes are valid only inside `sink.event`: a reader may reuse them. */
  read(source: ByteSource, sink: ReadSink, options: ReadOptions): void;
  /**
   * The record that begins at `offset` (an Event's offset): its original bytes, and the parsed event via `sink`.
   * null: no record begins there.
   */
  record(source: ByteSource, offset: number, options: ReadOptions): RawRecord | null;
}

export interface ReadSink {
  event(event: Event): void;
  fault(fault: Fault): void;
  /** Bytes consumed so far; called every megabyte or so. */
  progress(bytes: number): void;
}

export interface ReadOptions {
  /** Zone for times that name none, minutes east of UTC. 0 when nobody said; events then carry the zoneAssumed flag. */
  readonly assumedZoneMinutes: number;
  /** For times without a year (RFC 3164): a moment near the last record, e.g. the file's modification time, epoch ms. */
  readonly referenceMs: number;
  /** The user's mapping file for generic CSV and JSON lines, parsed and validated; see readers/generic. */
  readonly mapping?: unknown;
}

export interface RawRecord {
  /** The record's bytes as they lie in the evidence. */
  readonly bytes: Uint8Array;
  /** For people: the record as its format prints it (XML for EVTX, the line for text). */
  readonly text: string;
  /** Parsed fields, all of them. */
  readonly fields: Record<string, unknown>;
  /** log source facts and stream of the event's Shape, so that rules can be explained on it */
  readonly source: LogSource;
  readonly stream: string;
  readonly time: string;
  readonly record: number | string;
}

/** Fault codes of the readers floor: closed list. Tests assert these. */
export const FAULT_CODES = {
  TRUNCATED: 'the file ends inside a structure',
  BAD_MAGIC: 'a signature that must stand here does not',
  BAD_CHECKSUM: 'a checksum does not fit its bytes; the bytes were read all the same and the events flagged',
  BAD_STRUCTURE: 'a length, offset or token contradicts its surroundings',
  BAD_RECORD: 'one record could not be parsed',
  BAD_ENCODING: 'bytes are not valid in the encoding they claim',
  BAD_TIME: 'the record carries no time that can be read; it stays undated',
  BAD_FIELD: 'one field could not be decoded; the rest of the record stands',
  LIMIT_DEPTH: 'nesting deeper than the limit',
  LIMIT_SIZE: 'a line, record or field longer than the limit',
  LIMIT_COUNT: 'more elements than the limit',
  NO_HEADER: 'a header the format needs is missing',
  UNCLOSED: 'the log was cut or still open: its closing mark is missing',
  SKIPPED: 'content passed over on purpose; the message says why',
} as const;
export type FaultCode = keyof typeof FAULT_CODES;

export const ReadError = errorClass<'STOPPED'>('ReadError');

/** Limits named where hostile input meets them (law 4). */
export const LIMITS = {
  headBytes: 64 * 1024,
  /** longest line or record of a text log */
  lineBytes: 4 * 1024 * 1024,
  /** longest value kept in a field; longer ones are cut and flagged partial */
  fieldChars: 256 * 1024,
  /** fields of one event */
  fields: 2048,
  /** nesting of JSON, XML, BinXML */
  depth: 64,
  /** distinct Shapes one file may make before further ones are no longer interned */
  shapes: 20_000,
  /** faults of one code reported singly per file; the rest are counted */
  faultsPerCode: 100,
} as const;
