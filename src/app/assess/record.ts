import { likelihood } from '../../attribution/index.ts';
import type { Payload } from '../../model/index.ts';
import type { LogLine, Saying } from '../case/index.ts';
import type { CaseAssessment } from './assess.ts';

export interface Recorded {
  readonly why: string;
  readonly limits: string;
  readonly dissent: Payload<'assessment-made'>['dissent'];
  /** on whose sightings this agency's view rests */
  readonly origins?: readonly string[];
}

const MOST_HYPOTHESES = 5;
const LEAST = 0.02;

/**
 * An assessment as entries: the hypotheses it speaks of, each stated once in a journal, then the judgements with word,
 * scale and number together. `append` gives back the ids of what it wrote.
 */
export function recordAssessment(
  part: CaseAssessment['intrusions'][number],
  words: Recorded,
  own: readonly LogLine[],
  append: (sayings: readonly Saying[]) => readonly string[],
): string {
  const { assessment } = part;
  const answers = [...assessment.answers, ...assessment.deception.posingAs]
    .filter((a, i) => i === 0 || a.p >= LEAST)
    .slice(0, MOST_HYPOTHESES);
  const stated = new Map(
    own.flatMap((l) => {
      if (l.item.kind !== 'hypothesis-stated' || l.payload === undefined) return [];
      const { name, kind } = l.payload as Payload<'hypothesis-stated'>;
      return [[`${kind} ${name}`, l.item.id] as const];
    }),
  );
  const missing = answers.filter((a) => !stated.has(`${a.kind} ${a.name}`));
  const ids = append(
    missing.map(
      (a): Saying => ({
        kind: 'hypothesis-stated',
        payload: {
          name: a.name,
          kind: a.kind,
          ...(a.kind === 'unknown' ? {} : { actor: a.id.replace(/^posing:/, '') }),
          statement:
            a.kind === 'actor'
              ? `${a.name} conducted the intrusion.`
              : a.kind === 'unknown'
                ? 'The actor is none of those known here.'
                : `${a.name} conducted the intrusion.`,
        },
      }),
    ),
  );
  missing.forEach((a, i) => {
    stated.set(`${a.kind} ${a.name}`, ids[i] as string);
  });
  const { scale } = assessment.likelihood;
  const judgements = answers.map((a, i) => ({
    hypothesis: stated.get(`${a.kind} ${a.name}`) as string,
    low: Math.min(a.range[0], a.p),
    high: Math.max(a.range[1], a.p),
    word:
      i === 0
        ? assessment.likelihood.word
        : likelihood(a.p, Math.min(a.range[0], a.p), Math.max(a.range[1], a.p), scale).word,
    scale,
  }));
  const [id] = append([
    {
      kind: 'assessment-made',
      payload: {
        question: `Who conducted "${part.title}"?`.slice(0, 200),
        judgements,
        confidence: assessment.confidence.level,
        why: words.why,
        limits: words.limits,
        dissent: words.dissent,
        intrusion: part.id,
        ...(words.origins === undefined ? {} : { origins: [...words.origins] }),
      },
    },
  ]);
  return id as string;
}
