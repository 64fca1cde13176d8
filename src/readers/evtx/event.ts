import { parseIso } from '../../base/index.ts';
import type { Event, Shape, Value } from '../../model/index.ts';
import { fieldValue, numericText } from './fields.ts';
import { Type } from './format.ts';
import type { Last, Layout } from './layouts.ts';
import { concrete, Kind } from './layouts.ts';
import type { Strings } from './strings.ts';
import { LONGEST, same } from './strings.ts';
import type { Piece } from './tree.ts';
import { decodeValue, filetimeText, safe } from './values.ts';

/** FILETIME zero, which means no time, as epoch milliseconds. */
const NO_TIME_MS = -11_644_473_600_000;
/** End of the year 9999: what lies behind is damage, no date. */
const LAST_MS = 253_402_300_799_999;

/** The one Event object a read hands out, filled anew for every record; values are decoded when asked for. */
export class EvtxEvent implements Event {
  shape!: Shape;
  offset = 0;
  record: number | string = 0;
  ms = Number.NaN;
  ns = 0;
  flags = 0;
  /** two numbers a substitution value: its descriptor (u16 size, u8 type) and where its bytes lie in the buffer */
  readonly places: Int32Array;
  layout!: Layout;
  readonly #strings: Strings;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #used: Last[] = [];
  readonly #at = (piece: Piece): Value | undefined =>
    piece.$ === 'slot' ? this.#slot(piece.slot, piece.optional) : concrete(piece);

  constructor(strings: Strings, slots: number) {
    this.#strings = strings;
    this.#bytes = strings.bytes;
    this.#view = strings.view;
    this.places = new Int32Array(2 * slots);
  }

  value(slot: number): Value | undefined {
    const layout = this.layout;
    const cells = layout.cells;
    const cell = slot << 2;
    const index = cells[cell];
    if (index === undefined || index < 0) return this.#unread(layout, slot);
    // Type and size in one: the plain numbers of the right length, half of all values, need no further look.
    const word = this.places[2 * index]! & 0xffffff;
    const offset = this.places[2 * index + 1]!;
    const view = this.#view;
    switch (word) {
      case 0:
        return isOptional(cells[cell + 1]!) ? undefined : null;
      case (Type.UINT8 << 16) | 1:
        return this.#bytes[offset]!;
      case (Type.UINT16 << 16) | 2:
        return view.getUint16(offset, true);
      case (Type.UINT32 << 16) | 4:
        return view.getUint32(offset, true);
      case (Type.UINT64 << 16) | 8:
        return safe(view.getUint32(offset + 4, true), view.getUint32(offset, true));
      case (Type.FILETIME << 16) | 8:
        return filetimeText(view.getUint32(offset, true), view.getUint32(offset + 4, true));
    }
    if (cells[cell + 2] === word && same(view, cells[cell + 3]!, offset, word & 0xffff))
      return layout.last.values[slot];
    return this.#fresh(layout, slot, index, word, offset);
  }

  #unread(layout: Layout, slot: number): Value | undefined {
    switch (layout.kinds[slot]) {
      case Kind.LIST:
        return this.#list(layout.lists[slot]!);
      case Kind.MIXED:
        return fieldValue(layout.fields[slot]!, this.#at);
      default:
        return layout.statics[slot];
    }
  }

  /** fieldValue for the common case of several elements of one name, a substitution value each. */
  #list(parts: Int32Array): Value | undefined {
    const values: Value[] = [];
    for (let i = 0; i < parts.length; i++) {
      const value = this.#slot(parts[i]! >> 1, (parts[i]! & 1) === 1);
      if (Array.isArray(value)) values.push(...value);
      else if (value !== undefined) values.push(value as Value);
    }
    return values.length > 1 ? values : values[0];
  }

  #fresh(layout: Layout, slot: number, index: number, word: number, offset: number): Value | undefined {
    const kind = layout.kinds[slot]!;
    let value = this.#slot(index, isOptional(kind));
    if (kind >= Kind.NUMERIC && typeof value === 'string') value = numericText(value);
    if ((word & 0xffff) <= LONGEST) {
      layout.cells[4 * slot + 2] = word;
      layout.cells[4 * slot + 3] = offset;
      layout.last.values[slot] = value;
    }
    return value;
  }

  #slot(index: number, optional: boolean): Value | undefined {
    const word = this.places[2 * index]!;
    const type = (word >>> 16) & 0xff;
    if (type === Type.NULL) return optional ? undefined : null;
    const value = decodeValue(this.#strings, type, this.places[2 * index + 1]!, word & 0xffff);
    if (type < Type.ARRAY || !Array.isArray(value)) return value;
    return value.length > 1 ? value : value[0];
  }

  /** The buffer is about to hold other bytes. */
  forget(): void {
    for (const last of this.#used) last.forget();
    this.#used.length = 0;
  }

  /**
   * Everything but the values. `at`: the record's position in the buffer, `offset`: in the file. An event's own time
   * counts, as a forwarded record is written later; that of the record header when the event names none.
   * Returns false when there is no time at all.
   */
  settle(layout: Layout, offset: number, flags: number, at: number): boolean {
    const view = this.#view;
    const last = layout.last;
    if (!last.used) {
      last.used = true;
      this.#used.push(last);
    }
    this.layout = layout;
    this.offset = offset;
    this.flags = flags;
    this.record = safe(view.getUint32(at + 12, true), view.getUint32(at + 8, true));
    this.shape = layout.shapes.get(
      layout.channel < 0 ? undefined : this.value(layout.channel),
      layout.provider < 0 ? undefined : this.value(layout.provider),
      layout.eventId < 0 ? undefined : this.value(layout.eventId),
    );
    if (layout.time >= 0) {
      const kind = layout.kinds[layout.time];
      const index = kind === Kind.NORMAL || kind === Kind.OPTIONAL ? layout.at[layout.time]! : -1;
      if (index >= 0 && (this.places[2 * index]! & 0xffffff) === ((Type.FILETIME << 16) | 8)) {
        if (this.#filetime(this.places[2 * index + 1]!)) return true;
      } else {
        const text = this.value(layout.time);
        const time = typeof text === 'string' ? parseIso(text) : null;
        if (time !== null && time.ms !== NO_TIME_MS) {
          this.ms = time.ms;
          this.ns = time.ns;
          return true;
        }
      }
    }
    return this.#filetime(at + 16);
  }

  /** base's fromFiletime without an object for every record. */
  #filetime(at: number): boolean {
    const low = this.#view.getUint32(at, true);
    const high = this.#view.getUint32(at + 4, true);
    const rest = high * 7_296 + low;
    const restMs = Math.floor(rest / 10_000);
    const ms = high * 429_496 + restMs + NO_TIME_MS;
    const dated = ms !== NO_TIME_MS && ms <= LAST_MS;
    this.ms = dated ? ms : Number.NaN;
    this.ns = dated ? (rest - restMs * 10_000) * 100 : 0;
    return dated;
  }
}

function isOptional(kind: number): boolean {
  return kind === Kind.OPTIONAL || kind === Kind.NUMERIC_OPTIONAL;
}
