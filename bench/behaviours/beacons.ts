/**
 * Calls home, found two ways: RITA's beacon score over the raw Zeek logs (rita.ts), and the behaviour `calls-home` over
 * the lake of a case made of the same evidence. Prints the time of each, and of the truth's beacons what each finds and
 * how many others it puts beside them.
 * npm run bench:behaviours:beacons -- EXERCISE [--case CASE] [--memory MB]
 */
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import { behaviourSet, runBehaviours } from '../../src/app/behaviours/index.ts';
import { openBehaviourLake } from '../../src/platform/lake/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { beaconScore } from './rita.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { case: { type: 'string' }, memory: { type: 'string', default: '1024' } },
});
const [exercise] = positionals;
if (exercise === undefined) throw new Error('name the folder of an exercise');
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const DAY = 86_400;
/** RITA's own bounds of a medium and of a high score */
const MEDIUM = 0.75;
const HIGH = 0.9;
const INSIDE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.|169\.254\.|f[cde])/;

interface Truth {
  readonly deeds: readonly { readonly party: string; readonly phase: string }[];
  readonly planted: readonly { readonly deed: number; readonly file: string; readonly record: number }[];
}

/** One machine and one address or name outside, as RITA takes them apart. */
interface Pair {
  readonly key: string;
  readonly times: number[];
  readonly bytes: number[];
  party: string | null;
}

/** Calls home of the truth: file and line → who. */
function plantedCalls(truth: Truth): Map<string, Map<number, string>> {
  const out = new Map<string, Map<number, string>>();
  for (const { deed, file, record } of truth.planted) {
    const { party, phase } = truth.deeds[deed]!;
    if (phase !== 'command-and-control') continue;
    const lines = out.get(file) ?? new Map<number, string>();
    out.set(file, lines.set(record, party));
  }
  return out;
}

class Pairs {
  readonly all = new Map<string, Pair>();
  from = Number.POSITIVE_INFINITY;
  to = 0;
  records = 0;
  readonly #planted = plantedCalls(JSON.parse(readFileSync(join(exercise!, 'truth.json'), 'utf8')) as Truth);

  add(source: string, place: string, time: number, bytes: number, party: string | undefined): void {
    this.from = Math.min(this.from, time);
    this.to = Math.max(this.to, time);
    const key = `${source} ${place}`;
    const pair = this.all.get(key) ?? { key, times: [], bytes: [], party: null };
    this.all.set(key, pair);
    pair.times.push(time);
    pair.bytes.push(bytes);
    pair.party ??= party ?? null;
  }

  /** Each record of a Zeek log, with who of the truth wrote it. */
  async read(path: string, see: (column: (name: string) => string, party: string | undefined) => void): Promise<void> {
    const planted = this.#planted.get(`${relative(exercise!, path)}!${path.slice(path.lastIndexOf('/') + 1, -3)}`);
    const columns = new Map<string, number>();
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
      line++;
      if (text.startsWith('#fields')) for (const [i, name] of text.split('\t').entries()) columns.set(name, i - 1);
      if (text.startsWith('#')) continue;
      this.records++;
      const cells = text.split('\t');
      see((name) => cells[columns.get(name) ?? -1] ?? '-', planted?.get(line));
    }
  }
}

/**
 * Pairs of addresses from conn.log; pairs of address and name from http.log and ssl.log, with the bytes of the
 * connection of the same uid. Only from inside to outside; a request through a proxy is its client's.
 */
async function readPairs(): Promise<Pairs> {
  const pairs = new Pairs();
  const logs = readdirSync(exercise!, { recursive: true, encoding: 'utf8' }).sort();
  for (const path of logs.filter((name) => /(^|\/)conn\.log\.gz$/.test(name))) {
    const folder = join(exercise!, path, '..');
    const sent = new Map<string, number>();
    await pairs.read(join(folder, 'conn.log.gz'), (column, party) => {
      const bytes = Number(column('orig_ip_bytes')) || 0;
      if (column('service') !== '-') sent.set(column('uid'), bytes);
      const [source, place] = [column('id.orig_h'), column('id.resp_h')];
      if (INSIDE.test(source) && !INSIDE.test(place))
        pairs.add(source, place, Math.floor(Number(column('ts'))), bytes, party);
    });
    for (const [log, named] of [
      ['http.log.gz', 'host'],
      ['ssl.log.gz', 'server_name'],
    ] as const) {
      await pairs.read(join(folder, log), (column, party) => {
        const [source, place, name] = [column('id.orig_h'), column('id.resp_h'), column(named)];
        const outside = !INSIDE.test(place) || column('method') === 'CONNECT';
        if (INSIDE.test(source) && outside && name !== '-')
          pairs.add(source, name, Math.floor(Number(column('ts'))), sent.get(column('uid')) ?? 0, party);
      });
    }
  }
  return pairs;
}

interface Scored {
  readonly pair: Pair;
  /** the whole span as one window */
  readonly whole: number;
  /** RITA is run day by day: the best day, and days of a medium score and more */
  readonly best: number;
  readonly days: number;
}

function scorePair(pair: Pair, from: number, to: number): Scored {
  const order = pair.times.map((_, i) => i).sort((a, b) => pair.times[a]! - pair.times[b]!);
  const times = order.map((i) => pair.times[i]!);
  const bytes = order.map((i) => pair.bytes[i]!);
  let best = 0;
  let days = 0;
  for (let at = 0; at < times.length; ) {
    const day = Math.floor(times[at]! / DAY);
    let end = at;
    while (end < times.length && times[end]! < (day + 1) * DAY) end++;
    const score = beaconScore(times.slice(at, end), bytes.slice(at, end), day * DAY, (day + 1) * DAY)?.score ?? 0;
    best = Math.max(best, score);
    if (score >= MEDIUM) days++;
    at = end;
  }
  return { pair, whole: beaconScore(times, bytes, from, to)?.score ?? 0, best, days };
}

async function peer(): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const pairs = await readPairs();
  const read = performance.now() - began;
  const scored = [...pairs.all.values()].map((pair) => scorePair(pair, pairs.from, pairs.to));
  const spent = process.cpuUsage(cpu);
  const days = (pairs.to - pairs.from) / DAY;
  say(
    `RITA's score over ${pairs.records.toLocaleString('en-US')} raw records, ${pairs.all.size.toLocaleString('en-US')} pairs, ${days.toFixed(0)} days: ` +
      `${seconds(performance.now() - began)} (reading ${seconds(read)}, processor ${seconds((spent.user + spent.system) / 1000)}), ` +
      `${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`,
  );
  const innocent = scored.filter(({ pair }) => pair.party === null);
  for (const [what, of] of [
    ['day by day, best day', (s: Scored) => s.best],
    ['the whole span at once', (s: Scored) => s.whole],
  ] as const) {
    say(
      `  ${what}: ${innocent.filter((s) => of(s) >= MEDIUM).length} other pairs at ${MEDIUM} and more, ${innocent.filter((s) => of(s) >= HIGH).length} at ${HIGH}`,
    );
  }
  say(`  other pairs at ${MEDIUM} and more on a day: ${(innocent.reduce((n, s) => n + s.days, 0) / days).toFixed(1)}`);
  for (const it of scored.filter(({ pair }) => pair.party !== null && pair.times.length > 20)) {
    const above = (of: (s: Scored) => number) => innocent.filter((s) => of(s) >= of(it)).length;
    say(
      `  ${it.pair.party} ${it.pair.key} (${it.pair.times.length}): best day ${it.best.toFixed(2)} (${above((s) => s.best)} others as high), ` +
        `${it.days} days at ${MEDIUM} (${above((s) => s.days)} others as often), whole span ${it.whole.toFixed(2)} (${above((s) => s.whole)} others as high)`,
    );
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

async function ours(folder: string): Promise<void> {
  const files = readPack(join(import.meta.dirname, '../../content/behaviours'), /\.sql$/).filter(
    ({ path }) => path.startsWith('views/') || path === 'calls-home.sql',
  );
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const { findings } = await runBehaviours(behaviourSet({ files, networks: undefined }), {
    open: (streams) =>
      openBehaviourLake(join(folder, 'lake'), streams, {
        spill: join(folder, 'spill-beacons'),
        memoryMegabytes: Number(values.memory),
      }),
    facts: { coverage: () => [], gaps: () => [], settings: new Map() },
    progress: () => {},
    signal: new AbortController().signal,
  });
  const spent = process.cpuUsage(cpu);
  say(
    `calls-home over the lake: ${seconds(performance.now() - began)} (processor ${seconds((spent.user + spent.system) / 1000)}), ${findings.length} findings`,
  );
  const ranked = [...findings].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  for (const { score, why } of ranked) say(`  ${(score ?? 0).toFixed(2)} ${why.slice(0, 150)}`);
}

await peer();
if (values.case !== undefined) await ours(values.case);
