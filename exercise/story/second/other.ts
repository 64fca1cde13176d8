import { DAY, utc } from '../../calendar.ts';
import type { World } from '../../contract.ts';
import { type Cast, castOf } from '../cast.ts';
import type { Crew } from '../operator.ts';
import { actsOf, Script } from '../script.ts';

export const SECOND_ACTOR = 'second-actor';
export const { did, tried } = actsOf(SECOND_ACTOR);

export interface Other {
  readonly world: World;
  readonly script: Script;
  readonly cast: Cast;
  readonly crew: Crew;
  readonly from: number;
  readonly to: number;
  /** one rented server after the other, each for weeks */
  exit(ms: number): string;
}

export function otherOf(world: World): Other {
  const random = world.random('second/plan');
  const from = utc('2023-01-20') + random.int(0, 110) * DAY;
  const to = from + random.int(95, 190) * DAY;
  const weeks = random.int(3, 6) * 7 * DAY;
  const country = random.pick(rented(world));
  const exits = Array.from({ length: Math.ceil((to - from) / weeks) + 1 }, () =>
    world.fresh(random, 'hosting', country),
  );
  const crew: Crew = {
    zone: random.pick([-5, -3, 3, 4]),
    week: new Set([1, 2, 3, 4, 5]),
    ...{ from: 9, to: 18, holidays: [{ from: '05-01', days: 4 }], diligence: 1 },
  };
  return {
    ...{ world, script: new Script(), cast: castOf(world), crew, from, to },
    exit: (ms) => exits[Math.max(0, Math.floor((ms - from) / weeks))] ?? (exits[0] as string),
  };
}

/** Countries in which servers are rented. */
export function rented(world: World): string[] {
  return [...new Set(world.networks.filter((n) => n.kind === 'hosting').map((n) => n.country))];
}
