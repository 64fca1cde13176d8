import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EventFlag } from '../../src/model/index.ts';
import { readBoth } from '../support/evtx.ts';
import { shared, withoutShared } from '../support/shared.ts';

/**
 * Real logs, sound and damaged: how many events, how many of them recovered, and which faults, pinned for every file in
 * evtx-corpus.golden.json. On the way both ways of reading are compared field for field on all of them. With
 * CZERNIN_UPDATE=1 the table is written anew: read its diff, every changed number is evidence lost or found.
 */
const golden = join(import.meta.dirname, 'evtx-corpus.golden.json');

interface Expected {
  System: Record<string, unknown>;
  EventData?: Record<string, unknown>;
}

/** The JSON was made by several tools: GUIDs with and without braces, in either case, texts trimmed. */
function plain(value: unknown): string {
  return String(value ?? null)
    .toLowerCase()
    .replace(/[{}]/g, '')
    .trim();
}

interface Counts {
  events: number;
  recovered?: number;
  faults?: Record<string, number>;
}

test('counts of good and bad records, file by file', { skip: withoutShared('evtx', 'damaged-and-odd') }, () => {
  const got: Record<string, Counts> = {};
  for (const name of globSync('evtx/**/*.evtx', { cwd: shared() }).sort()) {
    const { events, faults } = readBoth(readFileSync(shared(name)));
    const recovered = events.filter((e) => e.flags & EventFlag.recovered).length;
    const codes: Record<string, number> = {};
    for (const fault of faults) codes[fault.code] = (codes[fault.code] ?? 0) + 1;
    got[name] = {
      events: events.length,
      ...(recovered > 0 && { recovered }),
      ...(faults.length > 0 && { faults: codes }),
    };
  }
  if (process.env.CZERNIN_UPDATE === '1') writeFileSync(golden, `${JSON.stringify(got, null, 2)}\n`);
  assert.ok(existsSync(golden), 'the table is missing: CZERNIN_UPDATE=1 writes it');
  assert.deepEqual(got, JSON.parse(readFileSync(golden, 'utf8')));
});

test('SigmaHQ’s regression logs read like the JSON beside them', {
  skip: withoutShared('sigma', 'regression_data'),
}, () => {
  let compared = 0;
  const different: string[] = [];
  for (const name of globSync('sigma/regression_data/**/*.evtx', { cwd: shared() }).sort()) {
    const { events, faults } = readBoth(readFileSync(shared(name)));
    assert.ok(events.length > 0, name);
    assert.deepEqual(
      faults.filter((f) => f.code !== 'UNCLOSED'),
      [],
      name,
    );
    const beside = shared(name.replace(/\.evtx$/, '.json'));
    if (!existsSync(beside)) continue;
    // One document for each record, one behind the other.
    for (const document of readFileSync(beside, 'utf8')
      .trim()
      .split(/(?<=^\})\s*(?=^\{)/m)) {
      const { System, EventData } = (JSON.parse(document) as { Event: Expected }).Event;
      const event = events.find((e) => String(e.fields.EventRecordID) === String(System.EventRecordID));
      assert.ok(event, `${name}: record ${String(System.EventRecordID)}`);
      assert.equal(event.fields.Channel, System.Channel);
      assert.equal(event.fields.Computer, System.Computer);
      for (const [field, wanted] of Object.entries(EventData ?? {})) {
        if (field.startsWith('#') || (wanted !== null && typeof wanted === 'object')) continue;
        if (plain(event.fields[field]) !== plain(wanted))
          different.push(`${name}: ${field}: ${plain(event.fields[field])} / ${plain(wanted)}`);
        compared++;
      }
    }
  }
  assert.deepEqual(different, []);
  assert.ok(compared > 500, `${compared} fields compared`);
});
