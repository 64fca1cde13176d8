import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  FIELD_FORMS,
  sweep as journey,
  type ListFile,
  type ListsRead,
  NO_LISTS,
  readKeys,
  readLists,
} from '../../../app/sweep/index.ts';
import { canonicalize, plainJson } from '../../../base/index.ts';
import { type Indicator, Indicator as IndicatorSchema } from '../../../model/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { writeAtomic } from '../../../platform/files/index.ts';
import { keepInPacks } from '../../../platform/packs/index.ts';
import { openValueIndex } from '../../../platform/sweep/index.ts';
import { PROGRAM } from '../../program.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { renderSweep } from '../render/sweep.ts';
import { style } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { caseKnowledge, withKnowledge } from './intelStore.ts';

/** Larger lists come as several files, or through `intel import`. */
const MAX_LIST_BYTES = 512 * 1024 * 1024;

export const sweep: Command = {
  name: 'sweep',
  summary: 'was any of these indicators ever seen here, and since when',
  args: '[FILE…] [--case DIR]',
  options: {
    case: CASE_OPTION,
    'no-knowledge': { type: 'boolean', help: "only the FILEs, not the indicators in the case's knowledge" },
    json: { type: 'boolean', help: 'print the answer as JSON (also written to out/sweep.json)' },
  },
  help: `FILEs are lists (one value a line, or a table), MISP events or STIX bundles; defanged values are understood. Nothing is looked
up anywhere: the question stays on this machine. Exit code ${EXIT.found}: something was met in its time, ${EXIT.nothing}: nothing was.
Hits become findings with: czernin investigate … --indicators FILE. Words and rules: docs/sweep.md.`,
  async run(values, positionals, terminal) {
    const folder = theCase(values);
    const lists = readGiven(positionals);
    const known = values['no-knowledge'] === true ? [] : await knownIndicators(folder);
    if (lists.indicators.length + known.length === 0)
      throw new UsageError('name a file of indicators, or import some into the case: czernin intel import FILE');
    const index = await openCaseValues(folder);
    try {
      const { answer } = await journey(
        {
          indicators: [...lists.indicators, ...known],
          faults: lists.faultCounts,
          notices: lists.noticeCounts,
          program: PROGRAM,
        },
        {
          index,
          progress: (phase, done, all) => terminal.interactive && terminal.err(`\r\x1b[2K${phase} ${done}/${all}`),
        },
      );
      if (terminal.interactive) terminal.err('\r\x1b[2K');
      writeAtomic(join(folder.out, 'sweep.json'), `${plainJson(answer, 2)}\n`);
      terminal.out(
        values.json === true
          ? `${plainJson(answer, 2)}\n`
          : renderSweep(answer, lists.faults, style(terminal.color), Math.min(terminal.columns, 180)),
      );
      return answer.hits.length > 0
        ? EXIT.found
        : answer.indicators.refused.length > 0
          ? EXIT.incomplete
          : EXIT.nothing;
    } finally {
      await index.close();
    }
  },
};

/** The lists in these files. @throws UsageError, ListError LIST_EMPTY */
function readGiven(paths: readonly string[]): ListsRead {
  return paths.length === 0 ? NO_LISTS : readLists(paths.map(readList));
}

function readList(path: string): ListFile {
  try {
    if (statSync(path).size > MAX_LIST_BYTES)
      throw new UsageError(
        `${path} is larger than ${MAX_LIST_BYTES} bytes: split it, or use czernin intel import`,
        path,
      );
    return { name: basename(path), text: readFileSync(path, 'utf8') };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`cannot read ${path}: ${(cause as Error).message.split('\n')[0]}`, path, cause);
  }
}

export function openCaseValues(folder: CaseFolder): ReturnType<typeof openValueIndex> {
  return openValueIndex(folder.lake, join(folder.root, 'values.duckdb'), FIELD_FORMS, readKeys);
}

/** Every indicator of the case's knowledge. */
async function knownIndicators(folder: CaseFolder): Promise<Indicator[]> {
  return withKnowledge({ folder, store: caseKnowledge(folder) }, (knowledge) => [...knowledge.indicators()]);
}

/**
 * What an investigation sweeps for: the lists named now or in earlier runs (kept among the case's packs, so that the next
 * run finds the same) and the case's knowledge. Each statement once, sorted by id.
 */
export async function caseIndicators(folder: CaseFolder, paths: readonly string[]): Promise<Indicator[]> {
  const given = readGiven(paths).indicators;
  if (given.length > 0) {
    const sorted = [...given].sort((a, b) => (a.id < b.id ? -1 : 1));
    const bytes = Buffer.from(sorted.map((indicator) => `${canonicalize(indicator)}\n`).join(''));
    keepInPacks(folder.packs, `${createHash('sha256').update(bytes).digest('hex')}${KEPT}`, bytes);
  }
  const all = new Map<string, Indicator>();
  for (const indicator of [...keptIndicators(folder.packs), ...(await knownIndicators(folder))])
    all.set(indicator.id, indicator);
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const KEPT = '.indicators.jsonl';

function* keptIndicators(folder: string): Generator<Indicator> {
  for (const name of readdirSync(folder)
    .filter((n) => n.endsWith(KEPT))
    .sort())
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n'))
      if (line !== '') yield IndicatorSchema.parse(JSON.parse(line));
}
