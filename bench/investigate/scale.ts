/**
 * The whole of `investigate` (hash, read, match, lake, answer) against the physical limit: hashing the same bytes with
 * sha256sum in the same run. Evidence is made by repetition: copies of real EVTX files that differ in bytes of the file
 * header no reader looks at (128 to 4096), so that every copy is evidence of its own with the same events.
 *
 *   node bench/investigate/scale.ts --from DIR --rules DIR [--gb 4] [--jobs 2] [--keep DIR]
 *
 * Prints seconds and processor time, both ratios, events a second, and the peak memory of the whole process tree (sum of proportional set sizes,
 * so that pages shared by the processes count once; and of the largest single process).
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    rules: { type: 'string', multiple: true, default: [] },
    gb: { type: 'string', default: '4' },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'string' },
  },
});
if (!values.from) throw new Error('name a folder of EVTX files with --from');
const work = values.keep ?? mkdtempSync(join(tmpdir(), 'czernin-scale-'));
const evidence = join(work, 'evidence');
const bytes = makeEvidence(evidence, values.from, Number(values.gb) * 1e9);
say(`evidence: ${readdirSync(evidence).length} files, ${(bytes / 1e9).toFixed(2)} GB`);

const hash = timed('sha256sum', ['-b', ...readdirSync(evidence).map((f) => join(evidence, f))]);
say(`sha256sum: ${hash.toFixed(1)} s, ${(bytes / 1e6 / hash).toFixed(0)} MB/s`);

const hashed = childSeconds();
const run = await investigated();
const worked = childSeconds() - hashed;
say(
  `investigate: ${run.seconds.toFixed(1)} s, ${(bytes / 1e6 / run.seconds).toFixed(0)} MB/s, ${Math.round(run.events / run.seconds)} events/s`,
);
say(`ratio investigate / sha256sum: ${(run.seconds / hash).toFixed(1)}`);
say(`processor time: ${worked.toFixed(1)} s for ${hashed.toFixed(1)} s, ratio ${(worked / hashed).toFixed(1)}`);
say(
  `peak memory of the tree: ${(run.peakTree / 1024).toFixed(0)} MB; largest process: ${(run.peakOne / 1024).toFixed(0)} MB`,
);
say(`events ${run.events}, findings ${run.findings}`);
if (!values.keep) rmSync(work, { recursive: true });

function makeEvidence(to: string, from: string, wanted: number): number {
  mkdirSync(to, { recursive: true });
  const sources = readdirSync(from, { recursive: true })
    .map((f) => join(from, String(f)))
    .filter((f) => f.endsWith('.evtx') && statSync(f).size > 1_000_000);
  let total = 0;
  for (let round = 0; total < wanted; round++) {
    for (const [i, file] of sources.entries()) {
      if (total >= wanted) break;
      const copy = readFileSync(file);
      copy.writeUInt32LE(round + 1, 1024);
      writeFileSync(join(to, `${String(round).padStart(5, '0')}-${i}.evtx`), copy);
      total += copy.length;
    }
  }
  return total;
}

function timed(command: string, args: string[]): number {
  const started = performance.now();
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`${command} failed`);
  return (performance.now() - started) / 1000;
}

async function investigated(): Promise<{
  seconds: number;
  events: number;
  findings: number;
  peakTree: number;
  peakOne: number;
}> {
  const started = performance.now();
  const rules = (values.rules as string[]).flatMap((r) => ['--rules', r]);
  const args = [
    join(import.meta.dirname, '../../czernin'),
    'investigate',
    evidence,
    ...rules,
    '--case',
    join(work, 'scale.case'),
    '--jobs',
    values.jobs as string,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakTree = 0;
  let peakOne = 0;
  const timer = setInterval(() => {
    const sizes = tree(child.pid as number).map(proportionalKb);
    peakTree = Math.max(
      peakTree,
      sizes.reduce((a, b) => a + b, 0),
    );
    peakOne = Math.max(peakOne, ...sizes);
  }, 250);
  await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  const summary = JSON.parse(readFileSync(join(work, 'scale.case/out/summary.json'), 'utf8')) as {
    counts: { events: number; findings: number };
  };
  return { seconds, ...summary.counts, peakTree, peakOne };
}

/** Processor time of all that was started here and has ended, with what it started: other work on the machine counts little. */
function childSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** A process and all below it, by /proc. */
function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // it ended while we looked
    }
  }
  const out: number[] = [];
  const walk = (pid: number): void => {
    out.push(pid);
    for (const child of children.get(pid) ?? []) walk(child);
  };
  walk(root);
  return out;
}

function proportionalKb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
