import type { ByteSource } from '../../base/index.ts';
import { formatInstant, slice } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import { fieldsOf } from '../../model/index.ts';
import type { RawRecord, Reader, ReadOptions } from '../contract.ts';
import { textSource } from './encoding.ts';
import { FaultLog } from './faults.ts';
import type { JsonElement, JsonObject } from './json.ts';
import { eachJson, headObjects, jsonAt } from './json.ts';

/**
 * A Reader of a format whose records are JSON objects, in any layout json.ts knows. The format says what an object
 * means; encodings, layouts, order, offsets, faults and finding one record again are done here.
 */
export interface JsonFormat {
  readonly format: string;
  readonly title: string;
  /** How sure is this object ours? 0..100, contract's scale. The file's confidence is that of the objects' majority. */
  recognise(object: JsonObject): number;
  open(options: ReadOptions): JsonParser;
}

export interface JsonParser {
  /**
   * The event of one object (valid until the next call), or null when it holds none or a fault was told. `element`
   * carries the offset in the evidence and the number for events without a record id of their own.
   */
  take(object: JsonObject, element: JsonPlace, faults: FaultLog): Event | null;
}

export type JsonPlace = Pick<JsonElement, 'offset' | 'length' | 'number'>;

export function jsonReader(spec: JsonFormat): Reader {
  return {
    format: spec.format,
    title: spec.title,
    sniff: (head) => sniffObjects(headObjects(head), spec),
    read(source, sink, options) {
      const faults = new FaultLog(sink);
      const parser = spec.open(options);
      const text = textSource(source);
      eachJson(text.bytes, {
        element(e) {
          const offset = text.original(e.offset);
          const event = parser.take(e.value, { offset, length: e.length, number: e.number }, faults);
          if (event !== null) sink.event(event);
          return true;
        },
        fault: (f) => faults.add(f.code as Parameters<FaultLog['add']>[0], text.original(f.offset), f.message, f.bytes),
        progress: (bytes) => sink.progress(Math.min(text.original(bytes), source.size)),
      });
      faults.close();
    },
    record(source, offset, options) {
      const text = textSource(source, offset);
      const element = offset < source.size ? jsonAt(text.bytes, 0) : null;
      if (element === null) return null;
      const quiet = new FaultLog({ fault() {} });
      const parser = spec.open(options);
      const place = { offset, length: element.length, number: -1 };
      let event = parser.take(element.value, place, quiet);
      if (event === null) return null;
      if (event.record === -1) {
        const number = numberOf(source, offset);
        if (number === 0) return null;
        event = parser.take(element.value, { ...place, number }, quiet);
        if (event === null) return null;
      }
      const end = text.original(element.length);
      return rawRecord(slice(source, offset, end - offset), JSON.stringify(element.value, null, 2), event);
    },
  };
}

export function rawRecord(bytes: Uint8Array, text: string, event: Event): RawRecord {
  return {
    bytes,
    text,
    fields: fieldsOf(event),
    source: event.shape.source,
    stream: event.shape.stream,
    time: formatInstant({ ms: event.ms, ns: event.ns }),
    record: event.record,
  };
}

/** An object without an id of its own is known by its number, for which the file is walked from its beginning. */
function numberOf(source: ByteSource, offset: number): number {
  const text = textSource(source);
  let number = 0;
  eachJson(text.bytes, {
    element(e) {
      const at = text.original(e.offset);
      if (at === offset) number = e.number;
      return at < offset;
    },
    fault() {},
  });
  return number;
}

/** The confidence most of the first objects agree on; 0 when fewer than half are ours. */
export function sniffObjects(objects: readonly JsonObject[], spec: Pick<JsonFormat, 'recognise'>): number {
  const marks = objects.map((o) => spec.recognise(o)).filter((m) => m > 0);
  if (objects.length === 0 || marks.length * 2 < objects.length) return 0;
  return Math.round(marks.reduce((a, b) => a + b, 0) / marks.length);
}
