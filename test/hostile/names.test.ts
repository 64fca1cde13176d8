/** Names chosen to break a terminal, a spreadsheet, a page or a path: shown plainly, read all the same. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { makeZip } from '../platform/archives.ts';
import { assertPlain, implantLine, implantLog, type Out, outOf, type Run, run, writeRules } from './world.ts';

const skip = process.platform === 'linux' ? false : 'such names need Linux';
const dir = mkdtempSync(join(tmpdir(), 'czernin-hostile-names-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const NAMES: readonly Buffer[] = [
  'a\nsummary: nothing found\n.evtx',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007.evtx',
  '\u009b31m-c1.evtx',
  'cod.\u202efdp.evtx',
  'zero\u200bwidth\ufeff.evtx',
  '=cmd|calc!A1.evtx',
  '@SUM(1).evtx',
  '</script><script>alert(1)</script>.evtx'.replaceAll('/', '\u2044'),
  '"quoted", and, commas.evtx',
  "it's; rm -rf ~ $(id) `id` %00.evtx",
  '*?[a].evtx',
  '-rf.evtx',
  ' .evtx',
  '...',
  `${'x'.repeat(250)}.evtx`,
]
  .map((name) => Buffer.from(name))
  .concat([Buffer.from([0xff, 0xfe, 0x41, 0x80]), Buffer.from('caf\xe9.evtx', 'latin1')]);

let result: Run;
let out: Out;
before(async () => {
  if (skip) return;
  writeRules(join(dir, 'rules'));
  const logs = join(dir, 'logs');
  mkdirSync(logs);
  for (const [i, name] of NAMES.entries()) {
    writeFileSync(Buffer.concat([Buffer.from(`${logs}/`), name]), implantLog(`host${i}.lab.example`));
  }
  const members = NAMES.map((name, i) => ({ name, data: implantLog(`member${i}.lab.example`) }));
  writeFileSync(join(logs, 'names.zip'), makeZip(members));
  // Values that come from the evidence itself: host, account, command line.
  const values = { Hostname: '=HYPERLINK("x")\u001b[2J\u202e', User: '@evil\n</script><script>alert(1)</script>' };
  writeFileSync(
    join(logs, 'values.json'),
    `${JSON.stringify({ ...(JSON.parse(implantLine.json('x')) as object), ...values })}\n`,
  );
  const args = ['investigate', logs, '--no-own-rules', '--rules', join(dir, 'rules'), '--case', join(dir, 'n.case')];
  result = await run(args, { cwd: dir });
  assert.equal(result.status, EXIT.found, result.stderr);
  out = outOf(join(dir, 'n.case'));
});

test('every file is read, whatever it is called, on disk and in an archive', { skip }, () => {
  const hosts = new Set(out.findings.map((f) => f.host));
  for (const i of NAMES.keys()) {
    assert.ok(hosts.has(`host${i}.lab.example`), `file ${JSON.stringify(NAMES[i]!.toString())}`);
    assert.ok(hosts.has(`member${i}.lab.example`), `member ${JSON.stringify(NAMES[i]!.toString())}`);
  }
  assert.equal(
    out.answer.notSeen.find((n) => n.code === 'REFUSED_EVIDENCE'),
    undefined,
  );
});

test('no name reaches terminal, spreadsheet or page raw', { skip }, () => {
  assertPlain(result.stdout, 'stdout');
  assertPlain(result.stderr, 'stderr');
  for (const e of out.answer.evidence) for (const name of e.names) assertPlain(name.replaceAll('\n', '\u0001'), 'name');
  for (const file of ['timeline.csv', 'rules.jsonl', 'navigator.json']) {
    const { [file]: text } = out.files;
    assertPlain(text!.replaceAll('\r\n', '\n'), file);
  }
});

test('no cell of the spreadsheet is a formula, no line of it is forged', { skip }, () => {
  const rows = out.files['timeline.csv']!.split('\r\n').filter((l) => l !== '');
  assert.equal(rows.length, out.findings.length + 1);
  for (const row of rows) assert.doesNotMatch(row, /(^|,)"?[=+@\t]/);
});

test('the page holds its three blocks of data and its own script and nobody else’s', { skip }, () => {
  const page = out.files['report.html']!;
  assert.equal(page.match(/<script/gi)?.length, 4);
  assert.equal(page.match(/<\/script/gi)?.length, 4);
});

test('an address found under such a name walks back to its record', { skip }, async () => {
  for (const i of [0, 10, 15]) {
    const finding = out.findings.find((f) => f.host === `host${i}.lab.example`)!;
    const shown = await run(['show', finding.events[0]!, '--case', join(dir, 'n.case')], { cwd: dir });
    assert.equal(shown.status, EXIT.nothing, shown.stderr);
    assert.match(shown.stdout, /implant\.exe/);
    assertPlain(shown.stdout.replaceAll('\t', ' '), 'show');
  }
});
