/**
 * The intruder's story, and that of another intruder who happens to be there at the same time. In: the world. Out: plots.
 * Law: everything follows from the world's seed, nothing from its scale; whoever plays a part plays one only (cast.ts).
 */
import type { Plot, PlotMaker, World } from '../contract.ts';
import { type Armoury, armouryOf } from './armoury.ts';
import { comesBack } from './back.ts';
import { desks } from './desks.ts';
import { spray } from './entry.ts';
import { flag } from './flag.ts';
import { hiding } from './hiding.ts';
import { keeping } from './keeping.ts';
import { INTRUDER, type Parts, partsOf } from './parts.ts';
import { reading } from './reading.ts';
import { recon } from './recon.ts';
import { second } from './second/index.ts';
import { server } from './server.ts';
import { sessions } from './sessions.ts';
import { spread } from './spread.ts';
import { stick } from './stick.ts';

export type { Armoury } from './armoury.ts';
export { castOf } from './cast.ts';
export { datesOf } from './plan.ts';
export { actsOf, Script } from './script.ts';

export const plots: readonly PlotMaker[] = [intruder, second];

const told = new WeakMap<World, { parts: Parts; plot: Plot }>();

function intruder(world: World): Plot {
  return storyOf(world).plot;
}

/** The story of a world is made once: it draws addresses nobody else may have. */
function storyOf(world: World): { parts: Parts; plot: Plot } {
  const known = told.get(world);
  if (known) return known;
  const parts = partsOf(world);
  recon(parts);
  spray(parts);
  sessions(parts);
  const shell = server(parts);
  spread(parts, shell);
  desks(parts);
  flag(parts);
  reading(parts);
  keeping(parts);
  stick(parts);
  const silences = hiding(parts, shell);
  comesBack(parts, shell);
  const { cast, script } = parts;
  // the desks the investigators took once they knew; one of them had been set up anew and had nothing left
  const collect = [...cast.desks.slice(0, -1), cast.stick].map((p) => p.workstation);
  const story = { parts, plot: script.plot(INTRUDER, { silences, collect }) };
  told.set(world, story);
  return story;
}

/** What a partner and the shelves of knowledge hold about those who act here; all invented. */
export function armoury(world: World): Armoury {
  return armouryOf(storyOf(world).parts);
}
