/** Real Windows logs through reader, encoder, store and back: every field of every event, none more. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatInstant, memorySource } from '../../src/base/index.ts';
import { type Event, fieldsOf, firstText, type Value } from '../../src/model/index.ts';
import { createLakeEncoder, type LakePart } from '../../src/platform/lake/encode/index.ts';
import { openLake, query, readRows } from '../../src/platform/lake/index.ts';
import { evtx } from '../../src/readers/evtx/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { folded } from './lakeEvents.ts';

const root = mkdtempSync(join(tmpdir(), 'lake-real-'));
after(() => rmSync(root, { recursive: true, force: true }));

const textOf = (value: Value): string =>
  (typeof value === 'object' ? JSON.stringify(value) : String(value)).toWellFormed();

function asTwin(event: Event): unknown {
  const { shape } = event;
  const fields = Object.entries(fieldsOf(event)).filter(([, value]) => value !== null);
  return {
    stream: shape.stream,
    record: String(event.record),
    time: formatInstant(event),
    flags: event.flags,
    host: firstText(event, shape.host).toWellFormed(),
    user: firstText(event, shape.user).toWellFormed(),
    address: firstText(event, shape.address).toWellFormed(),
    eventId: shape.source.eventId,
    channel: shape.source.channel,
    fields: folded(fields.map(([name, value]) => [name.toWellFormed(), textOf(value)] as const)),
  };
}

test('the public attack samples come back field by field', {
  skip: withoutShared('evtx', 'attack-samples'),
}, async () => {
  const folder = shared('evtx', 'attack-samples');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.evtx'));
  const chosen = names.sort().filter((_, i) => i % Math.ceil(names.length / 25) === 0);
  assert.ok(chosen.length > 0);
  const lake = await openLake(root);
  const want = new Map<string, unknown>();
  for (const [i, name] of chosen.entries()) {
    const evidence = i.toString(16).padStart(64, '0');
    const parts: LakePart[] = [];
    const encoder = createLakeEncoder(evidence, (part) => parts.push(part));
    const sink = {
      event(event: Event): void {
        want.set(`${evidence}@${event.offset}`, asTwin(event));
        encoder.add(event);
      },
      fault(): void {},
      progress(): void {},
    };
    evtx.read(memorySource(readFileSync(join(folder, name))), sink, { assumedZoneMinutes: 0, referenceMs: 0 });
    encoder.finish();
    for (const part of parts) await lake.put(part);
  }
  const stats = await lake.seal();
  assert.equal(stats.rows, want.size);
  let rows = 0;
  for await (const row of readRows(root)) {
    const { evidence, offset, stream, record, time, flags, host, user, address, eventId, channel } = row;
    const got = { stream, record, time, flags, host, user, address, eventId, channel, fields: folded(row.fields) };
    assert.deepEqual(got, want.get(`${evidence}@${offset}`));
    rows++;
  }
  assert.equal(rows, want.size);
  for await (const [batch] of (await query(root, 'SELECT count(*), count(DISTINCT (_evidence, _offset)) FROM events'))
    .rows) {
    assert.deepEqual(batch, [want.size, want.size]);
  }
});
