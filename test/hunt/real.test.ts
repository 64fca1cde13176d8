/** The fast matcher against the twin where it counts: SigmaHQ's rules on recorded attacks, through the EVTX reader. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { memorySource } from '../../src/base/index.ts';
import { compileMatcher, evaluate, matchedFields } from '../../src/hunt/index.ts';
import type { Event } from '../../src/model/index.ts';
import { READERS } from '../../src/readers/index.ts';
import type { EventRule } from '../../src/rules/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { rulesBelow } from './support/rules.ts';

/** Every so many records the twin is asked about every rule; 1: about all of them, for hours. */
const EVERY = Number(process.env.CZERNIN_TWIN_EVERY ?? 150);

test('SigmaHQ rules on recorded attacks: what fires is right, what is asked of the twin is complete', {
  skip: withoutShared('sigma', 'rules') || withoutShared('evtx', 'attack-samples'),
}, () => {
  const loaded = rulesBelow(
    ...['rules', 'rules-emerging-threats', 'rules-threat-hunting'].map((p) => shared('sigma', p)),
  );
  const rules = loaded.rules.filter((r): r is EventRule => r.$ === 'event');
  const matcher = compileMatcher(rules);
  assert.deepEqual(matcher.refusals, [], 'the loader takes no rule that cannot be executed');
  const reader = READERS.find((r) => r.format === 'evtx')!;
  let seen = 0;
  let fired = 0;
  const check = (event: Event) => {
    const got = [...matcher.match(event)];
    fired += got.length;
    for (const i of got) assert.ok(matchedFields(rules[i]!, event), `${rules[i]!.meta.title} at ${event.offset}`);
    if (seen++ % EVERY !== 0) return;
    const wanted = rules.flatMap((r, i) => (evaluate(r, event) ? [i] : []));
    assert.deepEqual(got, wanted, `record ${event.record} of ${event.shape.stream}`);
  };
  const root = shared('evtx', 'attack-samples');
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith('.evtx')) continue;
    const source = memorySource(readFileSync(join(root, name)));
    const options = { assumedZoneMinutes: 0, referenceMs: 0 };
    reader.read(source, { event: check, fault: () => {}, progress: () => {} }, options);
  }
  assert.ok(seen > 1_000 && fired > 500, `${fired} matches in ${seen} records`);
});
