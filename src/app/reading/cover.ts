import type { Event } from '../../model/index.ts';
import type { CoverRow, RecordHole, RecordRange } from '../effects/index.ts';
import { frameBytes, nameOf } from './bounds.ts';

const DAY = 86_400_000;
/** Hosts of a stream, and (stream, host, day) cells, in one evidence file. */
const MAX_HOSTS = 5_000;
const MAX_CELLS = 60_000;
/** What the names in those cells may add up to. */
const MAX_NAME_BYTES = 4 * 1024 * 1024;
const MAX_HOLES = 1_000;

interface Cell {
  events: number;
  firstMs: number;
  lastMs: number;
}

/** Counts events by stream, host and day while they pass, and notes holes in the record numbers. */
export class CoverCounter {
  readonly holes: RecordHole[] = [];
  moreHoles = 0;
  #cells = new Map<string, Map<string, Map<number, Cell>>>();
  #count = 0;
  #nameBytes = 0;
  #lastStream = '';
  #lastHost = '\u0000';
  #lastDay = Number.NaN;
  #last: Cell | undefined;
  #previous: { record: number; stream: string; ms: number } | undefined;
  #first: { record: number; stream: string; host: string; ms: number } | undefined;
  /** records of several streams, or numbers that run backwards: no range can be claimed */
  #mixed = false;

  add(event: Event): void {
    const { stream } = event.shape;
    const host = nameOf(event, event.shape.host);
    const day = Math.floor(event.ms / DAY);
    let cell = this.#last;
    if (cell === undefined || day !== this.#lastDay || host !== this.#lastHost || stream !== this.#lastStream) {
      cell = this.#cell(stream, host, day);
      this.#last = cell;
      this.#lastStream = stream;
      this.#lastHost = host;
      this.#lastDay = day;
    }
    cell.events++;
    if (event.ms < cell.firstMs) cell.firstMs = event.ms;
    if (event.ms > cell.lastMs) cell.lastMs = event.ms;
  }

  /** For logs that number their records one by one: a jump forward is a hole. */
  sequence(event: Event): void {
    const { record } = event;
    if (typeof record !== 'number') return;
    const before = this.#previous;
    if (before && before.stream === event.shape.stream && record > before.record + 1) {
      if (this.holes.length < MAX_HOLES) {
        this.holes.push({
          stream: before.stream,
          host: nameOf(event, event.shape.host),
          after: before.record,
          before: record,
          afterMs: finite(before.ms),
          beforeMs: finite(event.ms),
        });
      } else this.moreHoles++;
    }
    const { stream } = event.shape;
    this.#first ??= { record, stream, host: nameOf(event, event.shape.host), ms: event.ms };
    if (stream !== this.#first.stream || (before && record <= before.record)) this.#mixed = true;
    this.#previous = { record, stream, ms: event.ms };
  }

  get range(): RecordRange | null {
    const first = this.#first;
    const last = this.#previous;
    if (!first || !last || this.#mixed) return null;
    const { stream, host } = first;
    return { stream, host, first: first.record, firstMs: finite(first.ms), last: last.record, lastMs: finite(last.ms) };
  }

  #cell(stream: string, host: string, day: number): Cell {
    // Past the limits names fold into the stream and days into blocks of 32: coarser, never lost.
    const full = this.#count >= MAX_CELLS || this.#nameBytes >= MAX_NAME_BYTES;
    if (full && !Number.isNaN(day)) day -= day % 32;
    const hosts = getOrMake(this.#cells, stream, () => new Map<string, Map<number, Cell>>());
    const name = full || (hosts.size >= MAX_HOSTS && !hosts.has(host)) ? '' : host;
    const days = getOrMake(hosts, name, () => new Map<number, Cell>());
    return getOrMake(days, day, () => {
      this.#count++;
      this.#nameBytes += frameBytes(name);
      return { events: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: Number.NEGATIVE_INFINITY };
    });
  }

  rows(): CoverRow[] {
    const out: CoverRow[] = [];
    for (const [stream, hosts] of this.#cells) {
      for (const [host, days] of hosts) {
        for (const [day, c] of days) {
          if (c.events === 0) continue;
          out.push({
            stream,
            host,
            day: finite(day),
            events: c.events,
            firstMs: finite(c.firstMs),
            lastMs: finite(c.lastMs),
          });
        }
      }
    }
    return out;
  }
}

function finite(n: number): number | null {
  return Number.isFinite(n) ? n : null;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
