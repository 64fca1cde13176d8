import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { entryOf, openCaseIndex, openWriter, RecordError, type Saying } from '../../../app/case/index.ts';
import { oneLine } from '../../../base/index.ts';
import { DECISION_POSITIONS, DECISION_SUBJECTS, type Finding, VERDICTS } from '../../../model/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { type Command, EXIT, type Option, type Terminal, text, texts, UsageError, type Values } from '../command.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { HAND_OPTIONS, needed, oneOf, openStation } from './hands.ts';
import { entityOption, refreshPicture } from './picture.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

/** What a person says, signed with the station's key: note, judge, decide, retract. */
const SAY_OPTIONS: Readonly<Record<string, Option>> = {
  case: CASE_OPTION,
  ...HAND_OPTIONS,
  ref: { type: 'string', multiple: true, value: 'ID|ADDRESS', help: 'an entry, or an event address it speaks of' },
  json: { type: 'boolean', help: 'print as JSON' },
};

const note: Command = {
  name: 'note',
  summary: 'write something down in the case, signed',
  args: 'TEXT… [--title LINE] [--ref ADDRESS]',
  options: { ...SAY_OPTIONS, title: { type: 'string', value: 'LINE', help: 'a heading' } },
  help: '--ref ties it to entries and to records of evidence: czernin log --refs ADDRESS finds it again.',
  async run(values, positionals, terminal) {
    const written = positionals.join(' ').trim();
    if (written === '') throw new UsageError('there is nothing to write down');
    const title = text(values, 'title');
    return say(values, terminal, () => ({ kind: 'note', payload: { text: written, ...(title ? { title } : {}) } }));
  },
};

const judge: Command = {
  name: 'judge',
  summary: 'say what a finding is: accepted, innocent, needs-work; and why',
  args: `FINDING ${VERDICTS.join('|')} --why TEXT`,
  options: { ...SAY_OPTIONS, why: { type: 'string', value: 'TEXT', help: 'what speaks for it' } },
  help: `FINDING is its id, or the beginning of it when out/findings.jsonl of this case knows it; then its events are named too.
Another agency's judgement stands beside yours; nothing wins silently.`,
  async run(values, positionals, terminal) {
    const [named, given] = positionals;
    if (named === undefined || given === undefined || positionals.length !== 2)
      throw new UsageError(`give a finding and one of ${VERDICTS.join(', ')}`);
    const verdict = VERDICTS.find((v) => v === given);
    if (!verdict) throw new UsageError(`a verdict is one of ${VERDICTS.join(', ')}`);
    const why = needed(values, 'why');
    const finding = await findingOf(theCase(values), named.toLowerCase());
    const done = await say(values, terminal, () => ({
      kind: 'finding-judged',
      payload: { finding: finding.id, verdict, why },
      refs: { events: finding.events },
    }));
    // The picture of the intrusions changes at once, when there is one.
    if (existsSync(join(theCase(values).out, 'intrusions.json'))) await refreshPicture(theCase(values), {}, terminal);
    return done;
  },
};

const decide: Command = {
  name: 'decide',
  summary: 'put a decision on record: what, who agrees, on which conditions, to be looked at again when',
  args: 'TEXT… --subject SUBJECT --title LINE --party AGENCY=POSITION',
  options: {
    ...SAY_OPTIONS,
    subject: { type: 'string', value: DECISION_SUBJECTS.join('|'), help: 'what it is about' },
    title: { type: 'string', value: 'LINE', help: 'the decision in one line' },
    party: {
      type: 'string',
      multiple: true,
      value: 'AGENCY=POSITION[:WHY]',
      help: `${DECISION_POSITIONS.join(', ')}; a dissent should say why`,
    },
    condition: { type: 'string', multiple: true, value: 'TEXT', help: 'what must hold for it to stand' },
    review: { type: 'string', value: 'YYYY-MM-DD', help: 'when to look at it again' },
    effective: {
      type: 'string',
      value: 'YYYY-MM-DD',
      help: 'since when it holds, if not from now: dwell and the eviction check use it',
    },
    foothold: {
      type: 'string',
      multiple: true,
      value: 'TYPE:NAME',
      help: 'with evict: a way in to be watched, account:svc-scan',
    },
  },
  help: `Example: czernin decide "We watch until the second controller is imaged." --subject watch --title "Watch, do not evict" \\
  --party "CSIRT=agrees" --party "Ministry=dissents:the files are still readable" --condition "mail gateway blocked" --review 2022-05-01`,
  async run(values, positionals, terminal) {
    const decision = positionals.join(' ').trim();
    if (decision === '') throw new UsageError('say what was decided');
    const { subject } = oneOf(values, 'subject', DECISION_SUBJECTS);
    if (!subject) throw new UsageError(`--subject is one of ${DECISION_SUBJECTS.join(', ')}`);
    const parties = texts(values, 'party').map(partyOf);
    if (parties.length === 0) throw new UsageError('--party is needed: who agrees, who dissents');
    const review = text(values, 'review');
    if (review !== undefined && !isDay(review)) throw new UsageError('--review is a date: 2022-05-01');
    const effective = text(values, 'effective');
    if (effective !== undefined && !isDay(effective)) throw new UsageError('--effective is a date: 2022-05-01');
    const payload = {
      subject,
      title: needed(values, 'title'),
      decision,
      parties,
      conditions: [
        ...texts(values, 'condition'),
        ...(effective === undefined ? [] : [`effective: ${effective}`]),
        ...texts(values, 'foothold').map((f) => `foothold: ${entityOption(f)}`),
      ],
      ...(review ? { reviewOn: review } : {}),
    };
    return say(values, terminal, () => ({ kind: 'decision-made', payload }));
  },
};

const retract: Command = {
  name: 'retract',
  summary: 'take back an entry of your own: it stays, and is answered',
  args: 'ENTRY --why TEXT',
  options: { ...SAY_OPTIONS, why: { type: 'string', value: 'TEXT', help: 'the reason' } },
  async run(values, positionals, terminal) {
    const [named] = positionals;
    if (named === undefined || positionals.length !== 1) throw new UsageError('name one entry');
    const why = needed(values, 'why');
    return say(values, terminal, (find, agency) => {
      const target = find(named);
      if (target.agency !== agency)
        throw new RecordError('NOT_OURS', 'an agency answers only its own entries; say so in a note', target.id);
      return { kind: 'retraction', payload: { why }, refs: { entries: [target.id] } };
    });
  },
};

type Find = (prefix: string) => { readonly id: string; readonly agency: string };

/** Writes one entry and says so. What it refers to must be there. */
async function say(values: Values, terminal: Terminal, make: (find: Find, agency: string) => Saying): Promise<number> {
  const folder = theCase(values);
  const world = worldOf(folder);
  const index = openCaseIndex(world);
  const { station, hand } = await openStation(values, terminal).catch((error) => {
    index.close();
    throw error;
  });
  let saying: Saying;
  try {
    const find: Find = (prefix) => entryOf(index, prefix);
    const made = make(find, station.card.name);
    saying = { ...made, refs: refsOf(texts(values, 'ref'), made.refs, find) } as Saying;
  } finally {
    index.close();
  }
  const writer = openWriter(world, station, hand);
  let id: string;
  try {
    [id] = writer.append([saying]) as [string];
  } finally {
    writer.close();
  }
  if (values.json === true) terminal.out(jsonText({ entry: id, journal: writer.journal, kind: saying.kind }));
  else terminal.out(`${saying.kind} ${id.slice(0, 16)} signed by ${oneLine(station.card.name)}\n`);
  return EXIT.nothing;
}

const ADDRESS = /^[0-9a-f]{64}@(0|[1-9][0-9]{0,15})$/;

function refsOf(named: readonly string[], own: Saying['refs'], find: Find): NonNullable<Saying['refs']> {
  const events = named.filter((n) => n.includes('@')).map((n) => n.toLowerCase());
  const wrong = events.find((e) => !ADDRESS.test(e));
  if (wrong !== undefined) throw new UsageError(`${wrong} is not a whole event address (sha256@offset)`);
  const entries = named.filter((n) => !n.includes('@')).map((n) => find(n).id);
  return { entries: [...(own?.entries ?? []), ...entries], events: [...(own?.events ?? []), ...events] };
}

function partyOf(given: string): { agency: string; position: (typeof DECISION_POSITIONS)[number]; why?: string } {
  const [, agency = '', said = '', why] = /^([^=]+)=([a-z]+)(?::(.+))?$/s.exec(given) ?? [];
  const position = DECISION_POSITIONS.find((p) => p === said);
  if (!position) throw new UsageError(`--party is AGENCY=POSITION, a position one of ${DECISION_POSITIONS.join(', ')}`);
  return { agency: agency.trim(), position, ...(why === undefined ? {} : { why: why.trim() }) };
}

function isDay(textual: string): boolean {
  const ms = Date.parse(`${textual}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(textual) && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(textual);
}

const MAX_EVENTS = 1000;

/** The finding an id (or its beginning) names, with its events when the case's last report knows it. */
async function findingOf(folder: CaseFolder, named: string): Promise<{ id: string; events: string[] }> {
  if (!/^[0-9a-f]{6,32}$/.test(named)) throw new UsageError('a finding is named by its id, or at least 6 digits of it');
  const path = join(folder.out, 'findings.jsonl');
  const found = new Map<string, string[]>();
  if (existsSync(path)) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!line.includes(`"id":"${named}`)) continue;
      const { id, events } = JSON.parse(line) as Finding;
      if (id?.startsWith(named)) found.set(id, events.slice(0, MAX_EVENTS));
    }
  }
  if (found.size > 1) throw new UsageError(`${found.size} findings begin with ${named}: give more digits`);
  const [hit] = found;
  if (hit) return { id: hit[0], events: hit[1] };
  if (named.length === 32) return { id: named, events: [] };
  throw new UsageError('no finding of the last report begins so; give all 32 digits of its id');
}

export const SAY_COMMANDS: readonly Command[] = [note, judge, decide, retract];
