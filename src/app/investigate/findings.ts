import { createHash } from 'node:crypto';
import { formatInstant } from '../../base/index.ts';
import { EventFlag, eventAddress, type Finding } from '../../model/index.ts';
import type { StoredFinding } from '../effects/index.ts';
import type { RuleFace } from '../reading/index.ts';

/** A stored row and its rule become the Finding everybody sees. */
export function toFinding(row: StoredFinding, rule: RuleFace): Finding {
  const event = eventAddress(row.digest, row.offset);
  return {
    id: storedId(row, rule),
    kind: 'rule',
    rule: ruleOf(rule),
    time: row.ms === null ? '' : formatInstant({ ms: row.ms, ns: row.ns }),
    stream: row.stream,
    host: row.host,
    user: row.user,
    address: row.address,
    events: [event],
    count: 1,
    entities: JSON.parse(row.entities) as string[],
    acted: JSON.parse(row.acted) as string[],
    matched: JSON.parse(row.matched) as Finding['matched'],
    why: row.why,
    innocent: [...rule.falsePositives],
    caveats: caveats(row.flags),
  };
}

/** The id of the Finding that a stored row and its rule become. */
export function storedId(row: StoredFinding, rule: RuleFace): string {
  return findingId(rule.digest, [eventAddress(row.digest, row.offset)]);
}

export function ruleOf(rule: RuleFace): Finding['rule'] {
  return {
    id: rule.id,
    title: rule.title,
    level: rule.level,
    ...(rule.status === undefined ? {} : { status: rule.status }),
    attack: [...rule.attack],
    tactics: [...rule.tactics],
    pack: rule.origin,
  };
}

/** The same rule on the same events is the same finding on any machine. */
export function findingId(ruleDigest: string, events: readonly string[]): string {
  const hash = createHash('sha256');
  hash.update(ruleDigest);
  for (const event of events) hash.update(`\n${event}`);
  return hash.digest('hex').slice(0, 32);
}

const CAVEATS: readonly [number, string][] = [
  [EventFlag.recovered, 'recovered from a damaged or unreferenced place'],
  [EventFlag.zoneAssumed, 'time zone assumed'],
  [EventFlag.yearAssumed, 'year inferred'],
  [EventFlag.partial, 'record incomplete'],
  [EventFlag.lowerBound, 'source says it is incomplete: at least'],
];

export function caveats(flags: number): string[] {
  return CAVEATS.filter(([bit]) => (flags & bit) !== 0).map(([, text]) => text);
}
