/**
 * The middle form between a rule language and its execution (Sigma and STIX patterns in, a matcher or SQL out).
 * Everything language-specific (modifiers, wildcards escapes, encodings, windash, taxonomy, field mapping) is resolved
 * BEFORE this form; everything execution-specific (automata, memo tables, order of evaluation) happens AFTER it.
 *
 * Semantics, which every executor must keep and the slow twin states plainly (hunt/match/twin.ts):
 * - Kleene three-valued logic. A Test on a field the event lacks is FALSE (Sigma: absent field does not match),
 *   except `isNull` (true when the field is absent or null) and `exists`. A Test on a field in `variant.unknown`
 *   (the log source cannot carry it at all) is UNKNOWN. A rule fires only on TRUE.
 * - A field with several values (array) satisfies a Test when any one value does.
 * - Numbers and booleans are compared as their decimal / `true|false` text for text tests; for `number` and `compare`
 *   a text that is a decimal or 0x… integer counts as that number.
 * - Text comparison folds case by Unicode simple lower-casing (String.prototype.toLowerCase on both sides) unless `cased`.
 */
export type Test =
  /** whole value equals; the empty string is a value of its own */
  | { readonly $: 'equals'; readonly text: string; readonly cased: boolean }
  | { readonly $: 'startsWith'; readonly text: string; readonly cased: boolean }
  | { readonly $: 'endsWith'; readonly text: string; readonly cased: boolean }
  | { readonly $: 'contains'; readonly text: string; readonly cased: boolean }
  /** whole value against a glob: literal pieces with `*` (any length) and `?` (exactly one UTF-16 unit) between */
  | { readonly $: 'glob'; readonly parts: readonly GlobPart[]; readonly cased: boolean }
  /** unanchored search, linear time; flags among i, m, s */
  | { readonly $: 'regex'; readonly source: string; readonly flags: string }
  | { readonly $: 'cidr'; readonly network: string; readonly bits: number }
  | { readonly $: 'number'; readonly number: number }
  | { readonly $: 'compare'; readonly op: 'lt' | 'lte' | 'gt' | 'gte'; readonly number: number }
  /** a part of the value read as a time (ISO 8601 text or epoch), in UTC; Sigma modifiers minute…year */
  | {
      readonly $: 'timePart';
      readonly part: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
      readonly number: number;
    }
  | { readonly $: 'isNull' }
  | { readonly $: 'exists'; readonly wanted: boolean }
  /** against another field of the same event */
  | {
      readonly $: 'field';
      readonly other: string;
      readonly how: 'equals' | 'startsWith' | 'endsWith' | 'contains';
      readonly cased: boolean;
    };

export type GlobPart = { readonly $: 'text'; readonly text: string } | { readonly $: 'any' } | { readonly $: 'one' };

export type Expr =
  | { readonly $: 'and'; readonly of: readonly Expr[] }
  | { readonly $: 'or'; readonly of: readonly Expr[] }
  | { readonly $: 'not'; readonly of: Expr }
  | { readonly $: 'const'; readonly value: boolean }
  | { readonly $: 'test'; readonly field: string; readonly test: Test; readonly from: Origin }
  /** keyword: any value of any field of the event */
  | { readonly $: 'keyword'; readonly test: Test; readonly from: Origin };

/** Where in the rule a test comes from, for `explain`. */
export interface Origin {
  /** name of the detection item: `selection`, `filter_main_1`, … */
  readonly item: string;
  /** as written: `Image|endswith` */
  readonly key: string;
  /** as written: the value's text, cut at 200 characters */
  readonly value: string;
}

/** Which events a variant of a rule looks at: a conjunction; an absent part does not restrict. All lower case. */
export interface Gate {
  readonly product?: string;
  readonly service?: string;
  readonly category?: string;
  /** Windows channel, lower case (`microsoft-windows-sysmon/operational`) */
  readonly channels?: readonly string[];
  readonly providers?: readonly string[];
  readonly eventIds?: readonly number[];
}

/**
 * A rule looks at one or more log sources, each with its own field names: one Variant each (for example
 * process_creation = Sysmon 1, and Security 4688 with Image → NewProcessName). A rule fires on an event when any variant does.
 */
export interface Variant {
  /** short name for the report: `sysmon/1`, `security/4688`, `webserver`, … */
  readonly name: string;
  readonly gate: Gate;
  readonly expr: Expr;
  /** fields (as named in `expr`) which this log source cannot carry: tests on them are UNKNOWN */
  readonly unknown: readonly string[];
  /** where the log source names a field otherwise than the rule: rule's name → its name (correlations group by the rule's names) */
  readonly renamed?: Readonly<Record<string, string>>;
}

export interface RuleMeta {
  readonly id: string;
  readonly title: string;
  readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical';
  readonly status?: string;
  readonly description?: string;
  readonly author?: string;
  readonly date?: string;
  readonly modified?: string;
  /** other rules, and how this one stands to them: `derived`, `obsolete`, `merged`, `renamed`, `similar` */
  readonly related?: readonly { readonly id: string; readonly type: string }[];
  /** fields the author wants shown */
  readonly fields?: readonly string[];
  readonly references: readonly string[];
  /** techniques, upper case `T1059.001` */
  readonly attack: readonly string[];
  /** tactics, short names as tagged: `execution` */
  readonly tactics: readonly string[];
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  /** log source as written, for the report */
  readonly logsource: { readonly product?: string; readonly service?: string; readonly category?: string };
  /** SHA-256 hex of the rule's text */
  readonly digest: string;
  /** pack and path inside it */
  readonly origin: string;
}

export interface EventRule {
  readonly $: 'event';
  readonly meta: RuleMeta;
  readonly variants: readonly Variant[];
  /** names of the rule by which correlations and filters may refer to it (id and `name`) */
  readonly names: readonly string[];
  /** false: only feeds correlations (not `generate`) and makes no finding of its own */
  readonly reports: boolean;
}

export interface CorrelationRule {
  readonly $: 'correlation';
  readonly meta: RuleMeta;
  readonly names: readonly string[];
  readonly kind:
    | 'event_count'
    | 'value_count'
    | 'temporal'
    | 'temporal_ordered'
    | 'value_sum'
    | 'value_avg'
    | 'value_percentile';
  /** ids of the rules (event or correlation) it counts, in written order; resolved, never dangling */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** all must hold */
  readonly condition: readonly { readonly op: 'lt' | 'lte' | 'gt' | 'gte' | 'eq' | 'neq'; readonly number: number }[];
  /** for value_*: the field(s) */
  readonly fields: readonly string[];
  /** for value_percentile */
  readonly percentile?: number;
  /** alias → rule id → field name */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly reports: boolean;
}

export type Rule = EventRule | CorrelationRule;

/** A rule that could not be taken, with its coded reason: never silent. */
export interface Refusal {
  readonly origin: string;
  readonly id: string;
  readonly title: string;
  readonly code: string;
  readonly reason: string;
}

/** What one event gave: kept for correlations across files. */
export interface CorrelationInput {
  readonly rule: string;
  readonly ms: number;
  readonly ns: number;
  /** `<sha256>@<offset>` */
  readonly address: string;
  /** only the fields that some correlation over this rule asks for (group-by, value fields, aliases) */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly host: string;
  readonly user: string;
  readonly source: string;
  readonly stream: string;
}
