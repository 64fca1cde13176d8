import { DAY } from '../calendar.ts';
import type { World } from '../contract.ts';
import type { Random } from '../random.ts';

/**
 * A mesh of hijacked home routers near the victim. Each exit serves once, or a few times within a day or two and then
 * for whoever of the crew comes next; none returns later. A node is dead after a month at most.
 */
export class Mesh {
  readonly #world: World;
  readonly #random: Random;
  /** of a hundred visits, how many come through a line used shortly before */
  readonly #again: number;
  #recent: { readonly address: string; readonly country: string; readonly ms: number; left: number }[] = [];
  /** every exit with the moment of its first use, in the order they were taken */
  readonly used: { readonly address: string; readonly ms: number }[] = [];

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#again = random.int(8, 25);
  }

  /** An exit in one of these countries for a visit at `ms`; visits are asked for in order of time within a scene. */
  exit(ms: number, countries: readonly string[]): string {
    this.#recent = this.#recent.filter((e) => Math.abs(ms - e.ms) < 2 * DAY && e.left > 0);
    const near = this.#recent.filter((e) => countries.includes(e.country));
    if (near.length > 0 && this.#random.chance(this.#again)) {
      const exit = this.#random.pick(near);
      exit.left -= 1;
      return exit.address;
    }
    const country = this.#random.pick(countries);
    const address = this.#world.fresh(this.#random, 'residential', country);
    this.used.push({ address, ms });
    this.#recent.push({ address, country, ms, left: this.#random.int(0, 3) });
    return address;
  }
}
