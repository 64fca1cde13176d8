import { createHash } from 'node:crypto';
import { errorClass } from '../../base/index.ts';
import {
  type CorrelationRule,
  type EventRule,
  type Expr,
  type LoadedRules,
  loadRules,
  type Notice,
  type Origin,
  type Refusal,
  type Rule,
  type RuleFile,
} from '../../rules/index.ts';
import type { Pack } from '../reading/index.ts';

/** The rules of an investigation, prepared for the reader processes and for correlation. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly refusals: readonly Refusal[];
  /** what should be known about rules that were taken: silenced by a correlation, narrowed by a filter */
  readonly notices: readonly Notice[];
  readonly events: readonly EventRule[];
  readonly correlations: readonly CorrelationRule[];
  readonly pack: Pack;
  /** the rules as they were written, for the case's record */
  readonly files: readonly RuleFile[];
  /** SHA-256 over the digests of all rules, in order of id: what "same packs" means */
  readonly digest: string;
}

export const RuleSetError = errorClass<'NO_RULES' | 'BAD_PLACEHOLDERS'>('RuleSetError');

/** Rule files in, rules and refusals out. */
export function readRules(files: readonly RuleFile[]): { rules: readonly Rule[]; refusals: readonly Refusal[] } {
  return loadRules(files);
}

/** Rule files in, everything an investigation needs of them out. `placeholders`: name → text or list of texts. */
export function prepareRules(files: readonly RuleFile[], placeholders?: unknown): RuleSet {
  const loaded = loadRules(files, placeholders === undefined ? {} : { placeholders: vocabulary(placeholders) });
  if (loaded.rules.length === 0)
    throw new RuleSetError('NO_RULES', `no usable rule among ${files.length} files: nothing could be found with them`);
  return ruleSet(loaded, files);
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

function ruleSet({ rules, refusals, notices }: LoadedRules, files: readonly RuleFile[]): RuleSet {
  const events = rules.filter((r): r is EventRule => r.$ === 'event');
  const correlations = rules.filter((r): r is CorrelationRule => r.$ === 'correlation');
  const inputs = correlationFields(events, correlations);
  // Rules that nobody reports and nobody counts need not run.
  const needed = events.filter((r) => r.reports || inputs[r.meta.id] !== undefined);
  const hash = createHash('sha256');
  for (const line of rules.map((r) => `${r.meta.id} ${r.meta.digest} ${'reports' in r && r.reports}\n`).sort())
    hash.update(line);
  const pack = { rules: needed.map(slim), inputs };
  return { rules, refusals, notices, events, correlations, pack, files, digest: hash.digest('hex') };
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

const NOWHERE: Origin = { item: '', key: '', value: '' };

/**
 * A rule as the reader processes need it: what it asks, not what it says. Every process holds all rules, so texts that
 * only reports and `explain` show are left out.
 */
function slim(rule: EventRule): EventRule {
  const { id, digest, level } = rule.meta;
  return {
    ...rule,
    meta: {
      id,
      digest,
      level,
      title: '',
      references: [],
      attack: [],
      tactics: [],
      tags: [],
      falsePositives: [],
      logsource: {},
      origin: '',
    },
    variants: rule.variants.map((v) => ({ ...v, expr: bare(v.expr) })),
  };
}

function bare(expr: Expr): Expr {
  switch (expr.$) {
    case 'and':
    case 'or':
      return { ...expr, of: expr.of.map(bare) };
    case 'not':
      return { ...expr, of: bare(expr.of) };
    case 'test':
    case 'keyword':
      return { ...expr, from: NOWHERE };
    case 'const':
      return expr;
  }
}
