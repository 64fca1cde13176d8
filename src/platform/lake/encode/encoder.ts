/**
 * Events of one evidence file → parts of the lake, grouped by stream and day, in bounded memory.
 *
 * Work is done once per distinct thing: a Shape is planned once, a Shape meeting a (stream, day) group is bound to
 * that group's columns once, and then an event costs one column write a field.
 */
import type { Event, Shape, Value } from '../../../model/index.ts';
import type { TextColumn } from './columns.ts';
import { type EncodeStats, LAKE_LIMITS, type LakeEncoder, type LakeLimits, type LakePart } from './contract.ts';
import { Group } from './group.ts';
import { columnKey, compareKeys } from './names.ts';

interface Plan {
  readonly shape: Shape;
  readonly stream: string;
  /** slots that go to a column of this key; ascending by slot unless two of them share a key */
  readonly slots: Int32Array;
  readonly keys: readonly string[];
  /** slots whose name cannot be a column */
  readonly odd: readonly number[];
  /** two slots share a key, so a value may have to stand back behind another spelling */
  readonly contested: boolean;
  day: number;
  bound: Bound | undefined;
}

/** A Shape's columns inside one group. */
interface Bound {
  readonly group: Group<Plan, Bound>;
  readonly columns: readonly (TextColumn | undefined)[];
  readonly source: number;
}

const NO_DAY = Number.NaN;
const DAY_MS = 86_400_000;
/** Days that get a partition: 1990-01-01 to 2099-12-31. Any other date is a forgery or a fault and shares `mixed`. */
const FIRST_DAY = Date.UTC(1990, 0, 1) / DAY_MS;
const LAST_DAY = Date.UTC(2099, 11, 31) / DAY_MS;
const UNDATED = -1;
const MIXED = -2;
/** characters of `YYYY-MM` */
const MONTH = 7;

/**
 * @param evidence SHA-256 of the evidence file, lower-case hex
 * @param emit is handed each part as soon as it is complete; it owns the bytes
 */
export function createLakeEncoder(
  evidence: string,
  emit: (part: LakePart) => void,
  limits: Partial<LakeLimits> = {},
): LakeEncoder {
  return new Encoder(evidence, emit, { ...LAKE_LIMITS, ...limits });
}

class Encoder implements LakeEncoder {
  readonly #evidence: string;
  readonly #emit: (part: LakePart) => void;
  readonly #limits: LakeLimits;
  readonly #plans = new Map<Shape, Plan>();
  readonly #groups = new Map<string, Group<Plan, Bound>>();
  /** parts handed out, by stream and day: numbers go on where they stopped */
  readonly #numbers = new Map<string, number>();
  /** per stream: the partition each day goes to, and rows that have left in parts */
  readonly #streams = new Map<string, { readonly names: Map<number, string>; rows: number }>();
  readonly #stats: EncodeStats = { rows: 0, parts: 0, bytes: 0, moreRows: 0 };
  #held = 0;
  #values: (Value | undefined)[] = [];

  constructor(evidence: string, emit: (part: LakePart) => void, limits: LakeLimits) {
    this.#evidence = evidence;
    this.#emit = emit;
    this.#limits = limits;
  }

  add(event: Event): void {
    const { shape } = event;
    const plan = this.#plans.get(shape) ?? this.#plan(shape);
    const day = dayOf(event.ms);
    let bound = plan.bound;
    if (bound === undefined || plan.day !== day) bound = this.#bind(plan, day);
    const { group, columns } = bound;
    const row = group.begin(event, bound.source);
    const before = group.weight;

    const values = this.#values;
    const width = shape.fields.length;
    for (let slot = 0; slot < width; slot++) values[slot] = event.value(slot);
    group.people(row, firstText(values, shape.host), firstText(values, shape.user), firstText(values, shape.address));

    const { slots } = plan;
    for (let i = 0; i < slots.length; i++) {
      const value = values[slots[i]!];
      if (value === undefined || value === null) continue;
      const column = columns[i];
      if (column === undefined || (plan.contested && column.has(row))) {
        group.putMore(row, shape.fields[slots[i]!]!, textOf(value));
        continue;
      }
      const weight = column.weight;
      column.set(row, typeof value === 'string' || typeof value === 'number' ? value : textOf(value));
      group.weight += column.weight - weight;
    }
    for (const slot of plan.odd) {
      const value = values[slot];
      if (value !== undefined && value !== null) group.putMore(row, shape.fields[slot]!, textOf(value));
    }
    this.#stats.rows++;
    this.#held += group.weight - before;
    if (group.rows >= this.#limits.partRows || group.weight > this.#limits.bufferBytes / 2) this.#close(group);
    else if (this.#held > this.#limits.bufferBytes) this.#relieve();
  }

  finish(): EncodeStats {
    for (const group of [...this.#groups.values()].sort((a, b) => compareKeys(a.place, b.place))) this.#close(group);
    return this.#stats;
  }

  /** The heaviest groups go out until half of the buffer is free. */
  #relieve(): void {
    const heaviest = [...this.#groups.values()].sort((a, b) => b.weight - a.weight || compareKeys(a.place, b.place));
    for (const group of heaviest) {
      if (this.#held <= this.#limits.bufferBytes / 2) return;
      this.#close(group);
    }
  }

  #close(group: Group<Plan, Bound>): void {
    for (const plan of group.bounds.keys()) if (plan.bound?.group === group) plan.bound = undefined;
    this.#groups.delete(group.place);
    this.#held -= group.weight;
    const number = this.#numbers.get(group.place) ?? 0;
    this.#numbers.set(group.place, number + 1);
    const name = `part-${this.#evidence}-${String(number).padStart(6, '0')}`;
    const { bytes, moreRows } = group.encode(name, this.#limits.columns);
    this.#ofStream(group.stream).rows += group.rows;
    this.#stats.parts++;
    this.#stats.bytes += bytes.length;
    this.#stats.moreRows += moreRows;
    this.#emit({ stream: group.stream, day: group.day, name, rows: group.rows, bytes });
  }

  #plan(shape: Shape): Plan {
    const named: { slot: number; key: string; field: string }[] = [];
    const odd: number[] = [];
    shape.fields.forEach((field, slot) => {
      const key = columnKey(field);
      if (key === null) odd.push(slot);
      else named.push({ slot, key, field });
    });
    const contested = new Set(named.map((n) => n.key)).size < named.length;
    // The smallest spelling is tried first, so it is the one that gets the column.
    if (contested) named.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.field, b.field));
    const plan: Plan = {
      shape,
      stream: /^[a-z0-9-]{1,64}$/.test(shape.stream) ? shape.stream : 'unnamed',
      slots: Int32Array.from(named, (n) => n.slot),
      keys: named.map((n) => n.key),
      odd,
      contested,
      day: NO_DAY,
      bound: undefined,
    };
    this.#plans.set(shape, plan);
    return plan;
  }

  #bind(plan: Plan, day: number): Bound {
    const group = this.#group(plan.stream, day);
    const before = group.weight;
    const known = group.bounds.get(plan);
    const bound: Bound = known ?? {
      group,
      columns: plan.keys.map((key, i) => group.field(key, plan.shape.fields[plan.slots[i]!]!, this.#limits.columns)),
      source: group.source(plan.shape.source),
    };
    group.bounds.set(plan, bound);
    this.#held += group.weight - before;
    plan.day = day;
    plan.bound = bound;
    return bound;
  }

  #group(stream: string, day: number): Group<Plan, Bound> {
    const name = day === UNDATED ? 'undated' : day === MIXED ? 'mixed' : this.#partition(stream, day);
    const place = `${stream}/${name}`;
    const known = this.#groups.get(place) ?? this.#numbers.has(place);
    if (typeof known === 'object') return known;
    const full = known === false && this.#groups.size + this.#numbers.size >= this.#limits.partitions;
    if (full && day !== MIXED && day !== UNDATED) return this.#group(stream, MIXED);
    const group = new Group<Plan, Bound>(this.#evidence, stream, name);
    this.#held += group.weight;
    this.#groups.set(group.place, group);
    return group;
  }

  /**
   * A day of its own, or its month's. A source that speaks little would become thousands of tiny files, each costlier than
   * its rows: while its days so far were sparse, a further one shares its month. Chosen once a day, from what came before.
   */
  #partition(stream: string, day: number): string {
    const { names, rows } = this.#ofStream(stream);
    let name = names.get(day);
    if (name === undefined) {
      name = dayName(day);
      const { sparseDays, sparseRows } = this.#limits;
      if (names.size >= sparseDays) {
        let all = rows;
        for (const group of this.#groups.values()) if (group.stream === stream) all += group.rows;
        if (all < names.size * sparseRows) name = name.slice(0, MONTH);
      }
      names.set(day, name);
    }
    return name;
  }

  #ofStream(stream: string): { readonly names: Map<number, string>; rows: number } {
    let known = this.#streams.get(stream);
    if (known === undefined) {
      known = { names: new Map(), rows: 0 };
      this.#streams.set(stream, known);
    }
    return known;
  }
}

function dayOf(ms: number): number {
  if (Number.isNaN(ms)) return UNDATED;
  const day = Math.floor(ms / DAY_MS);
  return day >= FIRST_DAY && day <= LAST_DAY ? day : MIXED;
}

const dayNames = new Map<number, string>();
function dayName(day: number): string {
  let name = dayNames.get(day);
  if (name === undefined) {
    name = new Date(day * DAY_MS).toISOString().slice(0, 10);
    dayNames.set(day, name);
  }
  return name;
}

/** model/event firstText over values already fetched. */
function firstText(values: readonly (Value | undefined)[], slots: readonly number[]): string | number | undefined {
  for (let i = 0; i < slots.length; i++) {
    const v = values[slots[i]!];
    if (typeof v === 'string' ? v !== '' && v !== '-' : typeof v === 'number') return v as string | number;
  }
  return undefined;
}

/** What a column holds of a value: text as it is, numbers and booleans as text, arrays as JSON. */
function textOf(value: Value): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
