import { DAY, utc } from '../calendar.ts';
import type { Account, Person, World } from '../contract.ts';
import type { Random } from '../random.ts';

/**
 * Who plays which part. Nobody plays two: whoever is blamed was misused, and whoever looks odd for an innocent reason
 * was not, so that the truth is plain. (Victims travel, mistype and use what all others use.)
 */
export interface Cast {
  /** passwords guessed by spraying */
  readonly guessed: readonly Person[];
  /** passwords taken at the mail server's own log-in page */
  readonly stolen: readonly Person[];
  /** the administrator whose second account falls */
  readonly admin: Person & { readonly admin: Account };
  readonly service: Account;
  /** whose workstations carry an implant */
  readonly desks: readonly Person[];
  readonly stick: Person;
  /** an account the locksmiths overlooked */
  readonly forgotten: Person;
  /** tried by spraying and never opened */
  readonly sprayed: readonly Person[];
  /** the other intruder's */
  readonly second: { readonly user: Person; readonly desk: Person };
  readonly innocent: {
    readonly nightAdmin: Person & { readonly admin: Account };
    readonly malware: Person;
    readonly secretary: Person;
    readonly chief: Person;
    readonly travellers: readonly Person[];
    readonly pilots: readonly Person[];
    readonly hotspot: readonly Person[];
    readonly commercialVpn: readonly Person[];
  };
}

/** Roles whose mail the intruder wants. */
export const WANTED = new Set<Person['role']>(['ambassador', 'desk officer', 'diplomat', 'director', 'minister']);

export function castOf(world: World): Cast {
  const random = world.random('story/cast');
  const { from, to } = world.span;
  const steady = world.people.filter(
    ({ serves }) =>
      serves.from <= Math.max(utc('2022-02-01'), from + 31 * DAY) && serves.to >= Math.min(utc('2024-07-01'), to),
  );
  const draw = new Draw(random, steady);
  const admins = draw.take(2, isAdmin) as Cast['admin'][];
  const [admin, nightAdmin] = admins as [Cast['admin'], Cast['admin']];
  // those who travel most are looked at most: they are the touchstone of every log-in behaviour
  const often = new Set(steady.toSorted((a, b) => b.trips.length - a.trips.length).slice(0, 12));
  const travellers = draw.take(8, (p) => often.has(p));
  const commercialVpn = draw.take(6, (p) => p.commercialVpn);
  const wanted = (p: Person) => WANTED.has(p.role);
  const guessed = draw.take(random.int(2, 3), wanted);
  const stolen = draw.take(random.int(4, 7), wanted);
  const victims = [...guessed, ...stolen];
  return {
    ...{ guessed, stolen, admin },
    service: random.chance(50) ? world.accounts.backup : world.accounts.deploy,
    desks: random.some(victims, random.int(2, 4)),
    stick: draw.one((p) => p.post !== world.headquarters && wanted(p)),
    forgotten: draw.one((p) => p.role === 'consul' || p.role === 'attaché'),
    second: { user: draw.one((p) => p.role === 'clerk' || p.role === 'consul'), desk: draw.one(() => true) },
    innocent: {
      ...{ nightAdmin, travellers, commercialVpn },
      malware: draw.one((p) => p.role === 'clerk' || p.role === 'attaché'),
      secretary: draw.one((p) => p.role === 'secretary'),
      chief: draw.one((p) => p.role === 'director' || p.role === 'ambassador'),
      pilots: draw.take(24, () => true),
      hotspot: draw.take(14, () => true),
    },
    sprayed: random.some(
      world.people.filter((p) => !victims.includes(p)),
      random.int(70, 130),
    ),
  };
}

function isAdmin(p: Person): boolean {
  return p.role === 'IT admin' && p.admin !== undefined;
}

/** People in random order, each drawn once. When nobody is left whom the wish fits, anybody serves. */
class Draw {
  readonly #left: Person[];

  constructor(random: Random, people: readonly Person[]) {
    this.#left = random.some(people, people.length);
  }

  take(count: number, wish: (p: Person) => boolean): Person[] {
    const out: Person[] = [];
    for (let i = 0; i < this.#left.length && out.length < count; )
      if (wish(this.#left[i] as Person)) out.push(...this.#left.splice(i, 1));
      else i++;
    return out;
  }

  one(wish: (p: Person) => boolean): Person {
    const person = this.take(1, wish)[0] ?? this.#left.shift();
    if (!person) throw new RangeError('the world has too few people for its plots');
    return person;
  }
}
