import { type Background, background } from './background/index.ts';
import { DAY, days } from './calendar.ts';
import type { Kept, Plot, PlotMaker, Span, Telling, World } from './contract.ts';
import type { JsonRecord, WindowsEvent } from './logs/encoder.ts';
import { openLog } from './logs/files.ts';
import type { Log } from './logs/log.ts';
import type { Output } from './logs/output.ts';
import { makeVerbs, Stage } from './verbs/index.ts';
import { type Ministry, makeMinistry, NOTICE, networksTable } from './world/index.ts';

export interface ExerciseOptions {
  readonly seed: number;
  readonly scale: number;
  readonly span: Span;
  readonly plots: readonly PlotMaker[];
  /** made when the world and its plots are there */
  readonly telling: (world: World) => Telling;
  /** after every day */
  readonly progress?: (p: Progress) => void;
}

export interface Progress {
  readonly day: number;
  readonly span: Span;
  readonly records: number;
}

/**
 * Writes the exercise's logs: day by day, so that memory grows neither with the span nor with what was written. Routine
 * and plots take their ids from streams of their own: more routine changes nothing that a plot says.
 */
export function generate(options: ExerciseOptions, output: Output): { records: number; world: World } {
  const { seed, scale, span } = options;
  const ministry = makeMinistry({ seed, scale, span });
  const { world } = ministry;
  const plots = options.plots.map((make) => make(world));
  const telling = options.telling(world);
  const { all, logs } = openLogs(ministry, plots, output, telling);
  const routine: Background = background(ministry, plots);
  const verbs = {
    routine: makeVerbs(new Stage(world, logs, telling, world.random('ids of routine'))),
    plots: plots.map((plot) => makeVerbs(new Stage(world, logs, telling, world.random(`ids of ${plot.name}`)))),
  };
  const sheet = output.open('README.md');
  sheet.write(Buffer.from(readme(seed)));
  sheet.close();
  const table = output.open('networks.tsv');
  table.write(Buffer.from(networksTable(world.networks, span.to)));
  table.close();
  for (const day of days(span.from, span.to)) {
    routine.day(day, verbs.routine);
    for (const [i, plot] of plots.entries()) plot.day(day, verbs.plots[i]!);
    let records = 0;
    for (const log of all) {
      log.flush(day + DAY);
      records += log.records;
    }
    options.progress?.({ day, span, records });
  }
  for (const log of all) log.close();
  return { records: all.reduce((n, log) => n + log.records, 0), world };
}

function openLogs(ministry: Ministry, plots: readonly Plot[], output: Output, telling: Telling) {
  const { world } = ministry;
  const known = new Set(world.kept.map((k) => k.host));
  const besides = new Set(plots.flatMap((p) => p.collect ?? []).filter((host) => !known.has(host.name)));
  const kept: Kept[] = [...world.kept, ...[...besides].flatMap((host) => ministry.keepDesk(host))];
  const hosts = new Map(world.hosts.map((h) => [h.name, h]));
  const ground = {
    ...{ output, telling, host: (name: string) => hosts.get(name) },
    silences: [...ministry.accidents, ...plots.flatMap((p) => p.silences ?? [])],
    firstId: (log: string) => world.random(`first of ${log}`).int(1000, 4_000_000),
  };
  const text = new Map<string, Log<string>>();
  const windows = new Map<string, Log<WindowsEvent>>();
  const json = new Map<string, Log<JsonRecord>>();
  for (const k of kept) {
    const opened = openLog(k, ground);
    if (opened.kind === 'text') text.set(k.log, opened.log);
    else if (opened.kind === 'windows') windows.set(k.log, opened.log);
    else json.set(k.log, opened.log);
  }
  const all: readonly Pick<Log<never>, 'flush' | 'close' | 'records'>[] = [
    ...text.values(),
    ...windows.values(),
    ...json.values(),
  ];
  return { all, logs: { text, windows, json } };
}

/** The sheet that lies on top of the collected disk. */
function readme(seed: number): string {
  return `# Logs of the Ministry of External Affairs of Valdorra

${NOTICE}

Names end in .example (RFC 2606). Public addresses are those set aside for benchmarks and documentation (RFC 2544,
RFC 5737); countries have codes that ISO 3166 leaves to users. Made with seed ${seed}; the same seed gives the same bytes.

\`logs/\` is what was collected, a folder a machine or service. \`networks.tsv\` is the table of networks an analyst would
bring along; \`knowledge.yaml\` and \`indicators.csv\` are what others know of the actors and handed over late. \`truth.json\` says what really happened: do not look before you have an answer of your own.
`;
}
