import type { Event, LogSource, Shape, Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';

/** What the events of one stream have in common before their fields are known. */
export interface RowKind {
  readonly source: LogSource;
  readonly stream: string;
  /** names of the fields that tell host, user and source address, in order of preference */
  readonly host: readonly string[];
  readonly user: readonly string[];
  readonly address: readonly string[];
  /** makes the Shape instead of the names above, where another floor of readers shares one maker (Windows) */
  readonly shape?: (fields: readonly string[]) => Shape;
}

/** Sum of the fields of all kept Shapes of one file: bounds memory against records that never repeat. */
const SHAPE_FIELDS = 2_000_000;

/** Longest field name kept. */
const NAME = 256;

/** A copy that does not keep the line alive it was cut from. */
function own(name: string): string {
  return Buffer.from(name, 'utf8').toString('utf8');
}

/** One step on the way to a Shape: the fields so far. Records with the same fields in the same order meet in one node. */
class Node {
  readonly kind: RowKind;
  readonly parent: Node | null;
  readonly name: string;
  readonly depth: number;
  /** children by field name; a number instead: the name is already on the way here, in that slot */
  readonly next = new Map<string, Node | number>();
  lastName = '';
  last: Node | undefined;
  shape: Shape | undefined;

  constructor(kind: RowKind, parent: Node | null, name: string) {
    this.kind = kind;
    this.parent = parent;
    this.name = name;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }
}

/**
 * An Event that is filled field by field, and the interner of its Shapes: for records that name their own fields
 * (key=value bodies, messages of many kinds). The same object is reused for every record.
 *
 * `begin` → `put` … → `finish`. A name put twice becomes one field with both values. Too many fields, too long values:
 * cut and flagged `partial`. Nodes are bounded; beyond the bound shapes are no longer shared, which costs speed only.
 */
export class Row implements Event {
  shape!: Shape;
  offset = 0;
  record: number | string = 0;
  ms = Number.NaN;
  ns = 0;
  flags = 0;
  #values: Value[] = [];
  #node!: Node;
  #nodes = 0;
  #fields = 0;
  readonly #roots = new Map<RowKind, Node>();

  value(slot: number): Value | undefined {
    return this.#values[slot];
  }

  begin(kind: RowKind): void {
    let root = this.#roots.get(kind);
    if (root === undefined) {
      root = new Node(kind, null, '');
      this.#roots.set(kind, root);
    }
    this.#node = root;
    this.#values.length = 0;
    this.flags = 0;
    this.ms = Number.NaN;
    this.ns = 0;
  }

  put(name: string, value: Value | undefined): void {
    if (value === undefined) return;
    const node = this.#node;
    if (name.length > NAME) {
      name = name.slice(0, NAME);
      this.flags |= EventFlag.partial;
    }
    if (typeof value === 'string' && value.length > LIMITS.fieldChars) {
      value = value.slice(0, LIMITS.fieldChars);
      this.flags |= EventFlag.partial;
    }
    if (node.last !== undefined && node.lastName === name) {
      this.#node = node.last;
      this.#values.push(value);
      return;
    }
    const next = node.next.get(name) ?? this.#grow(node, name);
    if (typeof next === 'number') {
      const old = this.#values[next] as Value;
      if (Array.isArray(old) && old.length >= LIMITS.fields) this.flags |= EventFlag.partial;
      else this.#values[next] = Array.isArray(old) ? [...old, value] : [old, value];
      return;
    }
    if (next.depth > LIMITS.fields) {
      this.flags |= EventFlag.partial;
      return;
    }
    node.lastName = name;
    node.last = next;
    this.#node = next;
    this.#values.push(value);
  }

  /** The value already put under a name in this record. */
  got(name: string): Value | undefined {
    for (let n: Node | null = this.#node; n !== null && n.parent !== null; n = n.parent) {
      if (n.name === name) return this.#values[n.depth - 1];
    }
    return undefined;
  }

  finish(offset: number, record: number | string): this {
    this.offset = offset;
    this.record = record;
    let shape = this.#node.shape;
    if (shape === undefined) {
      shape = shapeOf(this.#node);
      this.#fields += shape.fields.length;
      if (this.#fields < SHAPE_FIELDS) this.#node.shape = shape;
    }
    this.shape = shape;
    return this;
  }

  #grow(node: Node, name: string): Node | number {
    let step: Node | number | undefined;
    for (let n: Node | null = node; n !== null && n.parent !== null; n = n.parent) {
      if (n.name === name) step = n.depth - 1;
    }
    step ??= new Node(node.kind, node, own(name));
    if (this.#nodes < LIMITS.shapes) {
      this.#nodes++;
      node.next.set(own(name), step);
    }
    return step;
  }
}

function shapeOf(node: Node): Shape {
  const fields: string[] = [];
  for (let n: Node | null = node; n !== null && n.parent !== null; n = n.parent) fields.push(n.name);
  fields.reverse();
  if (node.kind.shape !== undefined) return node.kind.shape(fields);
  const slots = (names: readonly string[]) => names.map((n) => fields.indexOf(n)).filter((i) => i >= 0);
  const { source, stream, host, user, address } = node.kind;
  return { source, stream, fields, host: slots(host), user: slots(user), address: slots(address) };
}

/** A stream name made of foreign words: lower case, `[a-z0-9-]`, at most 64 characters. */
export function streamName(...words: string[]): string {
  const text = words
    .join('-')
    .slice(0, 200)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64);
  return text.replace(/^-|-$/g, '') || 'unknown';
}
