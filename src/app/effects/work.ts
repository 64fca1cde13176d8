import type { Fault, LogSource, Origin } from '../../model/index.ts';

/**
 * What `investigate` keeps between runs (platform/work keeps it in SQLite). All of it is derived from evidence and
 * packs: losing it loses nothing. Evidence is the unit of completeness: its rows count only once it is marked done,
 * so that a run killed at any moment leaves nothing half and the next run does again exactly what is missing.
 */
export interface WorkStore {
  /** Evidence known so far, in order of digest. Of results, `kinds` and `cover` are empty: there is a call for each. */
  evidence(): EvidenceRow[];
  find(digest: string): EvidenceRow | undefined;
  /** Remember evidence as handed in; known content keeps its row and gains the origin. Says whether the content is new. */
  receive(item: Received): { id: number; isNew: boolean };
  /** Forget all rows of this evidence that an unfinished or outdated reading left. */
  begin(id: number): void;
  addFindings(id: number, rows: readonly FindingRow[]): void;
  addInputs(id: number, rows: readonly InputRow[]): void;
  /** One transaction: coverage, result and the done mark. From here on the evidence counts. */
  finish(id: number, result: ReadResult): void;
  /** Findings of all done evidence in the order of the findings file: time, rule, evidence, offset; undated last. */
  findings(): Iterable<StoredFinding>;
  /** Inputs for correlations, in time order; undated ones are left out and counted by `undatedInputs`. */
  inputs(): Iterable<StoredInput>;
  undatedInputs(): number;
  coverage(): Iterable<CoverRow>;
  /** Kinds of event of all done evidence, piece by piece. */
  kinds(): Iterable<EventKind>;
  /**
   * Binds the store to the way evidence is read (program and options, not rules). When it was read another way before,
   * all rows are forgotten and true is returned: the lake must be made anew as well.
   */
  bind(readingKey: string, options: unknown): boolean;
  /** the options evidence was read with last, as given to `bind`; null: nothing was read yet */
  readingOptions(): unknown;
  counts(): { evidence: number; done: number; findings: number; inputs: number };
  close(): void;
}

export interface Received {
  readonly digest: string;
  readonly size: number;
  readonly origin: Origin;
  /** where the bytes can be read again: the file handed in, or the copy in the case */
  readonly path: string;
  /** `reference`: read where it lies; `copy`: kept in the case */
  readonly stored: 'reference' | 'copy';
}

export interface EvidenceRow {
  readonly id: number;
  readonly digest: string;
  readonly size: number;
  readonly origins: readonly Origin[];
  readonly path: string;
  readonly stored: 'reference' | 'copy';
  /** null: not read yet, or by other packs: to be read */
  readonly result: ReadResult | null;
}

/** What reading one piece of evidence came to. */
export interface ReadResult {
  /** digest over program version, packs and options: a different key means the evidence is read anew */
  readonly key: string;
  /** read: some reader took it · unknown: no reader knows the format · archive: its members are evidence of their own · failed: the reader died */
  readonly status: 'read' | 'unknown' | 'archive' | 'failed' | 'empty';
  readonly format: string;
  readonly events: number;
  readonly undated: number;
  readonly recovered: number;
  readonly zoneAssumed: number;
  readonly yearAssumed: number;
  readonly partial: number;
  readonly lowerBound: number;
  /** UTC epoch ms of the first and last dated event; null when there is none */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** faults by code, whole counts */
  readonly faults: Readonly<Record<string, number>>;
  /** the first faults, located */
  readonly faultSamples: readonly Fault[];
  /** holes in the record numbering, and how many more there were */
  readonly holes: readonly RecordHole[];
  readonly moreHoles: number;
  /** the numbers a log that counts its records runs over; null for other logs, and for one that mixes streams */
  readonly range: RecordRange | null;
  /** what kinds of event it holds: rule coverage follows from it, for today's rules and for later ones */
  readonly kinds: readonly EventKind[];
  readonly cover: readonly CoverRow[];
  /** coded reason when status is failed or unknown */
  readonly reason?: string;
}

/** Events of one log source and the field names that were seen in them. */
export interface EventKind {
  readonly source: LogSource;
  readonly events: number;
  readonly fields: readonly string[];
}

/** First and last record number of a log of one host, so that logs kept in several files can be laid end to end. */
export interface RecordRange {
  readonly stream: string;
  readonly host: string;
  readonly first: number;
  readonly firstMs: number | null;
  readonly last: number;
  readonly lastMs: number | null;
}

/** Numbers missing between two consecutive records of one log. */
export interface RecordHole {
  readonly stream: string;
  readonly host: string;
  readonly after: number;
  readonly before: number;
  readonly afterMs: number | null;
  readonly beforeMs: number | null;
}

/** Events of one stream from one host on one UTC day. `day` is days since 1970; undated events have day null. */
export interface CoverRow {
  readonly stream: string;
  readonly host: string;
  readonly day: number | null;
  readonly events: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

export interface FindingRow {
  readonly rule: string;
  readonly ms: number | null;
  readonly ns: number;
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly offset: number;
  readonly record: string;
  /** JSON: [{field, value}] */
  readonly matched: string;
  readonly why: string;
  /** JSON: entity keys, sorted; and those of them somebody acted as or on */
  readonly entities: string;
  readonly acted: string;
  /** EventFlag bits */
  readonly flags: number;
}

export interface StoredFinding extends FindingRow {
  readonly digest: string;
}

export interface InputRow {
  readonly rule: string;
  readonly ms: number | null;
  readonly ns: number;
  readonly offset: number;
  /** JSON object */
  readonly fields: string;
  readonly host: string;
  readonly user: string;
  readonly source: string;
  readonly stream: string;
}

export interface StoredInput extends InputRow {
  readonly digest: string;
}
