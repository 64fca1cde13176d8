import { DAY, HOUR, MINUTE } from '../calendar.ts';
import type { Person, Verbs, World } from '../contract.ts';
import type { Random } from '../random.ts';
import type { Ministry } from '../world/index.ts';

/** Rates are written for a ministry that tells nine hundred thousand records; scale 1 is to be two thirds of that. */
const UNIT = 0.6;

/** One day of routine: its chance, its verbs, and when things happen in it. */
export class Day {
  readonly start: number;
  readonly verbs: Verbs;
  readonly random: Random;
  readonly world: World;
  readonly ministry: Ministry;
  /** after the move little of the old traffic is left */
  readonly scale: number;
  /** the same at scale 1 */
  readonly #full: number;

  constructor(ministry: Ministry, start: number, verbs: Verbs, area: string) {
    this.ministry = ministry;
    this.world = ministry.world;
    this.start = start;
    this.verbs = verbs;
    this.random = ministry.world.random(`${area} ${start / DAY}`);
    this.#full = UNIT * (start >= ministry.world.moved ? 0.12 : 1);
    this.scale = ministry.world.scale * this.#full;
  }

  /** How often something happens that happens `rate` times: a whole number with that mean. */
  times(rate: number): number {
    return this.#whole(rate * this.scale);
  }

  /**
   * What people do by habit: a small scale does not make it rarer, else nobody would have a past to be measured against,
   * while travels and intruders keep their full number.
   */
  habit(rate: number): number {
    return this.#whole(rate * Math.max(this.scale, this.#full));
  }

  /** The same without the scale. */
  often(rate: number): number {
    return this.#whole(rate);
  }

  #whole(mean: number): number {
    const whole = Math.floor(mean);
    return whole + (this.random.next() / 2 ** 32 < mean - whole ? 1 : 0);
  }

  any(): number {
    return this.start + this.random.int(0, DAY - 1);
  }

  /** Minutes of the local day of a post, as a moment of this UTC day or the hours after it. */
  local(person: Person, minutes: number): number {
    const { offset } = this.world;
    const ms = this.start - offset(person.post, this.start) + Math.round(minutes * MINUTE) + this.random.int(0, 59_999);
    return ms < this.start ? ms + DAY : ms;
  }

  /** In working hours, most often in the middle of the morning or of the afternoon. */
  atWork(person: Person): number {
    const { from, to } = person.works;
    const length = to - from;
    return this.local(person, from + (this.random.int(0, length) + this.random.int(0, length)) / 2);
  }

  evening(person: Person): number {
    return this.local(person, person.works.to + this.random.int(40, 260));
  }
}

/** Where somebody is who is not at the desk: the address everything then comes from. */
export function awayAddress(d: Day, person: Person, ms: number): string {
  const { world, random, ministry } = d;
  const trip = world.trip(person, ms);
  if (person.commercialVpn && random.chance(70))
    return ministry.vpnExits[Math.floor(ms / DAY + person.works.from) % 24]!;
  if (trip === undefined) return world.homeAddress(person, ms);
  const edge = ms - trip.from < 5 * HOUR || trip.to - ms < 8 * HOUR;
  return edge ? trip.airport : random.chance(80) ? trip.hotel : trip.mobile;
}

/** Where a phone is: on the country's mobile network, or on the wireless at home. */
export function phoneAddress(d: Day, person: Person, ms: number): string {
  const { world, random, ministry } = d;
  const trip = world.trip(person, ms);
  if (trip) return random.chance(60) ? trip.mobile : trip.hotel;
  if (random.chance(35)) return world.homeAddress(person, ms);
  const shared = ministry.places.mobiles(person.post.country);
  return shared[(person.account.name.length + Math.floor(ms / DAY / 3)) % shared.length]!;
}
