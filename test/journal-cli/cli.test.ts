/** Two stations, one case, an air gap: the program as people run it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CodedError } from '../../src/base/index.ts';
import { EXIT, resolve, type Terminal, UsageError } from '../../src/interfaces/cli/command.ts';
import { CASE_COMMANDS } from '../../src/interfaces/cli/commands/case.ts';
import { CHECK_COMMANDS } from '../../src/interfaces/cli/commands/caseCheck.ts';
import { LOG_COMMANDS } from '../../src/interfaces/cli/commands/caseLog.ts';
import { SAY_COMMANDS } from '../../src/interfaces/cli/commands/say.ts';
import { STATION_COMMANDS } from '../../src/interfaces/cli/commands/station.ts';
import { KEY_COMMANDS } from '../../src/interfaces/cli/commands/stationKeys.ts';
import { DEGREE, journalOf, verifyJournal, withhold } from '../../src/journal/index.ts';
import { journalBytes, remove, temporaryFolder } from './support/stations.ts';

const main = join(import.meta.dirname, '../../src/interfaces/cli/main.ts');
const folder = temporaryFolder('cli');
after(() => remove(folder));
const PASS = 'correct horse battery staple';
const FINDING = '0123456789abcdef0123456789abcdef';
const EVENT = `${'ab'.repeat(32)}@512`;

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

type Who = 'a' | 'b' | 'nobody';
const ALL = [
  ...CASE_COMMANDS,
  ...LOG_COMMANDS,
  ...CHECK_COMMANDS,
  ...SAY_COMMANDS,
  ...STATION_COMMANDS,
  ...KEY_COMMANDS,
];

/** A command as main.ts runs it, without a process for each: starting one costs a second. The first test starts some. */
async function czernin(who: Who, ...args: string[]): Promise<Ran> {
  process.chdir(folder);
  Object.assign(process.env, {
    CZERNIN_STATION: join(folder, who),
    CZERNIN_PASSPHRASE: PASS,
    CZERNIN_AUTHOR: `Person ${who}`,
  });
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out: (t) => {
      out += t;
    },
    err: (t) => {
      err += t;
    },
    interactive: false,
    columns: 160,
    color: false,
  };
  let status: number;
  try {
    const asked = resolve(ALL, args);
    assert.ok('command' in asked, out);
    status = await asked.command.run(asked.values, asked.positionals, terminal);
  } catch (error) {
    assert.ok(error instanceof CodedError, String((error as Error).stack));
    status = error instanceof UsageError ? EXIT.usage : EXIT.failed;
    err += `${error.code}: ${error.message}`;
  }
  assert.ok(!`${out}${err}`.includes(PASS), 'the passphrase is shown nowhere');
  assert.ok(!/AGE-SECRET-KEY/.test(`${out}${err}`));
  return { status, out, err };
}

async function ok(who: Who, ...args: string[]): Promise<string> {
  const run = await czernin(who, ...args);
  assert.equal(run.status, EXIT.nothing, `${args.join(' ')}: ${run.err}${run.out}`);
  return run.out;
}

/** In a process of its own. */
function spawned(
  args: readonly string[],
  env: Record<string, string>,
): { status: number | null; out: string; err: string } {
  const { CZERNIN_PASSPHRASE: _not, ...rest } = process.env;
  const run = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...rest, ...env },
    encoding: 'utf8',
    input: '',
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

test('from two new stations to one case that both hold, with a dissent in it', async () => {
  await ok(
    'a',
    'station',
    'init',
    '--name',
    'CSIRT',
    '--role',
    'lead',
    '--recovery',
    'a.recovery',
    '--work-factor',
    '10',
  );
  await ok(
    'b',
    'station',
    'init',
    '--name',
    'Ministry',
    '--role',
    'ministry',
    '--recovery',
    'b.recovery',
    '--work-factor',
    '10',
  );
  writeFileSync(join(folder, 'a.card'), await ok('a', 'station', 'card'));
  writeFileSync(join(folder, 'b.card'), await ok('b', 'station', 'card'));
  await ok('a', 'station', 'add', 'b.card');
  await ok('b', 'station', 'add', 'a.card');

  await ok('a', 'case', 'init', 'mine.case', '--title', 'Ministry 2022');
  cpSync(join(folder, 'mine.case'), join(folder, 'theirs.case'), { recursive: true });
  await ok('a', 'note', 'first look', '--ref', EVENT, '--case', 'mine.case');
  await ok('a', 'judge', FINDING, 'accepted', '--why', 'seen on disk', '--case', 'mine.case');
  await ok('b', 'judge', FINDING, 'innocent', '--why', 'our admin', '--case', 'theirs.case');

  // a card that was only received is not enough
  const early = await czernin('a', 'merge', 'theirs.case', '--case', 'mine.case');
  assert.equal(early.status, EXIT.incomplete);
  assert.match(early.out, /refused UNKNOWN_STATION/);
  const wrong = await czernin(
    'a',
    'station',
    'verify',
    'Ministry',
    '--how',
    'phone',
    '--digits',
    await ok('a', 'station', 'card', '--digits'),
  );
  assert.match(wrong.err, /WRONG_DIGITS/);
  await ok(
    'a',
    'station',
    'verify',
    'Ministry',
    '--how',
    'phone',
    '--digits',
    await ok('b', 'station', 'card', '--digits'),
  );
  await ok('b', 'station', 'verify', 'CSIRT', '--how', 'in-person', '--case', 'theirs.case');
  assert.match(await ok('a', 'station', 'list'), /Ministry +ministry +phone +Person a/);

  const decision = [
    'We watch until the disk is imaged.',
    '--subject',
    'watch',
    '--title',
    'Watch',
    '--review',
    '2026-12-01',
  ];
  await ok(
    'a',
    'decide',
    ...decision,
    '--party',
    'CSIRT=agrees',
    '--party',
    'Ministry=dissents:files are readable',
    '--case',
    'mine.case',
  );
  assert.match(await ok('a', 'merge', 'theirs.case', '--case', 'mine.case'), /Ministry .*: 3 new/);
  await ok('b', 'merge', 'mine.case', '--case', 'theirs.case');
  await ok('a', 'merge', 'theirs.case', '--case', 'mine.case');
  assert.equal(await ok('b', 'merge', 'mine.case', '--case', 'theirs.case'), '0 new\n');
  assert.equal(journalBytes(join(folder, 'mine.case')), journalBytes(join(folder, 'theirs.case')));
  assert.ok(
    readFileSync(join(folder, 'mine.case/index.sqlite')).equals(readFileSync(join(folder, 'theirs.case/index.sqlite'))),
  );

  const status = JSON.parse(await ok('nobody', 'case', 'status', '--case', 'theirs.case', '--json'));
  assert.deepEqual(status.judged, { findings: 1, disputed: 1 });
  const vouched = status.journals.find((j: { agency: string }) => j.agency === 'CSIRT').introduced;
  assert.deepEqual(
    vouched.map((v: { agency: string; how: string }) => [v.agency, v.how]),
    [['Ministry', 'in-person']],
  );
  assert.match(await ok('nobody', 'case', 'status', '--case', 'mine.case'), /1 disputed between agencies/);
  const verified = spawned(['verify', 'mine.case'], {});
  assert.deepEqual([verified.status, verified.err], [EXIT.nothing, '']);
  const noted = spawned(['note', 'by a process', '--case', 'mine.case'], {
    CZERNIN_STATION: join(folder, 'a'),
    CZERNIN_PASSPHRASE: PASS,
  });
  assert.equal(noted.status, EXIT.nothing, noted.err);
});

const rows = (out: string): { id: string; kind: string; agency: string; standing: string; flags: string[] }[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l));

test('the log: by event, by agency, as of a time; one entry whole; its proof', async () => {
  const log = async (...more: string[]) => rows(await ok('a', 'log', '--case', 'mine.case', '--json', ...more));
  assert.deepEqual(
    (await log('--refs', EVENT)).map((r) => r.kind),
    ['note'],
  );
  assert.deepEqual(
    (await log('--refs', FINDING)).map((r) => r.agency),
    ['CSIRT', 'Ministry'],
  );
  assert.deepEqual((await log('--agency', 'Ministry', '--kind', 'finding-judged')).length, 1);
  assert.match(await ok('a', 'case', 'log', '--case', 'mine.case'), /finding-judged .* innocent: our admin/);
  assert.deepEqual(await log('--as-of', '2001-01-01'), []);
  const [note] = await log('--refs', EVENT);
  await ok('a', 'retract', note!.id.slice(0, 12), '--why', 'another machine', '--case', 'mine.case');
  assert.equal((await log('--refs', EVENT))[0]!.standing, 'retracted');
  const shown = await ok('a', 'case', 'show', note!.id.slice(0, 12), '--case', 'mine.case');
  assert.match(shown, /retracted/);
  assert.ok(shown.includes(`czernin show ${EVENT}`));
  assert.match(
    await ok('a', 'case', 'show', note!.id, '--proof', '--case', 'mine.case'),
    /^c2sp\.org\/tlog-proof@v1\n/,
  );
  const theirs = rows(
    await ok('a', 'log', '--agency', 'Ministry', '--kind', 'finding-judged', '--json', '--case', 'mine.case'),
  )[0]!;
  const no = await czernin('a', 'retract', theirs.id, '--why', 'x', '--case', 'mine.case');
  assert.equal(no.status, EXIT.failed);
  assert.match(no.err, /NOT_OURS/);
});

test('a journal passed on in part: what is withheld is counted, and arrives later', async () => {
  const shelf = join(folder, 'mine.case/journal');
  const name = readdirSync(shelf).find((n) =>
    readFileSync(join(shelf, n, 'entries.jsonl'), 'utf8').includes('first look'),
  )!;
  const read = (file: string) => readFileSync(join(shelf, name, file));
  const { copy } = verifyJournal({ entries: read('entries.jsonl'), checkpoints: read('checkpoints.notes') });
  const part = withhold(journalOf(copy!), ({ index }) =>
    index === 2 ? DEGREE.hash : index === 1 ? DEGREE.header : DEGREE.full,
  );
  mkdirSync(join(folder, 'stick', name), { recursive: true });
  writeFileSync(join(folder, 'stick', name, 'entries.jsonl'), part.entries);
  writeFileSync(join(folder, 'stick', name, 'checkpoints.notes'), part.checkpoints);
  await ok('nobody', 'case', 'init', 'ally.case');
  cpSync(join(folder, 'mine.case/case.json'), join(folder, 'ally.case/case.json'));
  await ok('nobody', 'merge', 'stick', '--case', 'ally.case', '--accept-unknown');
  const { meta } = JSON.parse(await ok('nobody', 'case', 'status', '--case', 'ally.case', '--json'));
  assert.deepEqual(meta.withheld, { entries: 2, byKind: { note: 1, unknown: 1 } });
  const shown = rows(await ok('nobody', 'log', '--case', 'ally.case', '--json')).find((r) => r.kind === 'note')!;
  assert.deepEqual(shown.flags, ['withheld']);
  await ok('nobody', 'verify', 'ally.case');
  await ok('nobody', 'merge', 'mine.case', '--case', 'ally.case', '--accept-unknown');
  const later = JSON.parse(await ok('nobody', 'case', 'status', '--case', 'ally.case', '--json'));
  assert.equal(later.meta.withheld.entries, 0);
  assert.equal(journalBytes(join(folder, 'ally.case')), journalBytes(join(folder, 'mine.case')));
});

test('keys: rotated, revoked, recovered from paper; the case goes on and verifies', async () => {
  await ok('a', 'station', 'rotate', '--case', 'mine.case');
  await ok('a', 'note', 'with the new key', '--case', 'mine.case');
  await ok('a', 'station', 'revoke', '--why', 'laptop stolen', '--case', 'mine.case');
  assert.match((await czernin('a', 'note', 'x', '--case', 'mine.case')).err, /KEY_ENDED/);
  await ok('a', 'station', 'rotate');
  await ok(
    'a',
    'station',
    'recover',
    '--recovery',
    'a.recovery',
    '--next',
    'a2.recovery',
    '--why',
    'new laptop',
    '--case',
    'mine.case',
  );
  await ok('a', 'note', 'we go on', '--case', 'mine.case');
  assert.ok(existsSync(join(folder, 'a2.recovery')));
  const spent = ['--recovery', 'a.recovery', '--next', 'a3.recovery', '--why', 'again', '--case', 'mine.case'];
  assert.equal((await czernin('a', 'station', 'recover', ...spent)).status, EXIT.failed);
  await ok('nobody', 'verify', 'mine.case');
});

test('derived: deleted and made again, the same bytes; damaged, told and made again', async () => {
  const index = join(folder, 'mine.case/index.sqlite');
  const whole = readFileSync(index);
  writeFileSync(index, '');
  await ok('nobody', 'rebuild', '--case', 'mine.case');
  assert.ok(readFileSync(index).equals(whole));
  const bad = Buffer.from(whole);
  bad[bad.length - 100]! ^= 1;
  writeFileSync(index, bad);
  const run = await czernin('nobody', 'verify', 'mine.case');
  assert.deepEqual([run.status, /INDEX_DIFFERS {2}index\.sqlite/.test(run.out)], [EXIT.found, true]);
  await ok('nobody', 'rebuild', '--case', 'mine.case');
  await ok('nobody', 'verify', 'mine.case');
});

test('a changed byte: verify says code, file, line and entry; slips are usage errors; no passphrase is a coded error', async () => {
  const shelf = join(folder, 'theirs.case/journal');
  const path = readdirSync(shelf)
    .map((n) => join(shelf, n, 'entries.jsonl'))
    .find((p) => readFileSync(p, 'utf8').includes('seen on disk'))!;
  writeFileSync(path, readFileSync(path, 'utf8').replace('seen on disk', 'seen on tape'));
  const run = await czernin('nobody', 'verify', 'theirs.case', '--json');
  assert.equal(run.status, EXIT.found);
  const [problem] = JSON.parse(run.out).problems;
  assert.deepEqual([problem.code, problem.line, problem.index], ['WRONG_DIGEST', 3, 2]);
  const slips: string[][] = [
    ['note', '--case', 'mine.case'],
    ['judge', FINDING, 'guilty', '--why', 'x', '--case', 'mine.case'],
    ['judge', FINDING, 'accepted', '--case', 'mine.case'],
    ['decide', 'x', '--subject', 'party', '--title', 't', '--party', 'A=agrees', '--case', 'mine.case'],
    ['decide', 'x', '--subject', 'watch', '--title', 't', '--party', 'A=perhaps', '--case', 'mine.case'],
    ['note', 'x', '--tlp', 'blue', '--case', 'mine.case'],
    ['log', '--limit', '-1', '--case', 'mine.case'],
    ['station', 'verify', 'CSIRT', '--how', 'phone'],
    ['merge', '--case', 'mine.case'],
  ];
  for (const slip of slips) assert.equal((await czernin('b', ...slip)).status, EXIT.usage, slip.join(' '));
  const silent = spawned(['note', 'x', '--case', 'mine.case'], { CZERNIN_STATION: join(folder, 'b') });
  assert.equal(silent.status, EXIT.failed);
  assert.match(silent.err, /NO_PASSPHRASE/);
});
