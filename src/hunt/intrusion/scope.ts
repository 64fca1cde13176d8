import { compareTimes, formatInstant, plural } from '../../base/index.ts';
import type { EntityKey, LedgerLine, LedgerState } from '../../model/index.ts';
import { compare } from './collect.ts';
import { type Coverage, type Held, isOwnLog, spoken } from './coverage.ts';
import type { Node, Nodes } from './nodes.ts';
import { onlyTried, STRONG } from './strength.ts';
import type { Sighting } from './types.ts';
import type { Joined } from './weak.ts';

/** Sightings of one intrusion, and of those that joined weakly what tied them. */
export interface Members {
  readonly all: readonly Sighting[];
  readonly joined: ReadonlyMap<Sighting, Joined>;
  /** those that stood alone where this intrusion was: they add to the picture and blame nobody else */
  readonly adopted?: ReadonlySet<Sighting>;
}

/** Techniques by which a server runs what the intruder gave it, though the record is only its web log. */
const RUNS_ON_SERVER = /^T1505(\.|$)/;
/** Mail is taken by whoever reads it as the owner. */
const READS_MAIL = /^T(1114|1119|1213)(\.|$)/;
/** A weak finding blames whom it names only when something of the intruder's own ties it so closely. */
const BLAMES = 0.7;

interface Line {
  state: LedgerState;
  first: string;
  last: string;
  count: number;
  findings: [number, string, string][];
  why: string;
  weight: number;
  /** by rule or behaviour: how much it blames */
  readonly blame: Map<string, number>;
  /** sightings that call it misused */
  readonly by: Sighting[];
}

export interface Scope {
  readonly hosts: LedgerLine[];
  readonly accounts: LedgerLine[];
  readonly mailboxes: LedgerLine[];
  readonly more: number;
}

const MAX_LINES = 1000;
const DAY = 86_400_000;

/**
 * The scope ledger: who was misused, who only took part, who was tried, who is cleared, and of whom nothing is known.
 * `others`: what is not this intrusion's.
 */
export function scopeOf(
  members: Members,
  others: readonly Sighting[],
  nodes: Nodes,
  coverage: Coverage,
  span: readonly [number, number],
): Scope {
  const lines = linesOf(members, nodes);
  const ledger = [...lines].map(([n, line]) => toLine(nodes.at(n), weighed(line), coverage));
  const hosts = ledger.filter((l) => l.entity.startsWith('host:'));
  const quiet = {
    named: new Set(hosts.map((h) => h.entity)),
    kinds: showed(members),
    open: openOn(others, nodes, span),
  };
  hosts.push(...quietHosts(coverage, span, quiet));
  const lists = {
    hosts: ranked(hosts),
    accounts: ranked(ledger.filter((l) => l.entity.startsWith('account:'))),
    mailboxes: ranked(ledger.filter((l) => l.entity.startsWith('mailbox:'))),
  };
  const more = Object.values(lists).reduce((n, l) => n + Math.max(0, l.length - MAX_LINES), 0);
  return {
    hosts: lists.hosts.slice(0, MAX_LINES),
    accounts: lists.accounts.slice(0, MAX_LINES),
    mailboxes: lists.mailboxes.slice(0, MAX_LINES),
    more,
  };
}

/** Accounts and hosts that sightings together call misused, and those that say so. */
export function misuseOf(members: Members, nodes: Nodes): Map<number, readonly Sighting[]> {
  const out = new Map<number, readonly Sighting[]>();
  for (const [n, line] of linesOf(members, nodes)) {
    if (nodes.at(n).type !== 'mailbox' && weighed(line).state === 'misused') out.set(n, line.by);
  }
  return out;
}

function linesOf(members: Members, nodes: Nodes): Map<number, Line> {
  const lines = new Map<number, Line>();
  for (const s of members.all) {
    const says = members.adopted?.has(s) ? 0 : sayOf(s, members.joined.get(s), nodes);
    for (const n of s.nodes) {
      const node = nodes.at(n);
      if (node.type !== 'account' && node.type !== 'host' && node.type !== 'mailbox') continue;
      note(lines, n, stateOf(s, n, node, nodes, says > 0), s, says);
    }
  }
  return lines;
}

/** How much a sighting blames whom it says was acted as: a weak one only as closely as the intruder's own things tie it. */
function sayOf(s: Sighting, joined: Joined | undefined, nodes: Nodes): number {
  if (s.strength >= STRONG) return s.strength;
  return joined && tiedByHisOwn(joined, nodes) ? Math.max(s.strength, 0.6 * joined.tied.weight) : 0;
}

/** Blame needs one strong reason or several: distinct rules and behaviours as independent witnesses. */
const BLAMED = 0.65;

function weighed(line: Line): Line {
  if (line.state !== 'misused') return line;
  const doubt = [...line.blame.values()].reduce((rest, says) => rest * (1 - 0.9 * says), 1);
  return 1 - doubt >= BLAMED ? line : { ...line, state: 'touched', why: `too little to call it misused. ${line.why}` };
}

/** What one sighting says of one entity it names. */
function stateOf(s: Sighting, n: number, node: Node, nodes: Nodes, blames: boolean): LedgerState {
  const { attack } = s.source;
  if (onlyTried(s.source)) return 'targeted';
  if (!blames) return 'touched';
  if (s.acted.includes(n)) return 'misused';
  if (node.type === 'host' && attack.some((t) => RUNS_ON_SERVER.test(t))) return 'misused';
  if (node.type === 'mailbox' && attack.some((t) => READS_MAIL.test(t))) return 'misused';
  const local = node.key.slice(node.key.indexOf(':') + 1).split('@')[0];
  if (node.type === 'mailbox' && s.acted.some((a) => nodes.at(a).key === `account:${local}`)) return 'misused';
  return 'touched';
}

/** A weak sighting tied to its intrusion by a session, an exit, a tool: the intruder's, not the house's. */
function tiedByHisOwn(joined: Joined | undefined, nodes: Nodes): boolean {
  return (
    joined?.tied.by.some((e) => e.weight >= BLAMES && (e.node < 0 || nodes.at(e.node).tie.owner === 'actor')) ?? false
  );
}

const ORDER: readonly LedgerState[] = ['misused', 'touched', 'targeted', 'cleared', 'nothing-found', 'never-collected'];

function note(lines: Map<number, Line>, n: number, state: LedgerState, s: Sighting, says: number): void {
  const first = s.head.time;
  const last = Number.isNaN(s.lastMs) ? first : formatInstant({ ms: s.lastMs, ns: 0 });
  let line = lines.get(n);
  if (!line) {
    line = { state, first, last, count: 0, findings: [], why: '', weight: -1, blame: new Map(), by: [] };
    lines.set(n, line);
  }
  line.count += s.findings;
  if (state === 'misused') {
    line.blame.set(s.source.id, Math.max(line.blame.get(s.source.id) ?? 0, says));
    line.by.push(s);
  }
  line.findings.push([s.strength, s.head.id, s.head.time]);
  const firmer = ORDER.indexOf(state) - ORDER.indexOf(line.state);
  if (firmer < 0 || (firmer === 0 && s.strength > line.weight)) {
    line.state = state;
    line.weight = s.strength;
    line.why = `${s.source.title}: ${s.head.why}`;
    if (firmer < 0) {
      line.first = first;
      line.last = last;
    }
  }
  if (firmer > 0) return; // dates are those of the state that counts
  if (compareTimes(first, line.first) < 0) line.first = first;
  if (last !== '' && compareTimes(line.last, last) < 0) line.last = last;
}

function toLine(node: Node, line: Line, coverage: Coverage): LedgerLine {
  const uncollected = node.type === 'host' && coverage.own(node.key) === undefined;
  const state = uncollected && line.state === 'touched' ? 'never-collected' : line.state;
  const heaviest = line.findings.sort((a, b) => b[0] - a[0] || compareTimes(a[2], b[2]) || compare(a[1], b[1]));
  return {
    entity: node.key,
    name: node.key.slice(node.key.indexOf(':') + 1),
    state,
    first: line.first,
    last: line.last,
    count: line.count,
    findings: heaviest.slice(0, 20).map(([, id]) => id),
    why: state === 'never-collected' ? `named, but no log of its own was handed in. ${line.why}` : line.why,
    uncollected,
  };
}

/** Share of the days of an intrusion on which a host's own logs must have spoken, and how near they reach to both its ends, before they clear it. */
const CLEARS = 0.5;
const ENDS_DAYS = 7;

/** Logs of hosts in which this intrusion was seen: only the like of them can say that it was not elsewhere. */
function showed(members: Members): Set<string> {
  const strong = members.all.filter((s) => s.strength >= STRONG && isOwnLog(s.head.stream));
  return new Set(strong.map((s) => s.head.stream));
}

/** Hosts on which something was found in that time that this intrusion does not hold, and how many findings. */
function openOn(
  others: readonly Sighting[],
  nodes: Nodes,
  [from, to]: readonly [number, number],
): Map<EntityKey, number> {
  const open = new Map<EntityKey, number>();
  for (const s of others) {
    if (s.level === 'informational' || s.level === 'low' || s.lastMs < from || s.firstMs > to) continue;
    for (const n of s.acted) {
      const { key } = nodes.at(n);
      if (key.startsWith('host:')) open.set(key, (open.get(key) ?? 0) + s.findings);
    }
  }
  return open;
}

interface Quiet {
  readonly named: ReadonlySet<EntityKey>;
  /** kinds of log that showed this intrusion */
  readonly kinds: ReadonlySet<string>;
  readonly open: ReadonlyMap<EntityKey, number>;
}

/**
 * Hosts whose own logs cover the intrusion and name nothing of it: cleared by logs of a kind that showed it on another,
 * when nothing else is open there; by others nothing was found, and whether they would have shown it nobody knows. A
 * person's word is not needed, but can overrule.
 */
function quietHosts(
  coverage: Coverage,
  [from, to]: readonly [number, number],
  { named, kinds, open }: Quiet,
): LedgerLine[] {
  if (Number.isNaN(from)) return [];
  const covers = (held: Held | undefined): { held: Held; days: number; of: number } | undefined => {
    if (!held) return undefined;
    const { days, of } = spoken(held, from, to);
    const reaches = held.firstMs <= from + ENDS_DAYS * DAY && held.lastMs >= to - ENDS_DAYS * DAY;
    return reaches && days >= CLEARS * of ? { held, days, of } : undefined;
  };
  return [...coverage.hosts.keys()].sort().flatMap((key): LedgerLine[] => {
    if (named.has(key) || !key.startsWith('host:')) return [];
    const able = covers(coverage.ownOf(key, kinds));
    const whole = able ?? covers(coverage.own(key));
    if (!whole) return [];
    const { held, days, of } = whole;
    const [first, last] = [held.firstMs, held.lastMs].map((ms) => formatInstant({ ms, ns: 0 })) as [string, string];
    const unsettled = open.get(key) ?? 0;
    const but = unsettled
      ? `but ${plural(unsettled, 'finding')} there in that time ${unsettled === 1 ? 'belongs' : 'belong'} to another intrusion or to none, and may be this one's`
      : able
        ? 'what no rule or behaviour looks for may still be there'
        : `but no log of their kind (${[...coverage.hosts.get(key)!.keys()].filter(isOwnLog).sort().join(', ')}) showed this intrusion on any host, so that they would have is not known`;
    return [
      {
        entity: key,
        name: key.slice(5),
        state: able && !unsettled ? 'cleared' : 'nothing-found',
        first,
        last,
        count: 0,
        findings: [],
        why: `nothing of it found in its own logs from ${first.slice(0, 10)} to ${last.slice(0, 10)}, which speak on ${days} of the ${plural(of, 'day')} of this intrusion; ${but}`,
        uncollected: false,
      },
    ];
  });
}

function ranked(lines: LedgerLine[]): LedgerLine[] {
  return lines.sort(
    (a, b) =>
      ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || compareTimes(a.first, b.first) || compare(a.entity, b.entity),
  );
}
