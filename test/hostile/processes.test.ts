/**
 * Readers that hang, die, eat memory or lie: each costs the file it was reading, with a code that says how, leaves
 * nothing half behind, and everything else in the same run is found.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { behaviourSet } from '../../src/app/behaviours/index.ts';
import { type IntakeItem, intake } from '../../src/app/intake/index.ts';
import {
  decisionDates,
  investigate,
  judgementsOf,
  type Outcome,
  prepareRules,
} from '../../src/app/investigate/index.ts';
import { reportAssets } from '../../src/interfaces/workplace.ts';
import { openOrCreateCase } from '../../src/platform/case/index.ts';
import { files } from '../../src/platform/files/index.ts';
import { openLake } from '../../src/platform/lake/index.ts';
import { openOut } from '../../src/platform/out/index.ts';
import { readPack, ruleShelf } from '../../src/platform/packs/index.ts';
import { openReaderPool, programPaths } from '../../src/platform/processes/index.ts';
import { openWorkStore } from '../../src/platform/work/index.ts';
import { implantLog, RULES, writeRules } from './world.ts';

/** First line of a file → the code its reading must end with. */
const ENDS: Readonly<Record<string, RegExp>> = {
  HANG: /^CHILD_SILENT: /,
  DIE: /^CHILD_DIED: killed by SIGSEGV/,
  HEAP: /^CHILD_MEMORY: /,
  THROW: /^JOB_FAILED: thrown \\x1b\[2J on purpose/,
  FRAME: /^PROTOCOL: /,
  PART: /^PROTOCOL: /,
  RESULT: /^PROTOCOL: /,
  FLOOD: /^PROTOCOL: /,
};
const CHANGED = 'changed.evtx';

const dir = mkdtempSync(join(tmpdir(), 'czernin-treacherous-'));
const logs = join(dir, 'logs');
const folder = openOrCreateCase(join(dir, 'a.case'));
const entry = join(import.meta.dirname, 'children/treacherous.ts');
const work = openWorkStore(folder.work);
const pool = openReaderPool({
  size: 2,
  entry,
  program: [...programPaths(['re2js', 'yaml', 'zod']), entry],
  readable: [logs, folder.evidence, folder.packs],
  memoryMb: 96,
  // long enough for a busy machine to fill 96 MB: silence and memory are told apart
  quietMs: 10_000,
});
let outcome: Outcome;
after(async () => {
  await pool.close();
  work.close();
  rmSync(dir, { recursive: true, force: true });
});

before(async () => {
  mkdirSync(logs);
  writeRules(join(dir, 'rules'));
  for (const [i, word] of Object.keys(ENDS).entries()) {
    writeFileSync(join(logs, `${i}-${word}.log`), `${word}\n`);
    writeFileSync(join(logs, `${i}-beside.evtx`), implantLog(`beside-${word.toLowerCase()}.lab.example`));
  }
  writeFileSync(join(logs, CHANGED), implantLog('changed.lab.example'));
  const store = await files.openStore(folder.evidence);
  const rules = await prepareRules(
    { files: readPack(join(dir, 'rules')), program: 'test' },
    { shelf: ruleShelf(folder.packs), withReader: (use) => use(pool) },
  );
  outcome = await investigate(
    {
      ...{ paths: [logs], rules, options: { assumedZoneMinutes: 0, referenceMs: 0 }, program: 'test', title: 't' },
      ...{
        behaviours: behaviourSet({ files: [] }),
        indicators: [],
        settings: new Map(),
        said: { judgements: judgementsOf([]), dates: decisionDates([]) },
        notice: '',
        width: 2,
        signal: AbortSignal.timeout(120_000),
      },
    },
    {
      work,
      pool,
      lake: await openLake(folder.lake),
      openBehaviourLake: async () => null,
      behaviourResults: { shelf: { recall: () => null, keep: () => {}, retain: () => {} }, program: 'test' },
      addressPairs: async () => [],
      deskDays: async () => [],
      openValues: () => assert.fail('there are no indicators to sweep for'),
      assets: reportAssets(),
      openOut: (name) => openOut(folder.out, name),
      intake: (given, known, signal) =>
        cutting(intake(given, { files, store, pool, who: 't', now: () => '2024-01-01T00:00:00Z' }, { known, signal })),
      handedIn: async () => 0,
      progress: () => {},
    },
  );
});

/** Evidence as it comes in, but one file is cut short between being hashed and being read. */
async function* cutting(items: AsyncIterable<IntakeItem>): AsyncGenerator<IntakeItem> {
  for await (const item of items) {
    if (item.kind === 'evidence' && item.path.endsWith(CHANGED)) truncateSync(item.path, 5000);
    yield item;
  }
}

const lineOf = (name: string) => outcome.answer.evidence.find((e) => e.names.some((n) => n.endsWith(name)))!;
const findings = () => readFileSync(join(folder.out, 'findings.jsonl'), 'utf8');

for (const [i, [word, end]] of Object.entries(ENDS).entries()) {
  test(`a reader that does ${word}: ${end.source}`, () => {
    const line = lineOf(`${i}-${word}.log`);
    assert.equal(line.status, 'failed');
    assert.match(line.reason ?? '', end);
    assert.ok(findings().includes(`beside-${word.toLowerCase()}.lab.example`), 'the implant beside it');
  });
}

test('what such a reader had said before is not taken for a finding', () => {
  assert.ok(!findings().includes('forged'));
  assert.equal(outcome.answer.counts.findings, Object.keys(ENDS).length);
  assert.deepEqual(
    outcome.answer.rules.map((r) => r.id),
    [RULES.process],
  );
});

test('a file that is not what was hashed is not read as if it were', () => {
  const line = lineOf(CHANGED);
  assert.equal(line.status, 'failed');
  assert.match(line.reason ?? '', /^EVIDENCE_CHANGED: 5000 bytes now/);
});

test('all of it is counted and named among what could not be seen', () => {
  const failed = outcome.answer.notSeen.find((n) => n.code === 'READER_FAILED')!;
  assert.equal(failed.count, Object.keys(ENDS).length + 1);
  assert.equal(failed.details.length, failed.count);
});
