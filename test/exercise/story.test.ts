import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utc } from '../../exercise/calendar.ts';
import type { World } from '../../exercise/contract.ts';
import { plots as innocents, lookAlikes } from '../../exercise/innocent/index.ts';
import { armoury, castOf, datesOf, plots as stories } from '../../exercise/story/index.ts';
import { PARTIES } from '../../exercise/truth/parties.ts';
import { makeMinistry } from '../../exercise/world/index.ts';
import { type Heard, listen } from './support/listener.ts';

const SPAN = { from: utc('2022-01-01'), to: utc('2024-10-01') };
const SEEDS = [11, 12, 13];

interface Told {
  readonly world: World;
  readonly heard: readonly Heard[];
}

function tell(seed: number, scale = 0.1): Told {
  const { world } = makeMinistry({ seed, scale, span: SPAN });
  return {
    world,
    heard: listen(
      [...stories, ...innocents].map((make) => make(world)),
      SPAN,
    ),
  };
}

const told = new Map(SEEDS.map((seed) => [seed, tell(seed)]));
const of = (heard: readonly Heard[], party: string) => heard.filter((h) => h.act?.party === party);

test('every party takes part in every exercise, and no other', () => {
  for (const [seed, { heard }] of told) {
    const parties = new Set(heard.flatMap((h) => (h.act ? [h.act.party] : [])));
    assert.deepEqual([...parties].sort(), PARTIES.map((p) => p.id).sort(), `seed ${seed}`);
  }
});

test('the intruder goes through every phase, in the order in which one needs the other', () => {
  for (const [seed, { heard }] of told) {
    const first = (phase: string, technique?: string) => {
      const acts = of(heard, 'intruder').filter(
        (h) => h.act?.phase === phase && (!technique || h.act.technique === technique),
      );
      assert.ok(acts.length > 0, `seed ${seed}: no ${phase} ${technique ?? ''}`);
      return Math.min(...acts.map((h) => h.ms));
    };
    const order = [
      first('reconnaissance', 'T1598.003'),
      first('initial-access', 'T1110.003'),
      first('initial-access', 'T1190'),
      first('persistence', 'T1505.003'),
      first('credential-access', 'T1003.001'),
      first('lateral-movement'),
      first('command-and-control'),
    ];
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
      `seed ${seed}`,
    );
    for (const technique of ['T1505.004', 'T1098.002', 'T1528']) first('persistence', technique);
    for (const technique of ['T1564.008', 'T1070.001', 'T1562.001', 'T1562.002', 'T1562.008', 'T1070.006'])
      first('defense-evasion', technique);
    first('collection', 'T1114.002');
    first('collection', 'T1025');
    first('discovery');
    first('execution', 'T1091');
    first('exfiltration');
  }
});

test('he is silent through the long pause and after the eviction, until he tries to come back', () => {
  for (const [seed, { world, heard }] of told) {
    const { quietFrom, quietTo, evicted, back, detected, watchedFrom, moved } = datesOf(world);
    assert.ok(detected < watchedFrom && watchedFrom < evicted && evicted < moved && moved < back, `seed ${seed}`);
    const days = (quietTo - quietFrom) / 86_400_000;
    assert.ok(days >= 60 && days <= 155, `seed ${seed}: a pause of ${days} days`);
    // scenes begun before may end some hours into it
    const hours = 26 * 3_600_000;
    const loud = of(heard, 'intruder').filter(
      ({ ms }) => (ms > quietFrom + hours && ms < quietTo) || (ms > evicted + hours && ms < back),
    );
    assert.deepEqual(
      loud.map((h) => [new Date(h.ms).toISOString(), h.act?.what]),
      [],
      `seed ${seed}`,
    );
    assert.ok(
      of(heard, 'intruder').some((h) => h.ms >= back),
      `seed ${seed}: he never tries to come back`,
    );
  }
});

test('home routers are used for a day or two and never return, and nobody else ever has one of them', () => {
  for (const [seed, { world, heard }] of told) {
    const uses = new Map<string, number[]>();
    for (const { ms, facts } of of(heard, 'intruder'))
      if (isAddress(facts.from)) uses.set(facts.from, [...(uses.get(facts.from) ?? []), ms]);
    assert.ok(uses.size > 150, `seed ${seed}: only ${uses.size} exits`);
    for (const [address, times] of uses) {
      assert.equal(world.network(address)?.kind, 'residential', address);
      assert.ok(Math.max(...times) - Math.min(...times) < 3 * 86_400_000, `seed ${seed}: ${address} returns`);
    }
    const others = heard.filter((h) => h.act?.party !== 'intruder' && uses.has(String(h.facts.from)));
    assert.deepEqual(others, []);
  }
});

test('whoever is misused by one party plays no other part', () => {
  for (const [seed, { world, heard }] of told) {
    const misused = new Map<string, Set<string>>();
    for (const { act } of heard)
      if (act?.misuse)
        for (const name of act.victims?.accounts ?? [])
          misused.set(name, (misused.get(name) ?? new Set()).add(act.party));
    for (const [name, parties] of misused) assert.equal(parties.size, 1, `seed ${seed}: ${name} by ${[...parties]}`);
    const intruders = new Set([...misused].filter(([, p]) => p.has('intruder')).map(([name]) => name));
    for (const [id, own] of lookAlikes(world))
      assert.deepEqual(
        (own.accounts ?? []).filter((a) => intruders.has(a)),
        [],
        `seed ${seed}: ${id}`,
      );
    const { guessed, stolen, admin, stick } = castOf(world);
    for (const p of [...guessed, ...stolen, stick]) assert.ok(intruders.has(p.account.name), p.account.name);
    assert.ok(intruders.has(admin.admin.name));
  }
});

test('the same seed tells the same story, at any scale; another seed another one', () => {
  const plain = ({ heard }: Told) => JSON.stringify(heard.map(({ verb, ms, act }) => [verb, ms, act]));
  const [a, b] = SEEDS.map((seed) => plain(told.get(seed) as Told));
  assert.equal(plain(tell(SEEDS[0] as number, 3)), a);
  assert.notEqual(a, b);
});

test('the armoury holds one intruder, one framed owner of the planted tool, and part of what was used', () => {
  for (const [seed, { world, heard }] of told) {
    const { actors, tools, indicators } = armoury(world);
    const role = (r: string) => actors.filter((a) => a.role === r).map((a) => a.slug);
    assert.equal(role('intruder').length, 1);
    assert.equal(actors.length, new Set(actors.map((a) => a.slug)).size);
    assert.deepEqual(
      tools.filter((t) => t.planted).map((t) => t.owners),
      [role('framed')],
      `seed ${seed}`,
    );
    const digests = new Set(heard.flatMap((h) => digest(h.facts.program)));
    const used = tools.flatMap((t) => t.sha256s).filter((d) => digests.has(d));
    assert.ok(used.length >= 4, `seed ${seed}: ${used.length} tools are seen running`);
    const exits = new Set(of(heard, 'intruder').map((h) => String(h.facts.from)));
    const given = indicators.filter((i) => i.kind === 'ipv4').map((i) => i.value);
    assert.ok(given.some((v) => exits.has(v)) && given.some((v) => !exits.has(v)), `seed ${seed}`);
    assert.ok(given.length < exits.size / 4);
  }
});

/** Outside, not inside the house, and no mail's sender. */
function isAddress(from: unknown): from is string {
  return typeof from === 'string' && /^\d+(\.\d+){3}$/.test(from) && !from.startsWith('10.');
}

function digest(program: unknown): string[] {
  const sha = (program as { sha256?: string } | undefined)?.sha256;
  return sha ? [sha] : [];
}
