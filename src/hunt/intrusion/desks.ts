import { entityKey } from '../../model/index.ts';
import { saysNothing } from '../entities/index.ts';

/** Share of the days at a machine that one account must have, and of that account's days at machines. */
const SHARE_OF_HOST = 0.8;
const SHARE_OF_ACCOUNT = 0.6;
/** Fewer days could be a visit. */
const FEWEST = 10;
/** A machine with so many accounts is a server, or hands on everybody's log-ins: nobody's desk, and no day away from one's own. */
const SHARED_BY = 5;

/**
 * Machines that are one person's desk: `ws-0382` → `r.jorvik`, where logs agree on one account that is hardly anywhere
 * else. A server on which many work is nobody's, and nor is the machine an administrator only looks after. In: days as
 * logs said them, any order; machines by name or by an address that `addresses` knows.
 */
export function deskOwners(
  said: Iterable<{ readonly host: string; readonly account: string; readonly days: number }>,
  addresses: ReadonlyMap<string, string>,
): Map<string, string> {
  const byHost = new Map<string, Map<string, number>>();
  const byAccount = new Map<string, number>();
  for (const { host, account, days } of said) {
    const named = entityKey('host', host);
    const at = named?.startsWith('address:') ? addresses.get(named.slice(8)) : named?.slice(5);
    const who = entityKey('account', account);
    if (at === undefined || !who?.startsWith('account:') || saysNothing(who)) continue;
    const name = who.slice(8);
    const accounts = byHost.getOrInsertComputed(at, () => new Map());
    accounts.set(name, (accounts.get(name) ?? 0) + days);
  }
  for (const [host, accounts] of byHost) {
    if (accounts.size >= SHARED_BY) byHost.delete(host);
    else for (const [name, days] of accounts) byAccount.set(name, (byAccount.get(name) ?? 0) + days);
  }
  const out = new Map<string, string>();
  for (const [host, accounts] of byHost) {
    const all = [...accounts.values()].reduce((a, b) => a + b, 0);
    const [name, most] = [...accounts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]!;
    if (most >= FEWEST && most >= SHARE_OF_HOST * all && most >= SHARE_OF_ACCOUNT * byAccount.get(name)!)
      out.set(host, name);
  }
  return out;
}
