import { caseAsOf, type LogLine, logOf, momentOf, openCaseIndex } from '../../../app/case/index.ts';
import { count, oneLine, plainJson } from '../../../base/index.ts';
import type { Case, CaseItem } from '../../../model/index.ts';
import { StationHome, stationHome } from '../../../platform/station/index.ts';
import { type Command, EXIT, type Terminal, text, UsageError, type Values } from '../command.ts';
import { style, table } from '../style.ts';
import { show } from './caseShow.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { oneOf, STATION_OPTION } from './hands.ts';
import { worldOf } from './worlds.ts';

/** What was said in a case, entry by entry: now, or as it was known then. */
const DEFAULT_LIMIT = 100;

const log: Command = {
  name: 'case log',
  summary: 'the entries of all journals in order: who said what, and what became of it',
  args: '[--refs ADDRESS] [--kind KIND] [--agency NAME] [--as-of DATE]',
  options: {
    case: CASE_OPTION,
    refs: {
      type: 'string',
      value: 'ADDRESS',
      help: 'only what speaks of this event, evidence, finding or entry (or its beginning)',
    },
    kind: { type: 'string', value: 'KIND', help: 'only entries of this kind' },
    agency: { type: 'string', value: 'NAME', help: 'only entries of this agency' },
    'as-of': {
      type: 'string',
      value: 'DATE',
      help: 'the case as it was at the end of that day, or at that time (UTC)',
    },
    by: {
      type: 'string',
      value: 'learned|authored',
      help: 'as this station knew it then (default), or as it was written',
    },
    limit: { type: 'string', value: 'N', help: `the latest N (default: ${DEFAULT_LIMIT}; 0: all)` },
    station: STATION_OPTION,
    json: { type: 'boolean', help: 'one JSON object a line' },
  },
  help: 'The way from an entry to the bytes: czernin case show ENTRY names its event addresses, czernin show ADDRESS prints the record.',
  async run(values, positionals, terminal) {
    if (positionals.length > 0) throw new UsageError('case log takes no words; --refs ADDRESS looks for one');
    const limit = limitOf(values);
    const asOf = text(values, 'as-of');
    if (asOf !== undefined) return logAsOf(values, terminal, momentOf(asOf), limit);
    if (text(values, 'by') !== undefined) throw new UsageError('--by goes with --as-of');
    const world = worldOf(theCase(values));
    const index = openCaseIndex(world);
    const lines = logOf(world, index, { ...filterOf(values), ...(limit === 0 ? {} : { limit }) });
    index.close();
    print(terminal, values, lines.map(fromLine));
    return EXIT.nothing;
  },
};

/** A row of the log, from the index or from a replay. */
interface Row {
  readonly id: string;
  readonly at: string;
  readonly agency: string;
  readonly author: string;
  readonly kind: CaseItem['kind'];
  readonly marking: string;
  readonly standing: string;
  readonly flags: readonly string[];
  readonly payload?: unknown;
}

function fromLine({ item, payload }: LogLine): Row {
  const flags = [item.forked ? 'forked' : '', item.doubted ? 'doubted' : '', payload === undefined ? 'withheld' : ''];
  const { id, at, agency, author, kind, tlp, standing } = item;
  return {
    id,
    at,
    agency,
    author,
    kind,
    marking: tlp,
    standing,
    flags: flags.filter(Boolean),
    ...(payload === undefined ? {} : { payload }),
  };
}

function fromItem(item: CaseItem): Row {
  const { id, agency, author, kind, standing, payload } = item;
  const flags = [item.forked ? 'forked' : '', item.doubted ? 'doubted' : '', payload === undefined ? 'withheld' : ''];
  const shown = { id, at: item.time.at, agency, author, kind, marking: item.marking.tlp, standing };
  return { ...shown, flags: flags.filter(Boolean), ...(payload === undefined ? {} : { payload }) };
}

/** Replayed, not looked up: what was known then is another case than what is known now. */
function logAsOf(values: Values, terminal: Terminal, at: string, limit: number): number {
  const world = worldOf(theCase(values));
  const card = StationHome.find(stationHome(text(values, 'station')))?.card;
  const { by = card ? 'learned' : 'authored' } = oneOf(values, 'by', ['learned', 'authored']);
  const viewpoint = card ? viewpointOf(world, card.name) : null;
  if (by === 'learned' && viewpoint === null)
    throw new UsageError('no journal of this station in the case: what it knew then is not on record; --by authored');
  const then: Case = caseAsOf(world, { by, at }, viewpoint);
  const { refs, kind, agency } = filterOf(values);
  const wanted = then.items.filter(
    (i) =>
      (kind === undefined || i.kind === kind) &&
      (agency === undefined || i.agency === agency) &&
      (refs === undefined || spokenOf(i).some((r) => r.startsWith(refs))),
  );
  if (values.json !== true) {
    const whose = by === 'learned' ? `as ${oneLine(card!.name)} knew it` : 'as it was written';
    terminal.out(
      `The case ${whose} at ${at}: ${count(then.items.length)} entries, ${count(then.withheld.entries)} withheld\n\n`,
    );
  }
  print(terminal, values, wanted.slice(limit === 0 ? 0 : -limit).map(fromItem));
  return EXIT.nothing;
}

/** What an item can be asked for by: the same as in the index. */
function spokenOf({ kind, refs, payload }: CaseItem): string[] {
  const said = payload as { finding?: string; files?: readonly { digest: string }[] } | undefined;
  const finding = kind === 'finding-judged' && said?.finding ? [said.finding] : [];
  const evidence = kind === 'evidence-received' ? (said?.files ?? []).map((f) => f.digest) : [];
  return [...refs.entries, ...refs.events, ...finding, ...evidence];
}

function viewpointOf(world: ReturnType<typeof worldOf>, agency: string): string | null {
  const index = openCaseIndex(world);
  const own = index.summaries().find((j) => j.agency === agency);
  index.close();
  return own?.id ?? null;
}

function print(terminal: Terminal, values: Values, rows: readonly Row[]): void {
  if (values.json === true) {
    for (const row of rows) terminal.out(`${plainJson(row)}\n`);
    return;
  }
  if (rows.length === 0) {
    terminal.out('No entries.\n');
    return;
  }
  const paint = style(terminal.color);
  terminal.out(
    table(
      [
        { title: 'time (UTC)' },
        { title: 'entry' },
        { title: 'agency', min: 8 },
        { title: 'author', min: 8 },
        { title: 'kind' },
        { title: 'standing' },
        { title: 'says', min: 20 },
      ],
      rows.map((r) => [
        r.at.slice(0, 19).replace('T', ' '),
        r.id.slice(0, 12),
        r.agency,
        r.author,
        r.kind,
        [r.standing === 'stands' ? '' : r.standing, ...r.flags].filter(Boolean).join(' '),
        r.payload === undefined ? '' : gist(r.kind, r.payload as Record<string, unknown>),
      ]),
      terminal.columns,
      (cell, _r, c) => (c === 5 && cell.trim() !== '' ? paint.level('medium', cell) : cell),
    ),
  );
}

/** The one line that tells entries of a kind apart. Foreign text: shown through `table`, which makes it safe. */
function gist(kind: CaseItem['kind'], p: Record<string, unknown>): string {
  const t = (name: string): string => (typeof p[name] === 'string' ? (p[name] as string) : '');
  const n = (name: string): number => (Array.isArray(p[name]) ? (p[name] as unknown[]).length : 0);
  switch (kind) {
    case 'finding-judged':
      return `${t('finding').slice(0, 12)} ${t('verdict')}: ${t('why')}`;
    case 'note':
      return t('title') ? `${t('title')}: ${t('text')}` : t('text');
    case 'decision-made':
      return `${t('subject')}: ${t('title')}`;
    case 'evidence-received':
      return `${n('files')} files from ${t('from')}`;
    case 'analysis-run':
      return `${t('command')} on ${n('inputs')} inputs: results ${t('results').slice(0, 12)}`;
    case 'journal-opened':
      return `${t('agency')}, ${t('role')}`;
    case 'checkpoint-seen':
      return `journal ${t('journal').slice(0, 12)} up to ${String(p.size)}${p.note ? ', cosigned' : ''}`;
    case 'contradiction-found':
      return `${t('code')} in journal ${t('journal').slice(0, 12)}`;
    case 'station-introduced':
      return `${t('agency')}, ${t('role')}`;
    case 'entity-asserted':
      return `${t('relation')}: ${n('entities')} entities: ${t('why')}`;
    default:
      return t('title') || t('name') || t('question') || t('why') || t('statement');
  }
}

function filterOf(values: Values): { refs?: string; kind?: string; agency?: string } {
  const refs = text(values, 'refs')?.toLowerCase();
  const kind = text(values, 'kind');
  const agency = text(values, 'agency');
  if (refs !== undefined && !/^[0-9a-f]{4,64}(@\d*)?$/.test(refs))
    throw new UsageError('--refs takes an event address, an id, or at least 4 digits of one');
  return { ...(refs ? { refs } : {}), ...(kind ? { kind } : {}), ...(agency ? { agency } : {}) };
}

function limitOf(values: Values): number {
  const given = text(values, 'limit');
  if (given === undefined) return DEFAULT_LIMIT;
  const n = Number(given);
  if (!Number.isSafeInteger(n) || n < 0) throw new UsageError('--limit is a whole number');
  return n;
}

export const LOG_COMMANDS: readonly Command[] = [log, show, { ...log, name: 'log' }];
