/**
 * The law of the matcher on everything real there is: the fast matcher fires exactly when the slow twin does, over all
 * files below a folder (archives unpacked), through every reader that claims one of them.
 *
 *   npm run bench:twin -- --data DIR --rules DIR [--rules DIR …] [--whole 2000] [--every 1] [--only TEXT]
 *
 * The twin takes milliseconds an event. --whole N: it judges the first N events of a file in full, --every K: and every
 * K-th after them; of the others only what fired is checked. Exit code 1 for any difference.
 */
import { parseArgs } from 'node:util';
import { chooseReader } from '../../src/app/reading/index.ts';
import { count, duration, memorySource } from '../../src/base/index.ts';
import { compileMatcher } from '../../src/hunt/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { type EventRule, loadRules } from '../../src/rules/index.ts';
import { Comparison, emptyTally, type Tally } from './compare.ts';
import { materialBelow } from './material.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    rules: { type: 'string', multiple: true, default: [] },
    whole: { type: 'string', default: 'Infinity' },
    every: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
if (!values.data || values.rules.length === 0) throw new Error('name --data and at least one --rules folder');
const firstWhole = Number(values.whole);
const every = Number(values.every);

const started = performance.now();
const loaded = loadRules(values.rules.flatMap((r) => readPack(r)));
const rules = loaded.rules.filter((r): r is EventRule => r.$ === 'event');
const matcher = compileMatcher(rules);
const comparison = new Comparison(rules, matcher);
say(
  `${count(rules.length)} event rules, ${count(loaded.refusals.length)} refused by the loader, ${matcher.refusals.length} by the matcher`,
);

const perReader = new Map<string, Tally & { files: number; bytes: number }>();
let unread = 0;
let shown = 0;
const notOpened: string[] = [];
const onFault = (name: string, code: string) => void notOpened.push(`${name}: ${code}`);
for await (const { name, bytes } of materialBelow(values.data, { onFault })) {
  if (!name.includes(values.only)) continue;
  const source = memorySource(bytes);
  const reader = chooseReader(source);
  if (reader === undefined) {
    unread++;
    continue;
  }
  const tally = emptyTally();
  reader.read(
    source,
    {
      event(event) {
        const n = tally.events;
        comparison.event(event, n < firstWhole || n % every === 0, tally, (d) => {
          if (shown++ < 50)
            say(`DIFFERENCE ${name}@${d.offset}: ${d.rule} ${d.title}: fast ${d.fast}, twin ${!d.fast}`);
        });
      },
      fault: () => {},
      progress: () => {},
    },
    { assumedZoneMinutes: 0, referenceMs: Date.UTC(2024, 0, 1) },
  );
  const sum = perReader.get(reader.format) ?? { ...emptyTally(), files: 0, bytes: 0 };
  perReader.set(reader.format, sum);
  sum.files++;
  sum.bytes += bytes.length;
  for (const key of Object.keys(tally) as (keyof Tally)[]) sum[key] += tally[key];
  if (bytes.length > 5e6) say(`${duration(performance.now() - started)}  ${name}: ${count(tally.events)} events`);
}

say(
  '\n| reader | files | MB | events | compared in full | rule × event | distinct events | evaluations | matches | differences |',
);
say('|---|---|---|---|---|---|---|---|---|---|');
const all = { ...emptyTally(), files: 0, bytes: 0 };
for (const [format, t] of [...perReader].sort()) {
  row(format, t);
  for (const key of Object.keys(all) as (keyof typeof all)[]) all[key] += t[key];
}
row('all', all);
say(`\n${count(unread)} files no reader knows, ${notOpened.length} archives or members not opened`);
say(`${duration(performance.now() - started)}`);
if (all.differences > 0) process.exitCode = 1;

function row(name: string, t: typeof all): void {
  const cells = [
    t.files,
    Math.round(t.bytes / 1e6),
    t.events,
    t.whole,
    t.comparisons,
    t.distinct,
    t.evaluations,
    t.matches,
  ];
  say(`| ${name} | ${[...cells, t.differences].map(count).join(' | ')} |`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
