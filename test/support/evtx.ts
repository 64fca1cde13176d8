import assert from 'node:assert/strict';
import { memorySource } from '../../src/base/index.ts';
import type { Fault, Shape, Value } from '../../src/model/index.ts';
import { fieldsOf } from '../../src/model/index.ts';
import { readEvtx } from '../../src/readers/evtx/read.ts';
import type { Way } from '../../src/readers/evtx/records.ts';

export interface SeenEvent {
  readonly fields: Record<string, Value>;
  readonly shape: Shape;
  readonly offset: number;
  readonly record: number | string;
  readonly ms: number;
  readonly ns: number;
  readonly flags: number;
}

/** Everything a reading gives, copied out of the reused Event. */
export function readAll(file: Uint8Array, way: Way): { events: SeenEvent[]; faults: Fault[] } {
  const events: SeenEvent[] = [];
  const faults: Fault[] = [];
  const sink = {
    event(e: SeenEvent & Parameters<typeof fieldsOf>[0]) {
      const { shape, offset, record, ms, ns, flags } = e;
      events.push({ fields: fieldsOf(e), shape, offset, record, ms, ns, flags });
    },
    fault: (f: Fault) => void faults.push(f),
    progress() {},
  };
  readEvtx(memorySource(file), sink as Parameters<typeof readEvtx>[1], way);
  return { events, faults };
}

/** The fast way, having made sure that its slow twin sees exactly the same events and faults. */
export function readBoth(file: Uint8Array): ReturnType<typeof readAll> {
  const fast = readAll(file, 'fast');
  assert.deepEqual(fast, readAll(file, 'slow'));
  return fast;
}
