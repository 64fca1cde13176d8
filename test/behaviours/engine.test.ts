/** Behaviours over a lake on disk: what they see, that a bad one hurts nobody else, and what SQL may not do. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type BehaviourSetRequest,
  behaviourSet,
  type RunEffects,
  runBehaviours,
} from '../../src/app/behaviours/index.ts';
import { openBehaviourLake, openLake } from '../../src/platform/lake/index.ts';
import { EVIDENCE, encode, plain } from '../platform/lakeEvents.ts';

const root = mkdtempSync(join(tmpdir(), "behav'iours-"));
const dir = join(root, 'lake');
const spill = join(root, 'spill');
after(() => rmSync(root, { recursive: true, force: true }));

before(async () => {
  const lake = await openLake(dir);
  const logons = plain('windows-security', 0, 400).map((g, i) => ({
    ...g,
    eventId: 4624,
    ms: g.ms + (i % 9) * 86_400_000,
    fields: [
      ['host', `WS${i % 5}.mea.example`],
      ['TargetUserName', `MEA\\User${i % 3}`],
      ['IpAddress', `198.51.100.${i % 7}`],
    ] as const,
  }));
  const flows = plain('zeek-conn', 0, 50, [['id.orig_h', '10.0.0.1']]);
  for (const part of [...encode(EVIDENCE[0]!, logons), ...encode(EVIDENCE[1]!, flows)]) await lake.put(part);
  await lake.seal();
});

const VIEW = `/*--- yaml
id: seen
title: Log-ons
columns:
  host: VARCHAR
  account: VARCHAR
  address: VARCHAR
  absent: VARCHAR
networks: [address]
---*/
-- section windows-security, no-such-stream: TargetUserName, IpAddress, NoSuchField
SELECT bare_host(_host) AS host, bare_account(TargetUserName) AS account, IpAddress AS address, NoSuchField AS absent,
  _time AS time, _evidence, _offset, _flags
FROM source WHERE _event_id = 4624
`;

function behaviour(id: string, sql: string, more = ''): { pack: string; path: string; text: string } {
  const head = `id: ${id}\ntitle: A test\nmeaning: A test.\nlevel: high\nattack: [T1078]\ntactics: [execution]\nphase: execution\nsources: [seen]\ninnocent: [a test]\n${more}`;
  return { pack: 'p', path: `${id}.sql`, text: `/*--- yaml\n${head}\n---*/\n${sql}` };
}

const COUNTS = `SELECT 0.8 AS score, format('{} was seen {} times', account, count(*)) AS why, min(host) AS host, account,
  min(time) AS first, max(time) AS last, count(*) AS count, events_of(time, event) AS events,
  list('address:' || address ORDER BY address) AS entities FROM seen GROUP BY account`;

async function run(
  files: BehaviourSetRequest['files'],
  more: Partial<BehaviourSetRequest> = {},
  fx: Partial<RunEffects> = {},
  threads = 2,
) {
  const set = behaviourSet({ files: [{ pack: 'p', path: 'views/seen.sql', text: VIEW }, ...files], ...more });
  return await runBehaviours(set, {
    open: (streams) => openBehaviourLake(dir, streams, { spill, threads, memoryMegabytes: 256 }),
    facts: { coverage: () => [], gaps: () => [], settings: new Map([['evicted', '2024-01-01']]) },
    progress: () => {},
    signal: new AbortController().signal,
    ...fx,
  });
}

test('rows of the lake become findings that walk back to events', async () => {
  const { findings, fates } = await run([behaviour('counts', COUNTS)]);
  assert.deepEqual(
    fates.map((f) => [f.id, f.fate, f.findings]),
    [['counts', 'found', 3]],
  );
  const [first] = findings;
  assert.equal(first!.user, 'user0');
  assert.equal(first!.count, 134);
  assert.equal(first!.events.length, 100);
  assert.match(first!.events[0]!, new RegExp(`^${EVIDENCE[0]}@\\d+$`));
  assert.equal(first!.stream, 'windows-security');
  assert.equal(first!.rule.level, 'high');
  assert.ok(first!.entities!.includes('account:user0') && first!.entities!.includes('address:198.51.100.3'));
  assert.deepEqual(first!.acted, ['account:user0', 'host:ws0']);
  assert.ok(!existsSync(spill), 'nothing is left behind');
});

test('one thread or four, views laid down or not: the same findings', async () => {
  const one = await run([behaviour('counts', COUNTS)], {}, {}, 1);
  const four = await run([behaviour('counts', COUNTS), behaviour('other', COUNTS)], {}, {}, 4);
  assert.deepEqual(
    four.findings.filter((f) => f.rule.id === 'counts'),
    one.findings,
  );
});

test('a behaviour that fails is named, and the rest goes on', async () => {
  const bad = { ...behaviour('unread', COUNTS), text: 'SELECT 1' };
  const { findings, fates } = await run([
    behaviour('counts', COUNTS),
    behaviour('broken', 'SELECT no_such_column FROM seen'),
    behaviour('no-events', "SELECT 1 AS score, 'x' AS why, 1 AS count, []::VARCHAR[] AS events FROM seen LIMIT 1"),
    behaviour('blind', COUNTS, 'needs: [nowhere]\nblind: { nowhere: "Without it nothing is seen." }\n'),
    bad,
  ]);
  const fate = Object.fromEntries(fates.map((f) => [f.id, f.reason?.split(':')[0] ?? f.fate]));
  assert.deepEqual(fate, {
    counts: 'found',
    broken: 'BAD_SQL',
    'no-events': 'BAD_ROW',
    blind: 'blind',
    'p/unread.sql': 'NO_HEAD',
  });
  assert.deepEqual(fates.find((f) => f.id === 'blind')!.blind, ['Without it nothing is seen.']);
  assert.equal(findings.length, 3);
});

test('SQL of a behaviour reaches no file, no setting, and is one question', async () => {
  const secret = join(root, 'secret.csv');
  writeFileSync(secret, 'a\n1\n');
  const asked = {
    file: `SELECT 1 AS score, a AS why, 1 AS count, ['x'] AS events FROM read_csv('${secret.replaceAll("'", "''")}')`,
    copy: `COPY (SELECT 1) TO '${join(root, 'out.csv').replaceAll("'", "''")}'`,
    setting: "SET memory_limit = '8GB'",
    attach: `ATTACH '${join(root, 'other.db').replaceAll("'", "''")}'`,
    two: `${COUNTS}; SELECT 1`,
    drop: 'DROP VIEW seen',
  };
  const { fates } = await run(Object.entries(asked).map(([id, sql]) => behaviour(id, sql)));
  for (const fate of fates) assert.match(`${fate.fate} ${fate.reason}`, /^failed (BAD_SQL|NOT_A_QUESTION)/, fate.id);
  assert.ok(!existsSync(join(root, 'out.csv')) && !existsSync(join(root, 'other.db')));
});

test('time is bounded', async () => {
  const endless =
    'SELECT count(*) AS score FROM range(100000000) a, range(100000000) b WHERE hash(a.range, b.range) = 1';
  const { fates } = await run([behaviour('endless', endless), behaviour('counts', COUNTS)], {}, { seconds: 1 });
  assert.match(fates.find((f) => f.id === 'endless')!.reason ?? '', /^TOO_LARGE/);
  assert.equal(fates.find((f) => f.id === 'counts')!.fate, 'found');
});

const BY_KIND = `SELECT 0.6 AS score, coalesce(n.kind, 'unknown') || ' ' || n.prefix AS why, v.address, count(*) AS count,
  events_of(v.time, v.event) AS events FROM seen v JOIN address_networks n USING (address)
  WHERE v.address = '198.51.100.3' GROUP BY ALL`;

test('the network table is asked once an address, and its absence is said', async () => {
  const table = '# date: 2023-05-01\n198.51.100.0\t198.51.100.255\t64500\tLine\tXX\tresidential\n';
  const networks = new TextEncoder().encode(table);
  const known = await run([behaviour('kinds', BY_KIND)], { networks });
  assert.equal(known.findings[0]!.why, 'residential 198.51.100.0/24');
  assert.equal(known.withoutNetworks, 0);
  const without = await run([behaviour('kinds', BY_KIND)]);
  assert.equal(without.findings[0]!.why, 'unknown 198.51.100.0/24');
  assert.equal(without.withoutNetworks, 1);
});

test('parameters are bound, and what is set enters the digest', async () => {
  const sql = COUNTS.replace('GROUP BY account', 'WHERE account = $name GROUP BY account');
  const file = behaviour('named', sql, 'parameters: { name: { default: user1, meaning: who } }\n');
  const set = new Map([['named.name', "user2' OR true --"]]);
  assert.deepEqual(
    (await run([file])).findings.map((f) => f.user),
    ['user1'],
  );
  assert.deepEqual((await run([file], { set })).findings, []);
  assert.notEqual(behaviourSet({ files: [file], set }).digest, behaviourSet({ files: [file] }).digest);
  assert.throws(() => behaviourSet({ files: [file], set: new Map([['named.other', '1']]) }), { code: 'BAD_PARAMETER' });
});

test('derived views, settings and no lake at all', async () => {
  const derived = `/*--- yaml\nid: doubled\ntitle: D\nreads: [seen]\ncolumns: { account: VARCHAR }\n---*/
SELECT account, time, stream, event, flags FROM seen UNION ALL SELECT account, time, stream, event, flags FROM seen`;
  const sql = `SELECT 0.9 AS score, account || ' ' || count(*) || ' ' || (SELECT value FROM settings WHERE name = 'evicted') AS why,
    count(*) AS count, events_of(time, event) AS events FROM doubled GROUP BY account`;
  const files = [{ pack: 'p', path: 'views/doubled.sql', text: derived }, behaviour('twice', sql)];
  const { findings } = await run(files);
  assert.deepEqual(findings.map((f) => f.why).sort(), [
    'user0 268 2024-01-01',
    'user1 266 2024-01-01',
    'user2 266 2024-01-01',
  ]);
  const none = await run(files, {}, { open: async () => null });
  assert.deepEqual(
    none.fates.map((f) => f.fate),
    ['blind'],
  );
});
