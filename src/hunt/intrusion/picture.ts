import { createHash } from 'node:crypto';
import { compareTimes, duration, plural } from '../../base/index.ts';
import {
  type Finding,
  type Intrusion,
  type IntrusionLink,
  Intrusions,
  LEVELS,
  type Shaped,
} from '../../model/index.ts';
import { Collection, compare, type LooseRule } from './collect.ts';
import { Coverage } from './coverage.ts';
import { evictionOf } from './eviction.ts';
import { gapMapOf } from './gapmap.ts';
import { personsOf } from './persons.ts';
import { type Members, scopeOf } from './scope.ts';
import { settleGroups } from './settle.ts';
import { coreOf, dwellOf, endsOf, firstSignOf, iso, lastSignOf, phasesOf, quietOf, spanOf } from './story.ts';
import { takenOf } from './taken.ts';
import { SAME_RECORD, type Tied } from './ties.ts';
import type { NamedIntrusion, PictureInput, Sighting } from './types.ts';
import { usedOf } from './used.ts';
import { headlineOf, tallyOf, titleIn, titleOf } from './words.ts';

const MAX_FINDINGS = 10_000;
const MAX_LINKS = 1000;
const MAX_LOOSE = 500;
const DAY = 86_400_000;

/** From findings, in any order, to Intrusions: `add` each finding, then `finish` once. */
export class Picture {
  readonly #input: PictureInput;
  readonly #collection: Collection;

  constructor(input: PictureInput) {
    this.#input = input;
    this.#collection = new Collection(input.judgements, input.addresses);
  }

  add(finding: Finding): void {
    this.#collection.add(finding);
  }

  /** `analysis` and `results` name what was looked at: digests as in summary.json and of findings.jsonl. */
  finish({ analysis, results }: { readonly analysis: string; readonly results: string }): Intrusions {
    const { judgements, cover, addresses, dates, desks = new Map() } = this.#input;
    const { sightings, nodes, over, innocent, innocentCount, moved } = this.#collection;
    const coverage = new Coverage(cover, addresses);
    this.#collection.settle(coverage.suffixes);
    const personOf = personsOf(nodes, desks);
    const settled = settleGroups(sightings, nodes, judgements.assertions, personOf);
    const { group, links, groups, heavy, joined, adopted } = settled;
    const named = new Map(judgements.named.map((n) => [n.id, n]));
    const told = [...heavy].map((g) => {
      const own = groups.get(g)!;
      const weak = [...joined].filter(([, j]) => j.group === g);
      const members: Members = {
        all: [...own, ...weak.map(([i]) => sightings[i]!)],
        joined: new Map(weak.map(([i, j]) => [sightings[i]!, j])),
        adopted,
      };
      const ties = [...links.filter((l) => group[l.a] === g), ...weak.map(([, j]) => j.tied)];
      const name = own.map((s) => s.colour).find((c) => c !== null);
      return this.#tell(members, ties, name == null ? undefined : named.get(name), coverage, dates);
    });
    const inSome = (i: number) => heavy.has(group[i]!) || joined.has(i);
    return Intrusions.parse({
      format: 'czernin-intrusions/1',
      analysis,
      results,
      intrusions: told.sort((a, b) => b.rank.score - a.rank.score || b.count - a.count || compare(a.id, b.id)),
      loose: looseOf(
        sightings.filter((_, i) => !inSome(i)),
        over,
      ),
      innocent: { count: innocentCount, findings: innocent.sort() },
      judgements: shapedOf(this.#input, moved),
    } satisfies Intrusions);
  }

  #tell(
    members: Members,
    ties: readonly Tied[],
    name: NamedIntrusion | undefined,
    coverage: Coverage,
    dates: PictureInput['dates'],
  ): Intrusion {
    const { sightings, nodes } = this.#collection;
    const core = coreOf(members.all);
    const [from, to] = spanOf(core);
    const own = new Set(members.all);
    const others = sightings.filter((s) => !own.has(s));
    const scope = scopeOf(members, others, nodes, coverage, [from, to]);
    const tally = tallyOf(scope);
    const title = name?.title ?? titleOf(core, tally, iso(from));
    const dwell = dwellOf(from, to, dates);
    const taken = takenOf(members.all, tally.mailboxes, nodes);
    const ends = endsOf(core);
    const ids = idsOf(members.all);
    return {
      id: name?.id ?? idOf(core),
      title,
      namedBy: name?.agency ?? '',
      rank: rankOf(core, from, to),
      sentence: headlineOf(core, tally, { first: iso(from), last: iso(to), taken, dwell }),
      findings: ids,
      count: members.all.reduce((n, s) => n + s.findings, 0),
      byLevel: byLevel(members.all),
      firstSign: ends && firstSignOf(ends.first, core, coverage),
      lastSign: ends && lastSignOf(ends.last),
      phases: phasesOf(core, nodes),
      ...quietOf(core, coverage),
      dwell,
      scope,
      used: usedOf(members.all, nodes),
      taken,
      gapMap: gapMapOf(coverage, from, to),
      techniques: techniquesOf(core),
      eviction: evictionOf(members.all, nodes, coverage, dates),
      links: telling(ties, sightings)
        .slice(0, MAX_LINKS)
        .map((t) => this.#link(t, sightings)),
      judgements: this.#shapedHere(members, name),
    };
  }

  #link({ a, b, weight, by, whole }: Tied, sightings: readonly Sighting[]): IntrusionLink {
    const { nodes } = this.#collection;
    const [x, y] = [sightings[a]!, sightings[b]!];
    const reasons = by.map((e) => ({
      entity: e.node === SAME_RECORD ? `event:${y.head.event}` : nodes.at(e.node).key,
      weight: round(e.weight),
      why:
        e.node === SAME_RECORD
          ? 'they rest on the same record'
          : (e.why ?? `both name it, ${e.gapMs === 0 ? 'at the same time' : `${duration(e.gapMs)} apart`}`),
    }));
    const because =
      by.length === 0 ? 'a person put them in one intrusion' : reasons.map((r) => `${r.entity} (${r.why})`).join(', ');
    return {
      a: x.head.id,
      b: y.head.id,
      weight: round(weight),
      by: reasons,
      sentence: whole
        ? `Taken whole, what goes with "${titleIn(x.source)}" and what goes with "${titleIn(y.source)}" is one intrusion, tied by ${because}.`
        : `"${titleIn(x.source)}" and "${titleIn(y.source)}" belong together: ${because}.`,
    };
  }

  /** Judgements that touch this intrusion: its name, accepted findings, entities said to be the intruder's. */
  #shapedHere(members: Members, name: NamedIntrusion | undefined): Shaped[] {
    const { judgements } = this.#input;
    const entries = new Set<string>(name ? [name.entry] : []);
    for (const s of members.all) {
      if (!s.accepted) continue;
      for (const id of s.ids) {
        const said = judgements.verdicts.get(id);
        if (said) entries.add(said.entry);
      }
    }
    const keys = new Set(members.all.flatMap((s) => s.nodes.map((n) => this.#collection.nodes.at(n).key)));
    for (const a of judgements.assertions) if (a.entities.some((k) => keys.has(k))) entries.add(a.entry);
    return shapedOf(this.#input, this.#collection.moved).filter((j) => entries.has(j.entry));
  }
}

/** What joined whole intrusions first, then ties between strong findings, and of those the ones between different things. */
function telling(ties: readonly Tied[], sightings: readonly Sighting[]): Tied[] {
  const weight = ({ a, b, whole }: Tied): number => {
    const [x, y] = [sightings[a]!, sightings[b]!];
    return Math.min(x.strength, y.strength) + (x.source === y.source ? 0 : 1) + (whole ? 1 : 0);
  };
  return ties.toSorted((p, q) => weight(q) - weight(p) || p.a - q.a || p.b - q.b);
}

/**
 * Rank: what distinct rules and behaviours say together, and for how long. Noise of one rule adds nothing; an intruder who
 * stays weighs more than a loud week.
 */
function rankOf(core: readonly Sighting[], from: number, to: number): Intrusion['rank'] {
  const byRule = new Map<string, Sighting>();
  for (const s of core) {
    const known = byRule.get(s.source.id);
    if (!known || s.strength > known.strength) byRule.set(s.source.id, s);
  }
  const heaviest = [...byRule.values()].sort((a, b) => b.strength - a.strength || compare(a.source.id, b.source.id));
  const weight = heaviest.reduce((sum, s) => sum + s.strength, 0);
  const spanDays = Number.isNaN(from) ? 0 : (to - from) / DAY;
  const stay = 0.4 + 0.6 * Math.min(1, Math.log10(1 + spanDays) / 2.5);
  const tactics = new Set(core.flatMap((s) => s.source.tactics));
  const score = round((1 - Math.exp(-weight / 6)) * stay);
  return {
    score,
    why: [
      `${plural(heaviest.length, 'distinct rule or behaviour', 'distinct rules and behaviours')} with weight ${round(weight)}`,
      `signs over ${plural(Math.floor(spanDays), 'day')}`,
      `${plural(tactics.size, 'tactic')}`,
      ...heaviest.slice(0, 5).map((s) => `${s.source.title} (${round(s.strength)})`),
    ],
  };
}

/** The same core findings have the same id everywhere. */
function idOf(core: readonly Sighting[]): string {
  const hash = createHash('sha256');
  for (const id of core.flatMap((s) => s.ids).sort()) hash.update(`${id}\n`);
  return `a${hash.digest('hex').slice(0, 31)}`;
}

function idsOf(all: readonly Sighting[]): string[] {
  const strongest = all.toSorted((a, b) => b.strength - a.strength || compare(a.head.id, b.head.id));
  const kept: { id: string; time: string }[] = [];
  for (const s of strongest) {
    if (kept.length >= MAX_FINDINGS) break;
    for (const id of s.ids) kept.push({ id, time: s.head.time });
  }
  return kept
    .slice(0, MAX_FINDINGS)
    .sort((a, b) => compareTimes(a.time, b.time) || compare(a.id, b.id))
    .map(({ id }) => id);
}

function byLevel(all: readonly Sighting[]): Intrusion['byLevel'] {
  const out: Intrusion['byLevel'] = {};
  for (const level of LEVELS.toReversed()) {
    const n = all.reduce((sum, s) => sum + (s.level === level ? s.findings : 0), 0);
    if (n > 0) out[level] = n;
  }
  return out;
}

function techniquesOf(core: readonly Sighting[]): Intrusion['techniques'] {
  const out = new Map<string, Intrusion['techniques'][number]>();
  for (const s of core) {
    const last = Number.isNaN(s.lastMs) ? s.head.time : new Date(s.lastMs).toISOString();
    for (const id of s.source.attack) {
      const known = out.get(id);
      if (!known) {
        out.set(id, { id, findings: s.findings, first: s.head.time, last });
        continue;
      }
      known.findings += s.findings;
      if (compareTimes(s.head.time, known.first) < 0) known.first = s.head.time;
      if (compareTimes(known.last, last) < 0) known.last = last;
    }
  }
  return [...out.values()].sort((a, b) => compare(a.id, b.id));
}

function looseOf(list: readonly Sighting[], over: ReadonlyMap<string, LooseRule>): Intrusions['loose'] {
  const byRule = new Map([...over].map(([id, r]) => [id, { ...r }]));
  for (const s of list) {
    const key = `${s.source.id}|${s.source.level}`;
    const known = byRule.get(key);
    const last = Number.isNaN(s.lastMs) ? s.head.time : new Date(s.lastMs).toISOString();
    if (!known) {
      byRule.set(key, { source: s.source, count: s.findings, first: s.head.time, last, example: s.head.id });
      continue;
    }
    known.count += s.findings;
    if (s.head.time !== '' && compareTimes(s.head.time, known.first) < 0) {
      known.first = s.head.time;
      known.example = s.head.id;
    }
    if (compareTimes(known.last, last) < 0) known.last = last;
  }
  const rules = [...byRule.values()].sort(
    (a, b) =>
      LEVELS.indexOf(b.source.level) - LEVELS.indexOf(a.source.level) ||
      b.count - a.count ||
      compare(a.source.id, b.source.id),
  );
  return {
    count: rules.reduce((n, r) => n + r.count, 0),
    byRule: rules.slice(0, MAX_LOOSE).map(({ source: { id, title, level }, count, first, last, example }) => ({
      id,
      title,
      level,
      count,
      first,
      last,
      example,
    })),
    more: Math.max(0, rules.length - MAX_LOOSE),
  };
}

/** Every standing judgement with what it did; those that met nothing say so too. */
function shapedOf({ judgements }: PictureInput, moved: ReadonlyMap<string, number>): Shaped[] {
  const out = new Map<string, Shaped>();
  const add = (s: { entry: string; agency: string }, kind: string, says: string, findings: number): void => {
    if (out.has(s.entry)) return;
    const effect = findings > 0 ? `it speaks of ${plural(findings, 'finding')}` : 'it speaks of no finding here';
    out.set(s.entry, {
      entry: s.entry,
      agency: s.agency,
      kind,
      says,
      findings,
      sentence: `${s.agency}: ${says}; ${effect}.`,
    });
  };
  for (const v of judgements.verdicts.values()) add(v, 'finding-judged', v.verdict, moved.get(v.entry) ?? 1);
  for (const a of judgements.assertions) {
    const names = `${a.entities.slice(0, 5).join(', ')}${a.entities.length > 5 ? ` and ${a.entities.length - 5} more` : ''}`;
    add(a, 'entity-asserted', `${names}: ${a.relation}`, moved.get(a.entry) ?? 0);
  }
  for (const n of judgements.named) add(n, n.kind, `"${n.title}"`, n.findings.length);
  return [...out.values()].sort((a, b) => compare(a.entry, b.entry));
}

function round(n: number): number {
  return Math.round(n * 1000) / 1000;
}
