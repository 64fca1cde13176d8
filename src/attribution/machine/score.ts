import { median } from '../deception.ts';
import {
  addPrior,
  addThing,
  addUnknown,
  addVictim,
  type Background,
  FEATURES,
  isCandidate,
  type Observed,
  temper,
} from './features.ts';
import { codedWeights, type Weights } from './weights.ts';

export const MACHINE_CLASSES = ['technique', 'software', 'victim'] as const;
export type MachineClass = (typeof MACHINE_CLASSES)[number];

/** One observed thing against every actor, in nats, not yet tempered. */
export interface MachineItem {
  readonly cls: MachineClass;
  /** position of the thing, -1 for a victim */
  readonly thing: number;
  readonly victim?: string;
  /** per actor; NaN for actors that cannot be weighed */
  readonly nats: Float64Array;
}

export interface MachineScores {
  readonly items: readonly MachineItem[];
  /** per actor: what holds before the items */
  readonly prior: Float64Array;
  /** the unknown actor's score, at the share of unknown the weights were fitted with */
  readonly unknown: number;
  readonly candidates: readonly number[];
}

/** Every observed thing weighed for every actor: the pieces of which scores are made. */
export function scoreObserved(background: Background, observed: Observed, weights: Weights): MachineScores {
  const w = codedWeights(weights);
  const G = background.view.knowledge.actors.length;
  const row = new Float64Array(FEATURES.length);
  const candidates: number[] = [];
  for (let g = 0; g < G; g++) if (isCandidate(background, g)) candidates.push(g);
  const over = (fill: (g: number) => void) => {
    const nats = new Float64Array(G).fill(Number.NaN);
    for (const g of candidates) {
      row.fill(0);
      fill(g);
      nats[g] = dot(row, w);
    }
    return nats;
  };
  const things = (cls: 'technique' | 'software', list: readonly number[]): MachineItem[] =>
    list.map((thing) => ({
      cls,
      thing,
      nats: over((g) => addThing(background, cls === 'software', thing, g, row, 0, 1)),
    }));
  const victims = observed.victims.map(
    (victim): MachineItem => ({
      cls: 'victim',
      thing: -1,
      victim,
      nats: over((g) => addVictim(background, victim, g, row, 0, 1)),
    }),
  );
  row.fill(0);
  addUnknown(background, observed, row, 0);
  const unknown = dot(row, w);
  return {
    items: [...things('technique', observed.techniques), ...things('software', observed.software), ...victims],
    prior: over((g) => addPrior(background, g, observed.day, row, 0)),
    unknown,
    candidates,
  };
}

/** The design row of one incident for fitting: (G + 1) × features, the last row the unknown actor; NaN first = no candidate. */
export function designRow(background: Background, observed: Observed, row: Float32Array): void {
  const G = background.view.knowledge.actors.length;
  const F = FEATURES.length;
  const [tt, ts, tv] = [observed.techniques, observed.software, observed.victims].map((l) => temper(l.length)) as [
    number,
    number,
    number,
  ];
  for (let g = 0; g < G; g++) {
    if (!isCandidate(background, g)) {
      row[g * F] = Number.NaN;
      continue;
    }
    for (const x of observed.techniques) addThing(background, false, x, g, row, g * F, tt);
    for (const x of observed.software) addThing(background, true, x, g, row, g * F, ts);
    for (const v of observed.victims) addVictim(background, v, g, row, g * F, tv);
    addPrior(background, g, observed.day, row, g * F);
  }
  addUnknown(background, observed, row, G * F);
  centre(row, G, F);
}

/**
 * Software and victims count relative to the typical candidate, as in the product: so that the unknown, whose evidence there
 * is 0, is fitted against the same zero, and a named victim alone does not speak for the unknown. Among actors this changes
 * nothing.
 */
function centre(row: Float32Array, G: number, F: number): void {
  FEATURES.forEach((f, j) => {
    if (!f.startsWith('s ') && !f.startsWith('v ')) return;
    const values: number[] = [];
    for (let g = 0; g < G; g++) if (!Number.isNaN(row[g * F]!)) values.push(row[g * F + j]!);
    const middle = median(values);
    if (middle !== 0) for (let g = 0; g < G; g++) row[g * F + j]! -= middle;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let s = 0;
  for (let i = 0; i < a.length; i++) s += a[i]! * b[i]!;
  return s;
}
