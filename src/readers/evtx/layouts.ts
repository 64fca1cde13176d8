import type { Shape, Value } from '../../model/index.ts';
import { windowsSource } from '../windows/services.ts';
import { windowsShape } from '../windows/shape.ts';
import type { Field } from './fields.ts';
import { fieldValue, mapFields } from './fields.ts';
import { EVTX_LIMITS } from './format.ts';
import type { Plan } from './plans.ts';
import type { Attribute, Node, Piece } from './tree.ts';

/**
 * Where the fields of events lie that were written with the same templates. An event is a template filled with values,
 * some of which are XML again, mostly a second template (EventData): a Path is such a sequence of templates, and the
 * end of a path has a Layout: field by field either a text that is always the same, or the number of a value.
 */
export const Kind = { STATIC: 0, NORMAL: 1, OPTIONAL: 2, NUMERIC: 3, NUMERIC_OPTIONAL: 4, LIST: 5, MIXED: 6 } as const;

export interface Layout {
  /** in slot order */
  readonly kinds: Uint8Array;
  /** STATIC: the value */
  readonly statics: readonly (Value | undefined)[];
  /** NORMAL to NUMERIC_OPTIONAL: number of the substitution value, all levels counted through; else -1 */
  readonly at: Int32Array;
  /**
   * Four numbers a field, side by side as they are read side by side: `at`, `kinds`, and of the value the field had last
   * the descriptor (-1: none) and where its bytes lie in the buffer.
   */
  readonly cells: Int32Array;
  readonly last: Last;
  /** LIST: the substitution values it is made of, twice their number, and one more when optional */
  readonly lists: readonly (Int32Array | undefined)[];
  /** MIXED: how the value is put together */
  readonly fields: readonly Field[];
  readonly names: readonly string[];
  /** slots of Channel, Provider_Name, EventID, TimeCreated; -1: none */
  readonly channel: number;
  readonly provider: number;
  readonly eventId: number;
  readonly time: number;
  /** fields were cut at the limit */
  readonly partial: boolean;
  readonly shapes: ShapeCache;
}

/**
 * The value each field had last, as the next event mostly has it again. Holds as long as the buffer is not filled anew.
 */
export class Last {
  /** see Layout */
  readonly cells: Int32Array;
  readonly values: (Value | undefined)[];
  /** noted by the event, which forgets it when the buffer is filled anew */
  used = false;

  constructor(at: Int32Array, kinds: Uint8Array) {
    this.cells = new Int32Array(4 * at.length);
    this.values = new Array<Value | undefined>(at.length).fill(undefined);
    for (let i = 0; i < at.length; i++) this.cells.set([at[i]!, kinds[i]!, -1, 0], 4 * i);
  }

  forget(): void {
    for (let i = 2; i < this.cells.length; i += 4) this.cells[i] = -1;
    this.values.fill(undefined);
    this.used = false;
  }
}

/** Paths and fields made so far: what memory they take. */
export interface Made {
  fields: number;
}

/** What comes next on a path when an XML value is empty. */
const NOTHING = -1;
/** Next paths found without the map; a power of two. */
const RECENT = 16;

export class Path {
  /** values of the last template on the path are numbered from here … */
  readonly base: number;
  /** … and the next template's from here */
  readonly end: number;
  readonly #steps: readonly (Plan | null)[];
  readonly #next = new Map<number, Path>();
  readonly #made: Made;
  readonly #recentKeys = new Int32Array(RECENT).fill(NOTHING - 1);
  readonly #recent = new Array<Path | null>(RECENT).fill(null);
  #layout: Layout | null | undefined = undefined;

  constructor(steps: readonly (Plan | null)[], base: number, made: Made) {
    this.#steps = steps;
    this.base = base;
    this.end = base + (steps.at(-1)?.slots ?? 0);
    this.#made = made;
  }

  /** The path one template (null: an empty XML value) further. */
  step(plan: Plan | null): Path {
    const key = plan === null ? NOTHING : plan.id;
    const recent = key & (RECENT - 1);
    if (key === this.#recentKeys[recent]) return this.#recent[recent]!;
    let next = this.#next.get(key);
    if (next === undefined) {
      next = new Path([...this.#steps, plan], this.end, this.#made);
      this.#made.fields++;
      this.#next.set(key, next);
    }
    this.#recentKeys[recent] = key;
    this.#recent[recent] = next;
    return next;
  }

  /** null: these events must be read one by one the slow way. */
  layout(): Layout | null {
    if (this.#layout === undefined) {
      this.#layout = makeLayout(this.#steps);
      this.#made.fields += this.#layout?.names.length ?? 0;
    }
    return this.#layout;
  }
}

function makeLayout(steps: readonly (Plan | null)[]): Layout | null {
  const map = mapFields(new Grafter(steps).graft());
  if (map.dynamic || map.fields.some((f) => f.sources.reduce((n, s) => n + s.length, 0) > EVTX_LIMITS.pieces))
    return null;
  return layoutOf(map.fields, map.cut);
}

function layoutOf(fields: readonly Field[], partial: boolean): Layout {
  const kinds = new Uint8Array(fields.length);
  const statics: (Value | undefined)[] = [];
  const lists: (Int32Array | undefined)[] = [];
  const at = new Int32Array(fields.length).fill(-1);
  fields.forEach((field, i) => {
    const piece = field.sources.length === 1 && field.sources[0]!.length === 1 ? field.sources[0]![0]! : null;
    if (piece?.$ === 'slot') {
      at[i] = piece.slot;
      kinds[i] = (field.numeric ? Kind.NUMERIC : Kind.NORMAL) + (piece.optional ? 1 : 0);
    } else if (!field.numeric && field.sources.length > 1 && field.sources.every(isSlot)) {
      lists[i] = Int32Array.from(field.sources, ([p]) => (p?.$ === 'slot' ? 2 * p.slot + (p.optional ? 1 : 0) : 0));
      kinds[i] = Kind.LIST;
    } else if (field.sources.some((s) => s.some((p) => p.$ === 'slot'))) {
      kinds[i] = Kind.MIXED;
    } else {
      statics[i] = fieldValue(field, concrete);
    }
    statics.length = fields.length;
  });
  return layout(fields, kinds, statics, at, lists, new Last(at, kinds), partial);
}

function isSlot(source: readonly Piece[]): boolean {
  return source.length === 1 && source[0]!.$ === 'slot';
}

const NOTHING_YET = new Last(new Int32Array(0), new Uint8Array(0));
NOTHING_YET.used = true;

/** The layout of one record read the slow way: nothing but static values. */
export function staticLayout(fields: readonly Field[], partial: boolean): Layout {
  const values = fields.map((field) => fieldValue(field, concrete));
  return layout(fields, new Uint8Array(fields.length), values, new Int32Array(0), [], NOTHING_YET, partial);
}

function layout(
  fields: readonly Field[],
  kinds: Uint8Array,
  statics: readonly (Value | undefined)[],
  at: Int32Array,
  lists: readonly (Int32Array | undefined)[],
  last: Last,
  partial: boolean,
): Layout {
  const names = fields.map((f) => f.name);
  return {
    kinds,
    statics,
    at,
    lists,
    cells: last.cells,
    last,
    fields,
    names,
    channel: names.indexOf('Channel'),
    provider: names.indexOf('Provider_Name'),
    eventId: names.indexOf('EventID'),
    time: names.indexOf('TimeCreated'),
    partial,
    shapes: new ShapeCache(names),
  };
}

/** Pieces that need no event to have a value. */
export function concrete(piece: Piece): Value | undefined {
  if (piece.$ === 'text') return piece.text;
  if (piece.$ === 'slot') return undefined;
  return piece.value === null && piece.optional ? undefined : piece.value;
}

/** Puts the templates of a path into one another and numbers their slots through. */
class Grafter {
  readonly #steps: readonly (Plan | null)[];
  #step = 0;
  #base = 0;

  constructor(steps: readonly (Plan | null)[]) {
    this.#steps = steps;
  }

  graft(): readonly Node[] {
    const plan = this.#steps[this.#step++];
    if (!plan) return [];
    const base = this.#base;
    this.#base += plan.slots;
    const embedded = new Map<number, readonly Node[]>();
    for (const slot of plan.embeds) embedded.set(slot, this.graft());
    return renumber(plan.nodes, base, embedded);
  }
}

function renumber(nodes: readonly Node[], base: number, embedded: ReadonlyMap<number, readonly Node[]>): Node[] {
  return nodes.flatMap((node): readonly Node[] => {
    if (node.$ === 'slot') return node.binxml ? (embedded.get(node.slot) ?? []) : [{ ...node, slot: base + node.slot }];
    if (node.$ !== 'element') return [node];
    const attributes = node.attributes.map(
      ({ name, content }): Attribute => ({ name, content: renumber(content, base, embedded) as Piece[] }),
    );
    return [{ $: 'element', name: node.name, attributes, content: renumber(node.content, base, embedded) }];
  });
}

/** The Shapes of one layout: events written with one template differ in EventID, seldom in channel or provider. */
class ShapeCache {
  readonly #names: readonly string[];
  readonly #byId = new Map<number, { channel: string; provider: string; shape: Shape }>();
  #channel: unknown;
  #provider: unknown;
  #eventId: unknown;
  #shape: Shape | null = null;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  get(channel: Value | undefined, provider: Value | undefined, eventId: Value | undefined): Shape {
    if (this.#shape !== null && eventId === this.#eventId && channel === this.#channel && provider === this.#provider)
      return this.#shape;
    const [c, p] = [typeof channel === 'string' ? channel : '', typeof provider === 'string' ? provider : ''];
    const id = typeof eventId === 'number' ? eventId : undefined;
    const key = id ?? -1;
    let entry = this.#byId.get(key);
    if (entry === undefined || entry.channel !== c || entry.provider !== p) {
      entry = { channel: c, provider: p, shape: windowsShape(windowsSource(c, p, id), this.#names) };
      if (this.#byId.size > 65_536) this.#byId.clear();
      this.#byId.set(key, entry);
    }
    this.#channel = channel;
    this.#provider = provider;
    this.#eventId = eventId;
    this.#shape = entry.shape;
    return entry.shape;
  }
}
