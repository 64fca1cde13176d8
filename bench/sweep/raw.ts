/**
 * A hundred thousand indicators asked of an exercise twice in one run: swept over the lake of its case, and with
 * `grep -F -f` over the raw logs (what is packed through zcat). EVTX has no text, so grep sees less than the lake.
 * npm run bench:sweep:raw -- EXERCISE CASE
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD_FORMS, readKeys, readLists, sweep } from '../../src/app/sweep/index.ts';
import { openValueIndex } from '../../src/platform/sweep/index.ts';

const [exercise, caseFolder] = process.argv.slice(2);
if (exercise === undefined || caseFolder === undefined)
  throw new Error('name the folders of an exercise and of its case');
const say = (line: string) => process.stdout.write(`${line}\n`);
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
interface Begun {
  readonly wall: number;
  readonly cpu: NodeJS.CpuUsage;
}
const begin = (): Begun => ({ wall: performance.now(), cpu: process.cpuUsage() });
const spent = ({ wall, cpu }: Begun): string => {
  const { user, system } = process.cpuUsage(cpu);
  return `${((performance.now() - wall) / 1000).toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s)`;
};

/** What the exercise gives as known indicators and the addresses its parties used, among others that are nowhere. */
function indicatorList(count: number): string[] {
  const known = readFileSync(join(exercise!, 'indicators.csv'), 'utf8')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.split(',')[1] ?? '')
    .filter((value) => /[.:]|^[0-9a-f]{32,64}$/i.test(value));
  const { parties } = JSON.parse(readFileSync(join(exercise!, 'truth.json'), 'utf8')) as {
    parties: { addresses: string[] }[];
  };
  const list = new Set([...known, ...parties.flatMap((party) => party.addresses).slice(0, 100)]);
  for (let i = 0; list.size < count; i++) {
    const kind = i % 100;
    if (kind < 60) list.add(`203.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`);
    else if (kind < 90) list.add(`bad${i}.invalid.example`);
    else if (kind < 99) list.add(`http://bad${i}.invalid.example/gate/${i}`);
    else list.add(i.toString(16).padStart(64, 'e'));
  }
  return [...list];
}

const list = indicatorList(100_000);
const scratch = mkdtempSync(join(caseFolder, 'bench-sweep-'));
try {
  let from = begin();
  const { indicators } = readLists([{ name: 'list', text: list.join('\n') }]);
  say(`list read: ${spent(from)}, ${indicators.length} indicators`);
  for (const round of ['first', 'again', 'again']) {
    from = begin();
    const index = await openValueIndex(join(caseFolder, 'lake'), join(scratch, 'values.duckdb'), FIELD_FORMS, readKeys);
    await index.refresh(() => {});
    const bytes = statSync(join(scratch, 'values.duckdb')).size;
    say(
      `index ${round === 'first' ? 'made' : 'looked over'}: ${spent(from)}, ${megabytes(bytes)}, ${await index.size()} entries`,
    );
    from = begin();
    const { answer } = await sweep(
      { indicators, faults: {}, notices: {}, program: 'bench' },
      { index, progress: () => {} },
    );
    const events = answer.hits.reduce((n, hit) => n + hit.events, 0);
    say(`sweep (${round}): ${spent(from)}: ${answer.hits.length} indicators met in ${events} events`);
    await index.close();
  }
  say(`memory at most: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);

  const files = readdirSync(join(exercise, 'logs'), { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const text = files.filter((file) => !file.endsWith('.evtx'));
  const size = (of: readonly string[]) => megabytes(of.reduce((n, file) => n + statSync(file).size, 0));
  writeFileSync(join(scratch, 'list.txt'), list.map((value) => `${value}\n`).join(''));
  writeFileSync(join(scratch, 'files.txt'), text.map((file) => `${file}\0`).join(''));
  const script = `TIMEFORMAT='%R s (processor %U s + %S s)'; time (xargs -0 zcat -f < ${join(scratch, 'files.txt')} | LC_ALL=C grep -a -F -c -f ${join(scratch, 'list.txt')})`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  say(
    `zcat | grep -F -f over ${size(text)} in ${text.length} files as they lie: ${stderr.trim()}, ${stdout.trim()} lines; ` +
      `not asked: ${size(files.filter((file) => file.endsWith('.evtx')))} of EVTX, which has no text`,
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
