import type { AgencyView, EvidenceItem, Payload } from '../../model/index.ts';
import type { LogLine } from '../case/index.ts';

/** Kinds of entry that bear on who it was: ask the case for these. */
export const WHO_KINDS = ['evidence-stated', 'hypothesis-stated', 'assessment-made'] as const;

/** Evidence that people stated, as it is weighed; retracted and withheld entries say nothing. */
export function statedEvidence(lines: readonly LogLine[]): EvidenceItem[] {
  return standing(lines, 'evidence-stated').map(({ line, payload }) => ({
    ...payload,
    id: line.item.id,
    setBy: line.header.author.name === '' ? line.item.agency : `${line.header.author.name} (${line.item.agency})`,
    setAt: line.header.time.at,
  }));
}

/**
 * What each agency holds, by its last assessment of this intrusion. An agency's view is a judgement, not evidence: it
 * stands beside the engine's.
 */
export function agencyViews(
  lines: readonly LogLine[],
  intrusion: string,
  actorId: (name: string) => string | null,
): AgencyView[] {
  const hypotheses = new Map(
    standing(lines, 'hypothesis-stated').map(({ line, payload }) => [line.item.id, hypothesisId(payload, actorId)]),
  );
  const last = new Map<string, AgencyView>();
  for (const { line, payload } of standing(lines, 'assessment-made')) {
    if (payload.intrusion !== undefined && payload.intrusion !== intrusion) continue;
    const p: Record<string, number> = {};
    for (const j of payload.judgements) {
      const id = hypotheses.get(j.hypothesis);
      if (id !== undefined) p[id] = (j.low + j.high) / 2;
    }
    last.set(line.item.journal, {
      agency: line.item.agency,
      p,
      basisOrigins: payload.origins ?? [],
      ...(payload.origins === undefined ? { asked: false } : {}),
      confidence: payload.confidence,
      text: payload.why,
    });
  }
  return [...last.values()].sort((a, b) => (a.agency < b.agency ? -1 : 1));
}

/** `unknown`, `posing:ID`, the id of a known actor, or the name itself when nobody here knows it. */
export function hypothesisId(h: Payload<'hypothesis-stated'>, actorId: (name: string) => string | null): string {
  if (h.kind === 'unknown') return 'unknown';
  const name = h.actor ?? h.name;
  const id = actorId(name) ?? name;
  return h.kind === 'posing' ? `posing:${id}` : id;
}

function standing<K extends (typeof WHO_KINDS)[number]>(lines: readonly LogLine[], kind: K) {
  return lines.flatMap((line) =>
    line.item.kind === kind && line.item.standing !== 'retracted' && line.payload !== undefined
      ? [{ line, payload: line.payload as Payload<K> }]
      : [],
  );
}
