import type { z } from 'zod';
import { CheckpointSeen, ContradictionFound, Correction, Retraction } from './answers.ts';
import { EntityAsserted, FindingJudged, IntrusionMerged, IntrusionNamed, IntrusionSplit, Note } from './judgements.ts';
import { JournalOpened, KeyRecovered, KeyRevoked, KeyRotated, StationIntroduced } from './keys.ts';
import { AssessmentMade, DecisionMade, EvidenceStated, HypothesisStated } from './weighing.ts';
import { AnalysisRun, DispatchReceived, DispatchSent, EvidenceReceived, ReleaseMade } from './work.ts';

/**
 * The closed list: every kind of entry with the schema of its payload. A kind is never changed once written; a new
 * kind or member comes with a new `v` in the header.
 */
export const ENTRY_KINDS = {
  'journal-opened': JournalOpened,
  'key-rotated': KeyRotated,
  'key-revoked': KeyRevoked,
  'key-recovered': KeyRecovered,
  'station-introduced': StationIntroduced,
  'evidence-received': EvidenceReceived,
  'analysis-run': AnalysisRun,
  'finding-judged': FindingJudged,
  note: Note,
  'entity-asserted': EntityAsserted,
  'intrusion-named': IntrusionNamed,
  'intrusion-merged': IntrusionMerged,
  'intrusion-split': IntrusionSplit,
  'evidence-stated': EvidenceStated,
  'hypothesis-stated': HypothesisStated,
  'assessment-made': AssessmentMade,
  'decision-made': DecisionMade,
  'release-made': ReleaseMade,
  'dispatch-sent': DispatchSent,
  'dispatch-received': DispatchReceived,
  correction: Correction,
  retraction: Retraction,
  'checkpoint-seen': CheckpointSeen,
  'contradiction-found': ContradictionFound,
} as const satisfies Record<string, z.ZodType>;

/** They carry the keys the rest is verified with: never withheld. */
export const KEY_KINDS: ReadonlySet<string> = new Set([
  'journal-opened',
  'key-rotated',
  'key-revoked',
  'key-recovered',
]);

/** They answer exactly one entry, the only one in their references; effective only within the author's own journal. */
export const ANSWER_KINDS: ReadonlySet<string> = new Set(['correction', 'retraction']);
