import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { count, duration, oneLine } from '../../../base/index.ts';
import { ROOT } from '../../program.ts';
import { type Command, EXIT, type Terminal, text, UsageError, type Values } from '../command.ts';
import { assess } from './assess.ts';
import { importKnowledge } from './intel.ts';
import { investigate } from './investigate.ts';

const SEED = 2022;
const DAY = 86_400_000;

/** What exercise/index.ts offers; loaded by path, since the worked example stands outside the house. */
interface Generator {
  writeExercise(
    folder: string,
    exercise: {
      readonly seed: number;
      readonly scale: number;
      readonly from?: number;
      readonly to?: number;
      readonly absentActor: boolean;
      readonly progress: (p: Progress) => void;
    },
  ): {
    readonly records: number;
    readonly notice: string;
    readonly truth: { readonly decisions: { readonly detected: string; readonly evicted: string } };
  };
}

interface Progress {
  readonly day: number;
  readonly span: { readonly from: number; readonly to: number };
  readonly records: number;
}

export const exercise: Command = {
  name: 'exercise',
  summary: 'make the worked example: an invented ministry’s logs with an intruder in them',
  args: 'DIR',
  options: {
    seed: { type: 'string', value: 'N', help: `another exercise for another number (default: ${SEED})` },
    scale: { type: 'string', value: 'S', help: 'so many times the routine; 1 is about 700,000 records (default: 1)' },
    from: { type: 'string', value: 'DATE', help: 'first day (default: 2022-01-01)' },
    to: { type: 'string', value: 'DATE', help: 'the day after the last (default: 2024-10-01)' },
    'absent-actor': { type: 'boolean', help: 'knowledge.yaml and indicators.csv say nothing of the one who did it' },
    investigate: { type: 'boolean', help: 'then investigate it in DIR/exercise.case' },
    json: { type: 'boolean', help: 'with --investigate: print the answer as JSON' },
  },
  help: `Writes DIR/logs, DIR/networks.tsv (which network an address belonged to), DIR/knowledge.yaml and DIR/indicators.csv (what
others know of the actors) and DIR/truth.json (what really happened: not for the investigator). The same seed, scale and span give the same bytes. Everything in it is invented.
An exercise that is in DIR already is replaced; any other folder is left alone.`,
  async run(values, positionals, terminal) {
    const folder = positionals[0];
    if (folder === undefined) throw new UsageError('name a folder to write to');
    const seed = Number(text(values, 'seed') ?? SEED);
    if (!Number.isSafeInteger(seed)) throw new UsageError('--seed takes a whole number');
    const scale = Number(text(values, 'scale') ?? 1);
    if (!(scale > 0 && scale <= 10_000)) throw new UsageError('--scale takes a number above 0, at most 10000');
    const [from, to] = [dayOption(values, 'from'), dayOption(values, 'to')];
    if (from !== undefined && to !== undefined && to <= from) throw new UsageError('--to lies after --from');
    makeRoom(folder);
    const { writeExercise } = (await import(pathToFileURL(generatorPath()).href)) as Generator;
    const started = Date.now();
    const progress = progressOf(terminal, started);
    const made = writeExercise(folder, {
      ...{ seed, scale, absentActor: values['absent-actor'] === true, progress: progress.show },
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    progress.end();
    if (values.json !== true) {
      terminal.out(
        `Invented exercise: ${count(made.records)} records of an invented ministry in ${oneLine(folder)}, seed ${seed}, ${duration(Date.now() - started)}\n`,
      );
    }
    if (values.investigate !== true) return EXIT.nothing;
    const { detected, evicted } = made.truth.decisions;
    const code = await investigate.run(
      {
        ...(values.json === true ? { json: true } : {}),
        ...{ unsigned: true, case: join(folder, 'exercise.case'), networks: join(folder, 'networks.tsv') },
        ...{ title: 'Exercise: Ministry of External Affairs of Valdorra', notice: made.notice },
        ...indicators(join(folder, 'indicators.csv')),
        // what the ministry itself decided and knows
        ...{ detected: detected.slice(0, 10), evicted: evicted.slice(0, 10) },
      },
      [join(folder, 'logs')],
      terminal,
    );
    if (code !== EXIT.found) return code;
    return whoWasIt(folder, values, terminal);
  },
};

/** What others know goes into the case, then who it was is weighed. */
async function whoWasIt(folder: string, values: Values, terminal: Terminal): Promise<number> {
  const at = { case: join(folder, 'exercise.case') };
  const quiet: Terminal = { ...terminal, out: () => {} };
  await importKnowledge.run(at, [join(folder, 'knowledge.yaml')], quiet);
  return assess.run({ ...at, victim: ['sector:government'] }, [], values.json === true ? quiet : terminal);
}

/** Swept for at once, where the program can. */
function indicators(file: string): Values {
  const option = investigate.options.indicators;
  return option === undefined ? {} : { indicators: option.multiple ? [file] : file };
}

function dayOption(values: Values, name: string): number | undefined {
  const said = text(values, name);
  if (said === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(said) ? Date.parse(`${said}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new UsageError(`--${name} takes a date: 2022-01-01`);
  return ms;
}

/** An exercise may be made anew where one was; nothing else is removed. */
function makeRoom(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  const truth = join(folder, 'truth.json');
  const ours = existsSync(truth) && readFileSync(truth, 'utf8').slice(0, 200).includes('"czernin-exercise-truth/');
  if (!ours) throw new UsageError(`${JSON.stringify(folder)} holds something else: name a new or empty folder`);
  rmSync(join(folder, 'logs'), { recursive: true, force: true });
}

function generatorPath(): string {
  const source = join(ROOT, 'exercise/index.ts');
  return existsSync(source) ? source : join(ROOT, 'dist/exercise/index.js');
}

const REDRAW_MS = 150;
const LOG_MS = 10_000;

/** Live on a terminal, a line every ten seconds elsewhere. The rate is of this run, the time left by the days left. */
function progressOf(terminal: Terminal, started: number): { show(p: Progress): void; end(): void } {
  let drawn = started;
  let dirty = false;
  return {
    show({ day, span, records }) {
      const now = Date.now();
      if (now - drawn < (terminal.interactive ? REDRAW_MS : LOG_MS)) return;
      drawn = now;
      const elapsed = now - started;
      const done = (day + DAY - span.from) / (span.to - span.from);
      const line = [
        `writing ${new Date(day).toISOString().slice(0, 10)}`,
        `${count(records)} records`,
        `${count(Math.round((records / elapsed) * 1000))}/s`,
        `${duration((elapsed / done) * (1 - done))} left`,
      ].join(' · ');
      terminal.err(
        terminal.interactive ? `\r\x1b[2K${oneLine(line, Math.max(20, terminal.columns - 1))}` : `${line}\n`,
      );
      dirty = terminal.interactive;
    },
    end() {
      if (dirty) terminal.err('\r\x1b[2K');
    },
  };
}
