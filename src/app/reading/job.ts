import type { LogSource } from '../../model/index.ts';
import type { RuleMeta } from '../../rules/index.ts';
import type { EventKind } from '../effects/index.ts';

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
      readonly pack: PackPlace;
      readonly lake: boolean;
      readonly options: JobReadOptions;
    }
  | {
      readonly job: 'records';
      readonly path: string;
      readonly offsets: readonly number[];
      readonly options: JobReadOptions;
    }
  | {
      readonly job: 'rules';
      /** rule files as `textsOf` keeps them */
      readonly path: string;
      /** placeholder name → what it stands for */
      readonly placeholders: Readonly<Record<string, readonly string[]>>;
    }
  | {
      readonly job: 'look';
      readonly pack: PackPlace;
      /** distinct kinds of event, with the fields that rules ask */
      readonly kinds: readonly EventKind[];
    };

/** A pack file (see pack.ts) and its SHA-256, which is checked; read once per process. */
export interface PackPlace {
  readonly path: string;
  readonly digest: string;
}

export interface JobReadOptions {
  readonly assumedZoneMinutes: number;
  readonly referenceMs: number;
  readonly mapping?: unknown;
}

/** A rule as reports show it: what it says, not what it asks. */
export type RuleFace = Pick<
  RuleMeta,
  'id' | 'title' | 'level' | 'status' | 'attack' | 'tactics' | 'falsePositives' | 'logsource' | 'digest' | 'origin'
>;

/** An event rule's face, and whether it makes findings of its own. */
export interface EventFace {
  readonly meta: RuleFace;
  readonly reports: boolean;
}

/** Result of the job `rules`. */
export interface RulesEnd {
  /** the names that any rule asks or counts by */
  readonly fields: readonly string[];
}

/** What one event rule could do on the kinds of event it was shown. */
export interface Looked {
  readonly rule: string;
  /** events that pass a gate of it */
  readonly events: number;
  readonly canFire: boolean;
  /** fields it lacks on those events; empty when it can fire */
  readonly missing: readonly string[];
  /** why it cannot be executed, when it cannot */
  readonly refusal?: { readonly code: string; readonly reason: string };
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
  /** JSON EventFace[] */
  faces: 22,
  /** JSON CorrelationRule[], their meta a RuleFace */
  correlations: 23,
  /** JSON Refusal[] */
  refusals: 24,
  /** bytes of the pack, in order */
  pack: 25,
  /** JSON Looked[] */
  looked: 26,
  /** JSON Notice[] */
  notices: 27,
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
