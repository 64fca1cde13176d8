import { ChunkWriter } from './chunk.ts';
import { type EventKind, type Form, type FormValue, formOf, sid } from './form.ts';
import { fileHeader } from './writer.ts';

/** Where bytes go: behind each other, or over what stands at a place already. */
export interface ByteSink {
  write(bytes: Uint8Array): void;
  writeAt(bytes: Uint8Array, position: number): void;
  close(): void;
}

/**
 * An EVTX file written as it grows: one chunk in memory, however long the file. The header is written last, clean, with
 * the number of chunks; a file holds at most 65,535 of them.
 */
export class EvtxStream {
  readonly #sink: ByteSink;
  readonly #computer: string;
  readonly #forms = new Map<EventKind, Form>();
  readonly #chunk = new ChunkWriter();
  #chunks = 0;
  #number = 1;
  #lastId = 0;

  constructor(sink: ByteSink, computer: string) {
    this.#sink = sink;
    this.#computer = computer;
    sink.write(Buffer.alloc(4096));
  }

  get chunks(): number {
    return this.#chunks;
  }

  /** `ticks`: 100 ns since 1601. Throws RangeError when one event is larger than a chunk. */
  event(id: number, ticks: bigint, kind: EventKind, values: readonly FormValue[], user?: string): void {
    let form = this.#forms.get(kind);
    if (form === undefined) {
      form = formOf(kind, this.#computer);
      this.#forms.set(kind, form);
    }
    if (values.length !== form.types.length) throw new RangeError(`event ${kind.id}: ${values.length} values`);
    const by = user === undefined ? null : sid(user);
    if (!this.#chunk.event(id, ticks, form, by, values)) {
      this.#flush();
      if (!this.#chunk.event(id, ticks, form, by, values)) throw new RangeError(`event ${kind.id} fills a chunk`);
    }
    this.#lastId = id;
  }

  close(): void {
    if (this.#chunk.records > 0 || this.#chunks === 0) this.#flush();
    this.#sink.writeAt(fileHeader(this.#chunks, BigInt(this.#lastId), false), 0);
    this.#sink.close();
  }

  #flush(): void {
    this.#sink.write(this.#chunk.finish(this.#number));
    this.#number += this.#chunk.records;
    this.#chunk.clear();
    this.#chunks++;
  }
}

/** FILETIME of epoch milliseconds, and hundreds of nanoseconds below. */
export function fileTime(ms: number, hundreds: number): bigint {
  return BigInt(ms + 11_644_473_600_000) * 10_000n + BigInt(hundreds);
}
