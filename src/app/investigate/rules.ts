import { createHash } from 'node:crypto';
import { errorClass } from '../../base/index.ts';
import {
  type CorrelationRule,
  type EventRule,
  loadRules,
  type Refusal,
  type Rule,
  type RuleFile,
} from '../../rules/index.ts';
import type { Pack } from '../reading/index.ts';

/** The rules of an investigation, prepared for the reader processes and for correlation. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly refusals: readonly Refusal[];
  readonly events: readonly EventRule[];
  readonly correlations: readonly CorrelationRule[];
  readonly pack: Pack;
  /** SHA-256 over the digests of all rules, in order of id: what "same packs" means */
  readonly digest: string;
}

export const RuleSetError = errorClass<'NO_RULES' | 'BAD_PLACEHOLDERS'>('RuleSetError');

/** Rule files in, everything an investigation needs of them out. `placeholders`: name → text or list of texts. */
export function prepareRules(files: readonly RuleFile[], placeholders?: unknown): RuleSet {
  const loaded = loadRules(files, placeholders === undefined ? {} : { placeholders: vocabulary(placeholders) });
  if (loaded.rules.length === 0)
    throw new RuleSetError('NO_RULES', `no usable rule among ${files.length} files: nothing could be found with them`);
  return ruleSet(loaded.rules, loaded.refusals);
}

function vocabulary(given: unknown): Record<string, string[]> {
  const bad = new RuleSetError('BAD_PLACEHOLDERS', 'placeholders are a map from a name to a text or a list of texts');
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw bad;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const list: unknown[] = Array.isArray(value) ? value : [value];
      if (!list.every((v) => typeof v === 'string' || typeof v === 'number')) throw bad;
      return [name, list.map(String)];
    }),
  );
}

function ruleSet(rules: readonly Rule[], refusals: readonly Refusal[]): RuleSet {
  const events = rules.filter((r): r is EventRule => r.$ === 'event');
  const correlations = rules.filter((r): r is CorrelationRule => r.$ === 'correlation');
  const inputs = correlationFields(events, correlations);
  // Rules that nobody reports and nobody counts need not run.
  const needed = events.filter((r) => r.reports || inputs[r.meta.id] !== undefined);
  const hash = createHash('sha256');
  for (const line of rules.map((r) => `${r.meta.id} ${r.meta.digest} ${'reports' in r && r.reports}\n`).sort())
    hash.update(line);
  return { rules, refusals, events, correlations, pack: { rules: needed, inputs }, digest: hash.digest('hex') };
}

/** rule id → the fields some correlation asks of its events: group-by, counted fields, and what aliases stand for. */
function correlationFields(
  events: readonly EventRule[],
  correlations: readonly CorrelationRule[],
): Record<string, string[]> {
  const byId = new Map<string, CorrelationRule>(correlations.map((c) => [c.meta.id, c]));
  const eventIds = new Set(events.map((r) => r.meta.id));
  const wanted = new Map<string, Set<string>>();
  const ask = (rule: string, fields: Iterable<string>, seen: ReadonlySet<string>): void => {
    if (eventIds.has(rule)) {
      const set = wanted.get(rule) ?? new Set<string>();
      for (const f of fields) set.add(f);
      wanted.set(rule, set);
      return;
    }
    // A correlation of correlations groups by fields of the events at the bottom.
    const inner = byId.get(rule);
    if (!inner || seen.has(rule)) return;
    for (const next of inner.rules) {
      const list = [...fields].map((f) => inner.aliases[f]?.[next] ?? f);
      ask(next, [...list, ...fields], new Set([...seen, rule]));
    }
  };
  for (const c of correlations) {
    for (const rule of c.rules) {
      const fields = [...c.groupBy, ...c.fields].map((f) => c.aliases[f]?.[rule] ?? f);
      ask(rule, fields, new Set([c.meta.id]));
    }
  }
  return Object.fromEntries([...wanted].map(([id, set]) => [id, [...set].sort()]));
}
