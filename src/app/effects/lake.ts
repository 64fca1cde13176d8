import type { Event } from '../../model/index.ts';

/** The lake as the journeys use it: an encoder inside the reader process, a store outside. platform/lake implements both. */
export interface LakePart {
  /** Shape.stream */
  readonly stream: string;
  /** `YYYY-MM-DD` (UTC), `YYYY-MM`, `undated`, or `mixed` */
  readonly day: string;
  /** unique per evidence, stream and day, and the same at every reading */
  readonly name: string;
  readonly rows: number;
  readonly bytes: Uint8Array;
}

export interface LakeEncoder {
  add(event: Event): void;
  /** Hands out everything still held. The encoder is spent afterwards. */
  finish(): unknown;
}

/** `evidence` is the SHA-256 whose events are encoded. */
export type MakeLakeEncoder = (evidence: string, emit: (part: LakePart) => void) => LakeEncoder;

/** What a sealed lake holds, stream by stream: a digest over the parts of each. */
export type LakeContent = ReadonlyMap<string, string>;

/** The lake on disk. */
export interface LakeStore {
  /** Idempotent: the same part twice changes nothing. The part's name carries its evidence. */
  put(part: LakePart): Promise<unknown>;
  /** Forget everything of this evidence. */
  drop(evidence: string): Promise<unknown>;
  /** Settle each stream and day into one file, of which `progress` counts; safe to be killed and called again. */
  seal(progress?: (done: number, all: number) => void): Promise<{ readonly content: LakeContent }>;
}

/** Logs that named a machine together with an address: how many did, ten times as much when it named itself. */
export interface AddressPair {
  readonly host: string;
  readonly address: string;
  readonly pairs: number;
  /** a name server's answer: true of machines, but anybody may have a name of his own answered so */
  readonly answered?: boolean;
}

/** Days on which an account was seen at a machine, named or by its address. */
export interface DeskDays {
  readonly host: string;
  readonly account: string;
  readonly days: number;
}
