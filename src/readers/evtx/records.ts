import { EventFlag } from '../../model/index.ts';
import type { FaultCode, ReadSink } from '../contract.ts';
import { EvtxEvent } from './event.ts';
import type { Faults } from './faults.ts';
import { mapFields } from './fields.ts';
import { EVTX_LIMITS, FRAGMENT, RECORD_HEADER, Token, Type } from './format.ts';
import type { Layout, Made } from './layouts.ts';
import { Path, staticLayout } from './layouts.ts';
import type { Plan } from './plans.ts';
import { Plans } from './plans.ts';
import { Strings } from './strings.ts';
import { BinXmlError, TreeReader } from './tree.ts';

/** Templates in templates the fast path follows. */
const DEEPEST = 8;

/** How records are turned into events; the tests read everything both ways. */
export type Way = 'fast' | 'slow';

/**
 * What a reading needs beside the file: memory for some chunks, the tables of the fast path, the one Event. Kept from
 * file to file, as the logs of one machine share their templates and texts; none of it changes what is read.
 */
export class Tables {
  readonly bytes: Buffer;
  readonly strings: Strings;
  readonly event: EvtxEvent;
  readonly plans: Plans;
  made: Made = { fields: 0 };
  /** paths of one template, by its number */
  readonly paths: (Path | undefined)[] = [];

  /** `size`: bytes of the file in memory at once. */
  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
    this.strings = new Strings(this.bytes);
    this.event = new EvtxEvent(this.strings, EVTX_LIMITS.slots);
    this.plans = new Plans(this.strings);
  }
}

/**
 * From records to events. In: places of records in the tables' buffer. Out: the Event, or a Fault, to the sink. The fast
 * way notes where values lie and lets the Event decode them; the slow way, its twin, reads the record as a tree.
 */
export class Records {
  readonly #tables: Tables;
  readonly #sink: ReadSink;
  readonly #faults: Faults;
  readonly #way: Way;
  readonly #bytes: Buffer;
  readonly #strings: Strings;
  readonly #event: EvtxEvent;
  readonly #plans: Plans;
  #tree: TreeReader;
  /** of the chunk being read: start in the buffer, and what to add to get an offset in the file */
  #base = 0;
  #toFile = 0;
  #flags = 0;

  constructor(tables: Tables, sink: ReadSink, faults: Faults, way: Way) {
    this.#tables = tables;
    this.#sink = sink;
    this.#faults = faults;
    this.#way = way;
    this.#bytes = tables.bytes;
    this.#strings = tables.strings;
    this.#event = tables.event;
    this.#plans = tables.plans;
    this.#tree = new TreeReader(tables.strings, 0, 0);
  }

  /** The records that follow lie in the chunk between two positions; all their events bear these flags. */
  enter(base: number, end: number, toFile: number, flags: number): void {
    this.#base = base;
    this.#toFile = toFile;
    this.#flags = flags;
    this.#tree = new TreeReader(this.#strings, base, end);
    const kept = this.#plans.enter(base, end);
    if (!kept || this.#tables.made.fields > EVTX_LIMITS.fields) {
      this.#tables.paths.length = 0;
      this.#tables.made = { fields: 0 };
    }
  }

  /** The record at a position; `sizeFits`: its size and the copy of it agree. */
  record(at: number, size: number, sizeFits: boolean): void {
    let flags = this.#flags;
    if (!sizeFits) {
      this.#fault('BAD_STRUCTURE', at, 'the size of this record and its copy differ');
      flags |= EventFlag.recovered;
    }
    if (this.#way === 'fast' && this.#fast(at, size, flags)) return;
    this.#slow(at, size, flags);
  }

  #fault(code: FaultCode, at: number, message: string, bytes?: number): void {
    this.#faults.add(code, this.#toFile + at, message, bytes);
  }

  /** The twin: tree, fields, values, one after the other. */
  #slow(at: number, size: number, flags: number): void {
    try {
      const map = mapFields(this.#tree.record(at + RECORD_HEADER, at + size - 4));
      if (map.fields.length === 0) this.#fault('BAD_RECORD', at, 'the record holds no event', size);
      else {
        if (map.cut) this.#fault('LIMIT_COUNT', at, 'more fields than the limit; the rest was left out');
        this.#emit(staticLayout(map.fields, map.cut), at, flags);
      }
    } catch (e) {
      if (!(e instanceof BinXmlError)) throw e;
      this.#fault(e.code, at, `${e.message} (at ${this.#toFile + e.offset})`, size);
    }
  }

  #emit(layout: Layout, at: number, flags: number): void {
    const event = this.#event;
    if (layout.partial) flags |= EventFlag.partial;
    const dated = event.settle(layout, this.#toFile + at, flags, at);
    if (!dated) this.#fault('BAD_TIME', at, 'neither the event nor its record header carries a time');
    this.#sink.event(event);
  }

  /** false: not of the common form, to be read the slow way. */
  #fast(at: number, size: number, flags: number): boolean {
    const path = this.#instance(null, at + RECORD_HEADER, at + size - 4, 0);
    const layout = path === null ? null : path.layout();
    if (layout === null || layout.partial || layout.names.length === 0) return false;
    this.#emit(layout, at, flags);
    return true;
  }

  /**
   * One template instance between two positions: notes where its values lie and goes into those that are XML again.
   * Hot path. null: anything unusual.
   */
  #instance(before: Path | null, start: number, end: number, depth: number): Path | null {
    const view = this.#strings.view;
    if (depth > DEEPEST || start + 14 > end) return null;
    // Both forms are seen: with a fragment header, and (in XML values) beginning with the instance itself.
    if (view.getInt32(start, true) === FRAGMENT) start += 4;
    if (start + 14 > end) return null;
    if (this.#bytes[start] !== Token.TEMPLATE) return this.#literal(before, start, end);
    const definition = view.getUint32(start + 6, true);
    const plan = this.#plans.at(definition);
    if (plan === null) return null;
    let p = start + 10;
    if (this.#base + definition === p) p += 24 + view.getUint32(p + 20, true);
    if (p + 4 > end) return null;
    const count = view.getUint32(p, true);
    p += 4;
    if (count > (end - p) >> 2) return null;
    let path = this.#step(before, plan);
    const { base, end: slotsEnd } = path;
    const { places } = this.#event;
    if (2 * slotsEnd > places.length) return null;
    let offset = p + 4 * count;
    let xml = 0;
    const used = Math.min(count, plan.slots);
    let at = 2 * base;
    const usedEnd = p + 4 * used;
    for (; p < usedEnd; p += 4, at += 2) {
      const word = view.getInt32(p, true);
      places[at] = word;
      places[at + 1] = offset;
      if ((word & 0xff0000) === Type.BINXML << 16) xml++;
      offset += word & 0xffff;
    }
    for (let i = used; i < count; i++, p += 4) offset += view.getUint16(p, true);
    if (offset > end || (offset < end && this.#bytes[offset] !== Token.EOF)) return null;
    for (let i = base + used; i < slotsEnd; i++) places[2 * i] = 0;
    for (const slot of plan.embeds) {
      const word = places[2 * (base + slot)]!;
      const type = (word >>> 16) & 0xff;
      if (type === Type.BINXML) xml--;
      else if (type !== Type.NULL) return null;
      const length = type === Type.NULL ? 0 : word & 0xffff;
      const from = places[2 * (base + slot) + 1]!;
      const next: Path | null = length === 0 ? path.step(null) : this.#instance(path, from, from + length, depth + 1);
      if (next === null) return null;
      path = next;
    }
    return xml === 0 ? path : null;
  }

  #literal(before: Path | null, start: number, end: number): Path | null {
    const plan = this.#plans.literal(start, end, this.#event.places, before === null ? 0 : before.end);
    return plan === null || plan.embeds.length > 0 ? null : this.#step(before, plan);
  }

  #step(before: Path | null, plan: Plan): Path {
    if (before !== null) return before.step(plan);
    let path = this.#tables.paths[plan.id];
    if (path === undefined) {
      path = new Path([plan], 0, this.#tables.made);
      this.#tables.paths[plan.id] = path;
    }
    return path;
  }
}
