/** The views of content/behaviours over a lake that has every stream they name, with every column they use. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { behaviourSet, runBehaviours } from '../../src/app/behaviours/index.ts';
import { openBehaviourLake, openLake } from '../../src/platform/lake/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { EVIDENCE, encode, type Given, plain } from '../platform/lakeEvents.ts';

const files = readPack(join(import.meta.dirname, '../../content/behaviours'), /\.sql$/);
const set = behaviourSet({ files });
const root = mkdtempSync(join(tmpdir(), 'views-'));
const dir = join(root, 'lake');
after(() => rmSync(root, { recursive: true, force: true }));

const XML =
  '<Task><Actions><Exec><Command>C:\\a.exe</Command><Arguments>/x &amp; /y</Arguments></Exec></Actions></Task>';
const COM = '<Task><Actions><ComHandler><ClassId>{11111111}</ClassId></ComHandler></Actions></Task>';
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function security(eventId: number, minute: number, fields: Given['fields']): Given {
  return { ...plain('windows-security', 1_000 + minute, 1)[0]!, eventId, fields: [['host', 'DC1'], ...fields] };
}

before(async () => {
  const uses = new Map<string, Set<string>>();
  for (const view of set.views.values())
    for (const { streams, uses: columns } of view.sections)
      for (const stream of streams) for (const c of columns) uses.getOrInsertComputed(stream, () => new Set()).add(c);
  const all = [...uses].flatMap(([stream, columns], i) =>
    plain(
      stream,
      i,
      1,
      [...columns].map((c) => [c, '1'] as const),
    ),
  );
  const task = (minute: number, name: string, content: string): Given =>
    security(4698, minute, [
      ['TaskName', name],
      ['TaskContent', content],
    ]);
  const ticket = (minute: number, address: string): Given =>
    security(4768, minute, [
      ['TargetUserName', 'anna'],
      ['IpAddress', address],
      ['Status', '0x0'],
    ]);
  const told = [
    task(1, 'plain', XML),
    task(2, 'escaped', escaped(XML)),
    task(3, 'com', COM),
    task(4, 'nothing', '<Task/>'),
    ...[ticket(60, '::ffff:10.1.1.7'), ticket(70, '10.1.1.7'), ticket(95, '10.1.1.7'), ticket(60, '198.51.100.7')],
  ];
  const lake = await openLake(dir);
  for (const part of [...encode(EVIDENCE[0]!, all), ...encode(EVIDENCE[1]!, told)]) await lake.put(part);
  await lake.seal();
});

/** What `sql` gives of the views, as the sentence of one finding. */
async function asked(source: string, sql: string): Promise<string> {
  const head = `id: asked\ntitle: A test\nmeaning: A test.\nlevel: high\nattack: [T1078]\ntactics: [execution]\nphase: execution\nsources: [${source}]\ninnocent: [a test]\n`;
  const text = `/*--- yaml\n${head}---*/\nSELECT 0.9 AS score, (${sql}) AS why, 'h' AS host, min(time) AS first, max(time) AS last, count(*) AS count, events_of(time, event) AS events FROM ${source}`;
  const views = files.filter((f) => f.path.startsWith('views/'));
  const { findings, fates } = await run(behaviourSet({ files: [...views, { pack: 'p', path: 'asked.sql', text }] }));
  assert.equal(fates[0]!.fate, 'found', JSON.stringify(fates[0]));
  return findings[0]!.why;
}

const run = (of: ReturnType<typeof behaviourSet>) =>
  runBehaviours(of, {
    open: (streams) => openBehaviourLake(dir, streams, { spill: null, threads: 2, memoryMegabytes: 256 }),
    facts: { coverage: () => [], gaps: () => [], settings: new Map() },
    progress: () => {},
    signal: new AbortController().signal,
  });

test('every section and every behaviour runs on a lake that has all of it', async () => {
  const { fates } = await run(set);
  assert.equal(fates.length, set.behaviours.length);
  assert.deepEqual(
    fates.filter((f) => f.fate !== 'found' && f.fate !== 'quiet'),
    [],
  );
});

test('a task says what it starts, as it is, escaped by who passed it on, or as a COM class', async () => {
  const sql = `SELECT string_agg(name || '=' || coalesce(command, '?'), '; ' ORDER BY name) FROM services_tasks WHERE host = 'dc1'`;
  assert.equal(
    await asked('services_tasks', sql),
    'com=COM class {11111111}; escaped=C:\\a.exe /x & /y; nothing=?; plain=C:\\a.exe /x & /y',
  );
});

test('who got in from inside: one row a half hour, an account and an address', async () => {
  const sql = `SELECT string_agg(account || '@' || source, ', ' ORDER BY time) FROM inside_logons WHERE account = 'anna'`;
  assert.equal(await asked('inside_logons', sql), 'anna@10.1.1.7, anna@10.1.1.7');
});
