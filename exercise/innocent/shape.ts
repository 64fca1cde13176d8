import type { Act, Plot, World } from '../contract.ts';

/** Something that looks like an intruder and is none. */
export interface LookAlike {
  readonly id: string;
  /** whom and what it consists of, whether or not an act of its own shows them */
  own(world: World): Own;
  plot(world: World): Plot;
}

export interface Own {
  readonly accounts?: readonly string[];
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
}

/** The phase of acts that are no step of any intrusion. */
export const ROUTINE = 'routine';

/** What people of a look-alike do, told so that the truth knows whom a blame would hit. */
export function doneBy(party: string) {
  return (what: string, victims: NonNullable<Act['victims']>, addresses: readonly string[] = []): Act => ({
    ...{ party, phase: ROUTINE, what, victims, used: { addresses } },
  });
}
