import type { LogSource, Shape } from '../../model/index.ts';
import type { EventKind } from '../effects/index.ts';
import { cutName, frameBytes } from './bounds.ts';

/** Distinct log sources, and field names over all of them, remembered per piece of evidence; counting goes on past them. */
const MAX_KINDS = 5_000;
const MAX_FIELDS = 100_000;
/** What the names of log sources and fields may add up to. */
const MAX_NAME_BYTES = 3 * 1024 * 1024;

interface Kind {
  readonly source: LogSource;
  events: number;
  readonly fields: Set<string>;
}

/** Which log sources speak in a piece of evidence and which fields they carry. Per Shape, so it costs nothing per field. */
export class KindCounter {
  #kinds = new Map<string, Kind>();
  #byShape = new WeakMap<Shape, Kind>();
  #fields = 0;
  #nameBytes = 0;
  #lastShape: Shape | undefined;
  #last: Kind | undefined;

  add(shape: Shape): void {
    if (shape !== this.#lastShape) {
      this.#last = this.#byShape.get(shape) ?? this.#enter(shape);
      this.#lastShape = shape;
    }
    (this.#last as Kind).events++;
  }

  #enter(shape: Shape): Kind {
    const source = shortSource(shape.source);
    const { product, service, category, channel, provider, eventId } = source;
    let key = JSON.stringify([product, service, category, channel, provider, eventId]);
    const full = this.#kinds.size >= MAX_KINDS || this.#nameBytes >= MAX_NAME_BYTES;
    if (full && !this.#kinds.has(key)) key = '';
    let kind = this.#kinds.get(key);
    if (!kind) {
      kind = { source: key === '' ? {} : source, events: 0, fields: new Set() };
      this.#nameBytes += frameBytes(key);
      this.#kinds.set(key, kind);
    }
    for (const field of shape.fields) {
      if (this.#fields >= MAX_FIELDS || this.#nameBytes >= MAX_NAME_BYTES || kind.fields.has(field)) continue;
      kind.fields.add(field);
      this.#nameBytes += frameBytes(field);
      this.#fields++;
    }
    this.#byShape.set(shape, kind);
    return kind;
  }

  list(): EventKind[] {
    return [...this.#kinds.values()].map((k) => ({ source: k.source, events: k.events, fields: [...k.fields].sort() }));
  }
}

/** No rule asks for a log source of more than a name's length: cut, it is still none of theirs. */
function shortSource(source: LogSource): LogSource {
  return Object.fromEntries(Object.entries(source).map(([k, v]) => [k, typeof v === 'string' ? cutName(v) : v]));
}
