import type { Form, KeyClass } from '../../model/index.ts';

/**
 * The values of a lake, each thing once: derived, made when first asked for, brought up to date file by file, and lost
 * without loss. platform/sweep implements it.
 */
export interface ValueIndex {
  /** Takes in what is new in the lake and lets go of what is gone. */
  refresh(progress: (done: number, all: number) => void): Promise<void>;
  sources(): Promise<IndexedSource[]>;
  /** distinct values held */
  size(): Promise<number>;
  /** Every event that shows one of the probes, gathered by indicator, source, host, account and time. */
  sweep(question: SweepQuestion): Promise<SightingRow[]>;
  /** Distinct texts of some columns of a stream, null where a row has none; in no order. @throws TOO_LARGE beyond a limit */
  tuples(stream: string, columns: readonly string[]): AsyncIterable<(string | null)[]>;
  /** The earliest events whose columns hold one of these tuples, in time order, at most `limit`. */
  eventsOf(
    stream: string,
    columns: readonly string[],
    tuples: readonly (readonly (string | null)[])[],
    limit: number,
  ): Promise<EventRow[]>;
  /** Columns of each stream, as the lake spells them. */
  columns(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** The keys among these that some event shows, as `class key`. */
  known(keys: readonly { readonly cls: KeyClass; readonly key: string }[]): Promise<Set<string>>;
  close(): Promise<void>;
}

/** An event as a pattern's match names it. */
export interface EventRow {
  /** `<sha256>@<offset>` */
  readonly event: string;
  /** RFC 3339; '' when undated */
  readonly time: string;
  readonly flags: number;
  readonly host: string;
  readonly user: string;
  readonly address: string;
}

export interface IndexedSource {
  readonly stream: string;
  readonly events: number;
  /** RFC 3339; '' when no event is dated */
  readonly first: string;
  readonly last: string;
  readonly classes: readonly KeyClass[];
}

export interface ProbeRow {
  readonly indicator: number;
  readonly cls: KeyClass;
  readonly low: string;
  readonly high: string;
  readonly below: boolean;
}

export interface SweepQuestion {
  readonly probes: readonly ProbeRow[];
  /** by indicator: from when (included) and until when (not included) it holds; RFC 3339, null: no bound */
  readonly windows: ReadonlyMap<number, { readonly from: string | null; readonly until: string | null }>;
}

export type When = 'in' | 'before' | 'after' | 'undated';

export interface SightingRow {
  readonly indicator: number;
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly when: When;
  readonly events: number;
  readonly first: string;
  readonly last: string;
  readonly fields: readonly string[];
  /** fields of the first event that show it, with their texts */
  readonly shown: readonly { readonly field: string; readonly value: string }[];
  /** source address of the first event */
  readonly address: string;
  readonly flags: number;
  readonly addresses: readonly string[];
}

/** How the fields of the lake are to be read: hunt/sweep knows, the index is told. */
export interface FieldForms {
  formsOf(column: string): readonly Form[];
  readonly joined: readonly {
    readonly name: string;
    readonly needs: readonly string[];
    readonly form: Form;
    readonly stream: RegExp;
    readonly parts: readonly ({ readonly text: string } | { readonly column: string })[];
  }[];
  readonly classesOf: Readonly<Record<Form, readonly KeyClass[]>>;
  /** changes whenever what fields mean changes: the index is then made anew */
  readonly version: string;
}
