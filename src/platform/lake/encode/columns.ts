/**
 * Growing columns, the hot path of the lake: each value costs one comparison with the value before it or one Map
 * look-up of an interned string; text is built once per distinct value. Values repeat in logs, so a column is kept as a
 * dictionary and one index a row (-1: null). A column whose values hardly repeat stops looking them up.
 *
 * What a column keeps depends only on the sequence of its values, never on where they come from: a part that is
 * read back and packed again gives the same bytes (tested).
 */
const GIVE_UP_AFTER = 2_048;

/** Rough cost of one distinct text held: string header, Map entry, dictionary slot. */
const ENTRY_BYTES = 80;

const NO_IDS = new Int32Array(0);

/**
 * Arrays of indexes given back by spent columns, by length. A file of some hundred events makes thousands of them;
 * taking each anew from the system cost a tenth of the lake's time and 60 MB of resident memory.
 */
const spare = new Map<number, Int32Array[]>();
/** Indexes kept of one length. */
const SPARE_INDEXES = 65_536;

function takeIds(size: number): Int32Array {
  return spare.get(size)?.pop() ?? new Int32Array(size);
}

function giveIds(ids: Int32Array): void {
  if (ids.length === 0) return;
  let list = spare.get(ids.length);
  if (list === undefined) {
    if (ids.length % 16 !== 0) return; // not a length that columns grow to
    list = [];
    spare.set(ids.length, list);
  }
  if ((list.length + 1) * ids.length <= SPARE_INDEXES) list.push(ids);
}

export class TextColumn {
  ids: Int32Array;
  readonly dict: string[] = [];
  /** false once values hardly repeat: `dict` may then hold a text twice */
  looksUp = true;
  count = 0;
  /** bytes held, estimated */
  weight: number;
  /** made with the second distinct value: many columns have one */
  #index: Map<string | number, number> | undefined = undefined;
  #last: string | number | undefined = undefined;
  #lastId = -1;

  constructor(rows: number) {
    this.ids = rows === 0 ? NO_IDS : new Int32Array(rows).fill(-1);
    this.weight = 4 * rows + 400;
  }

  has(row: number): boolean {
    return row < this.ids.length && this.ids[row]! >= 0;
  }

  /** Rows come in ascending order; a number stands for its decimal text. */
  set(row: number, value: string | number): void {
    if (row >= this.ids.length) this.#grow(row);
    this.count++;
    if (value === this.#last) {
      this.ids[row] = this.#lastId;
      return;
    }
    let id = this.#index?.get(value);
    if (id === undefined) id = this.#enter(value);
    this.ids[row] = id;
    this.#last = value;
    this.#lastId = id;
  }

  #enter(value: string | number): number {
    const text = typeof value === 'number' ? String(value) : value;
    const [first] = this.dict;
    if (this.looksUp && first !== undefined) {
      // A number and its text are one entry, known under both.
      if (this.#index === undefined) this.#index = new Map<string | number, number>([[first, 0]]);
      const index = this.#index;
      const known = index.get(text) ?? this.dict.length;
      index.set(value, known);
      if (known < this.dict.length) return known;
      index.set(text, known);
    }
    this.weight += ENTRY_BYTES + 2 * text.length;
    this.dict.push(text);
    const distinct = this.dict.length;
    if (this.looksUp && distinct >= GIVE_UP_AFTER && distinct * 4 > this.count * 3) {
      this.looksUp = false;
      this.#index = undefined;
    }
    return distinct - 1;
  }

  #grow(row: number): void {
    const old = this.ids;
    const size = Math.max(old.length * 4, row + 1, 16);
    const ids = takeIds(size).fill(-1, old.length);
    ids.set(old);
    this.weight += 4 * (size - old.length);
    this.ids = ids;
    giveIds(old);
  }

  /** The column is spent; its memory may serve another. */
  release(): void {
    giveIds(this.ids);
    this.ids = NO_IDS;
  }
}

/** Small integers (event ids, flags, nanoseconds): a dictionary too; the value must be an int32. */
export class IntColumn {
  ids: Int32Array;
  readonly dict: number[] = [];
  count = 0;
  readonly #index = new Map<number, number>();
  #last = Number.NaN;
  #lastId = -1;

  constructor(rows: number) {
    this.ids = new Int32Array(rows).fill(-1);
  }

  set(row: number, value: number): void {
    if (row >= this.ids.length) {
      const ids = new Int32Array(Math.max(this.ids.length * 2, row + 1, 8)).fill(-1, this.ids.length);
      ids.set(this.ids);
      this.ids = ids;
    }
    this.count++;
    if (value !== this.#last) {
      let id = this.#index.get(value);
      if (id === undefined) {
        id = this.dict.push(value) - 1;
        this.#index.set(value, id);
      }
      this.#last = value;
      this.#lastId = id;
    }
    this.ids[row] = this.#lastId;
  }
}

/** 64-bit integers as two 32-bit words a row, low word first, without a BigInt a value. */
export class LongColumn {
  words: Int32Array;
  valid: Uint8Array;
  count = 0;

  constructor(rows: number) {
    this.words = new Int32Array(2 * rows);
    this.valid = new Uint8Array(rows);
  }

  /** `value` = high × 2^32 + low, low unsigned. */
  setWords(row: number, low: number, high: number): void {
    if (row >= this.valid.length) {
      const size = Math.max(this.valid.length * 2, row + 1, 8);
      const words = new Int32Array(2 * size);
      words.set(this.words);
      const valid = new Uint8Array(size);
      valid.set(this.valid);
      this.words = words;
      this.valid = valid;
    }
    this.count++;
    this.words[2 * row] = low;
    this.words[2 * row + 1] = high;
    this.valid[row] = 1;
  }

  /** A safe integer. */
  setNumber(row: number, value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    this.setWords(row, value - high * 0x1_0000_0000, high);
  }

  setBig(row: number, value: bigint): void {
    this.setWords(row, Number(BigInt.asUintN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }
}

export type ColumnData = TextColumn | IntColumn | LongColumn;
