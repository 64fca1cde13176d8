import type { Finding, Intrusion, Intrusions } from '../../model/index.ts';

/** What the story needs of a finding it rests on: a title, a sentence and the way down to the bytes. */
export interface ToldFinding {
  readonly title: string;
  readonly level: Finding['rule']['level'];
  readonly rule: string;
  readonly time: string;
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly stream: string;
  readonly why: string;
  readonly count: number;
  readonly event: string;
  readonly matched: readonly { readonly field: string; readonly value: unknown }[];
  readonly caveats: readonly string[];
  readonly innocent: readonly string[];
}

const MAX_TOLD = 4_000;
const PER_LINE = 2;
const LEDGER_LINES = 300;
const LINKS = 200;

/** Ids of the findings that the page's story names, most telling first, at most MAX_TOLD. */
export function storyFindings({ intrusions }: Intrusions): Set<string> {
  const ids = new Set<string>();
  for (const collect of [signs, scope, links])
    for (const x of intrusions)
      for (const id of collect(x)) {
        if (ids.size >= MAX_TOLD) return ids;
        ids.add(id);
      }
  return ids;
}

function signs(x: Intrusion): string[] {
  return [
    ...(x.firstSign ? [x.firstSign.finding] : []),
    ...(x.lastSign ? [x.lastSign.finding] : []),
    ...x.phases.flatMap((p) => p.examples),
    ...x.returns.map((r) => r.finding),
    ...x.taken.findings.slice(0, 5),
    ...(x.eviction?.findings.slice(0, 5) ?? []),
  ];
}

function scope(x: Intrusion): string[] {
  const { accounts, hosts, mailboxes } = x.scope;
  return [
    ...[accounts, hosts, mailboxes].flatMap((lines) =>
      lines.slice(0, LEDGER_LINES).flatMap((l) => l.findings.slice(0, PER_LINE)),
    ),
    ...(x.eviction?.footholds.flatMap((f) => f.findings.slice(0, PER_LINE)) ?? []),
  ];
}

function links(x: Intrusion): string[] {
  return x.links.slice(0, LINKS).flatMap((l) => [l.a, l.b]);
}

export function toldOf(f: Finding): ToldFinding {
  return {
    title: f.rule.title,
    level: f.rule.level,
    rule: f.rule.id,
    time: f.time,
    host: f.host,
    user: f.user,
    address: f.address,
    stream: f.stream,
    why: f.why,
    count: f.count,
    event: f.events[0] as string,
    matched: f.matched.map((m) => ({ field: m.field, value: shortValue(m.value) })),
    caveats: f.caveats,
    innocent: f.innocent,
  };
}

/** A matched value as the page carries it: long texts cut, the record holds them whole. */
export function shortValue(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 600 ? `${value.slice(0, 600)}…` : value;
  return Array.isArray(value) ? value.slice(0, 20).map(shortValue) : value;
}
