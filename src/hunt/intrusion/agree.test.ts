import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding, Intrusions } from '../../model/index.ts';
import { atLeast, inCommon } from './chance.ts';
import { deskOwners, NO_DATES, NO_JUDGEMENTS, Picture, type PictureInput } from './index.ts';
import { gapBetween, type Span } from './profile.ts';

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);

interface Sketch {
  readonly rule: string;
  readonly day: number;
  readonly entities: readonly string[];
  readonly acted?: readonly string[];
  readonly score?: number;
  readonly attack?: string;
  readonly tactics?: readonly string[];
  readonly days?: number;
}

let made = 0;
function finding({ rule, day, entities, acted = [], score = 0.95, attack, tactics, days = 0 }: Sketch): Finding {
  const n = made++;
  return {
    id: n.toString(16).padStart(32, '0'),
    kind: 'behaviour',
    rule: {
      ...{ id: rule, title: `Behaviour ${rule}`, level: 'high' },
      attack: [attack ?? 'T1078'],
      tactics: [...(tactics ?? ['initial-access'])],
    },
    time: new Date(START + day * DAY).toISOString(),
    timeEnd: new Date(START + (day + days) * DAY).toISOString(),
    ...{ stream: 'windows-security', host: '', user: '', address: '' },
    events: [`${'e'.repeat(64)}@${n}`],
    count: 1,
    score,
    entities: [...entities, ...acted].sort(),
    acted: [...acted].sort(),
    matched: [],
    why: `because ${n}`,
    innocent: [],
    caveats: [],
  };
}

function picture(findings: readonly Finding[], input: Partial<PictureInput> = {}): Intrusions {
  const p = new Picture({ cover: [], judgements: NO_JUDGEMENTS, dates: NO_DATES, ...input });
  for (const f of findings) p.add(f);
  return p.finish({ analysis: 'a', results: 'r' });
}

const people = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => `p${from + i}`);

/** Accounts misused through one client, over months: an intrusion of its own. */
const misused = (names: readonly string[], day = 0): Finding[] =>
  names.map((name, i) =>
    finding({ rule: 'mesh', day: day + i, days: 60, entities: ['client:strange/1.0'], acted: [`account:${name}`] }),
  );

/** An implant that calls home, on these machines. */
const implants = (hosts: readonly string[], day: number): Finding[] =>
  hosts.map((host) =>
    finding({ rule: 'calls', day, attack: 'T1071', entities: ['domain:drive.example'], acted: [`host:${host}`] }),
  );

/** People who are only known: one tried account each, far from all else. */
const known = (n: number): Finding[] =>
  people(n, 1000).map((name) =>
    finding({ rule: 'known', day: -900, attack: 'T1110.003', score: 0.1, entities: [`account:${name}`] }),
  );

const count = (i: Intrusions): number => i.intrusions.length;

test('implants on the desks of two people whose accounts are misused are the same intruder; on one desk, chance', () => {
  const desks = new Map([
    ['ws1', 'p1'],
    ['ws2', 'p2'],
    ['ws3', 'p9'],
  ]);
  const mail = misused(people(4));
  const both = picture([...mail, ...implants(['ws1', 'ws2'], 20)], { desks });
  assert.equal(count(both), 1);
  const link = both.intrusions[0]!.links.find((l) => /the same person's/.test(l.sentence))!;
  assert.match(link.sentence, /account:p1 \(host:ws1 is the same person's, at the same time\)/);
  assert.match(link.sentence, /account:p2 \(host:ws2 is the same person's, at the same time\)/);
  assert.equal(count(picture([...mail, ...implants(['ws1', 'ws3'], 20)], { desks })), 2);
  assert.equal(count(picture([...mail, ...implants(['ws1', 'ws2'], 20)])), 2, 'whose desks they are is not known');
});

test('a list of people aimed at: most of them misused is no chance, a few of very many are', () => {
  const mail = misused(people(8), 30);
  const aimed = (names: readonly string[]): Finding =>
    finding({
      ...{ rule: 'pixel', day: 0, score: 0.9, attack: 'T1598.003', tactics: ['reconnaissance'] },
      entities: names.map((n) => `mailbox:${n}@x.example`),
    });
  const one = picture([...known(200), ...mail, aimed([...people(6), ...people(14, 1000)])]);
  assert.equal(count(one), 1);
  assert.match(
    one.intrusions[0]!.links.map((l) => l.sentence).join(),
    /of 20 people it was aimed at 6 are misused here, of 208 known 8/,
  );
  assert.equal(one.intrusions[0]!.firstSign!.time.slice(0, 10), '2023-01-01', 'it begins with the mails');
  assert.equal(count(picture([...known(200), ...mail, aimed([...people(1), ...people(45, 1000)])])), 2);
});

test('a doubtful finding of one certain half about somebody the other half misuses', () => {
  const audit = finding({
    ...{ rule: 'audit', day: 40, score: 0.5, attack: 'T1562.008', tactics: ['defense-evasion'] },
    entities: ['mailbox:p1@x.example'],
    acted: ['account:adm'],
  });
  const server = [
    finding({ rule: 'shell', day: 38, attack: 'T1505.003', entities: ['file:x.aspx'], acted: ['host:ex01'] }),
    finding({ rule: 'dump', day: 39, attack: 'T1003.001', entities: ['file:x.aspx'], acted: ['host:ex01'] }),
    finding({ rule: 'move', day: 40, entities: ['host:ex01'], acted: ['account:adm', 'host:ex01'] }),
  ];
  const mail = [
    ...misused(people(4)),
    finding({
      ...{ rule: 'reader', day: 41, days: 90, attack: 'T1114.002', tactics: ['collection'] },
      entities: ['client:strange/1.0', 'mailbox:p1@x.example'],
      acted: ['account:p1'],
    }),
  ];
  assert.equal(count(picture([...mail, ...server])), 2);
  assert.equal(count(picture([...mail, ...server, audit])), 1);
});

test('two intruders on one server as different people stay two; moved on from where the other has a hold is one', () => {
  const there = (account: string, rule: string): Finding =>
    finding({ rule, day: 10, days: 60, acted: [`account:${account}`, 'host:app01'], entities: [`client:${rule}/1`] });
  assert.equal(count(picture([there('a', 'x'), there('b', 'y')])), 2);
  const shell = finding({ rule: 'shell', day: 10, days: 60, acted: ['host:ex01'], entities: ['file:x.aspx'] });
  const move = finding({
    ...{ rule: 'move', day: 75, tactics: ['lateral-movement'], entities: ['host:ex01'] },
    acted: ['account:adm', 'host:fs01', ...people(8).map((p) => `host:${p}`)],
  });
  assert.equal(count(picture([shell, move])), 1);
});

test('the same sign on the same machine after months is the same trouble', () => {
  const sign = (day: number, rule = 'shell') =>
    finding({ rule, day, attack: 'T1505.003', acted: ['host:ex01'], entities: [] });
  assert.equal(count(picture([sign(0), sign(70)])), 1);
  assert.equal(count(picture([sign(0), sign(70, 'other')])), 2);
});

test('whole intrusions agree whatever the order of the findings', () => {
  const desks = new Map([
    ['ws1', 'p1'],
    ['ws2', 'p2'],
  ]);
  const all = [...misused(people(4)), ...implants(['ws1', 'ws2'], 20), ...implants(['ws3'], 300), ...known(20)];
  const expected = JSON.stringify(picture(all, { desks }));
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      assert.equal(JSON.stringify(picture(shuffled, { desks })), expected);
    }),
    { numRuns: 30 },
  );
});

test('desks: one account that is hardly anywhere else; servers and lookers-after are nobody’s', () => {
  const at = (host: string, account: string, days: number) => ({ host, account, days });
  const said = [
    at('WS-1.x.example', 'MEA\\Anna', 100),
    at('WS-1.x.example', 'adm.otto', 9),
    at('10.1.1.7', 'berta', 40),
    at('10.1.1.8', 'carl', 40),
    at('FS01', 'adm.otto', 60),
    at('APP01', 'adm.otto', 70),
    at('WS-3', 'dora', 3),
    at('DC01', 'SYSTEM', 900),
    // the mail server asks for tickets in everybody's name, day after day
    ...['anna', 'berta', 'carl', 'dora', 'emil'].map((who) => at('EX01', who, 400)),
  ];
  assert.deepEqual([...deskOwners(said, new Map([['10.1.1.7', 'ws-2']]))].sort(), [
    ['ws-1', 'anna'],
    ['ws-2', 'berta'],
  ]);
});

test('the chance of at least so many is the sum of the chances of each number', () => {
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (hits, draws, share) => {
        let sum = 0;
        for (let k = hits; k <= draws; k++) sum += choose(draws, k) * share ** k * (1 - share) ** (draws - k);
        const got = atLeast(hits, draws, share);
        assert.ok(Math.abs(got - sum) <= 1e-9, `${got} ${sum}`);
      },
    ),
  );
  assert.ok(atLeast(9, 11, 0.03) < 1e-11 && atLeast(9, 11, 0.03) > 0, 'a small chance is not lost in rounding');
});

test('the chance of so many in common is the share of all draws that have them', () => {
  const choose = (n: bigint, k: bigint): bigint =>
    k < 0n || k > n ? 0n : k === 0n ? 1n : (choose(n - 1n, k - 1n) * n) / k;
  const size = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(size, size, size, size, (all, x, y, both) => {
      const [one, other] = [Math.min(x, all), Math.min(y, all)];
      let hits = 0n;
      for (let k = both; k <= one; k++)
        hits += choose(BigInt(other), BigInt(k)) * choose(BigInt(all - other), BigInt(one - k));
      const exact = Number((hits * 10n ** 15n) / choose(BigInt(all), BigInt(one))) / 1e15;
      const got = inCommon(both, one, other, all);
      assert.ok(Math.abs(got - exact) <= 1e-9, `${got} ${exact}`);
      assert.ok(Math.abs(got - inCommon(both, other, one, all)) <= 1e-12, 'whoever is aimed at, whoever misused');
    }),
    { numRuns: 300 },
  );
  assert.ok(inCommon(9, 118, 11, 400) < atLeast(9, 118, 11 / 400) / 5, 'nobody is drawn twice');
});

test('the gap between two lists of spans is the smallest between any two of them', () => {
  const span = fc
    .tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 60 }))
    .map(([from, length]): Span => [from, from + length]);
  const spans = fc.array(span, { minLength: 1, maxLength: 12 }).map((list) => list.sort((a, b) => a[0] - b[0]));
  fc.assert(
    fc.property(spans, spans, (a, b) => {
      const all = a.flatMap((x) => b.map((y) => Math.max(0, Math.max(x[0], y[0]) - Math.min(x[1], y[1]))));
      assert.equal(gapBetween(a, b), Math.min(...all));
    }),
  );
});
