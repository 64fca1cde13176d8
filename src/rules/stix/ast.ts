/** A pattern as STIX 2.1 section 9 defines it, read. Plain data: it can be stored, compared and handed to another process. */
export type Literal =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'integer' | 'float'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** bytes, as lower-case hex: `h'…'` and `b'…'` say the same */
  | { readonly type: 'bytes'; readonly value: string }
  /** nanoseconds are kept in text; `ms` orders, `sub` the digits below it (nanoseconds, 0 to 999,999) */
  | { readonly type: 'timestamp'; readonly value: string; readonly ms: number; readonly sub: number };

/** One step after the first property: a property by name, a list element, or every element. */
export type Step = { readonly key: string } | { readonly index: number } | { readonly every: true };

export interface ObjectPath {
  /** type of the object the path starts at: `file`, `network-traffic` */
  readonly object: string;
  /** the first is always a key */
  readonly steps: readonly Step[];
}

export const ORDER_OPS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type OrderOp = (typeof ORDER_OPS)[number];
export type TextOp = 'LIKE' | 'MATCHES' | 'ISSUBSET' | 'ISSUPERSET';

export type Comparison =
  | {
      readonly kind: 'compare';
      readonly path: ObjectPath;
      readonly not: boolean;
      readonly op: OrderOp;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly path: ObjectPath; readonly not: boolean; readonly values: readonly Literal[] }
  | {
      readonly kind: 'text';
      readonly path: ObjectPath;
      readonly not: boolean;
      readonly op: TextOp;
      readonly value: string;
    }
  | { readonly kind: 'exists'; readonly path: ObjectPath };

/** Both sides of AND are about one and the same object. */
export interface ComparisonSeries {
  readonly kind: 'and' | 'or';
  readonly parts: readonly ComparisonExpression[];
}
/** Inside the square brackets: about one observation. */
export type ComparisonExpression = Comparison | ComparisonSeries;

export type Qualifier =
  | { readonly kind: 'within'; readonly seconds: number }
  | { readonly kind: 'repeats'; readonly times: number }
  /** from `start` (included) to `stop` (not included) */
  | {
      readonly kind: 'startstop';
      readonly start: Extract<Literal, { type: 'timestamp' }>;
      readonly stop: Extract<Literal, { type: 'timestamp' }>;
    };

export interface ObservationPair {
  readonly kind: 'all' | 'any' | 'followedby';
  readonly left: ObservationExpression;
  readonly right: ObservationExpression;
}
export interface Qualified {
  readonly kind: 'qualified';
  readonly inner: ObservationExpression;
  readonly qualifier: Qualifier;
}
/** Between and around the square brackets: about several observations. `all` and `followedby` need different ones. */
export type ObservationExpression =
  | { readonly kind: 'observation'; readonly where: ComparisonExpression }
  | ObservationPair
  | Qualified;

export interface Pattern {
  readonly expression: ObservationExpression;
  /** 1: one observation · 2: AND and OR between observations · 3: FOLLOWEDBY and qualifiers (STIX 2.1 section 12.7) */
  readonly level: 1 | 2 | 3;
}
