/**
 * How long each behaviour takes and how much memory the process needs, over the lake of a case that was investigated.
 * npm run bench:behaviours -- CASE [--networks FILE] [--memory MB] [--only ID,ID]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { behaviourSet, runBehaviours } from '../../src/app/behaviours/index.ts';
import { openBehaviourLake, query } from '../../src/platform/lake/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { networks: { type: 'string' }, memory: { type: 'string', default: '1024' }, only: { type: 'string' } },
});
const [caseFolder] = positionals;
if (caseFolder === undefined) throw new Error('name the folder of a case');
const lake = join(caseFolder, 'lake');
const only = values.only?.split(',');
const files = readPack(join(import.meta.dirname, '../../content/behaviours'), /\.sql$/).filter(
  ({ path }) => only === undefined || path.startsWith('views/') || only.includes(path.replace('.sql', '')),
);
const set = behaviourSet({
  files,
  networks: values.networks === undefined ? undefined : readFileSync(values.networks),
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

let events = 0;
const counted = await query(lake, 'SELECT count(*) FROM events');
for await (const [row] of counted.rows) events = Number(row?.[0]);
say(`${events.toLocaleString('en-US')} events, ${set.behaviours.length} behaviours`);

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50);
const times = new Map<string, number>();
const began = performance.now();
const cpu = process.cpuUsage();
let first = 0;
const outcome = await runBehaviours(set, {
  open: (streams) =>
    openBehaviourLake(lake, streams, {
      spill: join(caseFolder, 'spill-bench'),
      memoryMegabytes: Number(values.memory),
    }),
  facts: { coverage: () => [], gaps: () => [], settings: new Map() },
  progress: (done) => {
    if (done === 0) first = performance.now();
  },
  signal: new AbortController().signal,
  timed: (id, ms) => times.set(id, ms),
});
const whole = performance.now() - began;
clearInterval(watch);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(8)} s`;
let sum = 0;
for (const ms of times.values()) sum += ms;
say(
  `${seconds(whole - sum)}  opening the lake, laying down views (first behaviour after ${((first - began) / 1000).toFixed(2)} s)`,
);
for (const fate of outcome.fates) {
  say(`${seconds(times.get(fate.id) ?? 0)}  ${fate.id.padEnd(28)} ${fate.fate} ${fate.findings} ${fate.reason ?? ''}`);
}
const { user, system } = process.cpuUsage(cpu);
say(`${seconds((user + system) / 1000)}  of processor time`);
say(
  `${seconds(whole)}  altogether; ${Math.round(peak / 1e6)} MB at most (resident, this process; the engine was given ${values.memory} MB)`,
);
