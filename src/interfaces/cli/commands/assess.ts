import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createInterface as askOn } from 'node:readline/promises';
import {
  assessCase,
  type CaseAssessment,
  type Known,
  knownActors,
  type Recorded,
  recordAssessment,
  WHO_KINDS,
} from '../../../app/assess/index.ts';
import { type LogLine, logOf, openCaseIndex, openWriter } from '../../../app/case/index.ts';
import { patchReport } from '../../../app/report/index.ts';
import { oneLine, plainJson } from '../../../base/index.ts';
import {
  EVIDENCE_CLASSES,
  type EvidenceItem,
  type Finding,
  FORGEABILITIES,
  type Intrusions,
  SCALES,
} from '../../../model/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { openOut } from '../../../platform/out/index.ts';
import { CONTENT } from '../../program.ts';
import { type Command, EXIT, type Option, type Terminal, text, texts, UsageError, type Values } from '../command.ts';
import { renderAssessment } from '../render/assessment.ts';
import { style } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { HAND_OPTIONS, needed, oneOf, openStation } from './hands.ts';
import { caseKnowledge, withKnowledge } from './intelStore.ts';
import { refreshPicture } from './picture.ts';
import { closing } from './show.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

const WHO_OPTIONS: Readonly<Record<string, Option>> = {
  case: CASE_OPTION,
  victim: {
    type: 'string',
    multiple: true,
    value: 'WHAT',
    help: 'whose network it was: sector:government, country:cz, region:europe',
  },
  scale: { type: 'string', value: SCALES.join('|'), help: 'words of likelihood (default: icd-203)' },
  unknown: { type: 'string', value: 'SHARE', help: 'share of incidents whose actor nobody here knows (default: 0.25)' },
  deception: { type: 'string', value: 'P', help: 'probability that a given actor is being framed (default: 0.0025)' },
};

/** Who it was: weighed, shown, and put on record by a person. */
export const assess: Command = {
  name: 'assess',
  summary: 'weigh who it was: answers with probabilities, why, how sure, what would change it',
  args: '[INTRUSION…] [--victim WHAT] [--record]',
  options: {
    ...WHO_OPTIONS,
    ...HAND_OPTIONS,
    full: { type: 'boolean', help: 'every item, the matrix and all sweeps' },
    record: { type: 'boolean', help: "sign it as your agency's assessment" },
    why: { type: 'string', value: 'TEXT', help: 'with --record: what carries it, in your words (default: asked for)' },
    limits: { type: 'string', value: 'TEXT', help: 'with --record: what cannot be known, what would change it' },
    origin: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'with --record: on whose sightings your view rests',
    },
    dissent: {
      type: 'string',
      multiple: true,
      value: 'WHO:POSITION:WHY',
      help: 'with --record: who sees it otherwise',
    },
    json: { type: 'boolean', help: 'print as JSON (out/assessment.json)' },
  },
  help: `INTRUSION is an id, the beginning of one, or its number in the list (default: 1); name several to ask whether one actor did both.
The engine weighs what findings, indicators, knowledge (czernin intel) and people (czernin assess add) say. It never says 0 or 1,
an unknown actor is always among the answers, and techniques alone never name anybody. docs/attribution.md has the formulas.`,
  async run(values, positionals, terminal) {
    const folder = theCase(values);
    const { assessment } = await weighed(folder, values, positionals, terminal);
    await keep(folder, assessment);
    if (values.record === true) return record(folder, assessment, values, terminal);
    if (values.json === true) terminal.out(`${plainJson(assessment, 2)}\n`);
    else {
      const { notice } = folder.file;
      if (notice) terminal.out(`\n${style(terminal.color).level('medium', oneLine(notice))}\n`);
      terminal.out(
        renderAssessment(assessment, style(terminal.color), Math.min(terminal.columns, 140), values.full === true),
      );
    }
    return EXIT.nothing;
  },
};

const add: Command = {
  name: 'assess add',
  summary: 'state evidence that no log shows: a report, a comparison of code, what a source says; signed',
  args: 'TEXT… --class CLASS --for ACTOR=RATIO --source NAME --rating B2',
  options: {
    case: CASE_OPTION,
    ...HAND_OPTIONS,
    class: { type: 'string', value: 'CLASS', help: EVIDENCE_CLASSES.join(', ') },
    for: {
      type: 'string',
      multiple: true,
      value: 'ACTOR=RATIO',
      help: 'how much likelier it is if ACTOR did it than if anybody else did: 10, or 0.2 when it speaks against',
    },
    source: { type: 'string', value: 'NAME', help: 'who says it' },
    origin: {
      type: 'string',
      value: 'NAME',
      help: 'who really saw it (default: the source): one origin is one piece of evidence',
    },
    rating: {
      type: 'string',
      value: 'B2',
      help: 'Admiralty code: reliability of the source A to F, credibility 1 to 6',
    },
    forgeability: {
      type: 'string',
      value: FORGEABILITIES.join('|'),
      help: 'how hard it is to fake (default: moderate)',
    },
    observed: { type: 'string', value: 'DATE', help: 'when it was seen' },
    intrusion: { type: 'string', value: 'ID', help: 'of which intrusion it speaks (default: all)' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `Example: czernin assess add "Control server rented with a card used before" --class infrastructure --for "APT31=25" \\
  --source "Service Y, report 12" --origin "Service Y" --rating B2 --forgeability hard`,
  async run(values, positionals, terminal) {
    const rationale = positionals.join(' ').trim();
    if (rationale === '') throw new UsageError('say what was seen, and why it speaks for or against somebody');
    const folder = theCase(values);
    const actorId = await withKnowledge({ folder, store: caseKnowledge(folder) }, (k) => knownActors(k).actorId);
    const payload = itemOf(values, rationale, actorId);
    const { station, hand } = await openStation(values, terminal);
    const writer = openWriter(worldOf(folder), station, hand);
    const [id] = closing(writer, () => writer.append([{ kind: 'evidence-stated', payload }]));
    if (values.json === true) terminal.out(jsonText({ entry: id, journal: writer.journal, kind: 'evidence-stated' }));
    else terminal.out(`evidence-stated ${String(id).slice(0, 16)} signed by ${oneLine(station.card.name)}\n`);
    return EXIT.nothing;
  },
};

function itemOf(
  values: Values,
  rationale: string,
  actorId: Known['actorId'],
): Omit<EvidenceItem, 'id' | 'setBy' | 'setAt'> {
  const cls = EVIDENCE_CLASSES.find((c) => c === text(values, 'class'));
  if (!cls) throw new UsageError(`--class is one of ${EVIDENCE_CLASSES.join(', ')}`);
  const [, reliability, credibility] = /^([A-F])([1-6])$/.exec(needed(values, 'rating').toUpperCase()) ?? [];
  if (!reliability) throw new UsageError('--rating is a letter A to F and a digit 1 to 6: B2');
  const lr = Object.fromEntries(
    texts(values, 'for').map((given) => {
      const [, actor = '', ratio] = /^(.+)=([0-9.]+)$/.exec(given) ?? [];
      if (!(Number(ratio) > 0)) throw new UsageError('--for is ACTOR=RATIO, a ratio above 0');
      return [actorId(actor.trim()) ?? actor.trim(), Number(ratio)];
    }),
  );
  if (Object.keys(lr).length === 0) throw new UsageError('--for is needed: whom it speaks for, and how strongly');
  const source = needed(values, 'source');
  const origin = text(values, 'origin') ?? source;
  const observed = text(values, 'observed');
  const intrusion = text(values, 'intrusion');
  return {
    cls,
    source: {
      id: source,
      origin,
      reliability: reliability as EvidenceItem['source']['reliability'],
      credibility: Number(credibility) as EvidenceItem['source']['credibility'],
    },
    forgeability: oneOf(values, 'forgeability', FORGEABILITIES).forgeability ?? 'moderate',
    // One origin that saw one kind of thing is one piece of evidence, however many reports repeat it.
    group: `${origin}: ${cls}`.slice(0, 300),
    lr,
    rationale,
    ...(observed === undefined ? {} : { observedAt: observed }),
    ...(intrusion === undefined ? {} : { intrusion }),
  };
}

/** Everything that is known and said, weighed. */
export async function weighed(folder: CaseFolder, values: Values, positionals: readonly string[], terminal: Terminal) {
  const intrusions = await refreshPicture(folder, {}, terminal);
  const chosen = (positionals.length > 0 ? positionals : ['1']).map((name) => intrusionNamed(intrusions, name));
  const wanted = new Set(intrusions.intrusions.filter((x) => chosen.includes(x.id)).flatMap((x) => x.findings));
  const findings = await findingsOf(folder, wanted);
  const weights: unknown = JSON.parse(readFileSync(join(CONTENT, 'attribution/weights.json'), 'utf8'));
  return withKnowledge({ folder, store: caseKnowledge(folder) }, (knowledge) => {
    const known = knownActors(knowledge);
    const assessment = assessCase({
      intrusions,
      findings,
      known,
      weights,
      said: saidOf(folder),
      victims: texts(values, 'victim'),
      chosen,
      scale: oneOf(values, 'scale', SCALES).scale ?? 'icd-203',
      ...share(values, 'unknown', 'unknownShare'),
      ...share(values, 'deception', 'epsilon'),
    });
    return { assessment, known };
  });
}

function share<K extends string>(values: Values, option: string, name: K): Partial<Record<K, number>> {
  const given = text(values, option);
  if (given === undefined) return {};
  const p = Number(given);
  if (!(p > 0 && p < 1)) throw new UsageError(`--${option} is a number between 0 and 1`);
  return { [name]: p } as Record<K, number>;
}

function intrusionNamed({ intrusions }: Intrusions, name: string): string {
  const nth = /^\d{1,3}$/.test(name) ? intrusions[Number(name) - 1] : undefined;
  const found = nth ? [nth] : intrusions.filter((x) => x.id.startsWith(name.toLowerCase()));
  if (found.length !== 1)
    throw new UsageError(
      intrusions.length === 0
        ? 'the case has no intrusion to weigh: run czernin investigate first'
        : `${found.length} intrusions are named ${oneLine(name, 40)}: czernin intrusion list`,
    );
  return found[0]!.id;
}

async function findingsOf(folder: CaseFolder, wanted: ReadonlySet<string>): Promise<Map<string, Finding>> {
  const found = new Map<string, Finding>();
  const lines = createInterface({
    input: createReadStream(join(folder.out, 'findings.jsonl')),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const id = /"id":"([0-9a-f]{32})"/.exec(line)?.[1];
    if (id !== undefined && wanted.has(id)) found.set(id, JSON.parse(line) as Finding);
  }
  return found;
}

function saidOf(folder: CaseFolder): LogLine[] {
  if (!existsSync(join(folder.root, 'index.sqlite')) && !existsSync(folder.journal)) return [];
  const world = worldOf(folder);
  const index = openCaseIndex(world);
  return closing(index, () => WHO_KINDS.flatMap((kind) => logOf(world, index, { kind })));
}

/** out/assessment.json, and the report's page of it. */
async function keep(folder: CaseFolder, assessment: CaseAssessment): Promise<void> {
  await write(folder, 'assessment.json', `${plainJson(assessment, 2)}\n`);
  const report = join(folder.out, 'report.html');
  const patched = existsSync(report) ? patchReport(readFileSync(report, 'utf8'), 'who', assessment) : null;
  if (patched !== null) await write(folder, 'report.html', patched);
}

async function write(folder: CaseFolder, name: string, content: string): Promise<void> {
  const file = await openOut(folder.out, name);
  await file.write(content);
  await file.close();
}

async function record(
  folder: CaseFolder,
  { intrusions }: CaseAssessment,
  values: Values,
  terminal: Terminal,
): Promise<number> {
  const part = intrusions[0];
  if (!part || intrusions.length > 1) throw new UsageError('record one intrusion at a time');
  const { station, hand } = await openStation(values, terminal);
  const said = saidOf(folder).filter((l) => l.item.agency === station.card.name);
  if (values.json !== true) terminal.err(`${part.assessment.sentences.map((s) => oneLine(s, 600)).join('\n')}\n`);
  const words: Recorded = {
    why: await asked(values, 'why', 'What carries it, in your words'),
    limits: await asked(values, 'limits', 'What cannot be known, and what would change it'),
    dissent: texts(values, 'dissent').map(dissentOf),
    ...(texts(values, 'origin').length > 0 ? { origins: texts(values, 'origin') } : {}),
  };
  const writer = openWriter(worldOf(folder), station, hand);
  const id = closing(writer, () => recordAssessment(part, words, said, (sayings) => writer.append(sayings)));
  if (values.json === true) terminal.out(jsonText({ entry: id, journal: writer.journal, kind: 'assessment-made' }));
  else terminal.out(`assessment-made ${id.slice(0, 16)} signed by ${oneLine(station.card.name)}\n`);
  return EXIT.nothing;
}

/** An option, or an answer when somebody sits there to give it. */
async function asked(values: Values, option: string, question: string): Promise<string> {
  const given = text(values, option);
  if (given !== undefined) return given;
  if (process.stdin.isTTY !== true) throw new UsageError(`--${option} is needed`);
  const ask = askOn({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await ask.question(`${question}: `)).trim();
    if (answer === '') throw new UsageError(`--${option} is needed`);
    return answer;
  } finally {
    ask.close();
  }
}

function dissentOf(given: string): { by: string; position: string; why: string } {
  const [by = '', position = '', ...why] = given.split(':');
  if (!by.trim() || !position.trim() || why.length === 0) throw new UsageError('--dissent is WHO:POSITION:WHY');
  return { by: by.trim(), position: position.trim(), why: why.join(':').trim() };
}

export const ASSESS_COMMANDS: readonly Command[] = [assess, add];
