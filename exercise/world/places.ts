import type { Post, Trip } from '../contract.ts';
import type { Random } from '../random.ts';
import { HOME, type Lines } from './networks.ts';

type Place = Omit<Trip, 'from' | 'to'>;

/** Where people go: each city has a hotel or two, an airport and a phone network, shared by all who come there. */
export class Places {
  readonly #places: readonly (readonly Place[])[];
  readonly #mobiles: ReadonlyMap<string, readonly string[]>;

  constructor(random: Random, lines: Lines, posts: readonly Post[]) {
    const mobiles = new Map<string, readonly string[]>();
    const mobile = (country: string) => {
      const known = mobiles.get(country) ?? [0, 1, 2, 3].map(() => lines.fresh(random, 'mobile', country));
      mobiles.set(country, known);
      return known;
    };
    this.#places = posts.map(({ city, country }) => {
      const airport = lines.fresh(random, 'business', country);
      return [1, 2].map(() => ({
        ...{ city, country, airport, hotel: lines.fresh(random, 'business', country) },
        mobile: random.pick(mobile(country)),
      }));
    });
    mobile(HOME);
    this.#mobiles = mobiles;
  }

  /** Anywhere but there. */
  other(random: Random, post: Post): Place {
    for (;;) {
      const place = random.pick(random.pick(this.#places));
      if (place.city !== post.city) return place;
    }
  }

  /** The addresses behind which all phones of a country come: carrier NAT. */
  mobiles(country: string): readonly string[] {
    return this.#mobiles.get(country) ?? this.#mobiles.get(HOME)!;
  }
}
