import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { behaviourSet } from '../../../app/behaviours/index.ts';
import { intake, sizeOf } from '../../../app/intake/index.ts';
import { investigate as journey, type Outcome, prepareRules, readingKey } from '../../../app/investigate/index.ts';
import { count, duration, oneLine, plainJson, plural, zoneMinutes } from '../../../base/index.ts';
import { openOrCreateCase } from '../../../platform/case/index.ts';
import { files } from '../../../platform/files/index.ts';
import { addressPairs, deskDays, openBehaviourLake, openLake } from '../../../platform/lake/index.ts';
import { openOut } from '../../../platform/out/index.ts';
import { keepInPacks, type PackFile, readPack, ruleShelf } from '../../../platform/packs/index.ts';
import { resultShelf } from '../../../platform/results/index.ts';
import { openWorkStore } from '../../../platform/work/index.ts';
import { CONTENT, PROGRAM } from '../../program.ts';
import {
  behavioursProgram,
  cacheFolder,
  keepHeapSmall,
  readerPool,
  reportAssets,
  rulesProgram,
  whoAmI,
  withReader,
} from '../../workplace.ts';
import { type Command, EXIT, type Terminal, text, texts, UsageError, type Values } from '../command.ts';
import { progressLine } from '../progress.ts';
import { renderAnswer } from '../render/answer.ts';
import { renderStory } from '../render/story.ts';
import { style } from '../style.ts';
import { BEHAVIOUR_OPTION, behaviourFiles } from './behaviour.ts';
import { DATE_OPTIONS, givenDates, keepGiven, saidIn } from './picture.ts';
import { findSigner, SIGN_OPTIONS, type Signed, signedLine, signRun } from './signing.ts';
import { caseIndicators, openCaseValues } from './sweep.ts';

export const investigate: Command = {
  name: 'investigate',
  summary: 'from a folder of logs to dated, explained findings',
  args: 'PATH… [options]',
  options: {
    rules: { type: 'string', multiple: true, value: 'DIR', help: 'further Sigma rules: a folder or a file' },
    'no-own-rules': { type: 'boolean', help: "leave out the project's own rule pack" },
    case: { type: 'string', value: 'DIR', help: 'the case to work in; made when absent (default: NAME.case here)' },
    title: { type: 'string', value: 'TEXT', help: 'title of a case that is made now' },
    notice: { type: 'string', value: 'TEXT', help: 'stands at the head of every page of a case that is made now' },
    out: { type: 'string', value: 'DIR', help: "where the reports go (default: the case's out/)" },
    zone: { type: 'string', value: '±HH:MM', help: 'zone of logs that name none (default: UTC, and said so)' },
    mapping: { type: 'string', value: 'FILE', help: 'mapping for own CSV or JSON lines: docs/mapping.md' },
    ...BEHAVIOUR_OPTION,
    'no-own-behaviours': { type: 'boolean', help: "leave out the project's own behaviours" },
    set: { type: 'string', multiple: true, value: 'ID.NAME=VALUE', help: 'a parameter of a behaviour' },
    networks: {
      type: 'string',
      value: 'FILE',
      help: 'which network an address belonged to: TSV or MMDB, docs/behaviours.md',
    },
    indicators: { type: 'string', multiple: true, value: 'FILE', help: 'known indicators to sweep for: docs/sweep.md' },
    placeholders: { type: 'string', value: 'FILE', help: 'YAML map of values for %placeholders% in rules' },
    jobs: { type: 'string', short: 'j', value: 'N', help: 'reader processes (default: one a core)' },
    'no-lake': { type: 'boolean', help: 'keep no event lake: faster, but no later queries' },
    json: { type: 'boolean', help: 'print the answer as JSON (summary.json)' },
    ...DATE_OPTIONS,
    ...SIGN_OPTIONS,
  },
  help: `PATHs are files, folders or archives in any mix; originals are only read. Exit code ${EXIT.found}: something was found, ${EXIT.nothing}: nothing.
Killed at any moment, the next run finishes the work. The same evidence again says "0 new".`,
  run: (values, paths, terminal) => run(values, paths, terminal),
};

async function run(values: Values, paths: readonly string[], terminal: Terminal): Promise<number> {
  if (paths.length === 0) throw new UsageError('name at least one file or folder of logs');
  const missing = paths.filter((p) => !existsSync(p));
  if (missing.length > 0) throw new UsageError(`there is no ${missing.map((p) => JSON.stringify(p)).join(', ')}`);
  const started = Date.now();
  keepHeapSmall();
  let given: ReturnType<typeof ruleFiles> | undefined = ruleFiles(values);
  const options = {
    assumedZoneMinutes: zoneOption(text(values, 'zone')),
    referenceMs: 0,
    ...(text(values, 'mapping') ? { mapping: readYaml(text(values, 'mapping') as string) } : {}),
  };
  const behaviours = behaviourSet({
    files: behaviourFiles(values),
    networks: networkTable(text(values, 'networks')),
    set: settingsOf(texts(values, 'set')),
  });
  const signer = await findSigner(values, terminal); // asks for the passphrase now, not after an hour
  const folder = openOrCreateCase(text(values, 'case') ?? defaultCase(paths), caseWords(values));
  const out = resolve(text(values, 'out') ?? folder.out);
  const width = jobsOption(text(values, 'jobs'));
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);

  const said = saidIn(folder, givenDates(values), terminal);
  const { evicted } = said.dates;

  const work = openWorkStore(folder.work);
  const readable = [...paths.map((p) => realpathSync(p)), folder.evidence, folder.packs];
  const pool = readerPool(width, readable);
  const progress = progressLine(terminal);
  try {
    if (work.bind(readingKey(PROGRAM, options), options)) rmSync(folder.lake, { recursive: true, force: true });
    const rules = await prepareRules(
      { ...given, program: rulesProgram() },
      { shelf: ruleShelf(folder.packs, cacheFolder()), withReader: (use) => withReader([folder.packs], use) },
    );
    const indicators = await caseIndicators(folder, texts(values, 'indicators'));
    for (const { digest, kind, bytes } of behaviours.kept) keepInPacks(folder.packs, `${digest}.${kind}`, bytes);
    given = undefined; // megabytes of text that nobody needs any more
    const store = await files.openStore(folder.evidence);
    const outcome = await journey(
      {
        paths,
        rules,
        behaviours,
        indicators,
        said,
        settings: new Map(evicted ? [['evicted', new Date(evicted.ms).toISOString().slice(0, 10)]] : []),
        options,
        program: PROGRAM,
        title: folder.file.title,
        notice: folder.file.notice ?? '',
        width,
        signal: stop.signal,
      },
      {
        work,
        pool,
        addressPairs: () => addressPairs(folder.lake),
        deskDays: () => deskDays(folder.lake),
        openBehaviourLake: (streams) => openBehaviourLake(folder.lake, streams, { spill: join(folder.root, 'spill') }),
        behaviourResults: { shelf: resultShelf(join(folder.root, 'behaviours')), program: behavioursProgram() },
        lake: values['no-lake'] === true ? null : await openLake(folder.lake),
        assets: reportAssets(),
        openOut: (name) => openOut(out, name),
        openValues: () => openCaseValues(folder),
        intake: (given, known, signal) =>
          intake(given, { files, store, pool, who: whoAmI(), now: () => new Date().toISOString() }, { known, signal }),
        handedIn: (given, signal) => sizeOf(given, files, signal),
        progress: (phase, standing) => progress.show({ phase, ...standing }),
      },
    );
    progress.end();
    await keepGiven(out, givenDates(values));
    const signed = signer && signRun(signer, folder, work.evidence(), outcome, { paths, options, started });
    show(outcome, values, terminal, {
      out,
      root: folder.root,
      notice: folder.file.notice ?? '',
      elapsed: Date.now() - started,
      signed,
    });
    return exitCode(outcome);
  } catch (error) {
    progress.end();
    if (stop.signal.aborted) {
      terminal.err('czernin: stopped; what was finished is kept, the next run goes on from there\n');
      return EXIT.interrupted;
    }
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await pool.close();
    work.close();
  }
}

function show(
  outcome: Outcome,
  values: Values,
  terminal: Terminal,
  at: { out: string; root: string; notice: string; elapsed: number; signed: Signed | null },
): void {
  if (values.json === true) {
    terminal.out(`${plainJson(outcome.answer, 2)}\n`);
    return;
  }
  const near = (path: string) => relative(process.cwd(), path) || '.';
  const names = [
    'report.html',
    'findings.jsonl',
    'summary.json',
    'timeline.csv',
    'navigator.json',
    'rules.jsonl',
    'behaviours.jsonl',
  ];
  const { intrusions } = outcome;
  const afterStory = intrusions.intrusions.length > 0;
  const look = style(terminal.color);
  const width = Math.min(terminal.columns, 180);
  if (at.notice) terminal.out(`\n${look.level('medium', oneLine(at.notice))}\n`);
  if (afterStory) terminal.out(`\n${renderStory(intrusions, look, width)}`);
  terminal.out(
    renderAnswer(outcome.answer, look, width, {
      files: [`${near(join(at.out, 'report.html'))}  (open it in a browser)`, `${names.slice(1).join(', ')} beside it`],
      afterStory,
    }),
  );
  const fresh = `${count(outcome.newEvidence.length)} new${outcome.again > 0 ? `, ${count(outcome.again)} seen before` : ''}`;
  terminal.out(
    `            case ${near(at.root)}: ${fresh}, ${plural(outcome.read, 'file')} read${behavioursLine(outcome)} in ${duration(at.elapsed)}; then: czernin show ADDRESS, czernin explain RULE ADDRESS, czernin query "SQL"\n`,
  );
  terminal.out(`            ${signedLine(at.signed)}\n`);
}

/** What was done of the behaviours: those on which nothing new bears are not run again. */
function behavioursLine({ behaviours: { all, unchanged } }: Outcome): string {
  if (all === 0) return '';
  return `, ${plural(all, 'behaviour')}${unchanged > 0 ? `: ${count(unchanged)} unchanged, ${count(all - unchanged)}` : ''} run`;
}

function exitCode(outcome: Outcome): number {
  if (outcome.answer.counts.findings > 0) return EXIT.found;
  const unusable = outcome.answer.notSeen.some((n) =>
    ['READER_FAILED', 'UNKNOWN_FORMAT', 'REFUSED_EVIDENCE', 'DAMAGED'].includes(n.code),
  );
  return unusable ? EXIT.incomplete : EXIT.nothing;
}

/** What a new case is to be called and to say of itself. */
function caseWords(values: Values): { title?: string; notice?: string } {
  const title = text(values, 'title');
  const notice = text(values, 'notice');
  return { ...(title ? { title } : {}), ...(notice ? { notice } : {}) };
}

function networkTable(path: string | undefined): Uint8Array | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message}`, path, cause);
  }
}

/** `id.name=value` of --set. */
function settingsOf(given: readonly string[]): Map<string, string> {
  return new Map(
    given.map((one) => {
      const at = one.indexOf('=');
      if (at < 1) throw new UsageError('--set takes ID.NAME=VALUE');
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}

/** The project's own pack, then what --rules names; a rule id that comes twice counts once, the first. */
export function ruleFiles(values: Values): { files: PackFile[]; placeholders?: unknown } {
  const own = values['no-own-rules'] === true ? [] : [join(CONTENT, 'rules')];
  const packs = [...own, ...texts(values, 'rules').map((p) => resolve(p))];
  const placeholders = text(values, 'placeholders');
  return {
    files: packs.flatMap((p) => readPack(p)),
    ...(placeholders ? { placeholders: readYaml(placeholders) } : {}),
  };
}

function defaultCase(paths: readonly string[]): string {
  const name = basename(resolve(paths[0] as string)).replace(/\.(case|zip|tar|gz|zst|evtx|log|json)$/i, '');
  return `${name || 'logs'}.case`;
}

function readYaml(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, 'utf8'), { maxAliasCount: 100 });
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message.split('\n')[0]}`, path, cause);
  }
}

function zoneOption(zone: string | undefined): number {
  if (zone === undefined) return 0;
  if (!/^(Z|UTC|[+-](0\d|1[0-4]):?[0-5]\d)$/i.test(zone)) throw new UsageError('--zone takes an offset such as +02:00');
  return zoneMinutes(zone);
}

function jobsOption(jobs: string | undefined): number {
  const n = jobs === undefined ? availableParallelism() : Number(jobs);
  if (!Number.isInteger(n) || n < 1 || n > 256) throw new UsageError('--jobs takes a whole number from 1 to 256');
  return n;
}
