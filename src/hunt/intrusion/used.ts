import { compareTimes, formatInstant } from '../../base/index.ts';
import { EntityType, type Intrusion } from '../../model/index.ts';
import { compare } from './collect.ts';
import type { Nodes } from './nodes.ts';
import { STRONG } from './strength.ts';
import type { Sighting } from './types.ts';

/** What somebody uses, not who he is: exits, clients, places to call, tools, ways to stay. */
const USED: ReadonlySet<string> = new Set([
  'address',
  'client',
  'domain',
  'file',
  'device',
  'service',
  'session',
  'network',
]);
const MAX_USED = 1000;

/** What the intruder used, the most telling types first; only what strong findings name. */
export function usedOf(all: readonly Sighting[], nodes: Nodes): Intrusion['used'] {
  const lines = new Map<number, Intrusion['used'][number] & { who: Set<number> }>();
  for (const s of all) {
    if (s.strength < STRONG && !s.accepted) continue;
    const last = Number.isNaN(s.lastMs) ? s.head.time : formatInstant({ ms: s.lastMs, ns: 0 });
    for (const n of s.nodes) {
      const { key, type } = nodes.at(n);
      if (!USED.has(type)) continue;
      let line = lines.get(n);
      if (!line) {
        const name = key.slice(key.indexOf(':') + 1);
        line = {
          entity: key,
          type: EntityType.parse(type),
          name,
          first: s.head.time,
          last,
          count: 0,
          accounts: 0,
          who: new Set(),
        };
        lines.set(n, line);
      }
      line.count += s.findings;
      if (compareTimes(s.head.time, line.first) < 0) line.first = s.head.time;
      if (compareTimes(line.last, last) < 0) line.last = last;
      for (const a of s.acted) if (nodes.at(a).type === 'account') line.who.add(a);
    }
  }
  return [...lines.values()]
    .map(({ who, ...line }) => ({ ...line, accounts: who.size }))
    .sort((a, b) => compare(a.type, b.type) || b.count - a.count || compare(a.entity, b.entity))
    .slice(0, MAX_USED);
}
