/**
 * The matcher against its twin and against rsigma, on the same records and the same rules.
 *
 *   npm run bench:match                  (ours and the twin; needs EVTX_DUMP, the evtx_dump binary)
 *   RSIGMA=… npm run bench:match         (and rsigma)
 *   EVENTS=flat.jsonl npm run bench:match (records prepared before)
 *
 * Times are processor time of one thread, so that a busy machine disturbs less; the smallest of several passes counts.
 * What the figures mean and what was tried is in NOTES.md.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMatcher, evaluate } from '../../src/hunt/index.ts';
import type { Event } from '../../src/model/index.ts';
import type { EventRule } from '../../src/rules/index.ts';
import { rulesBelow } from '../../test/hunt/support/rules.ts';
import { shared } from '../../test/support/shared.ts';
import { FlatReader, flatLines, readLines } from './corpus.ts';

const out = (text: string) => process.stdout.write(`${text}\n`);
const cpu = () => process.cpuUsage().user / 1e6;
const PACKS = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'].map((p) => shared('sigma', p));
/** How often the records are repeated for a figure per second. */
const TIMES = Number(process.env.TIMES ?? 30);

const ROUTING = [
  '--logsource-routing',
  '--logsource-field-map',
  'product=lsproduct,service=lsservice,category=lscategory',
] as const;

const lines = loadLines();
const loaded = rulesBelow(...PACKS);
const rules = loaded.rules.filter((r): r is EventRule => r.$ === 'event');
out(`${lines.length} records, ${rules.length} rules (${loaded.refusals.length} refused), node ${process.version}`);

const perRule = ours();
twin();
if (process.env.RSIGMA !== undefined) rsigma(process.env.RSIGMA);

function loadLines(): string[] {
  if (process.env.EVENTS !== undefined) return readLines(process.env.EVENTS);
  const tool = process.env.EVTX_DUMP;
  if (tool === undefined) throw new Error('set EVTX_DUMP to the evtx_dump binary, or EVENTS to flat JSON lines');
  return flatLines(tool, shared('evtx', 'attack-samples'), shared('sigma', 'regression_data'));
}

function ours(): Map<string, number> {
  const reader = new FlatReader();
  const events = lines.map((line) => reader.event(line));
  collect();
  const before = memory();
  let start = cpu();
  const matcher = compileMatcher(rules);
  const compile = cpu() - start;
  const counts = new Map<string, number>();
  let fired = 0;
  start = cpu();
  for (const event of events) {
    for (const rule of matcher.match(event)) {
      fired++;
      const { id } = rules[rule]!.meta;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const first = cpu() - start;
  collect();
  const tables = memory() - before;
  out(
    `ours: compile ${ms(compile)}, first pass with all that is built on the way ${ms(first)}, ${(tables / 1e6).toFixed(0)} MB held, ${fired} matches`,
  );

  const again = best(8, () => all(matcher, events));
  out(`ours, values met before as the same strings: ${rate(events.length / again)}`);
  const fresh = best(
    5,
    () =>
      all(
        matcher,
        lines.map((line) => reader.event(line)),
      ),
    () => lines.map((line) => reader.event(line)),
  );
  out(`ours, values met before as new strings:      ${rate(events.length / fresh)}`);
  start = cpu();
  let n = 0;
  for (let i = 0; i < TIMES; i++) for (const line of lines) n += matcher.match(reader.event(line)).length;
  out(`ours, JSON text in, matches out:             ${rate((lines.length * TIMES) / (cpu() - start))} (${n} matches)`);
  return counts;
}

function all(matcher: ReturnType<typeof compileMatcher>, events: readonly Event[]): number {
  let n = 0;
  for (const event of events) n += matcher.match(event).length;
  return n;
}

/** Smallest processor time of several runs, less what the preparation alone takes. */
function best(times: number, work: () => unknown, preparation: () => unknown = () => {}): number {
  const time = (f: () => unknown) => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < times; i++) {
      const start = cpu();
      f();
      least = Math.min(least, cpu() - start);
    }
    return least;
  };
  return time(work) - time(preparation);
}

function twin(): void {
  const reader = new FlatReader();
  const events = lines.filter((_, i) => i % Math.ceil(lines.length / 60) === 0).map((line) => reader.event(line));
  const start = cpu();
  let n = 0;
  for (const event of events) for (const rule of rules) if (evaluate(rule, event)) n++;
  out(
    `twin:                                        ${rate(events.length / (cpu() - start))} (${n} matches in ${events.length} records)`,
  );
}

function rsigma(tool: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-match-'));
  try {
    const once = join(folder, 'once.jsonl');
    const many = join(folder, 'many.jsonl');
    const text = `${lines.join('\n')}\n`;
    writeFileSync(once, text);
    for (let i = 0; i <= TIMES; i++) appendFileSync(many, text);
    for (const [name, options] of [
      ['all rules on every record', []],
      ['with logsource routing', ROUTING],
      ['with routing and bloom filter', [...ROUTING, '--bloom-prefilter']],
    ] as const) {
      const one = run(tool, once, options);
      const more = run(tool, many, options);
      const extra = more.seconds - one.seconds;
      out(
        `rsigma, ${name}: ${rate((lines.length * TIMES) / extra)}, rules ${ms(one.seconds)}, ${count(one.text)} matches`,
      );
      if (options.length === 3) compare(one.text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Processor time from bash's `times`, on one core. */
function run(tool: string, events: string, options: readonly string[]): { seconds: number; text: string } {
  const args = ['engine', 'eval', '-r', rulesFolder(), '-e', `@${events}`, '-q', ...options];
  const script = 'export RAYON_NUM_THREADS=1; taskset -c 0 "$@"; times >&2';
  const done = spawnSync('bash', ['-c', script, 'bash', tool, ...args], { maxBuffer: 1 << 30, encoding: 'utf8' });
  const children = done.stderr.trimEnd().split('\n').at(-1)!;
  const [minutes, seconds] = children.split(' ')[0]!.replace('s', '').split('m').map(Number) as [number, number];
  return { seconds: minutes * 60 + seconds, text: done.stdout };
}

/** rsigma takes one folder. */
function rulesFolder(): string {
  return process.env.RULES ?? shared('sigma');
}

function count(text: string): number {
  return text.split('\n').length - 1;
}

/** Rules on which the two disagree, by number of matches. */
function compare(text: string): void {
  const theirs = new Map<string, number>();
  const titles = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { rule_id, rule_title } = JSON.parse(line) as { rule_id: string; rule_title: string };
    theirs.set(rule_id, (theirs.get(rule_id) ?? 0) + 1);
    titles.set(rule_id, rule_title);
  }
  for (const rule of rules) titles.set(rule.meta.id, rule.meta.title);
  let same = 0;
  const ids = new Set([...theirs.keys(), ...perRule.keys()]);
  const differing: string[] = [];
  for (const id of [...ids].sort()) {
    const [a, b] = [perRule.get(id) ?? 0, theirs.get(id) ?? 0];
    if (a === b) same++;
    else differing.push(`  ${String(a).padStart(6)} ${String(b).padStart(6)}  ${id}  ${titles.get(id)}`);
  }
  out(
    `rules that matched: ${ids.size}, the same number of times in both: ${same}\n    ours rsigma\n${differing.join('\n')}`,
  );
}

function collect(): void {
  globalThis.gc?.();
}
function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en-US')} events/s`;
}
function ms(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
