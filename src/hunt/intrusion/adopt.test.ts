import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding, Intrusions } from '../../model/index.ts';
import { NO_DATES, NO_JUDGEMENTS, Picture } from './index.ts';

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);

function found(n: number, day: number, rule: string, acted: readonly string[], more: Partial<Finding> = {}): Finding {
  const name = (prefix: string) => acted.find((e) => e.startsWith(prefix))?.slice(prefix.length) ?? '';
  return {
    id: n.toString(16).padStart(32, '0'),
    kind: 'rule',
    rule: { id: rule, title: `Rule ${rule}`, level: 'high', attack: ['T1059'], tactics: ['execution'] },
    time: new Date(START + day * DAY).toISOString(),
    stream: 'windows-security',
    host: name('host:'),
    user: name('account:'),
    address: '',
    events: [`${'e'.repeat(64)}@${n}`],
    count: 1,
    entities: [...acted].sort(),
    acted: [...acted].sort(),
    matched: [],
    why: `because ${n}`,
    innocent: [],
    caveats: [],
    ...more,
  };
}

/** One intruder on one host: tied by his tool. */
const intruder = (tool: string, host: string, first: number, day = 0): Finding[] =>
  ['a', 'b', 'c', 'd'].map((rule, i) => {
    const f = found(first + i, day + i, `${tool}-${rule}`, [host, `account:${tool}`]);
    return { ...f, entities: [...f.entities!, `file:c:\\${tool}.exe`].sort() };
  });

/** A hash on a list of somebody else's, met on a host: nobody acted, nothing ties it. */
const onList = (n: number, day: number, host: string): Finding => ({
  ...found(n, day, 'list', [host]),
  kind: 'indicator',
  rule: {
    id: 'list',
    title: `sha256 ${'ab'.repeat(32)} of tool, from an ally, B2`,
    level: 'high',
    attack: [],
    tactics: [],
  },
  entities: [`file:${'ab'.repeat(32)}`, host].sort(),
  acted: [],
});

function picture(findings: readonly Finding[]): Intrusions {
  const p = new Picture({ cover: [], judgements: NO_JUDGEMENTS, dates: NO_DATES });
  for (const f of findings) p.add(f);
  return p.finish({ analysis: 'a', results: 'r' });
}

/** Of the intrusion that holds a finding: its number of findings and links. */
const around = (found: Intrusions, n: number) =>
  found.intrusions.find((i) => i.findings.includes(n.toString(16).padStart(32, '0')));

test('a listed hash alone on a host that one intrusion misuses then is part of it; the tie says so', () => {
  const made = picture([...intruder('x', 'host:srv', 1), onList(90, 30, 'host:srv')]);
  assert.equal(made.intrusions.length, 1);
  const [top] = made.intrusions;
  assert.equal(top!.count, 5);
  const tie = top!.links.find((l) => l.sentence.includes('stands alone'));
  assert.match(
    tie!.sentence,
    /"sha256 abababab… of tool" belong together: host:srv \(one stands alone there, within 27 days of when this intrusion and no other misuses it\)\.$/,
  );
});

test('not sixty days later, not on another host, not where a second intruder is', () => {
  const one = intruder('x', 'host:srv', 1);
  assert.equal(around(picture([...one, onList(90, 64, 'host:srv')]), 90)?.count, 1);
  assert.equal(around(picture([...one, onList(90, 2, 'host:other')]), 90)?.count, 1);
  const two = [...one, ...intruder('y', 'host:srv', 20, 40)];
  assert.equal(picture(two).intrusions.length, 2, 'the two themselves are apart');
  assert.equal(around(picture([...two, onList(90, 41, 'host:srv')]), 90)?.count, 1);
});

test('what was only tried and what met an open server from outside stay apart', () => {
  const one = intruder('x', 'host:srv', 1);
  const spray = found(90, 45, 'spray', ['host:srv'], {
    rule: { id: 'spray', title: 'Spray', level: 'high', attack: ['T1110.003'], tactics: ['credential-access'] },
  });
  assert.equal(around(picture([...one, spray]), 90)?.count, 1);
  const scan = found(91, 45, 'exploit', ['host:srv'], { stream: 'web-iis' });
  const fromOutside = { ...scan, entities: [...scan.entities!, 'address:198.51.100.9'].sort() };
  assert.equal(around(picture([...one, fromOutside]), 91)?.count, 1);
});

test('it blames nobody else: an account it names is touched', () => {
  const one = intruder('x', 'host:srv', 1);
  const far = { ...found(90, 45, 'odd', ['host:srv', 'account:innocent']), kind: 'rule' as const };
  const [top] = picture([...one, far]).intrusions;
  assert.equal(top!.count, 5);
  assert.equal(top!.scope.accounts.find((l) => l.name === 'innocent')?.state, 'touched');
});

test('a mailbox is one by whatever name a log has for it', () => {
  const read = (n: number, mailbox: string, account: string) => {
    const f = found(n, n, `read-${n}`, [`account:${account}`], {
      rule: { id: `read-${n}`, title: 'Read', level: 'high', attack: ['T1114.002'], tactics: ['collection'] },
    });
    return { ...f, entities: [...f.entities!, mailbox, 'session:one'].sort() };
  };
  const [top] = picture([
    read(1, 'mailbox:i.castor@mea.example', 'x'),
    read(2, 'mailbox:mea.example/i.castor\\.', 'x'),
    read(3, 'mailbox:i.castor@mea.example:\\inbox', 'x'),
    read(4, 'mailbox:i.castor', 'x'),
    read(5, 'mailbox:twin@mea.example', 'x'),
    read(6, 'mailbox:twin@other.example', 'x'),
    read(7, 'mailbox:twin', 'x'),
  ]).intrusions;
  assert.deepEqual(
    top!.scope.mailboxes.map((l) => [l.entity, l.count]),
    [
      ['mailbox:i.castor@mea.example', 4],
      ['mailbox:twin@mea.example', 1],
      ['mailbox:twin@other.example', 1],
      ['mailbox:twin', 1],
    ],
  );
});

test('the headline: who, from when to when, what was read, how long unseen; no option named', () => {
  const read: Finding = {
    ...found(30, 1, 'read', ['account:x'], { kind: 'behaviour', score: 0.95 }),
    rule: { id: 'read', title: 'Read', level: 'high', attack: ['T1114.002'], tactics: ['collection'] },
    entities: ['account:x', 'file:c:\\x.exe', 'mailbox:x@mea.example'],
    matched: [
      { field: 'mailbox', value: 'mea.example/x\\.' },
      { field: 'items_at_least', value: 1200 },
    ] as Finding['matched'],
  };
  const hours: Finding = {
    ...found(31, -3, 'hours', ['account:x'], { kind: 'behaviour', score: 0.9 }),
    rule: { id: 'hours', title: 'Hours', level: 'low', attack: ['T1078'], tactics: ['initial-access'] },
    timeEnd: new Date(START + 9 * DAY).toISOString(),
    entities: ['account:x', 'file:c:\\x.exe'],
  };
  const p = new Picture({
    cover: [],
    judgements: NO_JUDGEMENTS,
    dates: { detected: { ms: START + 100 * DAY, why: 'the detection' }, evicted: null, footholds: [] },
  });
  for (const f of [...intruder('x', 'host:srv', 1), read, hours]) p.add(f);
  const [top] = p.finish({ analysis: 'a', results: 'r' }).intrusions;
  assert.equal(
    top!.sentence,
    'Somebody misused 1 account and 1 host between 2022-12-29 and 2023-01-10 and read at least 1,200 items in 1 mailbox. It went unseen for 103 days.',
  );
  assert.equal(top!.title, '1 account and 1 host misused, 1 mailbox opened since 2022-12-29');
  assert.equal(top!.firstSign?.title, 'Rule x-a', 'an act, not what sums up');
  assert.equal(top!.lastSign?.title, 'Rule x-d');
  const phase = top!.phases.find((p) => p.phase === 'execution')!;
  assert.equal(phase.sentence, 'By 1 account on 1 host: Rule x-a; Rule x-b (4 findings)');
  assert.deepEqual(
    phase.days,
    [0, 1, 2, 3].map((d) => [START / DAY + d, 1]),
  );
});

test('where only one thing was misused it is named; what only tried says that nobody got in', () => {
  const one = found(1, 0, 'beacon', ['host:ws-0432']);
  const [top] = picture([one]).intrusions;
  assert.equal(top!.sentence, 'Somebody misused host ws-0432 on 2023-01-01.');
  assert.equal(top!.title, 'Host ws-0432 misused since 2023-01-01: Rule beacon');
  const rule = { id: 'spray', title: 'Spray', level: 'high', attack: ['T1110.003'], tactics: [] } as const;
  const spray = found(2, 1, 'spray', [], { rule: { ...rule, attack: [...rule.attack], tactics: [] } });
  const [tried] = picture([{ ...spray, entities: ['account:a', 'account:b'] }]).intrusions;
  assert.equal(tried!.sentence, 'Somebody tried 2 accounts on 2023-01-02; nothing here shows that he got in.');
  assert.equal(tried!.title, 'Spray since 2023-01-02');
});
