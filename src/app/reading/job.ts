import type { LogSource } from '../../model/index.ts';
import type { EventRule } from '../../rules/index.ts';

/**
 * The jobs a reader process does and the frames it sends back. Everything that looks at foreign bytes runs there:
 * reading, matching, encoding for the lake, showing a record.
 */
export type Job =
  | {
      readonly job: 'read';
      readonly path: string;
      readonly digest: string;
      /** as it was hashed: a file that has another size now is not this evidence any more */
      readonly size: number;
      readonly key: string;
      /** path of the pack file (see Pack); read once per process */
      readonly pack: string;
      readonly lake: boolean;
      readonly options: JobReadOptions;
    }
  | {
      readonly job: 'records';
      readonly path: string;
      readonly offsets: readonly number[];
      readonly options: JobReadOptions;
    };

export interface JobReadOptions {
  readonly assumedZoneMinutes: number;
  readonly referenceMs: number;
  readonly mapping?: unknown;
}

/** What the reader processes need of the rules, as one JSON file among the case's packs. */
export interface Pack {
  readonly rules: readonly EventRule[];
  /** rule id → fields that some correlation asks of its events */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
}

/** Frames of a job, above the pool's own kinds. */
export const JobFrame = {
  /** JSON FindingRow[] */
  findings: 16,
  /** JSON InputRow[] */
  inputs: 17,
  /** JSON {stream, day, name, rows, bytes}: a lake part begins; its bytes follow in lakeData frames */
  lakePart: 18,
  lakeData: 19,
  /** JSON Progress */
  progress: 20,
  /** JSON ShownRecord */
  record: 21,
} as const;

export interface Progress {
  readonly bytes: number;
  readonly events: number;
  readonly findings: number;
}

/** A record found again by its address. */
export interface ShownRecord {
  readonly offset: number;
  readonly format: string;
  readonly found: boolean;
  readonly length: number;
  /** original bytes, base64, at most SHOW_BYTES */
  readonly bytes: string;
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly source: LogSource;
  readonly stream: string;
  readonly time: string;
  readonly record: string;
}

/** Bytes of a record sent back for showing; the rest stays in the evidence and its length is said. */
export const SHOW_BYTES = 1024 * 1024;
