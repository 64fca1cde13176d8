/**
 * The invented small ministry through the program: one intruder, one intrusion on top, dated to where the logs show him
 * first; what a person says changes it at once; two runs give the same bytes.
 */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Intrusion, Intrusions } from '../../src/model/index.ts';

const root = join(import.meta.dirname, '../..');
const dir = mkdtempSync(join(tmpdir(), 'czernin-intrusion-'));
const place = join(dir, 'e.case');
const env = {
  ...process.env,
  CZERNIN_STATION: join(dir, 'station'),
  CZERNIN_PASSPHRASE: 'only for this test',
  CZERNIN_AUTHOR: 'tester',
};
after(() => rmSync(dir, { recursive: true, force: true }));

function czernin(...args: string[]): SpawnSyncReturns<string> {
  return spawnSync(join(root, 'czernin'), args, { encoding: 'utf8', env, cwd: dir });
}
function done(...args: string[]): string {
  const { status, stdout, stderr } = czernin(...args, '--case', place);
  assert.equal(status, 0, stderr.slice(-1000));
  return stdout;
}
const picture = (): Intrusions =>
  Intrusions.parse(JSON.parse(readFileSync(join(place, 'out', 'intrusions.json'), 'utf8')));
const misused = (lines: Intrusion['scope']['hosts']) => lines.filter((l) => l.state === 'misused').map((l) => l.name);

before(() => {
  const made = spawnSync(process.execPath, [join(root, 'exercise/ministry/write.ts'), join(dir, 'm')], {
    encoding: 'utf8',
  });
  assert.equal(made.status, 0, made.stderr);
  const run = czernin('investigate', join(dir, 'm', 'logs'), '--case', place, '--unsigned', '--evicted', '2023-10-07');
  assert.equal(run.status, 10, run.stderr.slice(-1000));
});

test('the intruder is the top intrusion: first sign 2022, both servers, the mailboxes, back after the eviction', () => {
  const [top] = picture().intrusions;
  assert.equal(top!.firstSign?.time.slice(0, 10), '2022-09-14');
  assert.equal(top!.firstSign?.uncertainty.atEdge, false);
  assert.deepEqual(misused(top!.scope.hosts).sort(), ['dc01', 'ex01']);
  for (const name of ['adm.westin', 'h.brandt', 'i.castor', 'c.jessen'])
    assert.ok(misused(top!.scope.accounts).includes(name), name);
  assert.ok(misused(top!.scope.mailboxes).length >= 6);
  assert.equal(top!.taken.items.atMost, null, 'throttled: no upper bound');
  assert.ok(top!.taken.open.includes('throttled'));
  assert.equal(top!.eviction?.verdict, 'seen-again');
  assert.ok(top!.gapMap.some((g) => g.sources.some((s) => s.state === 'late')));
});

test('the picture made anew from the findings is the one investigate wrote', () => {
  const written = readFileSync(join(place, 'out', 'intrusions.json'), 'utf8');
  done('intrusion', 'list', '--evicted', '2023-10-07');
  assert.equal(readFileSync(join(place, 'out', 'intrusions.json'), 'utf8'), written);
});

test('named, merged, split, asserted, judged: each is a signed entry and changes the picture at once', () => {
  const made = czernin('station', 'init', '--name', 'CSIRT', '--role', 'lead', '--recovery', join(dir, 'recovery.txt'));
  assert.equal(made.status, 0, made.stderr);
  assert.equal(czernin('case', 'init', place).status, 0);
  done('intrusion', 'name', '1', 'Mail', 'espionage');
  assert.deepEqual(
    picture()
      .intrusions.slice(0, 1)
      .map((i) => [i.title, i.namedBy]),
    [['Mail espionage', 'CSIRT']],
  );
  const count = picture().intrusions[0]!.count;
  done('intrusion', 'merge', '1', '2', '--title', 'All of it', '--why', 'one tool');
  assert.ok(picture().intrusions[0]!.count > count);
  done('intrusion', 'split', '1', '--part', 'Controller=account:adm.westin', '--why', 'to look at it alone');
  assert.deepEqual(
    picture()
      .intrusions.map((i) => i.title)
      .slice(0, 2)
      .sort(),
    ['All of it', 'Controller'],
  );
  const before = picture();
  const finding = before.intrusions.at(-1)!.findings[0]!;
  done('judge', finding, 'innocent', '--why', 'our own test');
  const after = picture();
  assert.deepEqual(after.innocent.findings, [finding]);
  assert.ok(after.intrusions.every((i) => !i.findings.includes(finding)));
  done('assert', 'intruder', 'address:203.0.113.31', '--why', 'seen on the seized relay');
  assert.ok(picture().judgements.some((j) => j.kind === 'entity-asserted' && j.findings > 0));
  done(
    'decide',
    'Watch him.',
    '--subject',
    'watch',
    '--title',
    'Watch',
    '--party',
    'CSIRT=agrees',
    '--effective',
    '2022-12-01',
  );
  done('intrusion', 'list');
  assert.equal(picture().intrusions[0]!.dwell.detected.slice(0, 10), '2022-12-01');
  assert.equal(czernin('case', 'verify', place).status, 0);
});

test('what cannot be is refused by code, and nothing is written', () => {
  assert.equal(czernin('intrusion', 'show', 'ffffffff', '--case', place).status, 2);
  assert.equal(czernin('intrusion', 'merge', '1', '1', '--title', 'x', '--why', 'x', '--case', place).status, 2);
  assert.equal(czernin('assert', 'ours', 'nonsense', '--why', 'x', '--case', place).status, 2);
  writeFileSync(join(place, 'out', 'findings.jsonl'), '{"broken\n');
  const { status, stderr } = czernin('intrusion', 'list', '--case', place);
  assert.deepEqual([status, stderr.includes('BAD_FINDINGS')], [3, true]);
});
