import { withRegions } from '../../knowledge/profiles/index.ts';
import type { EvidenceItem, Finding, Intrusion } from '../../model/index.ts';

/**
 * What an intrusion's own findings say of who it was: techniques by the tags of rules and behaviours, tools and
 * infrastructure by indicators that name them. Weighed by fitted weights, or, for infrastructure, by a design ratio.
 */
const AUTHOR = 'czernin';
/** Weak findings are where routine is mistaken for technique. */
const TECHNIQUE_LEVELS: ReadonlySet<string> = new Set(['critical', 'high', 'medium']);
const NETWORK_KINDS: ReadonlySet<string> = new Set(['address', 'domain']);
/**
 * Ratio of an address or domain that a source gives to one actor against background. Exits are shared and rented: low on
 * purpose; whoever knows more states it with a ratio of its own. Design value.
 */
const INFRASTRUCTURE_RATIO = 5;
const MOST_REFS = 50;

/** Id of the hypothesis an actor's name stands for; null: nobody known by it. */
type NamedActor = (name: string) => string | null;

export function machineEvidence(x: Intrusion, findings: readonly Finding[], actorId: NamedActor): EvidenceItem[] {
  return [...techniques(x, findings), ...pointers(x, findings, actorId)];
}

/** One item a technique, first seen first, resting on every finding that shows it. */
function techniques(x: Intrusion, findings: readonly Finding[]): EvidenceItem[] {
  const by = new Map<string, Finding[]>();
  for (const f of findings) {
    if (f.kind === 'indicator' || !TECHNIQUE_LEVELS.has(f.rule.level)) continue;
    for (const id of f.rule.attack) by.set(id, [...(by.get(id) ?? []), f]);
  }
  return [...by].sort(byKey).map(([id, of]) => ({
    ...common(x, of),
    id: `technique:${id}`,
    cls: 'technique' as const,
    object: id,
    source: { id: 'own logs', origin: 'own logs', reliability: 'B' as const, credibility: 2 as const },
    forgeability: 'easy' as const,
    group: `technique:${id}`,
    rationale: `seen as: ${titles(of)}`,
  }));
}

/** What indicators name: a tool is weighed as software, an address of an actor as infrastructure. */
function pointers(x: Intrusion, findings: readonly Finding[], actorId: NamedActor): EvidenceItem[] {
  const tools = new Map<string, Finding[]>();
  const infrastructure = new Map<string, Finding[]>();
  for (const f of findings) {
    if (f.kind !== 'indicator') continue;
    const [toolNames, actorNames] = [facts(f, 'tool'), facts(f, 'actor')];
    for (const name of toolNames) tools.set(name, [...(tools.get(name) ?? []), f]);
    if (toolNames.length > 0 || !f.entities?.some((e) => NETWORK_KINDS.has(e.slice(0, e.indexOf(':'))))) continue;
    for (const name of actorNames) {
      const key = JSON.stringify([name, facts(f, 'source')[0] ?? 'an indicator list']);
      infrastructure.set(key, [...(infrastructure.get(key) ?? []), f]);
    }
  }
  return [
    ...[...tools].sort(byKey).map(([name, of]) => ({
      ...common(x, of),
      id: `software:${name}`,
      cls: 'malware' as const,
      object: name,
      source: { ...sourceOf(of), credibility: 2 as const },
      forgeability: 'moderate' as const,
      group: `software:${name}`,
      rationale: `${of.length === 1 ? 'an indicator' : `${of.length} indicators`} of it met: ${titles(of)}`,
    })),
    ...[...infrastructure].sort(byKey).flatMap(([key, of]) => {
      const [name, source] = JSON.parse(key) as [string, string];
      const id = actorId(name);
      if (id === null) return [];
      return [
        {
          ...common(x, of),
          id: `infrastructure:${name}:${source}`.slice(0, 300),
          cls: 'infrastructure' as const,
          source: { ...sourceOf(of), credibility: 3 as const },
          forgeability: 'easy' as const,
          group: `indicators of ${source}`.slice(0, 300),
          lr: { [id]: INFRASTRUCTURE_RATIO },
          rationale: `${of.length} addresses or domains that ${source} gives to ${name}; exits are shared, so this tells little`,
        },
      ];
    }),
  ];
}

/** Victims as whoever asks names them: `sector:government`, `country:cz`. */
export function victimEvidence(victims: readonly string[], author: string): EvidenceItem[] {
  return withRegions(victims).map((victim) => ({
    id: `victim:${victim}`,
    cls: 'victimology',
    object: victim,
    source: { id: 'the victim', origin: 'the victim', reliability: 'A', credibility: 1 },
    forgeability: 'veryhard',
    group: `victim:${victim}`,
    rationale: 'whose network it was',
    setBy: author,
    setAt: '',
  }));
}

function common(x: Intrusion, of: readonly Finding[]) {
  const times = of.flatMap((f) => (f.time ? [f.time] : [])).sort();
  return {
    ...(times[0] === undefined ? {} : { observedAt: times[0] }),
    intrusion: x.id,
    refs: of.slice(0, MOST_REFS).map((f) => f.id),
    setBy: AUTHOR,
    setAt: '',
  };
}

function sourceOf(of: readonly Finding[]) {
  const name = (facts(of[0] as Finding, 'source')[0] ?? 'an indicator list').slice(0, 300);
  return { id: name, origin: name, reliability: 'B' as const };
}

function facts(f: Finding, field: string): string[] {
  const texts = f.matched.flatMap((m) =>
    m.field === field && typeof m.value === 'string' && m.value ? [m.value] : [],
  );
  return [...new Set(texts)];
}

function titles(of: readonly Finding[]): string {
  const names = [...new Set(of.map((f) => f.rule.title))];
  return `${names.slice(0, 3).join('; ')}${names.length > 3 ? `; and ${names.length - 3} more` : ''}`.slice(0, 1000);
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
