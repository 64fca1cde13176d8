import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Finding, Intrusions, type LedgerLine } from '../../model/index.ts';
import { hostAddresses, type Judgements, NO_DATES, NO_JUDGEMENTS, Picture, type PictureInput } from './index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);

interface Sketch {
  readonly n: number;
  readonly day: number;
  readonly rule: string;
  readonly level?: Finding['rule']['level'];
  readonly attack?: readonly string[];
  readonly tactics?: readonly string[];
  readonly entities: readonly string[];
  readonly acted?: readonly string[];
  readonly score?: number;
  readonly stream?: string;
  readonly event?: number;
}

function finding(s: Sketch): Finding {
  const name = (prefix: string) => s.acted?.find((e) => e.startsWith(prefix))?.slice(prefix.length) ?? '';
  return {
    id: s.n.toString(16).padStart(32, '0'),
    kind: s.score === undefined ? 'rule' : 'behaviour',
    rule: {
      id: s.rule,
      title: `Rule ${s.rule}`,
      level: s.level ?? 'high',
      attack: [...(s.attack ?? ['T1078'])],
      tactics: [...(s.tactics ?? ['initial-access'])],
    },
    time: new Date(START + s.day * DAY).toISOString(),
    stream: s.stream ?? 'windows-security',
    host: name('host:'),
    user: name('account:'),
    address: '',
    events: [`${'e'.repeat(64)}@${s.event ?? s.n}`],
    count: 1,
    ...(s.score === undefined ? {} : { score: s.score }),
    entities: [...s.entities].sort(),
    acted: [...(s.acted ?? [])].sort(),
    matched: [],
    why: `because ${s.n}`,
    innocent: [],
    caveats: [],
  };
}

function picture(findings: readonly Finding[], input: Partial<PictureInput> = {}): Intrusions {
  const p = new Picture({ cover: [], judgements: NO_JUDGEMENTS, dates: NO_DATES, ...input });
  for (const f of findings) p.add(f);
  return p.finish({ analysis: 'a', results: 'r' });
}

/** A small intrusion: in by one exit as two accounts, a tool on a host; and somebody else elsewhere. */
const STORY: readonly Finding[] = [
  finding({
    n: 1,
    day: 0,
    rule: 'mesh',
    score: 0.95,
    entities: ['account:a', 'address:198.51.100.1', 'session:s1'],
    acted: ['account:a'],
  }),
  finding({
    n: 2,
    day: 1,
    rule: 'reader',
    score: 0.9,
    attack: ['T1114.002'],
    tactics: ['collection'],
    entities: ['account:b', 'address:198.51.100.1', 'mailbox:b@x.example'],
    acted: ['account:b'],
  }),
  finding({
    n: 3,
    day: 2,
    rule: 'tool',
    attack: ['T1059'],
    tactics: ['execution'],
    entities: ['account:a', 'host:ws1', 'file:c:\\t.exe'],
    acted: ['account:a', 'host:ws1'],
  }),
  finding({
    n: 4,
    day: 90,
    rule: 'tool',
    attack: ['T1059'],
    tactics: ['execution'],
    entities: ['host:ws2', 'file:c:\\t.exe'],
    acted: ['host:ws2'],
  }),
  finding({
    n: 5,
    day: 1,
    rule: 'other',
    entities: ['account:z', 'host:srv', 'file:c:\\other.exe'],
    acted: ['account:z', 'host:srv'],
  }),
  finding({
    n: 6,
    day: 3,
    rule: 'noise',
    level: 'informational',
    entities: ['account:c', 'address:192.0.2.9'],
    acted: ['account:c'],
  }),
  finding({
    n: 7,
    day: 0,
    rule: 'noise',
    level: 'informational',
    entities: ['account:a', 'session:s1'],
    acted: ['account:a'],
  }),
  finding({
    n: 8,
    day: 0,
    rule: 'spray',
    level: 'medium',
    attack: ['T1110.003'],
    tactics: ['credential-access'],
    entities: ['account:c', 'account:d', 'address:198.51.100.1'],
    acted: ['account:c'],
  }),
];

const states = (lines: readonly LedgerLine[]) => Object.fromEntries(lines.map((l) => [l.name, l.state]));
const membership = ({ intrusions, loose, innocent }: Intrusions) => ({
  groups: intrusions.map((i) => i.findings).sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
  loose: loose.count,
  innocent: innocent.count,
});
const id = (n: number) => n.toString(16).padStart(32, '0');
const said = { entry: 'f'.repeat(64), agency: 'CSIRT' };
const judged = (more: Partial<Judgements>): Partial<PictureInput> => ({ judgements: { ...NO_JUDGEMENTS, ...more } });

test('what an exit, an account and a tool tie is one intrusion; somebody else is another; daily life is loose', () => {
  const { intrusions, loose } = picture(STORY);
  assert.deepEqual(membership(picture(STORY)).groups, [
    [1, 2, 3, 4, 7, 8].map(id).sort((a, b) => order(a) - order(b)),
    [id(5)],
  ]);
  assert.equal(loose.count, 1);
  const [top] = intrusions;
  assert.deepEqual(states(top!.scope.accounts), { a: 'misused', b: 'misused', c: 'targeted', d: 'targeted' });
  assert.deepEqual(states(top!.scope.hosts), { ws1: 'misused', ws2: 'misused' });
  assert.equal(top!.firstSign?.finding, id(1));
  assert.equal(top!.lastSign?.finding, id(4));
  assert.deepEqual(
    top!.quietPeriods.map((q) => q.days),
    [88],
  );
  assert.equal(top!.returns.length, 1);
});
const order = (x: string) => Date.parse(STORY.find((f) => f.id === x)!.time) + Number.parseInt(x, 16) / 1e6;

test('every finding of an intrusion hangs on the others by ties that can be printed', () => {
  const [top] = picture(STORY).intrusions;
  const reached = new Set([top!.links[0]!.a]);
  for (let n = 0; n < top!.links.length; n++)
    for (const { a, b } of top!.links) {
      if (reached.has(a)) reached.add(b);
      if (reached.has(b)) reached.add(a);
    }
  assert.deepEqual([...reached].sort(), [...top!.findings].sort());
  for (const link of top!.links)
    assert.ok(link.by.length > 0 && link.sentence.includes(link.by[0]!.entity), link.sentence);
});

test('the order of findings does not matter', () => {
  const whole = picture(STORY);
  fc.assert(
    fc.property(fc.shuffledSubarray([...STORY], { minLength: STORY.length }), (shuffled) => {
      assert.deepEqual(picture(shuffled), whole);
    }),
    { numRuns: 40 },
  );
});

const entity = fc.constantFrom(
  'account:a',
  'account:b',
  'account:c',
  'host:h',
  'host:i',
  'address:198.51.100.7',
  'address:10.0.0.4',
  'session:s',
  'file:c:\\x.exe',
  'client:odd/1',
);
/** A rule has its techniques; its findings do not choose. */
const TECHNIQUES: Readonly<Record<string, readonly string[]>> = {
  r1: ['T1078'],
  r2: ['T1110.003'],
  r3: ['T1114.002'],
  r4: ['T1505.003'],
};
const sketch = fc.record({
  day: fc.integer({ min: 0, max: 400 }),
  rule: fc.constantFrom('r1', 'r2', 'r3', 'r4'),
  level: fc.constantFrom(
    'informational' as const,
    'low' as const,
    'medium' as const,
    'high' as const,
    'critical' as const,
  ),
  entities: fc.uniqueArray(entity, { minLength: 1, maxLength: 4 }),
  event: fc.integer({ min: 1, max: 30 }),
});
const findings = fc.array(sketch, { minLength: 1, maxLength: 25 }).map((list) =>
  list.map((s, n) =>
    finding({
      n: n + 1,
      ...s,
      attack: TECHNIQUES[s.rule]!,
      acted: s.entities.filter((e) => /^(account|host):/.test(e)),
    }),
  ),
);

test('random findings: each is in one intrusion, innocent or loose, whatever their order; the file keeps its schema', () => {
  fc.assert(
    fc.property(findings, fc.infiniteStream(fc.integer({ min: 0, max: 1e6 })), (list, keys) => {
      const made = picture(list);
      const own = made.intrusions.flatMap((i) => i.findings);
      assert.equal(new Set(own).size, own.length, 'no finding stands in two');
      assert.equal(own.length + made.loose.count + made.innocent.count, list.length);
      const shuffled = list.map((f) => [keys.next().value as number, f] as const).sort((a, b) => a[0] - b[0]);
      assert.deepEqual(picture(shuffled.map(([, f]) => f)), made);
      assert.deepEqual(Intrusions.parse(structuredClone(made)), made);
    }),
    { numRuns: 150 },
  );
});

test('a finding that shares nothing changes no intrusion', () => {
  const alone = finding({
    n: 99,
    day: 50,
    rule: 'unrelated',
    entities: ['account:q', 'host:elsewhere'],
    acted: ['account:q'],
  });
  fc.assert(
    fc.property(findings, (list) => {
      const before = picture(list);
      const after = picture([...list, alone]);
      assert.deepEqual(
        after.intrusions.filter((i) => !i.findings.includes(alone.id)),
        before.intrusions,
      );
    }),
    { numRuns: 60 },
  );
});

test('an innocent judgement takes away exactly its finding; agencies that do not agree change nothing', () => {
  const verdicts = (verdict: 'innocent' | 'disputed') => judged({ verdicts: new Map([[id(5), { ...said, verdict }]]) });
  const before = membership(picture(STORY));
  const after = picture(STORY, verdicts('innocent'));
  assert.deepEqual(membership(after), {
    ...before,
    groups: before.groups.filter((g) => !g.includes(id(5))),
    innocent: 1,
  });
  assert.deepEqual(after.innocent.findings, [id(5)]);
  assert.deepEqual(
    after.judgements.map((j) => [j.agency, j.findings]),
    [['CSIRT', 1]],
  );
  assert.deepEqual(membership(picture(STORY, verdicts('disputed'))), before);
});

test('accepted: a weak finding alone is an intrusion', () => {
  const after = picture(STORY, judged({ verdicts: new Map([[id(6), { ...said, verdict: 'accepted' }]]) }));
  assert.ok(after.intrusions.some((i) => i.findings.includes(id(6)) && states(i.scope.accounts).c === 'misused'));
});

test('ours: what an address of ours did is set aside, in its time only; a host of ours that was broken into is not', () => {
  const ours = (entities: string[], fromDay: number, untilDay: number) =>
    picture(
      STORY,
      judged({
        assertions: [
          { ...said, relation: 'ours', entities, fromMs: START + fromDay * DAY, untilMs: START + untilDay * DAY },
        ],
      }),
    ).innocent.findings;
  assert.deepEqual(ours(['address:198.51.100.1'], -1, 5), [id(1), id(2), id(8)]);
  assert.deepEqual(ours(['address:198.51.100.1'], 0.5, 5), [id(2)]);
  assert.deepEqual(ours(['host:ws1'], -1, 500), []);
});

test('intruder: what a person says is his ties, and raises what it touches', () => {
  const assertion = {
    ...said,
    relation: 'intruder' as const,
    entities: ['address:192.0.2.9'],
    fromMs: -Infinity,
    untilMs: Infinity,
  };
  const after = picture(STORY, judged({ assertions: [assertion] }));
  assert.ok(after.intrusions.some((i) => i.findings.includes(id(6)) && i.judgements.length === 1));
});

test('same joins what nothing else ties; different keeps apart what a tie would join', () => {
  const relation = (r: 'same' | 'different', entities: string[]) =>
    picture(STORY, judged({ assertions: [{ ...said, relation: r, entities, fromMs: -Infinity, untilMs: Infinity }] }));
  const joined = relation('same', ['account:a', 'account:z']);
  assert.ok(joined.intrusions.some((i) => i.findings.includes(id(1)) && i.findings.includes(id(5))));
  const apart = relation('different', ['account:b', 'file:c:\\t.exe']);
  assert.ok(!apart.intrusions.some((i) => i.findings.includes(id(2)) && i.findings.includes(id(4))));
});

test('named, merged and split by persons; split and merged again it is what it was', () => {
  const name = (
    n: number,
    findings: readonly number[],
    kind: 'intrusion-named' | 'intrusion-merged' | 'intrusion-split',
  ) => ({
    entry: n.toString(16).padStart(64, '0'),
    agency: 'CSIRT',
    id: n.toString(16).padStart(64, '0'),
    kind,
    title: `number ${n}`,
    findings: findings.map(id),
  });
  const whole = [1, 2, 3, 4, 7, 8];
  const named = picture(STORY, judged({ named: [name(1, whole, 'intrusion-named')] }));
  const it = named.intrusions.find((i) => i.id === name(1, [], 'intrusion-named').id);
  assert.equal(it?.title, 'number 1');
  assert.equal(it?.namedBy, 'CSIRT');
  const split = picture(
    STORY,
    judged({ named: [name(2, [1, 2, 7, 8], 'intrusion-split'), name(3, [3, 4], 'intrusion-split')] }),
  );
  const groups = membership(split).groups.map((g) => [...g].sort());
  assert.deepEqual(groups, [[1, 2, 7, 8].map(id), [3, 4].map(id), [id(5)]]);
  const merged = picture(STORY, judged({ named: [name(4, whole, 'intrusion-merged')] }));
  assert.deepEqual(membership(merged), membership(named));
  const withOther = picture(STORY, judged({ named: [name(5, [...whole, 5], 'intrusion-merged')] }));
  assert.equal(withOther.intrusions.length, 1);
});

test('dwell is two numbers, each only when its dates are on record', () => {
  const dates = (detected: number | null, evicted: number | null): Partial<PictureInput> => ({
    dates: {
      detected: detected === null ? null : { ms: START + detected * DAY, why: 'the decision' },
      evicted: evicted === null ? null : { ms: START + evicted * DAY, why: 'the eviction' },
      footholds: [],
    },
  });
  const dwell = (d: number | null, e: number | null) => {
    const { unseenDays, watchedDays, spanDays } = picture(STORY, dates(d, e)).intrusions[0]!.dwell;
    return [unseenDays, watchedDays, spanDays];
  };
  assert.deepEqual(dwell(null, null), [null, null, 90]);
  assert.deepEqual(dwell(40, null), [40, null, 90]);
  assert.deepEqual(dwell(40, 80), [40, 40, 90]);
});

test('the eviction check: seen again by which foothold; nothing seen only where a source went on', () => {
  const at = (day: number): PictureInput['dates'] => ({
    detected: null,
    evicted: { ms: START + day * DAY, why: 'the eviction' },
    footholds: ['file:c:\\t.exe'],
  });
  const cover = (until: number) =>
    Array.from({ length: until }, (_, d) => ({
      stream: 'windows-security',
      host: 'ws1',
      day: START / DAY + d,
      events: 5,
      firstMs: START + d * DAY,
      lastMs: START + d * DAY + 1000,
    }));
  const check = (day: number, until: number) =>
    picture(STORY, { dates: at(day), cover: cover(until) }).intrusions[0]!.eviction!;
  const again = check(60, 120);
  assert.equal(again.verdict, 'seen-again');
  assert.deepEqual(again.footholds.find((f) => f.entity === 'file:c:\\t.exe')?.seenAfter, 1);
  assert.equal(check(100, 150).verdict, 'nothing-seen');
  assert.equal(check(100, 100).verdict, 'cannot-tell');
  assert.equal(picture(STORY).intrusions[0]!.eviction, null);
});

test('the first sign says how far its sources reach; at their edge an earlier start is not excluded', () => {
  const cover = (from: number) =>
    Array.from({ length: 30 - from }, (_, d) => ({
      stream: 'windows-security',
      host: '',
      day: START / DAY + from + d,
      events: 1,
      firstMs: START + (from + d) * DAY,
      lastMs: START + (from + d) * DAY,
    }));
  const sign = (from: number) => picture(STORY, { cover: cover(from) }).intrusions[0]!.firstSign!.uncertainty;
  assert.deepEqual([sign(-60).atEdge, sign(-60).quietDays], [false, 60]);
  assert.equal(sign(-60).earliestPossible, new Date(START - 60 * DAY).toISOString());
  assert.equal(sign(-2).atEdge, true);
});

test('what a finding saw before the first sign stands beside it and dates nothing', () => {
  const before = (n: number, day: number) =>
    STORY.map((f) =>
      f.id === finding({ n, day: 0, rule: 'x', entities: [] }).id
        ? {
            ...f,
            earlier: {
              time: new Date(START + day * DAY).toISOString(),
              event: `${'e'.repeat(64)}@7`,
              ...{ stream: 'web-iis', account: 'b', address: '198.51.100.7', why: 'webmail over a home line.' },
            },
          }
        : f,
    );
  const top = (findings: readonly Finding[]) => picture(findings).intrusions[0]!;
  const sign = top(before(2, -40)).firstSign!;
  assert.equal(sign.time, new Date(START).toISOString());
  assert.equal(sign.earlier?.days, 40);
  assert.equal(
    sign.earlier?.sentence,
    'Perhaps 40 days earlier: b from 198.51.100.7 on 2022-11-22, webmail over a home line.',
  );
  assert.equal(top(before(2, 0.5)).firstSign!.earlier, null, 'later than the first sign');
  assert.equal(top(STORY).firstSign!.earlier, null);
});

test('hosts: cleared by their own logs, never collected when only named', () => {
  const cover = ['ws1', 'quiet'].flatMap((host) =>
    Array.from({ length: 91 }, (_, d) => ({
      stream: 'windows-security',
      host,
      day: START / DAY + d,
      events: 1,
      firstMs: START + d * DAY,
      lastMs: START + d * DAY,
    })),
  );
  const touched = finding({ n: 20, day: 2, rule: 'tool', entities: ['file:c:\\t.exe', 'host:named'], acted: [] });
  const [top] = picture([...STORY, touched], { cover }).intrusions;
  const hosts = states(top!.scope.hosts);
  assert.deepEqual([hosts.quiet, hosts.named, hosts.ws1], ['cleared', 'never-collected', 'misused']);
  assert.equal(top!.scope.hosts.find((l) => l.name === 'ws2')?.uncollected, true);
  assert.match(
    top!.scope.hosts.find((l) => l.name === 'quiet')!.why,
    /^nothing of it found in its own logs from 2023-01-01 to 2023-04-01/,
  );
  const other = cover.map((c) => (c.host === 'quiet' ? { ...c, stream: 'linux-sshd' } : c));
  const quiet = picture([...STORY, touched], { cover: other }).intrusions[0]!.scope.hosts.find(
    (l) => l.name === 'quiet',
  )!;
  assert.equal(quiet.state, 'nothing-found', 'logs of a kind that never showed the intrusion clear nobody');
  assert.match(quiet.why, /no log of their kind \(linux-sshd\) showed this intrusion on any host/);
  const loose = finding({
    n: 21,
    day: 40,
    rule: 'odd',
    level: 'medium',
    entities: ['host:quiet'],
    acted: ['host:quiet'],
  });
  const unsettled = picture([...STORY, touched, loose], { cover }).intrusions[0]!.scope.hosts.find(
    (l) => l.name === 'quiet',
  )!;
  assert.equal(unsettled.state, 'nothing-found', 'what is open there clears nobody');
  assert.match(unsettled.why, /but 1 finding there in that time belongs to another intrusion or to none/);
  const short = cover.filter((c) => c.host !== 'quiet' || c.day < START / DAY + 80);
  const hostsOf = picture([...STORY, touched], { cover: short }).intrusions[0]!.scope.hosts;
  assert.equal(states(hostsOf).quiet, undefined, 'logs that end before the intrusion does clear nobody');
});

test('an address is a machine when logs agree on one, else it stays an address', () => {
  const pairs = [
    { host: 'EX01.mea.example', address: '::ffff:10.20.10.20', pairs: 90 },
    { host: 'WS-1', address: '10.20.10.20', pairs: 3 },
    { host: 'WS-2', address: '10.20.10.21', pairs: 5 },
    { host: 'WS-3', address: '10.20.10.21', pairs: 5 },
    { host: 'WS-4', address: '198.51.100.4', pairs: 50 },
    { host: 'WS-5', address: '10.20.10.22', pairs: 1 },
  ];
  assert.deepEqual([...hostAddresses(pairs, [])], [['10.20.10.20', 'ex01']]);
  const asked = [
    { host: 'fs01.mea.example', address: '10.20.10.30', pairs: 9, answered: true },
    { host: 'rebound.evil.example', address: '10.20.10.31', pairs: 900, answered: true },
  ];
  assert.deepEqual([...hostAddresses(asked, ['FS01'])], [['10.20.10.30', 'fs01']], 'any name may be answered so');
});

test('hostile: one entity in thirty thousand findings costs no more than its share', () => {
  const many = Array.from({ length: 30_000 }, (_, n) =>
    finding({
      n: n + 1,
      day: n / 300,
      rule: `r${n % 7}`,
      level: 'medium',
      entities: ['account:a', 'host:h', `session:${n}`],
      acted: ['host:h'],
    }),
  );
  const started = performance.now();
  const { intrusions, loose } = picture(many);
  assert.equal(intrusions.reduce((n, i) => n + i.count, 0) + loose.count, many.length);
  assert.ok(performance.now() - started < 60_000);
});
