import type { Actor, ProfileView } from '../knowledge/profiles/index.ts';
import type { EvidenceItem } from '../model/index.ts';
import { median } from './deception.ts';
import { AttributionError } from './errors.ts';
import { backgroundOf, FEATURES, type Observed } from './machine/features.ts';
import { type MachineClass, scoreObserved } from './machine/score.ts';
import { codedWeights, type Weights } from './machine/weights.ts';
import { discounted, quality, ratios } from './quality.ts';

/**
 * The table that everything else reads: hypotheses across, items of evidence down, nats in the cells. Built once; leaving
 * something out, sweeping an assumption or asking what would change is then a sum over it.
 */
export interface Hypothesis {
  readonly id: string;
  readonly name: string;
  readonly kind: 'actor' | 'unknown';
  readonly cluster?: string;
  /** reports behind its profile; 0: named without a profile, weighed as a part of the unknown */
  readonly reports: number;
  /** position in the knowledge, -1 without */
  readonly actor: number;
}

export interface Row {
  readonly item: EvidenceItem;
  /** weighed by the machine (tempered by its class) or by a person's ratios (pooled in its group) */
  readonly by: 'machine' | 'person';
  readonly cls?: MachineClass;
  /** position of the observed thing in the knowledge, -1 without */
  readonly thing: number;
  /** by hypothesis; machine rows before tempering */
  readonly nats: Float64Array;
  readonly quality: number;
}

export interface UnusedItem {
  readonly id: string;
  readonly why: 'OBJECT_UNKNOWN' | 'NO_RATIO' | 'COPY';
  readonly text: string;
}

export interface Table {
  readonly hypotheses: readonly Hypothesis[];
  readonly unknown: number;
  readonly rows: readonly Row[];
  readonly unused: readonly UnusedItem[];
  readonly prior: Float64Array;
  readonly weights: Weights;
  /** nats the unknown gets by how much was observed */
  readonly unknownScore: (techniques: number, software: number, novel: boolean) => number;
  readonly view: ProfileView;
  readonly usersOf: (thing: number) => number;
}

/** A hypothesis beyond the knowledge: somebody names an actor that has no profile. */
export interface ExtraHypothesis {
  readonly id: string;
  readonly name: string;
}

export const UNKNOWN = 'unknown';
const LIMITS = { items: 5000, extra: 200 } as const;
/** share of the unknown that an actor named without a profile takes */
const NAMED_SHARE = 0.1;
const DAY = 86_400_000;

/** @param trust quality of machine observations when it is not their source's: 1 believes them whole, as the benchmark does */
export function buildTable(
  view: ProfileView,
  weights: Weights,
  items: readonly EvidenceItem[],
  extra: readonly ExtraHypothesis[] = [],
  day?: string,
  trust?: number,
): Table {
  if (items.length > LIMITS.items || extra.length > LIMITS.extra)
    throw new AttributionError(
      'TOO_MUCH',
      `${items.length} items and ${extra.length} added hypotheses; at most ${LIMITS.items} and ${LIMITS.extra}`,
    );
  const { actors } = view.knowledge;
  const sorted = [...items].sort(order);
  const { machine, person, unused } = divide(view, sorted);
  const observed: Observed = {
    techniques: machine.filter((m) => m.cls === 'technique').map((m) => m.thing),
    software: machine.filter((m) => m.cls === 'software').map((m) => m.thing),
    victims: machine.filter((m) => m.cls === 'victim').map((m) => m.victim!),
    day: dayOf(day, sorted),
  };
  const scores = scoreObserved(backgroundOf(view), observed, weights);
  const hypotheses: Hypothesis[] = [
    ...scores.candidates.map((g) => ({ ...named(actors[g]!), reports: view.reports[g]!, actor: g })),
    ...extra
      .filter((e) => !view.knowledge.actorById.has(e.id))
      .map((e) => ({ ...e, kind: 'actor' as const, reports: 0, actor: -1 })),
    { id: UNKNOWN, name: 'an actor not among those known', kind: 'unknown', reports: 0, actor: -1 },
  ];
  const unknown = hypotheses.length - 1;
  const byId = new Map(hypotheses.map((h, i) => [h.id, i]));
  const known = scores.candidates.length;
  const spreadOver = (nats: Float64Array) => {
    const out = new Float64Array(hypotheses.length);
    scores.candidates.forEach((g, i) => {
      out[i] = nats[g]!;
    });
    return out;
  };
  const prior = spreadOver(scores.prior);
  for (let i = known; i < unknown; i++) prior[i] = Math.log(NAMED_SHARE);
  const rows: Row[] = [
    ...machine.map((m, i): Row => {
      const r = trust ?? quality(m.item.source);
      return {
        item: m.item,
        by: 'machine',
        cls: m.cls,
        thing: m.thing,
        quality: r,
        nats: believed(spreadOver(scores.items[i]!.nats), known, r),
      };
    }),
    ...person.map((item): Row => {
      const r = quality(item.source);
      const nats = new Float64Array(hypotheses.length);
      for (const [id, lr] of Object.entries(ratios(item))) {
        const h = byId.get(id);
        if (h === undefined)
          throw new AttributionError(
            'HYPOTHESIS_UNKNOWN',
            'a likelihood ratio names a hypothesis that is not weighed',
            `${item.id}: ${id.slice(0, 80)}`,
          );
        nats[h] = discounted(lr, r);
      }
      return { item, by: 'person', thing: -1, quality: r, nats };
    }),
  ];
  const w = codedWeights(weights);
  const of = (f: (typeof FEATURES)[number]) => w[FEATURES.indexOf(f)]!;
  return {
    hypotheses,
    unknown,
    rows,
    unused,
    prior,
    weights,
    view,
    usersOf: (x) => view.users[x]!,
    unknownScore: (t, s, novel) =>
      of('U const') +
      of('U log n tech') * Math.log(1 + t) +
      of('U log1p n soft') * Math.log(1 + s) +
      (novel ? of('U novel soft') : 0),
  };
}

const named = (a: Actor) => ({ id: a.id, name: a.name, kind: 'actor' as const, cluster: a.cluster });

/** Order of handing in must not matter, not even in the last digit. */
const order = (a: EvidenceItem, b: EvidenceItem) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** An observation believed with quality r, around the typical candidate: doubt moves it there, never beyond. */
function believed(nats: Float64Array, known: number, r: number): Float64Array {
  if (r >= 1) return nats;
  const middle = median(nats.subarray(0, known));
  return Float64Array.from(nats, (x, i) => (i < known ? middle + Math.log(r * Math.exp(x - middle) + 1 - r) : 0));
}

interface MachineObservation {
  readonly item: EvidenceItem;
  readonly cls: MachineClass;
  readonly thing: number;
  readonly victim?: string;
}

const MACHINE: Partial<Record<EvidenceItem['cls'], MachineClass>> = {
  technique: 'technique',
  malware: 'software',
  tool: 'software',
  victimology: 'victim',
};

/** What the machine can weigh (a known object, no ratio by a person), what a person has weighed, what nobody can. */
function divide(view: ProfileView, items: readonly EvidenceItem[]) {
  const { thingById, things } = view.knowledge;
  const names = new Map<string, number>();
  things.forEach((t, i) => {
    for (const n of [t.name, ...t.aliases])
      if (t.kind !== 'technique' && !names.has(n.toLowerCase())) names.set(n.toLowerCase(), i);
  });
  const best = new Map<string, MachineObservation>();
  const person = new Map<string, EvidenceItem>();
  const unused: UnusedItem[] = [];
  const keep = <T>(map: Map<string, T>, key: string, made: T, item: EvidenceItem, old: EvidenceItem | undefined) => {
    const wins = old === undefined || quality(item.source) > quality(old.source);
    if (wins) map.set(key, made);
    const loser = wins ? old : item;
    if (loser !== undefined)
      unused.push({ id: loser.id, why: 'COPY', text: `told again by ${(wins ? item : old!).id}: counts once` });
  };
  for (const item of items) {
    if (item.lr !== undefined || item.exclusivity !== undefined) {
      // one origin saying the same of the same thing twice is a copy; another ratio from it is a second look
      const key = JSON.stringify([
        item.group,
        item.source.origin,
        item.cls,
        item.object ?? '',
        Object.entries(ratios(item)).sort(),
      ]);
      keep(person, key, item, item, person.get(key));
      continue;
    }
    const cls = MACHINE[item.cls];
    if (cls === undefined || item.object === undefined) {
      unused.push({
        id: item.id,
        why: 'NO_RATIO',
        text: `${item.cls}: the machine has no weights for this class, and nobody has set a likelihood ratio`,
      });
      continue;
    }
    if (cls === 'victim') {
      if (!isVictim(view, item.object)) {
        unused.push({
          id: item.id,
          why: 'OBJECT_UNKNOWN',
          text: `no actor is known with victims of ${item.object.slice(0, 80)}`,
        });
        continue;
      }
      const key = `v ${item.object}`;
      keep(best, key, { item, cls, thing: -1, victim: item.object }, item, best.get(key)?.item);
      continue;
    }
    const thing = thingById.get(item.object) ?? (cls === 'software' ? names.get(item.object.toLowerCase()) : undefined);
    if (thing === undefined || (things[thing]!.kind === 'technique') !== (cls === 'technique')) {
      unused.push({
        id: item.id,
        why: 'OBJECT_UNKNOWN',
        text: `${item.object} is not in the knowledge: import it or set a likelihood ratio`,
      });
      continue;
    }
    const key = `x ${thing}`;
    keep(best, key, { item, cls, thing }, item, best.get(key)?.item);
  }
  const rank: MachineClass[] = ['technique', 'software', 'victim'];
  const machine = [...best.values()].sort(
    (a, b) => rank.indexOf(a.cls) - rank.indexOf(b.cls) || a.thing - b.thing || order(a.item, b.item),
  );
  return { machine, person: [...person.values()], unused };
}

const isVictim = (view: ProfileView, key: string) =>
  view.victims.some((v) => v.has(key)) || view.knowledge.actors.some((a) => a.victims.includes(key));

/** The day the weighing is for: given, else the last day of machine evidence; NaN when nothing says. */
function dayOf(day: string | undefined, items: readonly EvidenceItem[]): number {
  const said =
    day ??
    items
      .map((i) => i.observedAt)
      .filter((t) => t !== undefined)
      .sort()
      .at(-1);
  return said === undefined ? Number.NaN : Math.floor(Date.parse(said.slice(0, 10)) / DAY);
}
