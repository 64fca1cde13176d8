/**
 * Does an investigation find what happened, and blame nobody else? Exercises with seeds drawn now are made, investigated
 * through the real program, and compared with their truth; then the same with each source taken away.
 *
 *   npm run bench:exercise -- [--seeds 10] [--seed N,N…] [--without SOURCE,…|all] [--scale 0.2] [--keep DIR] [--details]
 *
 * `--seed` names seeds (the tuning seeds in NOTES.md, or drawn ones to look at again). Everything made is deleted after
 * each seed unless `--keep`. `--details` prints who was missed, blamed wrongly, or mixed in.
 */
import { randomInt } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Truth } from '../../exercise/truth/index.ts';
import { pictureOf } from './picture.ts';
import { czernin } from './run.ts';
import { type Score, score } from './score.ts';
import { type Column, table } from './table.ts';

/** Behaviours and clustering were tuned on these; the large ones were drawn once and then looked at. None measures again. */
const TUNING = [
  ...Array.from({ length: 20 }, (_, i) => i + 1),
  214897310,
  46587716,
  504467285,
  896365176,
  1944900022,
  514237451,
  1585063650,
  698384796,
  489547451,
  472553344,
];

interface Run {
  readonly seed: number;
  /** sources taken away: none, or one */
  readonly without: string;
  readonly score: Score;
  readonly seconds: number;
  readonly intrusions: number;
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    without: { type: 'string', default: '' },
    scale: { type: 'string', default: '0.2' },
    keep: { type: 'string' },
    details: { type: 'boolean', default: false },
  },
});

const seeds = values.seed ? values.seed.split(',').map(Number) : drawn(Number(values.seeds));
say(`seeds ${seeds.join(', ')}; scale ${values.scale}; node ${process.version}`);
const runs = seeds.flatMap((seed) => measured(seed));
for (const [without, group] of Map.groupBy(runs, (r) => r.without)) {
  say(`\n${without === '' ? 'all sources' : `without ${without}`}`);
  say(table(group, (r) => String(r.seed), columns()));
}

function columns(): readonly Column<Run>[] {
  return [
    { title: 'recall', of: (r) => r.score.recall, digits: 3 },
    { title: 'precision', of: (r) => r.score.precision, digits: 3 },
    { title: 'accounts', of: (r) => r.score.accounts.found, digits: 0 },
    { title: 'of', of: (r) => r.score.accounts.wanted, digits: 0 },
    { title: 'hosts', of: (r) => r.score.hosts.found, digits: 0 },
    { title: 'of', of: (r) => r.score.hosts.wanted, digits: 0 },
    { title: 'wrong', of: (r) => r.score.accounts.wrong.length + r.score.hosts.wrong.length, digits: 0 },
    { title: 'first sign, days off', of: (r) => r.score.firstSignDays, digits: 1 },
    { title: 'perhaps', of: (r) => r.score.earlierDays, digits: 1 },
    { title: 'look-alikes', of: (r) => r.score.lookAlikes.length, digits: 0 },
    { title: 'their lines', of: (r) => r.score.innocentLines.length, digits: 0 },
    { title: 'other mixed in', of: (r) => r.score.apart?.mixed.length ?? null, digits: 0 },
    { title: 'other’s rank', of: (r) => r.score.apart?.own ?? null, digits: 0 },
    { title: 'intrusions', of: (r) => r.intrusions, digits: 0 },
    { title: 'seconds', of: (r) => r.seconds, digits: 0 },
  ];
}

function drawn(count: number): number[] {
  const out = new Set<number>();
  while (out.size < count) {
    const seed = randomInt(1000, 2 ** 31);
    if (!TUNING.includes(seed)) out.add(seed);
  }
  return [...out];
}

function measured(seed: number): Run[] {
  const folder = values.keep ? join(values.keep, String(seed)) : mkdtempSync(join(tmpdir(), 'czernin-measure-'));
  mkdirSync(folder, { recursive: true });
  try {
    czernin(['exercise', folder, '--seed', String(seed), '--scale', values.scale]);
    const truth = Truth.parse(JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')));
    const families = [...new Set(truth.files.map((f) => f.family))].sort();
    const removed = values.without === 'all' ? families : values.without.split(',').filter((f) => f !== '');
    const unknown = removed.filter((f) => !families.includes(f));
    if (unknown.length > 0) throw new Error(`no source ${unknown.join(', ')}; there are ${families.join(', ')}`);
    return ['', ...removed].map((without) => investigated(folder, truth, seed, without));
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

function investigated(folder: string, truth: Truth, seed: number, without: string): Run {
  const logs = without === '' ? join(folder, 'logs') : lessOf(folder, truth, without);
  const place = join(folder, `${without || 'all'}.case`);
  const started = performance.now();
  // dates people know, as they would give them: when it was noticed, and when the intruder was locked out
  const known = ['--detected', date(truth.decisions.detected), '--evicted', date(truth.decisions.evicted)];
  const networks = ['--networks', join(folder, 'networks.tsv')];
  czernin(['investigate', logs, '--case', place, ...networks, ...known, '--unsigned', '--json']);
  const seconds = (performance.now() - started) / 1000;
  const picture = pictureOf(JSON.parse(readFileSync(join(place, 'out/intrusions.json'), 'utf8')));
  const result = score(truth, picture, new Set(without ? [without] : []));
  const run = { seed, without, score: result, seconds, intrusions: picture.length };
  if (values.details) details(run);
  else
    say(`seed ${seed}${without && ` without ${without}`}: recall ${result.recall.toFixed(3)}, ${seconds.toFixed(0)} s`);
  if (!values.keep) rmSync(place, { recursive: true, force: true });
  return run;
}

/** The logs without those of one source, by links: nothing is copied. */
function lessOf(folder: string, truth: Truth, without: string): string {
  const logs = join(folder, `without-${without}`);
  const outer = new Set(truth.files.filter((f) => f.family !== without).map((f) => f.path.split('!')[0] as string));
  for (const path of outer) {
    const to = join(logs, path);
    mkdirSync(dirname(to), { recursive: true });
    linkSync(join(folder, path), to);
  }
  return logs;
}

function date(time: string): string {
  return time.slice(0, 10);
}

function details({ seed, without, score: s }: Run): void {
  say(
    `\nseed ${seed}${without ? ` without ${without}` : ''}: recall ${s.recall.toFixed(3)} precision ${s.precision.toFixed(3)}`,
  );
  say(`  missed: ${[...s.accounts.missed, ...s.hosts.missed].join(', ') || 'nobody'}`);
  say(`  wrongly blamed: ${[...s.accounts.wrong, ...s.hosts.wrong].join(', ') || 'nobody'}`);
  for (const l of s.lookAlikes) say(`  look-alike ${l.party}: ${l.blamed.join(', ')}`);
  if (s.apart)
    say(
      `  other intruder: mixed in ${s.apart.mixed.join(', ') || 'nothing'}; his own Intrusion at rank ${s.apart.own ?? 'none'}`,
    );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
