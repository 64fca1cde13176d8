import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Blame, score } from '../../bench/exercise/score.ts';
import { spread, table } from '../../bench/exercise/table.ts';
import type { Party, Truth, Victim } from '../../exercise/truth/index.ts';

const time = (date: string) => `${date}T00:00:00.000Z`;

function victim(name: string, state: Victim['state'], seen: Record<string, string> = { vpn: '2022-03-01' }): Victim {
  const times = Object.fromEntries(Object.entries(seen).map(([log, date]) => [log, time(date)]));
  return { name, state, first: time('2022-03-01'), last: time('2022-05-01'), seen: times, records: 3 };
}

function party(id: string, kind: Party['kind'], what: Partial<Party>): Party {
  const none = { phases: [], accounts: [], hosts: [], mailboxes: [], addresses: [], domains: [], clients: [] };
  const seen = { vpn: time('2022-03-10'), iis: time('2022-03-01') };
  return { id, kind, title: id, innocent: null, first: null, last: null, seen, ...none, ...what };
}

const truth: Truth = {
  ...{ format: 'czernin-exercise-truth/1', notice: '', seed: 1, from: time('2022-01-01'), to: time('2024-10-01') },
  decisions: {
    ...{ detected: time('2022-09-01'), watchedFrom: time('2022-09-08') },
    ...{ evicted: time('2024-06-01'), moved: time('2024-07-10') },
  },
  ...{ deeds: [], planted: [], unlogged: [], files: [], sources: [] },
  parties: [
    party('intruder', 'intruder', {
      accounts: [
        victim('a.one', 'misused'),
        victim('b.two', 'misused', { iis: '2022-04-01' }),
        victim('c.tried', 'targeted'),
      ],
      hosts: [victim('EX01', 'misused'), victim('WS-0007', 'misused', {})],
    }),
    party('second-actor', 'other intruder', {
      accounts: [victim('d.other', 'misused')],
      hosts: [victim('EX01', 'misused'), victim('linux01', 'misused')],
    }),
    party('travellers', 'look-alike', { accounts: [victim('e.travels', 'own', {})] }),
  ],
};

function blame(misused: readonly string[], firstSign = '2022-03-04'): Blame {
  return {
    id: 'a',
    title: '',
    misused: new Set(misused),
    firstSign: time(firstSign),
    earlier: null,
    entities: new Set(misused),
  };
}

test('all that logs show found, nobody else blamed: one, one, and the days between the first sign and the first record', () => {
  const s = score(truth, [
    blame(['account:a.one', 'account:b.two', 'host:ex01']),
    blame(['host:linux01', 'account:d.other']),
  ]);
  assert.deepEqual([s.recall, s.precision, s.firstSignDays], [1, 1, 3]);
  assert.deepEqual(s.lookAlikes, []);
  assert.deepEqual(s.apart, { mixed: [], own: 2 });
  assert.equal(s.hosts.wanted, 1, 'a host that no log shows cannot be missed');
});

test('blaming a host that was misused but that no log shows is no error', () => {
  assert.deepEqual(score(truth, [blame(['host:ws-0007'])]).hosts.wrong, []);
});

test('whoever was only tried, travels, or is the other one’s is blamed wrongly, and each is told', () => {
  const s = score(truth, [blame(['account:a.one', 'account:c.tried', 'account:e.travels', 'account:d.other'])]);
  assert.equal(s.precision, 1 / 4);
  assert.deepEqual(s.accounts.wrong, ['account:c.tried', 'account:d.other', 'account:e.travels']);
  assert.deepEqual(s.accounts.missed, ['account:b.two']);
  assert.deepEqual(s.lookAlikes, [{ party: 'travellers', blamed: ['account:e.travels'] }]);
  assert.deepEqual(s.apart, { mixed: ['account:d.other'], own: null });
});

test('what only a source taken away shows cannot be missed, and the first sign is measured against what is left', () => {
  const s = score(truth, [blame(['account:a.one', 'host:ex01'], '2022-03-12')], new Set(['iis']));
  assert.deepEqual([s.recall, s.accounts.wanted, s.firstSignDays], [1, 1, 2]);
});

test('nothing found: nothing recalled, and nobody wrongly blamed', () => {
  const s = score(truth, []);
  assert.deepEqual([s.recall, s.precision, s.firstSignDays, s.apart?.own], [0, 1, null, null]);
});

test('spread over runs: mean, lowest, highest, sample deviation; runs without the number are left out', () => {
  assert.deepEqual(spread([1, 3]), { n: 2, mean: 2, min: 1, max: 3, deviation: Math.SQRT2 });
  assert.equal(spread([]), null);
  const text = table([{ v: 1 }, { v: 3 }, { v: null }], (r) => `run ${r.v}`, [
    { title: 'v', of: (r) => r.v, digits: 1 },
  ]);
  assert.deepEqual(
    text.split('\n').map((l) =>
      l
        .split(/\s{2,}/)
        .join(' ')
        .trim(),
    ),
    [...['v', 'run 1 1.0', 'run 3 3.0', 'run null –'], ...['mean 2.00', 'min 1.0', 'max 3.0', 'deviation 1.4']],
  );
});
