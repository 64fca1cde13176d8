/**
 * References between rules, over all files: correlations name rules, correlations and filters name rules. In: what was read,
 * file by file. Out: correlations with resolved ids, and who still reports on its own. A reference that is missing, refused,
 * ambiguous or circular refuses the correlation; its rules then keep reporting (law 2: never silent by accident).
 */
import { quote } from '../base/index.ts';
import { LEVELS } from '../model/index.ts';
import { RuleError } from './codes.ts';
import type { CorrelationRule, EventRule, RuleMeta } from './ir.ts';
import type { WrittenCorrelation } from './sigma/correlation.ts';

/** A correlation before its references are looked up. */
export interface DraftCorrelation {
  readonly meta: RuleMeta;
  readonly names: readonly string[];
  readonly written: WrittenCorrelation;
  /** the rule gave no level: it takes the highest of the rules it counts */
  readonly inheritLevel: boolean;
  /** the file it stands in, to tell a rule's own family from other packs' */
  readonly file: string;
}

export interface Linked {
  readonly correlations: readonly CorrelationRule[];
  /** rules that make no finding of their own → the correlation that says so */
  readonly silent: ReadonlyMap<string, DraftCorrelation>;
  readonly refused: readonly { readonly draft: DraftCorrelation; readonly error: RuleError }[];
}

type Node =
  | { readonly $: 'event'; readonly rule: EventRule }
  | { readonly $: 'draft'; readonly draft: DraftCorrelation };

export function link(events: readonly EventRule[], drafts: readonly DraftCorrelation[]): Linked {
  const linker = new Linker(events, drafts);
  const refused: { draft: DraftCorrelation; error: RuleError }[] = [];
  const taken: DraftCorrelation[] = [];
  const correlations: CorrelationRule[] = [];
  for (const draft of drafts) {
    const result = linker.resolve(draft);
    if (!('$' in result)) refused.push({ draft, error: result });
    else {
      taken.push(draft);
      correlations.push(result);
    }
  }
  const silent = silentRules(taken, correlations);
  return { correlations: correlations.map((c) => ({ ...c, reports: !silent.has(c.meta.id) })), silent, refused };
}

/** A rule counted only by correlations without `generate` makes no finding of its own; one `generate: true` keeps it speaking. */
function silentRules(drafts: readonly DraftCorrelation[], correlations: readonly CorrelationRule[]) {
  const silent = new Map<string, DraftCorrelation>();
  correlations.forEach((c, i) => {
    if (!drafts[i]!.written.generate) for (const id of c.rules) if (!silent.has(id)) silent.set(id, drafts[i]!);
  });
  correlations.forEach((c, i) => {
    if (drafts[i]!.written.generate) for (const id of c.rules) silent.delete(id);
  });
  return silent;
}

class Linker {
  readonly byName = new Map<string, Node | 'ambiguous'>();
  readonly done = new Map<DraftCorrelation, CorrelationRule | RuleError>();
  readonly open = new Set<DraftCorrelation>();

  constructor(events: readonly EventRule[], drafts: readonly DraftCorrelation[]) {
    for (const rule of events) this.enter({ $: 'event', rule }, rule.meta.id, rule.names);
    for (const draft of drafts) this.enter({ $: 'draft', draft }, draft.meta.id, draft.names);
  }

  /** Ids are unique by now; a `name` that two rules give is nobody's. */
  enter(node: Node, id: string, names: readonly string[]): void {
    for (const name of new Set([id, ...names])) this.byName.set(name, this.byName.has(name) ? 'ambiguous' : node);
  }

  resolve(draft: DraftCorrelation): CorrelationRule | RuleError {
    const known = this.done.get(draft);
    if (known) return known;
    if (this.open.has(draft)) return new RuleError('CYCLE', `${quote(draft.meta.title)} counts itself`);
    this.open.add(draft);
    let result: CorrelationRule | RuleError;
    try {
      result = this.correlation(draft);
    } catch (e) {
      if (!(e instanceof RuleError)) throw e;
      result = e;
    }
    this.open.delete(draft);
    this.done.set(draft, result);
    return result;
  }

  correlation(draft: DraftCorrelation): CorrelationRule {
    const { references, aliases, generate: _, ...written } = draft.written;
    const counted = references.map((r) => this.lookUp(r));
    const rules = counted.map((m) => m.id);
    if (new Set(rules).size < rules.length) throw new RuleError('REFERENCE', 'the same rule is named twice');
    const level = LEVELS[Math.max(...counted.map((m) => LEVELS.indexOf(m.level)))]!;
    return {
      $: 'correlation',
      meta: draft.inheritLevel ? { ...draft.meta, level } : draft.meta,
      names: draft.names,
      ...written,
      rules,
      aliases: Object.fromEntries(
        aliases.map(([alias, fields]) => [
          alias,
          Object.fromEntries(fields.map(([reference, field]) => [this.lookUp(reference).id, field])),
        ]),
      ),
      reports: true,
    };
  }

  lookUp(reference: string): RuleMeta {
    const node = this.byName.get(reference);
    if (node === undefined)
      throw new RuleError('REFERENCE', `${quote(reference)} is not among the rules, or was refused itself`);
    if (node === 'ambiguous') throw new RuleError('REFERENCE', `${quote(reference)} is the name of several rules`);
    if (node.$ === 'event') return node.rule.meta;
    const inner = this.resolve(node.draft);
    if ('$' in inner) return inner.meta;
    const code = inner.code === 'CYCLE' ? 'CYCLE' : 'REFERENCE';
    throw new RuleError(code, `${quote(reference)} cannot be taken: ${inner.message}`);
  }
}
