/**
 * A long-running fuzzer over all readers and the rule parser: real files hurt at random, the laws of the readers'
 * contract checked on each (check.ts), time and memory watched from outside.
 *
 *   npm run fuzz -- --minutes 10 [--data DIR] [--rules DIR …] [--seed N] [--only FORMAT] [--out DIR]
 *   npm run fuzz -- --seed N --round N …      the same input once more, written to --out as well
 *
 * Without --data the tests' invented samples are mutated. A failure prints seed and round; the process then exits 1.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { byteSize, count } from '../../src/base/index.ts';
import { loadCorpus } from './corpus.ts';
import type { Order, Told } from './worker.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    data: { type: 'string' },
    rules: { type: 'string', multiple: true, default: [join(import.meta.dirname, '../../content/rules')] },
    seed: { type: 'string', default: '1' },
    round: { type: 'string' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: join(tmpdir(), 'czernin-fuzz') },
  },
});

/** Silence of the thread over one input of at most a few hundred KB. */
const HANG_MS = 30_000;
/** An input that takes longer is slow enough to be named; a machine with others on it needs some room. */
const SLOW_MS = 3_000;
/** V8 heap of the thread, which also holds the corpus. */
const HEAP_MB = 512;
const MAX_FAILURES = 25;

interface Standing {
  inputs: number;
  bytes: number;
  out: number;
  ms: number;
  slowest: number;
}

const seed = Number(values.seed);
const corpus = await loadCorpus(values.data, values.rules);
for (const [format, files] of [...corpus].sort()) {
  say(`${format}: ${files.length} files, ${byteSize(files.reduce((n, f) => n + f.length, 0))}`);
}
const byFormat = new Map<string, Standing>();
const failures = new Map<string, number>();
const ends = performance.now() + Number(values.minutes) * 60_000;
const single = values.round !== undefined;
let next = Number(values.round ?? 0);
let mostResident = 0;
do {
  const { round, why } = await episode(next);
  if (why !== '') fail(round, '', why);
  next = round + 1;
} while (!single && performance.now() < ends && failures.size < MAX_FAILURES);
report();
process.exitCode = failures.size > 0 ? 1 : 0;

/** Runs a thread until the time is up or it comes to a bad end; the round it was in, and why it ended. */
function episode(from: number): Promise<{ round: number; why: string }> {
  const round = new Int32Array(new SharedArrayBuffer(4));
  round[0] = from;
  const order: Order = { corpus, seed, from, only: values.only, single, round };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let heard = performance.now();
  return new Promise((resolve) => {
    const end = (why: string) => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve({ round: Atomics.load(round, 0), why }));
    };
    const timer = setInterval(() => {
      mostResident = Math.max(mostResident, process.memoryUsage.rss());
      if (performance.now() - heard > HANG_MS) end(`HANG: nothing for ${HANG_MS} ms`);
      else if (!single && performance.now() > ends) end('');
    }, 500);
    worker.on('message', (told: Told) => {
      heard = performance.now();
      take(told);
    });
    worker.on('error', (error: Error) => end(`DIED: ${error.stack ?? error.message}`));
    worker.on('exit', () => end(''));
  });
}

function take(told: Told): void {
  if (told.kind === 'input') {
    mkdirSync(values.out, { recursive: true });
    const path = join(values.out, `${seed}-${next}.${told.format}`);
    writeFileSync(path, told.bytes);
    say(`input of ${told.bytes.length} bytes: ${path}`);
  } else if (told.kind === 'failed') fail(told.round, told.format, told.error);
  else {
    const sum = byFormat.get(told.format) ?? { inputs: 0, bytes: 0, out: 0, ms: 0, slowest: 0 };
    byFormat.set(told.format, sum);
    sum.inputs++;
    sum.bytes += told.bytes;
    sum.out += told.out;
    sum.ms += told.ms;
    if (told.ms > SLOW_MS) say(`SLOW ${told.format}: ${told.ms.toFixed(0)} ms for ${byteSize(told.bytes)}`);
    sum.slowest = Math.max(sum.slowest, told.ms);
  }
}

/** One failure of a kind in full, further ones counted: the kind is the error's first two lines without its numbers. */
function fail(round: number, format: string, error: string): void {
  const kind = `${format} ${error.split('\n').slice(0, 4).join(' ').replaceAll(/\d+/g, 'N').slice(0, 300)}`;
  const before = failures.get(kind) ?? 0;
  failures.set(kind, before + 1);
  if (before > 0) return;
  say(`FAILED ${format}, again with: --seed ${seed} --round ${round}\n${error.split('\n').slice(0, 8).join('\n')}`);
}

function report(): void {
  say('\n| format | inputs | MB | events or rules | ms an input | slowest, ms |\n|---|---|---|---|---|---|');
  for (const [format, s] of [...byFormat].sort()) {
    const cells = [count(s.inputs), (s.bytes / 1e6).toFixed(1), count(s.out), (s.ms / s.inputs).toFixed(1)];
    say(`| ${format} | ${cells.join(' | ')} | ${s.slowest.toFixed(0)} |`);
  }
  say(`\nrounds ${count(next)}, largest resident memory ${byteSize(mostResident)} (with the corpus)`);
  for (const [kind, n] of failures) say(`${count(n)} × ${kind}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
