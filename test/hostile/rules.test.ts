/**
 * Rules are foreign text too: a pack full of bombs next to good rules. Every file is taken or refused by name, within
 * time, the good rules still find the implant, and titles meant to deceive stay plain in every output.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { assertPlain, implantLine, implantLog, type Out, outOf, type Run, run, writeRules } from './world.ts';

const skip = process.platform === 'linux' ? false : 'the program is watched through /proc';
const dir = mkdtempSync(join(tmpdir(), 'czernin-hostile-rules-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const DECEIT = '</script><script>alert(1)</script> \\e[2J\\x9b31m \\u202eexe.cod\\u202c =cmd|calc!A1';
let number = 0;
const id = () => `00000000-0000-4000-8000-${String(++number).padStart(12, '0')}`;
const rule = (detection: string, title = `"${DECEIT}"`) => `title: ${title}
id: ${id()}
level: high
logsource: {product: windows, category: process_creation}
detection: ${detection}
`;

/** Refused, each with a code; `null`: taken, but it must not cost more than its share. */
const BOMBS: Readonly<Record<string, readonly [text: string, code: RegExp | null]>> = {
  'laughs.yml': [
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`).join('\n')}\ntitle: x\n`,
    /YAML/,
  ],
  'deep.yml': [`title: x\ndetection: ${'['.repeat(200_000)}`, /YAML/],
  'deep-map.yml': [Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), /YAML/],
  'cycle.yml': ['a: &a\n  b: *a\ntitle: x\n', /YAML|RULE/],
  'binary.yml': ['\u0000\u0001\u0002\ufffd'.repeat(1000), /YAML|RULE/],
  'empty.yml': ['', null],
  'nested-repeat.yml': [rule(`{a: {Image|re: '${'('.repeat(40)}a+${')+'.repeat(40)}$'}, condition: a}`), null],
  'exponential.yml': [rule("{a: {CommandLine|re: '^(a+)+$|(a|aa)+$|(.*a){25}$'}, condition: a}"), null],
  'repeat.yml': [rule("{a: {CommandLine|re: '((x{1,1000}){1,1000}){1,1000}'}, condition: a}"), /REGEX/],
  'back.yml': [rule("{a: {CommandLine|re: '(a)\\1(?=b)'}, condition: a}"), /REGEX/],
  'glob.yml': [rule(`{a: {CommandLine: '${'*a'.repeat(5000)}*b'}, condition: a}`), null],
  'condition.yml': [
    rule(`{a: {Image: x}, condition: "${'('.repeat(50_000)}a${')'.repeat(50_000)}"}`),
    /CONDITION|LIMIT/,
  ],
  'nots.yml': [rule(`{a: {Image: x}, condition: "${'not '.repeat(50_000)}a"}`), /CONDITION|LIMIT/],
  'proto.yml': [rule('{__proto__: {Image: x}, a: {__proto__: y, constructor: z}, condition: a or __proto__}'), null],
  'group.yml': [
    `title: c\nid: ${id()}\nlevel: high\ncorrelation: {type: event_count, rules: [7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b01], group-by: [__proto__, constructor], timespan: 5m, condition: {gte: 1}, generate: true}\n`,
    null,
  ],
  'titled.yml': [rule("{a: {Image|endswith: 'implant.exe'}, condition: a}"), null],
  'title-map.yml': [rule('{a: {Image: x}, condition: a}', '{__proto__: x}'), /META/],
  'long-title.yml': [rule("{a: {Image|endswith: 'implant.exe'}, condition: a}", 'x'.repeat(500_000)), /META/],
  'long-names.yml': [
    `title: c\nid: ${id()}\nlevel: high\ncorrelation: {type: event_count, rules: [a], group-by: [${'x'.repeat(400_000)}], timespan: 5m, condition: {gte: 1}}\n`,
    /CORRELATION/,
  ],
  'many-words.yml': [
    rule(`{a: {Image: x}, condition: a}\nfalsepositives: [${Array(60_000).fill('"word word"').join(',')}]`),
    null,
  ],
};
/** Long values that a backtracking engine would never finish. */
const BAIT = `${'a'.repeat(60_000)}!`;

let result: Run;
let out: Out;
before(async () => {
  if (skip) return;
  const [rules, logs] = [join(dir, 'rules'), join(dir, 'logs')];
  writeRules(rules);
  for (const [name, [text]] of Object.entries(BOMBS)) writeFileSync(join(rules, name), text);
  mkdirSync(logs);
  writeFileSync(join(logs, 'implant.evtx'), implantLog('beside.lab.example'));
  const bait = { ...(JSON.parse(implantLine.json('bait.lab.example')) as object), CommandLine: BAIT };
  writeFileSync(join(logs, 'bait.json'), `${JSON.stringify(bait)}\n`.repeat(50));
  const args = ['investigate', logs, '--no-own-rules', '--rules', rules, '--case', join(dir, 'r.case')];
  result = await run(args, { cwd: dir, limitSeconds: 180 });
  assert.equal(result.status, EXIT.found, result.stderr);
  out = outOf(join(dir, 'r.case'));
});

test('the good rules find what they would find alone', { skip }, (t) => {
  t.diagnostic(`${result.seconds.toFixed(1)} s, largest process ${result.peakMb.toFixed(0)} MB`);
  const hosts = out.findings.filter((f) => f.rule.title === 'Invented implant').map((f) => f.host);
  assert.ok(hosts.includes('beside.lab.example') && hosts.includes('bait.lab.example'));
  assert.ok(result.seconds < 120 && result.peakMb < 700);
});

for (const [name, [, code]] of Object.entries(BOMBS)) {
  test(`${name}: ${code === null ? 'costs no more than its share' : `refused, ${code.source}`}`, { skip }, () => {
    const refused = out.answer.notSeen.find((n) => n.code === 'RULES_REFUSED');
    const line = refused?.details.find((d) => d.includes(`/${name}`));
    if (code !== null) assert.match(line ?? 'not among the refused', code);
  });
}

test('a title meant to deceive is shown plainly wherever it is shown', { skip }, () => {
  assert.ok(
    out.findings.some((f) => f.rule.title.includes('</script>')),
    'the deceiving rule fired',
  );
  assertPlain(result.stdout, 'stdout');
  assertPlain(result.stderr, 'stderr');
  const page = out.files['report.html']!;
  assert.equal(
    page.match(/<script/g)?.length,
    4,
    'the page has its three data blocks and its own script, nothing else',
  );
  assert.equal(page.match(/<\/script>/g)?.length, 4);
  for (const cell of csvCells(out.files['timeline.csv']!)) assert.doesNotMatch(cell, /^[=+\-@\t\r]/);
});

/** Cells of RFC 4180 text, without their quotes. */
function csvCells(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^",\r\n]+)/g)].map((m) => (m[1] ?? m[2]!).replaceAll('""', '"'));
}
