import type { LogSource, Shape } from '../../model/index.ts';
import type { EventKind } from '../effects/index.ts';

/** Distinct log sources, and field names over all of them, remembered per piece of evidence; counting goes on past them. */
const MAX_KINDS = 5_000;
const MAX_FIELDS = 100_000;

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
    const { product, service, category, channel, provider, eventId } = shape.source;
    let key = JSON.stringify([product, service, category, channel, provider, eventId]);
    if (this.#kinds.size >= MAX_KINDS && !this.#kinds.has(key)) key = '';
    let kind = this.#kinds.get(key);
    if (!kind) {
      kind = { source: key === '' ? {} : { ...shape.source }, events: 0, fields: new Set() };
      this.#kinds.set(key, kind);
    }
    for (const field of shape.fields) {
      if (this.#fields >= MAX_FIELDS || kind.fields.has(field)) continue;
      kind.fields.add(field);
      this.#fields++;
    }
    this.#byShape.set(shape, kind);
    return kind;
  }

  list(): EventKind[] {
    return [...this.#kinds.values()].map((k) => ({ source: k.source, events: k.events, fields: [...k.fields].sort() }));
  }
}
