/** Behaviours' results kept from run to run: taken when nothing they hang on has changed, run again when anything has. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
import { resultShelf } from '../../src/platform/results/index.ts';
import { EVIDENCE, encode, plain } from '../platform/lakeEvents.ts';

const root = mkdtempSync(join(tmpdir(), 'kept-'));
const dir = join(root, 'lake');
after(() => rmSync(root, { recursive: true, force: true }));

const logons = plain('windows-security', 0, 60).map((g, i) => ({
  ...g,
  eventId: 4624,
  fields: [['TargetUserName', `User${i % 3}`]] as const,
}));
/** by stream; filled by `before` and changed by the test that adds evidence */
let content: ReadonlyMap<string, string>;
before(async () => {
  const lake = await openLake(dir);
  const flows = plain('zeek-conn', 0, 50, [['id.orig_h', '10.0.0.1']]);
  for (const part of [...encode(EVIDENCE[0]!, logons), ...encode(EVIDENCE[1]!, flows)]) await lake.put(part);
  content = (await lake.seal()).content;
});

type File = BehaviourSetRequest['files'][number];
const view = (id: string, stream: string, column: string, note = ''): File => ({
  pack: 'p',
  path: `views/${id}.sql`,
  text: `/*--- yaml\nid: ${id}\ntitle: A view\ncolumns: {who: VARCHAR}\n---*/\n-- section ${stream}: ${column}
SELECT "${column}" AS who, _time AS time, _evidence, _offset, _flags FROM source ${note}`,
});
const behaviour = (id: string, source: string, more = ''): File => ({
  pack: 'p',
  path: `${id}.sql`,
  text: `/*--- yaml
id: ${id}
title: A test
meaning: A test.
level: high
attack: [T1078]
tactics: [execution]
phase: execution
sources: [${source}]
innocent: [a test]
parameters: {least: {default: 1, meaning: fewest}}
---*/
SELECT 'h' AS host, who AS account, '' AS address, 0.5 AS score, 'who ' || who AS why, min(time) AS first, max(time) AS last,
  count(*) AS count, events_of(time, event) AS events FROM ${source} ${more} GROUP BY who HAVING count(*) >= $least`,
});
const FILES = {
  users: view('users', 'windows-security', 'TargetUserName'),
  flows: view('flows', 'zeek-conn', 'id.orig_h'),
  byUser: behaviour('by-user', 'users'),
  byFlow: behaviour('by-flow', 'flows'),
  settled: behaviour('settled', 'users', "WHERE EXISTS (FROM settings WHERE name = 'evicted')"),
};

interface Told {
  /** ids in the order in which they ran */
  ran: string[];
  outcome: Awaited<ReturnType<typeof runBehaviours>>;
}

async function run(
  shelf: string,
  files: Record<string, File | undefined> = {},
  more: { set?: Map<string, string>; fx?: Partial<RunEffects>; program?: string } = {},
): Promise<Told> {
  const chosen = Object.values({ ...FILES, ...files }).filter((file) => file !== undefined);
  const ran: string[] = [];
  const outcome = await runBehaviours(behaviourSet({ files: chosen, set: more.set }), {
    open: (streams) =>
      openBehaviourLake(dir, streams, { spill: join(root, 'spill'), threads: 1, memoryMegabytes: 256 }),
    facts: { coverage: () => [], gaps: () => [], settings: new Map([['evicted', '2024-01-01']]) },
    ground: { shelf: resultShelf(join(root, shelf)), program: more.program ?? 'test', content },
    progress: () => {},
    signal: new AbortController().signal,
    timed: (id) => ran.push(id),
    ...more.fx,
  });
  assert.deepEqual(
    outcome.fates.filter((f) => f.fate === 'refused'),
    [],
  );
  assert.equal(outcome.unchanged + ran.length, outcome.fates.length);
  return { ran, outcome };
}
const ALL = ['by-flow', 'by-user', 'settled'];
const same = (a: Told, b: Told): void =>
  assert.equal(
    JSON.stringify([a.outcome.findings, a.outcome.fates, a.outcome.cut, a.outcome.withoutNetworks]),
    JSON.stringify([b.outcome.findings, b.outcome.fates, b.outcome.cut, b.outcome.withoutNetworks]),
  );

test('nothing new: no behaviour runs, the lake is not even opened, and the outcome is the same, byte for byte', async () => {
  const first = await run('same');
  assert.deepEqual(first.ran, ALL);
  assert.ok(first.outcome.findings.length >= 7);
  const again = await run('same', {}, { fx: { open: () => assert.fail('opened') } });
  assert.deepEqual(again.ran, []);
  assert.equal(again.outcome.unchanged, 3);
  same(again, first);
  const { ground: _, ...without } = { ground: undefined };
  same(await run('other', {}, { fx: without }), first);
});

test('a changed behaviour, view, parameter, setting or program runs those that hang on it, and only those', async () => {
  await run('changed');
  const runs = async (...more: Parameters<typeof run> extends [string, ...infer M] ? M : never) =>
    (await run('changed', ...more)).ran;
  assert.deepEqual(await runs({ byUser: behaviour('by-user', 'users', 'WHERE true') }), ['by-user']);
  await runs();
  assert.deepEqual(await runs({ flows: view('flows', 'zeek-conn', 'id.orig_h', '-- noted') }), ['by-flow']);
  await runs();
  assert.deepEqual(await runs({}, { set: new Map([['by-flow.least', '2']]) }), ['by-flow']);
  await runs();
  const facts = { coverage: () => [], gaps: () => [], settings: new Map([['evicted', '2024-02-02']]) };
  assert.deepEqual(await runs({}, { fx: { facts } }), ['settled']);
  await runs();
  assert.deepEqual(await runs({}, { program: 'another' }), ALL);
  await runs();
  assert.deepEqual(await runs({ added: behaviour('added', 'flows') }), ['added']);
  assert.deepEqual(await runs({ settled: undefined }), []);
  assert.deepEqual(await runs(), ['settled']); // what is gone for a run is forgotten
});

test('damaged, foreign or ill-formed results are run again', async () => {
  const first = await run('damaged');
  const folder = join(root, 'damaged');
  const names = readdirSync(folder);
  assert.equal(names.length, 3);
  for (const name of names)
    writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace('who', 'whO'));
  const again = await run('damaged');
  assert.deepEqual(again.ran, ALL);
  same(again, first);
  // whole by its digest, but no result
  const shelf = resultShelf(folder);
  for (const name of readdirSync(folder)) shelf.keep(name.slice(0, 64), '{"fate":"quiet","findings":[]}');
  const third = await run('damaged');
  assert.deepEqual(third.ran, ALL);
  same(third, first);
});

test('one that failed is not kept; the others are', async () => {
  const bad = { byFlow: behaviour('by-flow', 'flows', 'WHERE no_such_column > 1') };
  const first = await run('failed', bad);
  assert.equal(first.outcome.fates.find((f) => f.id === 'by-flow')!.fate, 'failed');
  const again = await run('failed', bad);
  assert.deepEqual(again.ran, ['by-flow']);
  same(again, first);
});

test('new evidence runs behaviours of its streams alone; the same evidence again none', async () => {
  await run('evidence');
  const lake = await openLake(dir);
  for (const part of encode('9'.repeat(64), plain('zeek-conn', 0, 9, [['id.orig_h', '10.0.0.2']])))
    await lake.put(part);
  const before = content;
  content = (await lake.seal()).content;
  assert.equal(content.get('windows-security'), before.get('windows-security'));
  const { ran, outcome } = await run('evidence');
  assert.deepEqual(ran, ['by-flow']);
  assert.ok(outcome.findings.some((f) => f.why?.includes('10.0.0.2') ?? JSON.stringify(f).includes('10.0.0.2')));
  content = (await (await openLake(dir)).seal()).content;
  assert.deepEqual((await run('evidence')).ran, []);
});
