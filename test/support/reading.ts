import { memorySource } from '../../src/base/index.ts';
import type { Fault, LogSource, Value } from '../../src/model/index.ts';
import { fieldsOf, firstText } from '../../src/model/index.ts';
import type { Reader, ReadOptions } from '../../src/readers/contract.ts';

/** An Event taken out of its reader's hands: everything a test may want to look at, kept. */
export interface Kept {
  fields: Record<string, Value>;
  stream: string;
  source: LogSource;
  offset: number;
  record: number | string;
  ms: number;
  ns: number;
  flags: number;
  host: string;
  user: string;
  address: string;
}

export const OPTIONS: ReadOptions = { assumedZoneMinutes: 0, referenceMs: Date.UTC(2024, 5, 15) };

/** Read a whole text or file through a reader. */
export function readAll(reader: Reader, bytes: Uint8Array | string, options: Partial<ReadOptions> = {}) {
  const events: Kept[] = [];
  const faults: Fault[] = [];
  reader.read(
    memorySource(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
    {
      event(e) {
        events.push({
          fields: fieldsOf(e),
          stream: e.shape.stream,
          source: e.shape.source,
          offset: e.offset,
          record: e.record,
          ms: e.ms,
          ns: e.ns,
          flags: e.flags,
          host: firstText(e, e.shape.host),
          user: firstText(e, e.shape.user),
          address: firstText(e, e.shape.address),
        });
      },
      fault: (f) => faults.push(f),
      progress() {},
    },
    { ...OPTIONS, ...options },
  );
  return { events, faults, codes: faults.map((f) => f.code) };
}

/** The one event of a text that holds one. */
export function readOne(reader: Reader, text: string, options: Partial<ReadOptions> = {}): Kept {
  const { events, faults } = readAll(reader, text, options);
  const [event] = events;
  if (event === undefined || events.length !== 1) {
    throw new Error(`expected one event, got ${events.length}; faults ${JSON.stringify(faults)}`);
  }
  return event;
}

/**
 * Random damage to a sample: bytes replaced, removed, repeated, and whole stretches of noise. `seeds` are the numbers a
 * property test draws, so that a failing case can be shown again.
 */
export function mutate(sample: Uint8Array, seeds: readonly number[]): Buffer {
  let out = Buffer.from(sample);
  for (const seed of seeds) {
    const at = out.length === 0 ? 0 : seed % out.length;
    const how = (seed >>> 8) % 5;
    const byte = (seed >>> 16) & 0xff;
    if (how === 0 && out.length > 0) out[at] = byte;
    else if (how === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + (byte % 16))]);
    else if (how === 2)
      out = Buffer.concat([out.subarray(0, at), Buffer.alloc(1 + (byte % 9), byte), out.subarray(at)]);
    else if (how === 3) out = Buffer.concat([out.subarray(0, at), out.subarray(Math.max(0, at - byte))]);
    else out = out.subarray(0, Math.max(1, at));
  }
  return out;
}
