import { entityKey } from '../../model/index.ts';
import { isInside } from './nodes.ts';

/** Share of what was said of an address that one machine must have: below, it was lent to several. */
const SHARE = 0.8;
/** Less than this could be one forged name. */
const FEWEST = 2;

interface Said {
  readonly host: string;
  readonly address: string;
  readonly pairs: number;
  /** by a name server */
  readonly answered?: boolean;
}

/**
 * Internal addresses by the machine that had them, where logs agree on one: `10.1.2.3` → `ex01`. In: what logs said, any
 * order, and the machines that wrote logs. An address that was lent to several machines stays an address. What name
 * servers answer counts of such machines only: any name, also one of the intruder's, may be answered with any address.
 */
export function hostAddresses(said: Iterable<Said>, machines: Iterable<string>): Map<string, string> {
  const known = new Set([...machines].map((host) => entityKey('host', host)));
  const byAddress = new Map<string, Map<string, number>>();
  for (const { host, address, pairs, answered } of said) {
    const at = entityKey('address', address);
    const who = entityKey('host', host);
    if (!at || !who?.startsWith('host:') || !isInside(at.slice(8)) || (answered && !known.has(who))) continue;
    const hosts = byAddress.getOrInsertComputed(at.slice(8), () => new Map());
    hosts.set(who.slice(5), (hosts.get(who.slice(5)) ?? 0) + pairs);
  }
  const out = new Map<string, string>();
  for (const [address, hosts] of byAddress) {
    const all = [...hosts.values()].reduce((a, b) => a + b, 0);
    const most = [...hosts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]!;
    if (most[1] >= FEWEST && most[1] >= SHARE * all) out.set(address, most[0]);
  }
  return out;
}
