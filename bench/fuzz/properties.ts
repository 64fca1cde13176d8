/**
 * The property tests with seeds nobody chose. The test command draws one seed for all days (test/properties.ts), so
 * that chance judges no commit; chance looks for faults here, for as long as one gives it.
 *
 *   npm run fuzz:properties -- [--minutes 10] [--only PART-OF-A-PATH] [--seed N]      --seed: that one, once
 *
 * Prints each failing file once with seed, test and counterexample, then the counts; exits 1 when any failed.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { count } from '../../src/base/index.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    seed: { type: 'string' },
  },
});

const ROOT = join(import.meta.dirname, '../..');
const SEEDS = 2 ** 31;
/** What of a failed file's output says how to see it again. */
const TELLING = /seed:|Counterexample|✖ (?!failing)/;

const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: ROOT })
  .sort()
  .filter((file) => file.includes(values.only) && readFileSync(join(ROOT, file), 'utf8').includes("from 'fast-check'"));
if (files.length === 0) throw new Error(`no property test has ${values.only} in its path`);

const until = Date.now() + Number(values.minutes) * 60_000;
const failed = new Set<string>();
let runs = 0;
let rounds = 0;
do {
  const seed = values.seed ?? String(randomInt(SEEDS));
  for (const file of files) {
    if (failed.has(file)) continue;
    const run = spawnSync(process.execPath, ['--import', './test/properties.ts', '--test', file], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, CZERNIN_PROPERTY_SEED: seed },
    });
    runs++;
    if (run.status !== 0) {
      failed.add(file);
      const lines = run.stdout.split('\n').filter((line) => TELLING.test(line));
      process.stdout.write(`✖ ${file}\n  --only ${file} --seed ${seed}\n  ${lines.join('\n  ')}\n`);
    }
    if (values.seed === undefined && Date.now() > until) break;
  }
  rounds++;
} while (values.seed === undefined && Date.now() < until && failed.size < files.length);

process.stdout.write(
  `${count(runs)} runs of ${files.length} files with ${count(rounds)} seeds: ${failed.size} files failed\n`,
);
process.exitCode = failed.size > 0 ? 1 : 0;
