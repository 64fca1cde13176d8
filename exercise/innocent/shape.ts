import { DAY, HOUR } from '../calendar.ts';
import type { Act, Person, Plot, World } from '../contract.ts';

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

/** The first day from `day` on at whose local noon the person is at work; after two months without one, that day. */
export function dayAtWork(world: World, person: Person, day: number): number {
  for (let at = day; at < day + 60 * DAY; at += DAY) {
    const noon = Math.floor(at / DAY) * DAY + 12 * HOUR - world.offset(person.post, at);
    if (world.works(person.post, noon) && world.present(person, noon) && !world.trip(person, noon)) return at;
  }
  return day + 60 * DAY;
}

/** The phase of acts that are no step of any intrusion. */
export const ROUTINE = 'routine';

/** What people of a look-alike do, told so that the truth knows whom a blame would hit. */
export function doneBy(party: string) {
  return (what: string, victims: NonNullable<Act['victims']>, addresses: readonly string[] = []): Act => ({
    ...{ party, phase: ROUTINE, what, victims, used: { addresses } },
  });
}
