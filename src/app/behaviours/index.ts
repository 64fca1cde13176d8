/**
 * behaviours: from behaviour files and a sealed lake to Findings, and from a behaviour and its example cases to what is
 * not as expected. In: files as text, the lake as an effect, what the case knows of its sources. Out: Findings in time
 * order and the fate of each behaviour. Laws: one that fails or cannot see is named and the rest goes on (3); the same
 * lake and files give the same Findings; SQL runs closed in (4).
 */
export { type CaseResult, testBehaviour } from './cases.ts';
export type { BehaviourFacts } from './engine.ts';
export type { Ground } from './kept.ts';
export { type BehaviourFate, type BehaviourOutcome, type RunEffects, runBehaviours } from './run.ts';
export { type BehaviourSet, type BehaviourSetRequest, behaviourSet } from './set.ts';
