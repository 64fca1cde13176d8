import { type Confidence, type Judgement, type Likelihood, SCALES, type Scale } from '../model/index.ts';
import { AttributionError } from './errors.ts';
import { shown } from './posterior.ts';

/**
 * Words of estimative probability. Two named scales, never mixed: ICD 203 (ODNI, bands that touch; here a boundary belongs
 * to the lower band, so that nothing is overstated) and the PHIA yardstick (UK, bands with deliberate gaps; in a gap the
 * lower band's word is taken and the gap is told).
 */
interface Band {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

export const BANDS: Readonly<Record<Scale, readonly Band[]>> = {
  'icd-203': [
    { word: 'almost no chance', from: 0.01, to: 0.05 },
    { word: 'very unlikely', from: 0.05, to: 0.2 },
    { word: 'unlikely', from: 0.2, to: 0.45 },
    { word: 'roughly even chance', from: 0.45, to: 0.55 },
    { word: 'likely', from: 0.55, to: 0.8 },
    { word: 'very likely', from: 0.8, to: 0.95 },
    { word: 'almost certain', from: 0.95, to: 0.99 },
  ],
  phia: [
    { word: 'remote chance', from: 0, to: 0.05 },
    { word: 'highly unlikely', from: 0.1, to: 0.2 },
    { word: 'unlikely', from: 0.25, to: 0.35 },
    { word: 'realistic possibility', from: 0.4, to: 0.5 },
    { word: 'likely', from: 0.55, to: 0.75 },
    { word: 'highly likely', from: 0.8, to: 0.9 },
    { word: 'almost certain', from: 0.95, to: 1 },
  ],
};

/** Position of the band around an even chance. */
const EVEN: Readonly<Record<Scale, number>> = { 'icd-203': 3, phia: 3 };

export const SCALE_NAMES: Readonly<Record<Scale, string>> = { 'icd-203': 'ICD 203', phia: 'PHIA yardstick' };

/** How a band's word stands in "It is … that": a chance and a possibility are had, not been. */
const PHRASES: Readonly<Record<string, string>> = {
  'almost no chance': 'There is almost no chance',
  'roughly even chance': 'There is a roughly even chance',
  'remote chance': 'There is a remote chance',
  'realistic possibility': 'There is a realistic possibility',
};

/** Position of the band of a probability, 0 lowest; in a gap and on a boundary the lower. */
export function bandOf(p: number, scale: Scale): number {
  const bands = BANDS[scale];
  const q = shown(p);
  // decimal fractions are not exact in binary: a boundary is one to nine places
  let at = 0;
  for (let i = 1; i < bands.length; i++) {
    const edge = bands[i]!.from;
    if (scale === 'phia' ? q >= edge - 1e-9 : q > edge + 1e-9) at = i;
  }
  return at;
}

/** Whether the scale has no word for this number. */
export function inGap(p: number, scale: Scale): boolean {
  const q = shown(p);
  return q > BANDS[scale][bandOf(q, scale)]!.to + 1e-9;
}

/**
 * The word for a probability and the interval of its sensitivity: the lower end decides when it lies in a lower band.
 * @throws AttributionError OUT_OF_RANGE when low ≤ p ≤ high does not hold
 */
export function likelihood(p: number, low: number, high: number, scale: Scale): Likelihood {
  if (!(low <= p + 1e-9 && p <= high + 1e-9) || !SCALES.includes(scale))
    throw new AttributionError('OUT_OF_RANGE', `a likelihood of ${p} within ${low} to ${high}`);
  // What is likelier than not must not be worded as a denial, however wide the interval: that would overstate the rest.
  const floor = p >= 0.5 ? EVEN[scale] : 0;
  const band = BANDS[scale][Math.max(floor, Math.min(bandOf(p, scale), bandOf(low, scale)))]!;
  return { word: band.word, scale, p: round(shown(p)), low: round(shown(low)), high: round(shown(high)) };
}
const round = (p: number) => Math.round(p * 1e4) / 1e4;

/** "It is very likely (ICD 203, 80–95 %) that …" Likelihood only: confidence has a sentence of its own (ICD 203). */
export function likelihoodSentence(l: Likelihood, that: string): string {
  const band = BANDS[l.scale].find((b) => b.word === l.word)!;
  const range = `${Math.round(band.from * 100)}–${Math.round(band.to * 100)} %`;
  const phrase = PHRASES[l.word] ?? `It is ${l.word}`;
  return `${phrase} (${SCALE_NAMES[l.scale]}, ${range}; computed ${percent(l.p)}, between ${percent(l.low)} and ${percent(l.high)}) that ${that}.`;
}
const percent = (p: number) => `${Math.round(shown(p) * 100)} %`;

export function confidenceSentence(level: Confidence, because: readonly string[]): string {
  const reasons = because.length === 0 ? '' : `: ${because.slice(0, 4).join('; ')}`;
  return `Confidence in the basis of this judgement is ${level}${reasons}.`;
}

/**
 * A statement of several judgements: one sentence each with its own word and its own actor or none. A judgement that names
 * nobody gets no name from its neighbour, and bands are never merged into one.
 */
export function statement(judgements: readonly Judgement[]): string[] {
  return judgements.flatMap((j) => {
    const who = j.actor ?? j.description ?? 'an actor that is not named';
    const sentence = likelihoodSentence(j.likelihood, `${who} ${j.subject}`);
    return j.confidence === undefined ? [sentence] : [sentence, confidenceSentence(j.confidence, [])];
  });
}

/** What a text must not say, given the judgements it rests on. */
export const OVERSTATEMENTS = {
  NAMED_BEYOND_JUDGEMENT: 'the text names an actor for a subject whose judgement names none',
  WORD_ABOVE_JUDGEMENT: 'the text uses a stronger word than the judgement it speaks of',
  CERTAINTY: 'the text leaves no doubt where a judgement leaves some',
  LIKELIHOOD_WITH_CONFIDENCE: 'likelihood and confidence stand in one sentence',
  SCALES_MIXED: 'words of two scales stand in one text',
} as const;
export type Overstatement = keyof typeof OVERSTATEMENTS;

export interface OverstatementFound {
  readonly code: Overstatement;
  readonly sentence: string;
  readonly judgement?: number;
}

/**
 * Holds a draft against its judgements. `keys`: words by which a sentence is known to speak of judgement i (its victim,
 * its operation). A check of words, not of meaning: silence is no approval.
 */
export function overstatements(
  text: string,
  judgements: readonly Judgement[],
  keys: readonly (readonly string[])[],
): OverstatementFound[] {
  const found: OverstatementFound[] = [];
  const actors = [...new Set(judgements.flatMap((j) => (j.actor === undefined ? [] : [j.actor])))];
  const scales = new Set(judgements.map((j) => j.likelihood.scale));
  const ladder = judgements[0] === undefined ? [] : BANDS[judgements[0].likelihood.scale];
  if (scales.size > 1) found.push({ code: 'SCALES_MIXED', sentence: text.slice(0, 200) });
  for (const sentence of text.slice(0, 100_000).split(/(?<=[.!?])\s+/)) {
    const lower = ` ${sentence.toLowerCase()} `;
    const words = saidWords(
      lower,
      ladder.map((b) => b.word),
    );
    if (words.length > 0 && /\b(low|moderate|high) confidence\b|\bconfidence\b[^.]*\b(low|moderate|high)\b/.test(lower))
      found.push({ code: 'LIKELIHOOD_WITH_CONFIDENCE', sentence });
    judgements.forEach((j, i) => {
      if (!(keys[i] ?? []).some((k) => lower.includes(k.toLowerCase()))) return;
      const own = ladder.findIndex((b) => b.word === j.likelihood.word);
      for (const a of actors)
        if (a !== j.actor && lower.includes(a.toLowerCase()))
          found.push({ code: 'NAMED_BEYOND_JUDGEMENT', sentence, judgement: i });
      if (words.some((w) => ladder.findIndex((b) => b.word === w) > own))
        found.push({ code: 'WORD_ABOVE_JUDGEMENT', sentence, judgement: i });
      if (
        /\b(certainly|definitely|undoubtedly|proven|without doubt|no doubt|is responsible|was responsible)\b/.test(
          lower,
        ) &&
        words.length === 0
      )
        found.push({ code: 'CERTAINTY', sentence, judgement: i });
      else if (words.length === 0 && actors.some((a) => lower.includes(a.toLowerCase())))
        found.push({ code: 'CERTAINTY', sentence, judgement: i });
    });
  }
  return found;
}

/** The scale's words a sentence uses; "very likely" is not also "likely". */
function saidWords(lower: string, words: readonly string[]): string[] {
  let rest = lower;
  const said: string[] = [];
  for (const w of [...words].sort((a, b) => b.length - a.length)) {
    if (!rest.includes(w)) continue;
    said.push(w);
    rest = rest.replaceAll(w, ' · ');
  }
  return said;
}
