import { type Answer, type Assessment, readWeights, weighCase } from '../../attribution/index.ts';
import type { AgencyView, EvidenceItem, Finding, Intrusions, Scale } from '../../model/index.ts';
import type { LogLine } from '../case/index.ts';
import type { Known } from './known.ts';
import { machineEvidence, victimEvidence } from './machine.ts';
import { agencyViews, statedEvidence } from './said.ts';

export interface AssessInput {
  readonly intrusions: Intrusions;
  /** of the intrusions that are weighed, in any order */
  readonly findings: ReadonlyMap<string, Finding>;
  readonly known: Known;
  /** content/attribution/weights.json, parsed */
  readonly weights: unknown;
  /** entries of WHO_KINDS, in the case's order */
  readonly said: readonly LogLine[];
  /** whose network it was: `sector:government`, `country:cz` */
  readonly victims: readonly string[];
  /** ids of intrusions to weigh; several are also compared: one actor or two */
  readonly chosen: readonly string[];
  readonly scale: Scale;
  /** prior share of actors nobody here knows, in (0, 1) */
  readonly unknownShare?: number;
  /** probability of deception times that of a given actor being framed, in (0, 1) */
  readonly epsilon?: number;
}

/** out/assessment.json: who it was, one assessment an intrusion. docs/attribution.md explains every member. */
export interface CaseAssessment {
  readonly format: 'czernin-assessment/1';
  /** SHA-256 of the findings file it rests on */
  readonly results: string;
  readonly intrusions: readonly {
    readonly id: string;
    readonly title: string;
    readonly assessment: Assessment;
    readonly items: readonly EvidenceItem[];
    readonly agencies: readonly AgencyView[];
  }[];
  /** one actor or several, pair by pair */
  readonly pairs: ReturnType<typeof weighCase>['pairs'];
}

/** @throws AttributionError */
export function assessCase(input: AssessInput): CaseAssessment {
  const { known } = input;
  const weights = readWeights(input.weights);
  const stated = statedEvidence(input.said);
  const chosen = input.chosen.flatMap((id) => input.intrusions.intrusions.find((x) => x.id === id) ?? []);
  const items = chosen.flatMap((x) => {
    const own = x.findings.flatMap((id) => input.findings.get(id) ?? []);
    return machineEvidence(x, own, known.actorId);
  });
  const all = [...items, ...victimEvidence(input.victims, 'whoever asked'), ...stated];
  const extra = unweighed(all, input.said, known);
  const tacticsOf = (id: string) => {
    const x = chosen.find((c) => c.id === id);
    const found = (x?.findings ?? []).flatMap((f) => input.findings.get(f)?.rule.tactics ?? []);
    return [...new Set(found)].sort();
  };
  const options = (id: string) => ({
    extra,
    tactics: tacticsOf(id),
    sponsors: known.sponsors,
    scale: input.scale,
    agencies: agencyViews(input.said, id, known.actorId),
    assumed: {
      ...(input.unknownShare === undefined ? {} : { unknownShare: input.unknownShare }),
      ...(input.epsilon === undefined ? {} : { epsilon: input.epsilon }),
    },
  });
  const intrusions = chosen.map((x) => {
    const own = all.filter((i) => i.intrusion === undefined || i.intrusion === x.id);
    const weighed = weighCase(
      own.map(({ intrusion: _, ...item }) => item),
      known.view,
      weights,
      options(x.id),
    );
    return {
      id: x.id,
      title: x.title,
      assessment: weighed.intrusions[0]!.assessment,
      items: own,
      agencies: options(x.id).agencies,
    };
  });
  const several = new Set(chosen.map((x) => x.id)).size > 1;
  return {
    format: 'czernin-assessment/1',
    results: input.intrusions.results,
    intrusions,
    pairs: several ? weighCase(all, known.view, weights, options('')).pairs : [],
  };
}

/** Actors that people speak of and nobody has a profile of: hypotheses all the same. */
function unweighed(
  items: readonly EvidenceItem[],
  said: readonly LogLine[],
  known: Known,
): { id: string; name: string }[] {
  const ids = new Set(items.flatMap((i) => Object.keys(i.lr ?? {})));
  for (const view of agencyViews(said, '', known.actorId)) for (const id of Object.keys(view.p)) ids.add(id);
  const { actorById } = known.view.knowledge;
  return [...ids]
    .filter((id) => id !== 'unknown' && !id.startsWith('posing:') && !actorById.has(id))
    .sort()
    .map((id) => ({ id, name: id }));
}

/** The hypothesis of an assessment that a name stands for. */
export function answerNamed(assessment: Assessment, name: string, known: Known): Answer | undefined {
  const id = known.actorId(name) ?? name;
  const all = [...assessment.answers, ...assessment.deception.posingAs];
  return all.find((a) => a.id === id || a.name.toLowerCase() === name.toLowerCase());
}
