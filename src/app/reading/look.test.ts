import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventRule, loadRules } from '../../rules/index.ts';
import type { EventKind } from '../effects/index.ts';
import { lookAt } from './look.ts';

function ruleOf(detection: string): EventRule {
  const text = `title: t\nid: 7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b09\nlogsource: { product: windows, service: security }\ndetection:\n${detection
    .split('\n')
    .map((l) => `  ${l}`)
    .join('\n')}\n`;
  const [rule] = loadRules([{ pack: 'p', path: 'r.yml', text }]).rules;
  assert.ok(rule?.$ === 'event');
  return rule;
}
const kind = (channel: string, events: number, fields: string[]): EventKind => ({
  source: { product: 'windows', channel },
  events,
  fields,
});
const look = (detection: string, kinds: EventKind[]) => {
  const { events, canFire, missing } = lookAt(ruleOf(detection), kinds);
  return { events, canFire, missing };
};

test('no such log: no event passes the gate', () => {
  assert.deepEqual(look('s: { A: x }\ncondition: s', [kind('System', 9, ['A'])]), {
    events: 0,
    canFire: false,
    missing: [],
  });
});

test('ran: events are added over kinds, and one kind with the field is enough', () => {
  const kinds = [kind('Security', 3, ['B']), kind('security', 2, ['A'])];
  assert.deepEqual(look('s: { A: x }\ncondition: s', kinds), { events: 5, canFire: true, missing: [] });
});

test('field never present: what an and needs, not what an or can do without', () => {
  const kinds = [kind('Security', 3, ['A'])];
  assert.deepEqual(look('s: { A: x, Z: y }\ncondition: s', kinds), { events: 3, canFire: false, missing: ['Z'] });
  assert.equal(look('s: { A: x }\nt: { Z: y }\ncondition: s or t', kinds).canFire, true);
});

test('an absent field fails a test and so meets its negation, and null', () => {
  const kinds = [kind('Security', 3, ['A'])];
  assert.equal(look('s: { A: x }\nf: { Z: y }\ncondition: s and not f', kinds).canFire, true);
  assert.equal(look('s: { Z: null }\ncondition: s', kinds).canFire, true);
  assert.equal(look('s: { Z|exists: true }\ncondition: s', kinds).canFire, false);
});
