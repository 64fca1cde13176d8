/**
 * The lake as behaviours use it: views and tables are made beside it, then one SELECT a behaviour is asked.
 * platform/lake implements it.
 */

/** The name under which a lake gives every stream's rows, with the columns that all of them have. */
export const ALL_STREAMS = '*';

export interface BehaviourLake {
  /** the streams that were asked for and are there */
  readonly streams: ReadonlyMap<
    string,
    { readonly table: string; readonly columns: ReadonlySet<string>; readonly rows: number }
  >;
  /** values too long, and too many of them, that are seen only in part; in order of stream */
  readonly cut: readonly CutValues[];
  /** SQL of our own that makes a macro, a view or a table. */
  make(sql: string): Promise<void>;
  /** A table and its rows. Columns: name → SQL type; times as RFC 3339 text. */
  fill(table: string, columns: Readonly<Record<string, string>>, rows: Iterable<readonly unknown[]>): Promise<void>;
  /** From now on no file, extension or setting can be reached, whatever a behaviour's SQL says. */
  closeIn(): Promise<void>;
  /**
   * Rows of one SELECT, columns by name; parameters by name. Times come as RFC 3339. Errors are coded: BAD_SQL,
   * NOT_A_QUESTION, TOO_LARGE (memory or time).
   */
  ask(
    sql: string,
    parameters: Readonly<Record<string, number | string | boolean | readonly string[]>>,
    seconds: number,
  ): AsyncGenerator<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Values of one column of which only the first `length` characters are seen. */
export interface CutValues {
  readonly stream: string;
  readonly column: string;
  readonly length: number;
  readonly values: number;
}

/**
 * Results kept from run to run, each under a key that names all it depends on. Derived: they may vanish at any time.
 * platform/results implements it.
 */
export interface ResultShelf {
  /** null: there is none, or it is not what was kept */
  recall(key: string): string | null;
  keep(key: string, text: string): void;
  /** Forgets all others. */
  retain(keys: ReadonlySet<string>): void;
}

/**
 * Opens the lake for behaviours; null when it is empty or not there. Asked for are streams with the columns of theirs
 * that are read besides the lake's own; the name `*` stands for all streams.
 */
export type OpenBehaviourLake = (streams: ReadonlyMap<string, ReadonlySet<string>>) => Promise<BehaviourLake | null>;
