import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type LogLine, logOf, openCaseIndex } from '../../../app/case/index.ts';
import {
  decisionDates,
  type GivenDates,
  judgementsOf,
  PICTURE_KINDS,
  PictureError,
  pictureAgain,
  type Said,
} from '../../../app/investigate/index.ts';
import { CodedError, oneLine, plainJson } from '../../../base/index.ts';
import { ENTITY_TYPES, type EntityKey, type EntityType, entityKey, type Intrusions } from '../../../model/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { openOut } from '../../../platform/out/index.ts';
import { openWorkStore } from '../../../platform/work/index.ts';
import { type Option, type Terminal, text, texts, UsageError, type Values } from '../command.ts';
import { closing } from './show.ts';
import { worldOf } from './worlds.ts';

/** The picture of the intrusions as several commands need it: what people said, and the picture made anew from it. */
export const DATE_OPTIONS: Readonly<Record<string, Option>> = {
  detected: {
    type: 'string',
    value: 'DATE',
    help: 'when he was found (default: the decision to watch in the journals)',
  },
  evicted: { type: 'string', value: 'DATE', help: 'when he was put out (default: the decision to evict)' },
  foothold: {
    type: 'string',
    multiple: true,
    value: 'TYPE:NAME',
    help: 'a way in besides those found: account:svc-scan',
  },
};

export function givenDates(values: Values): GivenDates {
  const date = (name: string) => {
    const given = text(values, name);
    if (given === undefined) return {};
    const ms = Date.parse(/^\d{4}-\d\d-\d\d$/.test(given) ? `${given}T00:00:00Z` : given);
    if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\d/.test(given)) throw new UsageError(`--${name} is a date: 2023-10-07`);
    return { [name]: ms };
  };
  return { ...date('detected'), ...date('evicted'), footholds: texts(values, 'foothold').map(entityOption) };
}

/** `account:h.brandt` as an entity; UsageError when it is none. */
export function entityOption(given: string): EntityKey {
  const colon = given.indexOf(':');
  const type = ENTITY_TYPES.find((t) => t === given.slice(0, colon));
  const key = type ? entityKey(type satisfies EntityType, given.slice(colon + 1)) : null;
  if (key === null)
    throw new UsageError(
      `${JSON.stringify(given)} is no entity; write TYPE:NAME, a type one of ${ENTITY_TYPES.join(', ')}`,
    );
  return key;
}

/** What people have said in the case's journals. Journals that cannot be read are told, and say nothing here. */
export function saidIn(folder: CaseFolder, given: GivenDates, terminal: Terminal): Said {
  let lines: LogLine[] = [];
  if (readdirSync(folder.journal).length > 0) {
    try {
      const world = worldOf(folder);
      const index = openCaseIndex(world);
      lines = closing(index, () => PICTURE_KINDS.flatMap((kind) => logOf(world, index, { kind })));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      terminal.err(
        `czernin: the journals cannot be read, so no judgement counts: ${error.code}: ${oneLine(error.message)}\n`,
      );
    }
  }
  lines.sort(
    (a, b) =>
      compare(a.item.shown, b.item.shown) || compare(a.item.journal, b.item.journal) || a.item.index - b.item.index,
  );
  return { judgements: judgementsOf(lines), dates: decisionDates(lines, given) };
}

/** Dates told to the last investigate: they hold until others are told. */
const GIVEN = 'given.json';

export async function keepGiven(out: string, given: GivenDates): Promise<void> {
  const file = await openOut(out, GIVEN);
  await file.write(`${plainJson(given)}\n`);
  await file.close();
}

/** What was really said this time: an empty list of footholds says nothing. */
function stated({ footholds, ...dates }: GivenDates): GivenDates {
  return footholds === undefined || footholds.length === 0 ? dates : { ...dates, footholds };
}

/**
 * The picture anew from the last findings file and what was said since; kept in out/intrusions.json.
 * @throws PictureError NO_FINDINGS, BAD_FINDINGS
 */
export async function refreshPicture(folder: CaseFolder, given: GivenDates, terminal: Terminal): Promise<Intrusions> {
  const path = join(folder.out, 'findings.jsonl');
  if (!existsSync(path)) {
    throw new PictureError('NO_FINDINGS', 'no findings yet: run czernin investigate first', folder.root);
  }
  const said = saidIn(folder, { ...derived<GivenDates>(folder, GIVEN), ...stated(given) }, terminal);
  const work = openWorkStore(folder.work);
  try {
    const intrusions = await pictureAgain({
      ...said,
      lines: createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY }),
      cover: work.coverage(),
      addresses: new Map(derived<[string, string][]>(folder, 'addresses.json') ?? []),
      desks: new Map(derived<[string, string][]>(folder, 'desks.json') ?? []),
      analysis: derived<{ analysis: string }>(folder, 'summary.json')?.analysis ?? '',
    });
    const file = await openOut(folder.out, 'intrusions.json');
    await file.write(`${plainJson(intrusions, 2)}\n`);
    await file.close();
    return intrusions;
  } finally {
    work.close();
  }
}

/** A derived file of ours; undefined when it is absent or damaged: the next investigate makes it anew. */
function derived<T>(folder: CaseFolder, name: string): T | undefined {
  try {
    return JSON.parse(readFileSync(join(folder.out, name), 'utf8')) as T;
  } catch {
    return undefined;
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
