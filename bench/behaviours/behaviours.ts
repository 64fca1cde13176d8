/**
 * How long each behaviour takes, by the clock and of the processor, and how much memory the process needs, over the lake
 * of a case that was investigated.
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
const times = new Map<string, readonly [number, number]>();
const began = performance.now();
const cpu = process.cpuUsage();
let before = { at: began, cpu };
/** Since the lap before: by the clock, and of the processor. */
const lap = (): readonly [wall: number, cpu: number] => {
  const { user, system } = process.cpuUsage(before.cpu);
  const wall = performance.now() - before.at;
  before = { at: performance.now(), cpu: process.cpuUsage() };
  return [wall, (user + system) / 1000];
};
/** The lake is open; its views are laid down. */
const stages: (readonly [number, number])[] = [];
const outcome = await runBehaviours(set, {
  open: (streams) =>
    openBehaviourLake(lake, streams, {
      spill: join(caseFolder, 'spill-bench'),
      memoryMegabytes: Number(values.memory),
    }),
  facts: { coverage: () => [], gaps: () => [], settings: new Map() },
  progress: (done) => {
    if (done === 0) stages.push(lap());
  },
  signal: new AbortController().signal,
  timed: (id) => times.set(id, lap()),
});
const whole = performance.now() - began;
clearInterval(watch);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2).padStart(8)} s`;
const both = ([wall, cpu]: readonly [number, number] = [0, 0]): string => `${seconds(wall)} ${seconds(cpu)}`;
say(' by clock  processor');
say(`${both(stages[0])}  opening the lake`);
say(`${both(stages[1])}  laying down views`);
for (const fate of outcome.fates) {
  say(`${both(times.get(fate.id))}  ${fate.id.padEnd(28)} ${fate.fate} ${fate.findings} ${fate.reason ?? ''}`);
}
const { user, system } = process.cpuUsage(cpu);
say(
  `${both([whole, (user + system) / 1000])}  altogether; ${Math.round(peak / 1e6)} MB at most (resident, this process; the engine was given ${values.memory} MB)`,
);
