/**
 * Those who must not be blamed. In: the world. Out: plots, and for the truth whom and what each look-alike consists of.
 * Law: each could be told from an intruder by facts its logs hold (truth/parties.ts says which).
 */
import type { PlotMaker, World } from '../contract.ts';
import { carrierNat, commercialVpn, satellites, travellers } from './lines.ts';
import { newsletters, rollout, secretary } from './mail.ts';
import { backups, nightAdmin } from './nights.ts';
import type { LookAlike, Own } from './shape.ts';
import { stealer } from './stealer.ts';
import { tester } from './tester.ts';

export { ROUTINE } from './shape.ts';

const ALL: readonly LookAlike[] = [
  ...[travellers, satellites, commercialVpn, carrierNat],
  ...[tester, stealer, nightAdmin, backups],
  ...[newsletters, rollout, secretary],
];

export const plots: readonly PlotMaker[] = ALL.map((l) => (world) => l.plot(world));

/** By the party's id: its accounts, hosts and addresses, as far as they are its own in this world. */
export function lookAlikes(world: World): ReadonlyMap<string, Own> {
  return new Map(ALL.map((l) => [l.id, l.own(world)]));
}
