import { entityKey } from '../../model/index.ts';
import { isInside } from './nodes.ts';

/** Share of what was said of an address that one machine must have: below, it was lent to several. */
const SHARE = 0.8;
/** Less than this could be one forged name. */
const FEWEST = 2;

/**
 * Internal addresses by the machine that had them, where logs agree on one: `10.1.2.3` → `ex01`. In: what logs said, any
 * order. An address that was lent to several machines stays an address.
 */
export function hostAddresses(
  said: Iterable<{ readonly host: string; readonly address: string; readonly pairs: number }>,
): Map<string, string> {
  const byAddress = new Map<string, Map<string, number>>();
  for (const { host, address, pairs } of said) {
    const at = entityKey('address', address);
    const who = entityKey('host', host);
    if (!at || !who?.startsWith('host:') || !isInside(at.slice(8))) continue;
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
