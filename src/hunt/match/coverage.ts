/**
 * What a rule had to look at, so that a report can tell "ran and found nothing" from "no such log" and from "the log
 * never carries this field". Counted per Shape, not per event: a field counts as present when a Shape that passed the
 * gate names it (a Shape is made from records, so some record carried it).
 */
export interface RuleCoverage {
  readonly rule: string;
  /** events that passed the gate of any variant */
  readonly events: number;
  readonly variants: readonly VariantCoverage[];
}

export interface VariantCoverage {
  readonly name: string;
  readonly events: number;
  /** per field the variant asks for: was it ever there? */
  readonly fields: Readonly<Record<string, boolean>>;
}

/** Coverage of the same rules from several processes as one. Rules are known by id, variants by name. */
export function mergeCoverage(parts: readonly (readonly RuleCoverage[])[]): RuleCoverage[] {
  const rules = new Map<string, RuleCoverage>();
  for (const part of parts) {
    for (const one of part) {
      const known = rules.get(one.rule);
      rules.set(one.rule, known === undefined ? one : mergeRule(known, one));
    }
  }
  return [...rules.values()];
}

function mergeRule(a: RuleCoverage, b: RuleCoverage): RuleCoverage {
  const variants = new Map(a.variants.map((v) => [v.name, v]));
  for (const v of b.variants) {
    const known = variants.get(v.name);
    variants.set(v.name, known === undefined ? v : mergeVariant(known, v));
  }
  return { rule: a.rule, events: a.events + b.events, variants: [...variants.values()] };
}

function mergeVariant(a: VariantCoverage, b: VariantCoverage): VariantCoverage {
  const fields: Record<string, boolean> = { ...a.fields };
  for (const [field, seen] of Object.entries(b.fields)) fields[field] = fields[field] === true || seen;
  return { name: a.name, events: a.events + b.events, fields };
}
