/**
 * The program as a user runs it: a folder of logs in, an answer out; the same again is "0 new"; killed at any moment,
 * the next run ends with the same bytes as a run that was never disturbed. All evidence here is invented.
 */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeEvtx } from '../../exercise/evtx/writer.ts';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { Answer, Finding } from '../../src/model/index.ts';

const czernin = join(import.meta.dirname, '../../czernin');
const dir = mkdtempSync(join(tmpdir(), 'czernin-e2e-'));
const logs = join(dir, 'logs');
const rules = join(dir, 'rules');
after(() => rmSync(dir, { recursive: true, force: true }));

const START = Date.UTC(2024, 2, 1, 8);
const MINUTE = 60_000;

function processEvents(host: string, count: number, from: number): Buffer {
  return writeEvtx(
    Array.from({ length: count }, (_, i) => ({
      recordId: BigInt(i + 1),
      provider: 'Microsoft-Windows-Sysmon',
      channel: 'Microsoft-Windows-Sysmon/Operational',
      eventId: 1,
      computer: host,
      ms: from + i * MINUTE,
      data: {
        Image: i % 500 === 499 ? 'C:\\Users\\Public\\implant.exe' : `C:\\Windows\\System32\\svc${i % 7}.exe`,
        CommandLine: `svc ${i}`,
        User: `LAB\\user${i % 3}`,
      },
    })),
  );
}

before(() => {
  mkdirSync(join(logs, 'sub folder'), { recursive: true });
  mkdirSync(rules);
  writeFileSync(join(logs, 'a.evtx'), processEvents('ws1.lab.example', 3000, START));
  writeFileSync(join(logs, 'sub folder', 'b.evtx'), processEvents('ws2.lab.example', 2000, START + 30 * 1440 * MINUTE));
  writeFileSync(join(logs, 'copy of a.evtx'), processEvents('ws1.lab.example', 3000, START));
  const access = Array.from(
    { length: 4000 },
    (_, i) =>
      `192.0.2.${i % 200} - - [01/Mar/2024:${String(8 + Math.floor(i / 600)).padStart(2, '0')}:${String(Math.floor(i / 10) % 60).padStart(2, '0')}:00 +0000] "GET /page${i % 50}${i === 777 ? '?cmd=whoami' : ''} HTTP/1.1" 200 ${i} "-" "curl/8"`,
  );
  writeFileSync(join(logs, 'access.log.gz'), gzipSync(`${access.join('\n')}\n`));
  writeFileSync(join(logs, 'strange.bin'), Buffer.from([0, 1, 2, 3, 0xff, 0xfe, 0xfd].concat(Array(500).fill(0x80))));
  writeFileSync(
    join(rules, 'implant.yml'),
    `title: Invented implant
id: 7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b01
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\implant.exe'}, condition: selection}
falsepositives: [an invented test]
`,
  );
  writeFileSync(
    join(rules, 'web.yml'),
    `title: Invented command in a query
id: 7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b02
level: medium
logsource: {category: webserver}
detection: {selection: {cs-uri-query|contains: 'cmd=whoami'}, condition: selection}
`,
  );
});

function run(args: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [czernin, ...args], {
    encoding: 'utf8',
    cwd: dir,
    env: {
      ...process.env,
      NO_COLOR: '1',
      CZERNIN_STATION: join(dir, 'station'),
      CZERNIN_PASSPHRASE: 'an invented passphrase',
    },
  });
}
const investigate = (name: string, ...more: string[]) =>
  run(['investigate', logs, '--no-own-rules', '--rules', rules, '--case', join(dir, `${name}.case`), ...more]);
const out = (name: string, file: string) => join(dir, `${name}.case`, 'out', file);
const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Everything that must not depend on how the work was done: findings, and the lake with all its rows. */
function fingerprint(name: string): Record<string, string> {
  const lake = join(dir, `${name}.case`, 'lake');
  const files = readdirSync(lake, { recursive: true }).map(String).sort();
  return Object.fromEntries([
    ['findings.jsonl', digestOf(out(name, 'findings.jsonl'))],
    ['timeline.csv', digestOf(out(name, 'timeline.csv'))],
    ...files.filter((f) => statSync(join(lake, f)).isFile()).map((f) => [f, digestOf(join(lake, f))] as const),
  ]);
}

test('a folder of mixed logs becomes a dated, explained answer', () => {
  const r = investigate('clean');
  assert.equal(r.status, EXIT.found, r.stderr);
  const answer = Answer.parse(JSON.parse(readFileSync(out('clean', 'summary.json'), 'utf8')));
  assert.equal(answer.counts.events, 3000 + 2000 + 4000);
  assert.equal(answer.firstSign?.title, 'Invented implant');
  assert.equal(answer.firstSign?.time, new Date(START + 499 * MINUTE).toISOString());
  assert.match(answer.horizon?.sentence ?? '', /^No log before 2024-03-01 08:00:00 UTC/);
  const findings = readFileSync(out('clean', 'findings.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((l) => Finding.parse(JSON.parse(l)));
  assert.equal(findings.length, 6 + 4 + 1);
  assert.deepEqual([...new Set(findings.map((f) => f.host))].filter(Boolean).sort(), [
    'ws1.lab.example',
    'ws2.lab.example',
  ]);
  assert.ok(
    answer.notSeen.some((n) => n.code === 'UNKNOWN_FORMAT' && n.details.some((d) => d.includes('strange.bin'))),
  );
  assert.match(r.stdout, /First sign/);
  assert.match(r.stdout, /5 new, 1 seen before/);
});

test('originals are untouched', () => {
  assert.equal(digestOf(join(logs, 'a.evtx')), digestOf(join(logs, 'copy of a.evtx')));
});

test('the same evidence again says "0 new" and the findings file is the same, byte for byte', () => {
  const first = fingerprint('clean');
  const r = investigate('clean');
  assert.equal(r.status, EXIT.found);
  assert.match(r.stdout, /0 new/);
  assert.match(r.stdout, /0 files read/);
  assert.deepEqual(fingerprint('clean'), first);
});

test('an address walks back to the bytes, and explain says why', () => {
  const lines = readFileSync(out('clean', 'findings.jsonl'), 'utf8').trimEnd().split('\n');
  const finding = lines
    .map((l) => Finding.parse(JSON.parse(l)))
    .find((f) => f.rule.title === 'Invented implant') as Finding;
  const [digest, offset] = (finding.events[0] as string).split('@') as [string, string];
  assert.equal(digest, digestOf(join(logs, 'a.evtx')));
  const raw = spawnSync(process.execPath, [
    czernin,
    'show',
    finding.events[0] as string,
    '--raw',
    '--case',
    join(dir, 'clean.case'),
  ]);
  const original = readFileSync(join(logs, 'a.evtx'));
  assert.ok(raw.stdout.length > 100);
  assert.ok(raw.stdout.equals(original.subarray(Number(offset), Number(offset) + raw.stdout.length)));
  const why = run(['explain', finding.rule.id, finding.events[0] as string, '--case', join(dir, 'clean.case')]);
  assert.equal(why.status, EXIT.found, why.stderr);
  assert.match(why.stdout, /✔ Image ends with '\\implant.exe'/);
  const not = run([
    'explain',
    '7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b02',
    finding.events[0] as string,
    '--case',
    join(dir, 'clean.case'),
  ]);
  assert.equal(not.status, EXIT.nothing, not.stderr);
});

test('evidence that has changed since is not shown as if it were the same', () => {
  const finding = Finding.parse(
    JSON.parse(readFileSync(out('clean', 'findings.jsonl'), 'utf8').split('\n')[0] as string),
  );
  const [digest] = (finding.events[0] as string).split('@') as [string];
  const copy = join(dir, 'clean.case', 'evidence', digest); // it came out of the archive
  const bytes = readFileSync(copy);
  chmodSync(copy, 0o600);
  writeFileSync(copy, Buffer.concat([bytes.subarray(0, -2), Buffer.from('xy')]));
  const r = run(['show', finding.events[0] as string, '--case', join(dir, 'clean.case')]);
  assert.equal(r.status, EXIT.failed);
  assert.match(r.stderr, /EVIDENCE_CHANGED/);
  writeFileSync(copy, bytes);
});

test('the lake answers in SQL what the answer counted', () => {
  const r = run(['query', 'SELECT count(*) n FROM events', '--json', '--case', join(dir, 'clean.case')]);
  assert.deepEqual(JSON.parse(r.stdout), { n: 9000 });
});

test('killed at any moment, the next run finishes: nothing twice, nothing missing', async () => {
  const want = fingerprint('clean');
  const whole = await timed('measured');
  for (const share of [0.3, 0.55, 0.7, 0.85]) {
    const name = `killed-${share}`;
    await killedAfter(name, whole * share);
    const r = investigate(name);
    assert.equal(r.status, EXIT.found, `${name}: ${r.stderr}`);
    assert.deepEqual(fingerprint(name), want, name);
  }
});

async function timed(name: string): Promise<number> {
  const started = performance.now();
  assert.equal(investigate(name).status, EXIT.found);
  return performance.now() - started;
}

/** Runs and kills with SIGKILL after so many milliseconds; a run that was faster is no harm. */
function killedAfter(name: string, ms: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [czernin, 'investigate', logs, '--no-own-rules', '--rules', rules, '--case', join(dir, `${name}.case`)],
    { stdio: 'ignore', cwd: dir },
  );
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  return new Promise((resolve) => {
    child.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

test('nothing found is 0, nothing usable is 4, a wrong line is 2, a missing case is 3', () => {
  const empty = join(dir, 'quiet');
  mkdirSync(empty);
  writeFileSync(
    join(empty, 'a.log'),
    '192.0.2.1 - - [01/Mar/2024:08:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "curl/8"\n'.repeat(50),
  );
  const go = (...args: string[]) => run(['investigate', ...args, '--no-own-rules', '--rules', rules]).status;
  assert.equal(go(empty, '--case', join(dir, 'q.case')), EXIT.nothing);
  assert.equal(go(join(logs, 'strange.bin'), '--case', join(dir, 's.case')), EXIT.incomplete);
  assert.equal(go(), EXIT.usage);
  assert.equal(run(['show', 'abcd@1', '--case', join(dir, 'nowhere')]).status, EXIT.failed);
  assert.equal(existsSync(join(dir, 'nowhere')), false);
});

test('a station signs what was received and run, once; a judgement walks back to the bytes', () => {
  const made = run([
    'station',
    'init',
    '--name',
    'CSIRT-X',
    '--role',
    'test',
    '--recovery',
    join(dir, 'recovery.txt'),
    '--work-factor',
    '10',
  ]);
  assert.equal(made.status, 0, made.stderr);
  const at = ['--case', join(dir, 'signed.case')];
  const first = investigate('signed');
  assert.equal(first.status, EXIT.found, first.stderr);
  assert.match(first.stdout, /2 entries signed in the journal of CSIRT-X/);
  assert.match(investigate('signed').stdout, /nothing new to sign/);
  const finding = Finding.parse(
    JSON.parse(readFileSync(out('signed', 'findings.jsonl'), 'utf8').split('\n')[0] as string),
  );
  const judged = run(['judge', finding.id, 'accepted', '--why', 'an invented reason', ...at]);
  assert.equal(judged.status, 0, judged.stderr);
  const about = run(['log', '--refs', finding.events[0] as string, ...at]);
  assert.match(about.stdout, /finding-judged/);
  const log = run(['log', ...at]).stdout;
  for (const kind of ['journal-opened', 'evidence-received', 'analysis-run', 'finding-judged'])
    assert.match(log, new RegExp(kind));
  assert.equal(run(['verify', join(dir, 'signed.case')]).status, 0);
});
