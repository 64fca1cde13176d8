import { openWriter, type Saying } from '../../../app/case/index.ts';
import { canonicalize, oneLine } from '../../../base/index.ts';
import {
  type Claim,
  ClaimFacts,
  claimOf,
  type Marking,
  NAME_RELATIONS,
  PAP,
  PREDICATES,
  type Predicate,
  RELIABILITY,
  TLP,
} from '../../../model/index.ts';
import { type Command, EXIT, type Terminal, text, UsageError, type Values } from '../command.ts';
import { needed, oneOf } from './hands.ts';
import { INTEL_OPTIONS, type IntelPlace, intelPlace, withKnowledge } from './intelStore.ts';
import { findSigner, SIGN_OPTIONS } from './signing.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

export const CLAIM_COMMAND: Command = {
  name: 'intel claim',
  summary:
    'record what a source says: of an actor, a name, a tool; kept as a claim, signed where there is a case and a station',
  args: 'THING PREDICATE THING|TEXT --source NAME',
  options: {
    ...INTEL_OPTIONS,
    ...SIGN_OPTIONS,
    source: { type: 'string', value: 'NAME', help: 'who says it: your own agency, or the one whose word you record' },
    reliability: { type: 'string', value: RELIABILITY.join('|'), help: 'of the source, Admiralty code (default: F)' },
    credibility: { type: 'string', value: '1-6', help: 'of the statement, Admiralty code (default: 6)' },
    said: { type: 'string', value: 'DATE', help: 'when it was said: 2025, 2025-05, 2025-05-28' },
    from: { type: 'string', value: 'DATE', help: 'since when it is said to be so' },
    until: { type: 'string', value: 'DATE', help: 'until when' },
    how: { type: 'string', value: NAME_RELATIONS.join('|'), help: 'of a name: how it relates (default: same)' },
    reference: { type: 'string', value: 'TEXT', help: 'where it stands written' },
    wording: { type: 'string', value: 'TEXT', help: 'the exact words' },
    retract: { type: 'string', value: 'ID', help: 'take back a claim of the same source: both stay' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `Predicates: ${Object.keys(PREDICATES).join(', ')} (docs/knowledge.md).
Examples:
  czernin intel claim actor:apt31 same-as actor:intrusion-set--4283ae19-69c7-4347-a35e-b56f08eb660b --source "Our CSIRT" \\
    --reliability A --credibility 2 --tlp green
  czernin intel claim --retract 0a1b2c3d4e5f60718293a4b5c6d7e8f9 --source "Our CSIRT"
Two actors become one only by such a claim; taking it back parts them again. Without --tlp the claim is not releasable.`,
  async run(values, positionals, terminal) {
    const place = intelPlace(values);
    const facts = await factsOf(values, positionals, place);
    const parsed = ClaimFacts.safeParse(facts);
    if (!parsed.success) throw new UsageError(parsed.error.issues[0]?.message ?? 'the claim is not complete');
    const claim = claimOf(parsed.data);
    const known = place.store.claims().some((c) => c.id === claim.id);
    const signed = known ? null : await sign(claim, place, values, terminal);
    place.store.keepClaim(claim);
    if (values.json === true) terminal.out(jsonText({ claim, known, entry: signed }));
    else {
      const by = signed === null ? 'not signed' : `signed, entry ${signed.slice(0, 16)}`;
      terminal.out(known ? `0 new: this claim is known (${claim.id})\n` : `claim ${claim.id}, ${by}\n`);
      if (!claim.marking) terminal.out('unmarked, so it is not releasable: give --tlp\n');
    }
    return EXIT.nothing;
  },
};

async function factsOf(values: Values, positionals: readonly string[], place: IntelPlace): Promise<unknown> {
  const common = {
    source: needed(values, 'source'),
    ...optional(values, ['said', 'from', 'until', 'reference', 'wording']),
    ...oneOf(values, 'how', NAME_RELATIONS),
    reliability: oneOf(values, 'reliability', RELIABILITY).reliability ?? 'F',
    credibility: Number(text(values, 'credibility') ?? '6'),
    ...markingOf(values),
  };
  const retracted = text(values, 'retract')?.toLowerCase();
  if (retracted !== undefined) {
    if (positionals.length > 0) throw new UsageError('--retract takes no other claim');
    const claim = await withKnowledge(place, (knowledge) => claimById(knowledge.claims(), retracted));
    if (claim.source !== common.source)
      throw new UsageError(
        `that claim is by ${oneLine(claim.source, 80)}: only its own source takes it back; claim otherwise`,
      );
    return { subject: claim.subject, predicate: 'retracts', value: claim.id, ...common };
  }
  const [subject, predicate, ...rest] = positionals;
  const what = rest.join(' ');
  if (subject === undefined || predicate === undefined || what === '')
    throw new UsageError('say THING PREDICATE THING|TEXT; see czernin intel claim --help');
  if (!Object.hasOwn(PREDICATES, predicate)) throw new UsageError(`there is no predicate ${JSON.stringify(predicate)}`);
  const { takes } = PREDICATES[predicate as Predicate];
  return {
    subject,
    predicate,
    ...(takes === 'text' || takes === 'date' ? { value: what } : { object: what }),
    ...common,
  };
}

function claimById(claims: Iterable<Claim>, prefix: string): Claim {
  const found: Claim[] = [];
  if (prefix.length >= 6) for (const claim of claims) if (claim.id.startsWith(prefix)) found.push(claim);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new UsageError(`${found.length} claims have an id that begins so: give at least 6 digits of one`);
  return only;
}

function optional(values: Values, names: readonly string[]): Record<string, string> {
  const given = names.map((name) => [name, text(values, name)] as const);
  return Object.fromEntries(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function markingOf(values: Values): { marking?: Marking } {
  const { tlp } = oneOf(values, 'tlp', TLP);
  if (tlp === undefined) return {};
  const { pap = tlp === 'clear' ? 'clear' : 'red' } = oneOf(values, 'pap', PAP);
  return { marking: { originator: needed(values, 'source').slice(0, 200), pap, tlp } };
}

/** In a case with a station the claim is also a signed note: its canonical text, under its id. */
async function sign(claim: Claim, place: IntelPlace, values: Values, terminal: Terminal): Promise<string | null> {
  if (place.folder === null) return null;
  const signer = await findSigner(values, terminal);
  if (signer === null) return null;
  const note: Saying = { kind: 'note', payload: { title: `knowledge claim ${claim.id}`, text: canonicalize(claim) } };
  const writer = openWriter(worldOf(place.folder), signer.station, signer.hand);
  try {
    return writer.append([note])[0] ?? null;
  } finally {
    writer.close();
  }
}
