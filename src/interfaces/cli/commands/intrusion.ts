import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openWriter, type Saying } from '../../../app/case/index.ts';
import { count, oneLine, plural } from '../../../base/index.ts';
import type { Finding, Intrusion, Intrusions } from '../../../model/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { type Command, EXIT, type Option, type Terminal, text, texts, UsageError, type Values } from '../command.ts';
import { renderStory } from '../render/story.ts';
import { style, table } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { HAND_OPTIONS, needed, openStation } from './hands.ts';
import { DATE_OPTIONS, entityOption, givenDates, refreshPicture } from './picture.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

/** Findings that belong together: listed, told, and put right by people. Every change is a signed entry. */
const LOOK: Readonly<Record<string, Option>> = {
  case: CASE_OPTION,
  json: { type: 'boolean', help: 'print as JSON' },
  ...DATE_OPTIONS,
};
const CHANGE: Readonly<Record<string, Option>> = {
  case: CASE_OPTION,
  ...HAND_OPTIONS,
  json: { type: 'boolean', help: 'print as JSON' },
};
const WHY: Option = { type: 'string', value: 'TEXT', help: 'what speaks for it' };

const list: Command = {
  name: 'intrusion list',
  summary: 'the intrusions of a case, ranked, as they are after all judgements',
  args: '[--case DIR]',
  options: LOOK,
  help: 'Made anew from the last findings and what people said since; no evidence is read. Kept in out/intrusions.json.',
  async run(values, positionals, terminal) {
    if (positionals.length > 0) throw new UsageError('intrusion list takes no words');
    const picture = await refreshPicture(theCase(values), givenDates(values), terminal);
    terminal.out(values.json === true ? jsonText(picture) : listText(picture, terminal));
    return EXIT.nothing;
  },
};

const show: Command = {
  name: 'intrusion show',
  summary: 'one intrusion as a story, and why its findings belong together',
  args: 'ID [--case DIR]',
  options: { ...LOOK, links: { type: 'boolean', help: 'print every tie between its findings' } },
  help: 'ID is its id or the beginning of it; 1 is the first of the list.',
  async run(values, positionals, terminal) {
    const picture = await refreshPicture(theCase(values), givenDates(values), terminal);
    const it = oneOf(picture, only(positionals));
    if (values.json === true) {
      terminal.out(jsonText(it));
      return EXIT.nothing;
    }
    const paint = style(terminal.color);
    const rest = picture.intrusions.filter((x) => x !== it);
    terminal.out(renderStory({ ...picture, intrusions: [it, ...rest] }, paint, Math.min(terminal.columns, 180)));
    terminal.out(
      `${paint.bold('Rank')}  ${it.rank.score}: ${oneLine(it.rank.why.join('; '))}\n${paint.dim(`id ${it.id}`)}\n`,
    );
    for (const j of it.judgements) terminal.out(`  - ${oneLine(j.sentence)}\n`);
    const links = values.links === true ? it.links : it.links.slice(0, 5);
    if (links.length > 0) terminal.out(`\n${paint.bold('Why these findings belong together')}\n`);
    for (const l of links) terminal.out(`  ${l.weight.toFixed(2)}  ${oneLine(l.sentence, 400)}\n`);
    if (it.links.length > links.length)
      terminal.out(paint.dim(`  and ${count(it.links.length - links.length)} more: --links\n`));
    return EXIT.nothing;
  },
};

const name: Command = {
  name: 'intrusion name',
  summary: 'give an intrusion a name: its findings stay together from now on, signed',
  args: 'ID TITLE…',
  options: { ...CHANGE, summary: { type: 'string', value: 'TEXT', help: 'what it is, in your words' } },
  async run(values, positionals, terminal) {
    const [id, ...words] = positionals;
    const title = words.join(' ').trim();
    if (id === undefined || title === '') throw new UsageError('give an intrusion and its name');
    const summary = text(values, 'summary');
    return change(values, terminal, (picture, append) => {
      const { findings, firstSign } = oneOf(picture, id);
      const payload = { title, findings, ...(summary ? { summary } : {}) };
      append({ kind: 'intrusion-named', payload, ...refsOf(firstSign) });
    });
  },
};

const merge: Command = {
  name: 'intrusion merge',
  summary: 'several intrusions are one; signed',
  args: 'ID ID… --title LINE --why TEXT',
  options: { ...CHANGE, title: { type: 'string', value: 'LINE', help: 'what the whole is called' }, why: WHY },
  async run(values, positionals, terminal) {
    if (positionals.length < 2) throw new UsageError('name at least two intrusions');
    const [title, why] = [needed(values, 'title'), needed(values, 'why')];
    return change(values, terminal, (picture, append) => {
      const parts = positionals.map((p) => oneOf(picture, p));
      if (new Set(parts).size < parts.length) throw new UsageError('one intrusion is named twice');
      const intrusions = parts.map((part) => named(part, append));
      append({ kind: 'intrusion-merged', payload: { title, intrusions, why }, refs: { entries: intrusions } });
    });
  },
};

const split: Command = {
  name: 'intrusion split',
  summary: 'one intrusion is several; signed',
  args: 'ID --part "TITLE=WHAT,…" --why TEXT',
  options: {
    ...CHANGE,
    part: {
      type: 'string',
      multiple: true,
      value: 'TITLE=WHAT,…',
      help: 'WHAT: finding ids, or entities such as account:svc-scan',
    },
    rest: { type: 'string', value: 'LINE', help: 'what the remaining part is called (default: as before)' },
    why: WHY,
  },
  help: 'A finding goes to the first part that names it or one of its entities; the rest is a part of its own.',
  async run(values, positionals, terminal) {
    const id = only(positionals);
    const why = needed(values, 'why');
    const wanted = texts(values, 'part').map(partOf);
    if (wanted.length === 0) throw new UsageError('--part "TITLE=WHAT,…" is needed');
    return change(values, terminal, async (picture, append) => {
      const it = oneOf(picture, id);
      const parts = await dealt(theCase(values), it, wanted);
      if (parts.rest.length > 0)
        parts.named.push({ title: text(values, 'rest') ?? it.title.slice(0, 500), findings: parts.rest });
      const empty = parts.named.find((p) => p.findings.length === 0);
      if (empty)
        throw new UsageError(`no finding of ${it.id.slice(0, 12)} belongs to the part ${JSON.stringify(empty.title)}`);
      if (parts.named.length < 2) throw new UsageError('that leaves everything in one part');
      const intrusion = isEntry(it.id) ? it.id : named(it, append);
      append({
        kind: 'intrusion-split',
        payload: { intrusion, parts: parts.named, why },
        refs: { entries: [intrusion.slice(0, 64)] },
      });
    });
  },
};

type Append = (saying: Saying) => string;

/** Signs what `make` says of the picture, then tells the picture as it is now. */
async function change(
  values: Values,
  terminal: Terminal,
  make: (picture: Intrusions, append: Append) => void | Promise<void>,
): Promise<number> {
  const folder = theCase(values);
  const before = await refreshPicture(folder, {}, terminal);
  const { station, hand } = await openStation(values, terminal);
  const writer = openWriter(worldOf(folder), station, hand);
  const entries: string[] = [];
  try {
    await make(before, (saying) => {
      const [id] = writer.append([saying]) as [string];
      entries.push(id);
      return id;
    });
  } finally {
    writer.close();
  }
  const after = await refreshPicture(folder, {}, terminal);
  if (values.json === true)
    terminal.out(jsonText({ entries, journal: writer.journal, intrusions: after.intrusions.length }));
  else {
    terminal.out(
      `${plural(entries.length, 'entry', 'entries')} signed by ${oneLine(station.card.name)}: ${entries.map((e) => e.slice(0, 16)).join(', ')}\n\n`,
    );
    terminal.out(listText(after, terminal));
  }
  return EXIT.nothing;
}

/** The entry that names an intrusion; an automatic one, or part of a split, is named first. */
function named(it: Intrusion, append: Append): string {
  if (isEntry(it.id) && !it.id.includes('.')) return it.id;
  const payload = { title: it.title.slice(0, 500), findings: it.findings };
  return append({ kind: 'intrusion-named', payload, ...refsOf(it.firstSign) });
}

const isEntry = (id: string): boolean => id.length >= 64;

function refsOf(sign: Intrusion['firstSign']): { refs?: { entries: string[]; events: string[] } } {
  return sign ? { refs: { entries: [], events: [sign.event] } } : {};
}

interface Part {
  readonly title: string;
  readonly ids: readonly string[];
  readonly entities: ReadonlySet<string>;
}

function partOf(given: string): Part {
  const at = given.indexOf('=');
  const title = given.slice(0, at).trim();
  const words = given
    .slice(at + 1)
    .split(',')
    .map((w) => w.trim())
    .filter(Boolean);
  if (at < 0 || title === '' || words.length === 0) throw new UsageError('--part is "TITLE=WHAT,…"');
  const ids = words.filter((w) => /^[0-9a-f]{6,32}$/i.test(w)).map((w) => w.toLowerCase());
  const entities = new Set(words.filter((w) => !/^[0-9a-f]{6,32}$/i.test(w)).map(entityOption));
  return { title, ids, entities };
}

/** Findings of an intrusion dealt to parts: by id, or by an entity they name. */
async function dealt(
  folder: CaseFolder,
  it: Intrusion,
  wanted: readonly Part[],
): Promise<{ named: { title: string; findings: string[] }[]; rest: string[] }> {
  const own = new Set(it.findings);
  const parts = wanted.map(({ title }) => ({ title, findings: [] as string[] }));
  const rest: string[] = [];
  const lines = createInterface({
    input: createReadStream(join(folder.out, 'findings.jsonl')),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const f = JSON.parse(line) as Finding;
    if (!own.has(f.id)) continue;
    const keys = f.entities ?? [];
    const n = wanted.findIndex((p) => p.ids.some((id) => f.id.startsWith(id)) || keys.some((k) => p.entities.has(k)));
    (n < 0 ? rest : parts[n]!.findings).push(f.id);
  }
  return { named: parts, rest };
}

/** The intrusion whose id begins so, or the n-th of the list. */
function oneOf({ intrusions }: Intrusions, given: string): Intrusion {
  const nth = /^[1-9]\d{0,2}$/.test(given) ? intrusions[Number(given) - 1] : undefined;
  const [prefix = '', part] = given.toLowerCase().split('.');
  const found = intrusions.filter((x) => x.id.startsWith(prefix) && (part === undefined || x.id.endsWith(`.${part}`)));
  if (found.length > 1 && !nth)
    throw new UsageError(`${found.length} intrusions begin with ${given}: give more of the id`);
  const it = nth ?? found[0];
  if (!it) throw new UsageError(`there is no intrusion ${JSON.stringify(given)}; czernin intrusion list names them`);
  return it;
}

function only(positionals: readonly string[]): string {
  if (positionals.length !== 1) throw new UsageError('name one intrusion');
  return positionals[0] as string;
}

function listText({ intrusions, loose, innocent }: Intrusions, terminal: Terminal): string {
  const rows = intrusions.map((x, i) => [
    String(i + 1),
    shortId(x.id),
    x.rank.score.toFixed(2),
    count(x.count),
    (x.firstSign?.time ?? '').slice(0, 10),
    (x.lastSign?.time ?? '').slice(0, 10),
    misused(x.scope.accounts),
    misused(x.scope.hosts),
    `${x.title}${x.namedBy ? ` (${x.namedBy})` : ''}`,
  ]);
  const columns = [
    { title: '#', right: true },
    { title: 'id' },
    { title: 'rank', right: true },
    { title: 'findings', right: true },
    { title: 'first sign' },
    { title: 'last sign' },
    { title: 'accounts', right: true },
    { title: 'hosts', right: true },
    { title: 'what', min: 20 },
  ];
  const end = `${plural(loose.count, 'finding')} in no intrusion, ${count(innocent.count)} judged innocent or ours\n`;
  return `${intrusions.length > 0 ? table(columns, rows, terminal.columns) : 'no intrusion\n'}${end}`;
}

/** Parts of a split share the entry's id. */
const shortId = (id: string): string => id.slice(0, 12) + id.slice(64);

const misused = (lines: Intrusion['scope']['hosts']): string =>
  count(lines.filter((l) => l.state === 'misused').length);

export const INTRUSION_COMMANDS: readonly Command[] = [list, show, name, merge, split];
