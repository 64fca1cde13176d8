/**
 * Every way we know to hurt a log reader, in one run of the whole program: each file ends with a coded outcome, what
 * could not be used is counted and named, and the implant that lies beside each is found all the same.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import type { Answer } from '../../src/model/index.ts';
import { CASES, type Expected, writeCases } from './evidence.ts';
import { assertPlain, LONG, type Out, outOf, type Run, run, writeRules } from './world.ts';

const skip = process.platform === 'linux' ? false : 'fifos, sockets and /proc: Linux';
const dir = mkdtempSync(join(tmpdir(), 'czernin-hostile-'));
const logs = join(dir, 'logs');
let result: Run;
let out: Out;
after(() => rmSync(dir, { recursive: true, force: true }));

const SECONDS = LONG ? 1800 : 240;
/** Of any one process: a reader keeps within it by its limits, the program by what behaviours are shown of long values. */
const PEAK_MB = 1_000;

before(async () => {
  if (skip) return;
  writeRules(join(dir, 'rules'));
  const server = await writeCases(logs);
  result = await run(
    ['investigate', logs, '--no-own-rules', '--rules', join(dir, 'rules'), '--case', join(dir, 'a.case')],
    {
      cwd: dir,
      limitSeconds: SECONDS,
    },
  );
  server.close();
  assert.equal(result.status, EXIT.found, result.stderr);
  out = outOf(join(dir, 'a.case'));
});

const lineOf = (name: string): Answer['evidence'][number] | undefined =>
  out.answer.evidence.find((e) => e.names.some((n) => n.endsWith(`/${name}`)));

test('the program ends by itself, in bounded time and memory', { skip }, (t) => {
  t.diagnostic(`${result.seconds.toFixed(1)} s, largest process ${result.peakMb.toFixed(0)} MB, ${result.looks} looks`);
  assert.ok(result.seconds < SECONDS);
  assert.ok(result.peakMb < PEAK_MB, `${result.peakMb} MB resident`);
});

for (const { name } of CASES) {
  test(`${name}: the implant beside it is found`, { skip }, () => {
    assert.ok(out.findings.some((f) => f.host === `${name}.lab.example`));
  });
}

for (const { name, expect } of CASES) {
  for (const [file, wanted] of Object.entries(expect)) {
    test(`${name}/${file}: ${outcomeOf(wanted)}`, { skip }, () => check(`${name}/${file}`, wanted));
  }
}

function outcomeOf({ status, faults = [], reason, refused, findings }: Expected): string {
  const words = [refused && `refused, ${refused}`, status, ...faults, reason?.source, findings && `${findings} found`];
  return words.filter(Boolean).join(', ');
}

function check(path: string, wanted: Expected): void {
  if (wanted.refused !== undefined) {
    const refused = out.answer.notSeen.find((n) => n.code === 'REFUSED_EVIDENCE');
    assert.ok(
      refused!.details.some((d) => d.includes(path) && d.includes(`: ${wanted.refused}: `)),
      refused!.details.join('\n'),
    );
    return;
  }
  const line = lineOf(path);
  assert.ok(line, `${path} is not among the evidence`);
  const said = JSON.stringify({ ...line, names: undefined, faultSamples: undefined });
  if (wanted.status !== undefined) assert.equal(line.status, wanted.status, said);
  for (const code of wanted.faults ?? []) assert.ok((line.faults[code] ?? 0) > 0, `${code}: ${said}`);
  if (wanted.reason !== undefined) assert.match(line.reason ?? '', wanted.reason);
  if (wanted.events !== undefined) assert.ok(line.events >= wanted.events, said);
  if (wanted.findings !== undefined) {
    const own = out.findings.filter((f) => f.events[0]!.startsWith(`${line.digest}@`));
    assert.ok(own.length >= wanted.findings, `${own.length} findings`);
  }
}

test('every file handed in is accounted for: as evidence or as refused', { skip }, () => {
  const refused = out.answer.notSeen.find((n) => n.code === 'REFUSED_EVIDENCE');
  const wanted = CASES.flatMap((c) => Object.values(c.expect));
  assert.equal(refused?.count, wanted.filter((e) => e.refused !== undefined || e.reason !== undefined).length);
  for (const { name, files } of CASES)
    for (const file of Object.keys(files)) assert.ok(lineOf(`${name}/${file}`), file);
});

test('nothing was written outside the case, and no member climbed out', { skip }, () => {
  assert.equal(existsSync('/tmp/climbed.log'), false);
  assert.equal(existsSync('/etc/absolute.log'), false);
  const store = join(dir, 'a.case', 'evidence');
  assert.ok(statSync(store).isDirectory());
});

test('what is printed and shown is plain', { skip }, () => {
  assertPlain(result.stdout, 'stdout');
  assertPlain(result.stderr, 'stderr');
  for (const name of ['summary.json', 'rules.jsonl', 'timeline.csv'])
    assertPlain(out.files[name]!.replaceAll('\r\n', '\n'), name);
});

test('the same run opened no Internet socket', { skip }, () => {
  assert.deepEqual(result.sockets, []);
  assert.ok(result.processes >= 2, `only ${result.processes} processes were looked at`);
});
