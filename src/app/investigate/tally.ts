import { compareTimes } from '../../base/index.ts';
import type { Answer, Finding, Level } from '../../model/index.ts';
import { LEVELS } from '../../model/index.ts';

type Touched = Answer['hosts'][number];
type RuleHits = Answer['rules'][number];
type Sign = NonNullable<Answer['firstSign']>;

/** Weight of a rule by its level; a host's score adds each distinct rule once, so that noise does not outweigh variety. */
export const WEIGHT: Readonly<Record<Level, number>> = {
  critical: 100,
  high: 40,
  medium: 12,
  low: 3,
  informational: 1,
};

/** Distinct names kept per kind; beyond it only the count grows (hostile evidence can carry millions of names). */
const MAX_NAMES = 100_000;

interface NameTally {
  findings: number;
  worst: number;
  first: string;
  last: string;
  rules: Map<string, number>;
}

/** One pass over the findings, in their order (time; undated last): who was touched, by which rules, since when. */
export class Tally {
  readonly byLevel: Record<string, number> = {};
  total = 0;
  #hosts = new Map<string, NameTally>();
  #users = new Map<string, NameTally>();
  #addresses = new Map<string, NameTally>();
  #dropped = { hosts: 0, users: 0, addresses: 0 };
  #rules = new Map<string, { hit: RuleHits; hosts: Set<string>; users: Set<string> }>();
  /** earliest and latest dated finding per level class: strong (high, critical), medium, weak */
  #first: (Finding | undefined)[] = [undefined, undefined, undefined];
  #last: (Finding | undefined)[] = [undefined, undefined, undefined];

  add(f: Finding): void {
    this.total++;
    this.byLevel[f.rule.level] = (this.byLevel[f.rule.level] ?? 0) + 1;
    if (f.host) touch(this.#hosts, f.host, f) || this.#dropped.hosts++;
    if (f.user && !isMachineOrSystem(f.user)) touch(this.#users, f.user, f) || this.#dropped.users++;
    if (f.address && !isLocal(f.address)) touch(this.#addresses, f.address, f) || this.#dropped.addresses++;
    this.#rule(f);
    if (f.time) {
      const c = levelClass(f.rule.level);
      this.#first[c] ??= f;
      this.#last[c] = f; // findings come in time order
    }
  }

  #rule(f: Finding): void {
    let r = this.#rules.get(f.rule.id);
    if (!r) {
      r = {
        hosts: new Set(),
        users: new Set(),
        hit: {
          id: f.rule.id,
          title: f.rule.title,
          level: f.rule.level,
          attack: f.rule.attack,
          tactics: f.rule.tactics,
          findings: 0,
          hosts: 0,
          users: 0,
          first: f.time,
          last: f.time,
          why: f.why,
          example: f.events[0] as string,
          innocent: f.innocent,
        },
      };
      this.#rules.set(f.rule.id, r);
    }
    r.hit.findings++;
    if (f.time) r.hit.last = f.timeEnd ?? f.time;
    if (f.host && r.hosts.size < MAX_NAMES) r.hosts.add(f.host);
    if (f.user && r.users.size < MAX_NAMES) r.users.add(f.user);
  }

  /** The first sign: earliest finding of the strongest class present. */
  signs(): { first: Finding | null; weaker: Finding | null; last: Finding | null } {
    const c = this.#first.findIndex((f) => f !== undefined);
    if (c < 0) return { first: null, weaker: null, last: null };
    const first = this.#first[c] as Finding;
    const weaker = this.#first
      .slice(c + 1)
      .filter((f): f is Finding => f !== undefined && compareTimes(f.time, first.time) < 0)
      .sort((a, b) => compareTimes(a.time, b.time))[0];
    return { first, weaker: weaker ?? null, last: this.#last[c] as Finding };
  }

  hosts(limit: number): { list: Touched[]; more: number } {
    return ranked(this.#hosts, limit, this.#dropped.hosts);
  }
  users(limit: number): { list: Touched[]; more: number } {
    return ranked(this.#users, limit, this.#dropped.users);
  }
  addresses(limit: number): { list: Touched[]; more: number } {
    return ranked(this.#addresses, limit, this.#dropped.addresses);
  }

  /** Rules that fired: level first, then the rarer (order of magnitude), then the earlier. */
  rules(): RuleHits[] {
    return [...this.#rules.values()]
      .map(({ hit, hosts, users }) => ({ ...hit, hosts: hosts.size, users: users.size }))
      .sort(
        (a, b) =>
          LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) ||
          Math.floor(Math.log10(a.findings)) - Math.floor(Math.log10(b.findings)) ||
          compareTimes(a.first, b.first) ||
          compare(a.id, b.id),
      );
  }
}

/** 0 strong (critical, high), 1 medium, 2 weak. */
function levelClass(level: Level): number {
  return level === 'critical' || level === 'high' ? 0 : level === 'medium' ? 1 : 2;
}

function touch(map: Map<string, NameTally>, name: string, f: Finding): boolean {
  let t = map.get(name);
  if (!t) {
    if (map.size >= MAX_NAMES) return false;
    t = { findings: 0, worst: 0, first: f.time, last: f.time, rules: new Map() };
    map.set(name, t);
  }
  t.findings++;
  const level = LEVELS.indexOf(f.rule.level);
  if (level > t.worst) t.worst = level;
  if (f.time) {
    t.first ||= f.time;
    t.last = f.time;
  }
  t.rules.set(f.rule.title, WEIGHT[f.rule.level]);
  return true;
}

function ranked(map: Map<string, NameTally>, limit: number, dropped: number): { list: Touched[]; more: number } {
  const all = [...map].map(([name, t]) => {
    const rules = [...t.rules].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
    return {
      name,
      score: rules.reduce((sum, [, w]) => sum + w, 0),
      findings: t.findings,
      worst: LEVELS[t.worst] as Level,
      first: t.first,
      last: t.last,
      rules: rules.slice(0, 5).map(([title]) => title),
    };
  });
  all.sort((a, b) => b.score - a.score || compareTimes(a.first, b.first) || compare(a.name, b.name));
  return { list: all.slice(0, limit), more: Math.max(0, all.length - limit) + dropped };
}

/** Machine accounts and built-in identities are not "accounts touched": they act on every machine all day. */
function isMachineOrSystem(user: string): boolean {
  return (
    user.endsWith('$') ||
    /^(NT AUTHORITY\\|NT-AUTORITÄT\\|AUTORITE NT\\)?(SYSTEM|LOCAL SERVICE|NETWORK SERVICE)$/i.test(user) ||
    /^S-1-5-(18|19|20)$/.test(user)
  );
}

function isLocal(address: string): boolean {
  return (
    address === '127.0.0.1' ||
    address === '::1' ||
    address === '0.0.0.0' ||
    address === '::' ||
    address.toUpperCase() === 'LOCAL'
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function toSign(f: Finding): Sign {
  return {
    time: f.time,
    finding: f.id,
    rule: f.rule.id,
    title: f.rule.title,
    level: f.rule.level,
    host: f.host,
    user: f.user,
    stream: f.stream,
    why: f.why,
    event: f.events[0] as string,
    caveats: f.caveats,
  };
}
