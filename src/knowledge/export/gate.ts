import { type Marking, TLP } from '../../model/index.ts';
import type { Markings } from '../stix/index.ts';

/** Why something does not leave. Fail closed: what is not said to be free is not. */
export const WITHHELD = {
  UNMARKED: 'bears no TLP, and the import was not given one',
  UNRESOLVED: 'bears a marking whose definition is not here, or of a kind we do not know',
  ABOVE: 'is marked above the level of the export',
  PERMITTED_ACTIONS: 'PAP RED: in a list it would be looked up or blocked, which warns the intruder',
  REFERS: 'refers to something that is held back',
  NO_FORM: 'cannot be said in this format',
} as const;
export type WithheldCode = keyof typeof WITHHELD;

export type Level = Marking['tlp'];

function above(tlp: Level, level: Level): boolean {
  return TLP.indexOf(tlp) > TLP.indexOf(level);
}

/** null: may leave to an audience of this level. */
export function whyWithheld(found: Markings, unmarked: Marking | undefined, level: Level): WithheldCode | null {
  if (found.unresolved.length > 0 || found.unknown.length > 0) return 'UNRESOLVED';
  const tlp = found.tlp ?? unmarked?.tlp;
  if (tlp === undefined) return 'UNMARKED';
  return above(tlp, level) ? 'ABOVE' : null;
}

/** The same for what carries our marking: claims, indicators. */
export function whyMarkedWithheld(marking: Marking | undefined, level: Level): WithheldCode | null {
  if (!marking) return 'UNMARKED';
  return above(marking.tlp, level) ? 'ABOVE' : null;
}
