import { formatInstant, memorySource } from '../../src/base/index.ts';
import type { Fault, LogSource, Value } from '../../src/model/index.ts';
import { fieldsOf, firstText } from '../../src/model/index.ts';
import type { Reader, ReadOptions } from '../../src/readers/contract.ts';

/** An event as tests look at it: copied, so that it outlives the reader's reuse of objects. */
export interface ReadEvent {
  readonly offset: number;
  readonly record: number | string;
  readonly time: string;
  readonly flags: number;
  readonly source: LogSource;
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly fields: Record<string, Value>;
}

/** Read text or bytes whole with one reader. */
export function readText(reader: Reader, content: string | Uint8Array, options: Partial<ReadOptions> = {}) {
  const events: ReadEvent[] = [];
  const faults: Fault[] = [];
  reader.read(
    memorySource(typeof content === 'string' ? Buffer.from(content) : content),
    {
      event(e) {
        const { shape, offset, record, flags } = e;
        const [host, user, address] = [shape.host, shape.user, shape.address].map((slots) => firstText(e, slots));
        events.push({
          ...{ offset, record, flags, time: formatInstant(e), source: { ...shape.source }, stream: shape.stream },
          ...{ host: host!, user: user!, address: address!, fields: structuredClone(fieldsOf(e)) },
        });
      },
      fault: (fault) => faults.push(fault),
      progress() {},
    },
    { assumedZoneMinutes: 0, referenceMs: 0, ...options },
  );
  return { events, faults };
}
