import type { Event } from '../../../model/index.ts';

/** One row group of one evidence file, stream and day: a whole Parquet file in memory, ready for `Lake.put`. */
export interface LakePart {
  /** Shape.stream */
  readonly stream: string;
  /**
   * `YYYY-MM-DD` (UTC), `YYYY-MM` for days that share their month's partition, `undated`, or `mixed`: dated rows
   * without any (see LAKE_LIMITS)
   */
  readonly day: string;
  /** `part-<evidence sha256>-<number>`: numbered per evidence, stream and day in order of offset, from 000000 */
  readonly name: string;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

/** Limits named where hostile input meets them (law 4). What does not fit is kept elsewhere, never dropped. */
export interface LakeLimits {
  /** estimated bytes held before the largest groups are handed out as parts */
  readonly bufferBytes: number;
  /** rows of one part, which is one row group */
  readonly partRows: number;
  /** field columns of one part and of one sealed file; the rarer fields go to `_more` */
  readonly columns: number;
  /** (stream, day) partitions one evidence file may open; further days share the stream's `mixed` */
  readonly partitions: number;
  /** a stream with so many days and fewer than `sparseRows` rows a day puts its further days into months */
  readonly sparseDays: number;
  readonly sparseRows: number;
}

export const LAKE_LIMITS: LakeLimits = {
  bufferBytes: 12 * 1024 * 1024,
  partRows: 65_536,
  columns: 512,
  partitions: 20_000,
  sparseDays: 2,
  sparseRows: 4096,
};

export interface EncodeStats {
  rows: number;
  parts: number;
  bytes: number;
  /** rows that carry something in `_more` */
  moreRows: number;
}

export interface LakeEncoder {
  /** Takes what it needs from the event at once: the event may be reused by its reader afterwards. */
  add(event: Event): void;
  /** Hands out everything still held. The encoder is spent afterwards. */
  finish(): EncodeStats;
}
