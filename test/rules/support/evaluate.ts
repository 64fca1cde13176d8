/**
 * The plainest evaluator of the middle form, for the rules floor's own tests: one event as a plain object, one test at a
 * time, nothing remembered. Semantics as ir.ts states them. (The matcher has its own twin; the two floors do not share code.)
 */
import { BlockList, isIP } from 'node:net';
import { RE2JS } from 're2js';
import type { EventRule, Expr, Test, Variant } from '../../../src/rules/index.ts';

export type Plain = Readonly<Record<string, unknown>>;
export type Truth = true | false | null;

export function evaluate(expr: Expr, event: Plain, unknown: readonly string[] = []): Truth {
  switch (expr.$) {
    case 'const':
      return expr.value;
    case 'and': {
      const all = expr.of.map((e) => evaluate(e, event, unknown));
      return all.includes(false) ? false : all.includes(null) ? null : true;
    }
    case 'or': {
      const all = expr.of.map((e) => evaluate(e, event, unknown));
      return all.includes(true) ? true : all.includes(null) ? null : false;
    }
    case 'not': {
      const v = evaluate(expr.of, event, unknown);
      return v === null ? null : !v;
    }
    case 'keyword':
      return Object.values(event).some((v) => meets(expr.test, v, event));
    case 'test': {
      if (unknown.includes(expr.field)) return null;
      return meets(expr.test, Object.hasOwn(event, expr.field) ? event[expr.field] : undefined, event);
    }
  }
}

function meets(test: Test, value: unknown, event: Plain): boolean {
  if (test.$ === 'exists') return (value !== undefined) === test.wanted;
  if (test.$ === 'isNull') return value === undefined || value === null;
  if (Array.isArray(value)) return value.some((v) => meets(test, v, event));
  if (value === undefined || value === null) return false;
  const text = String(value);
  switch (test.$) {
    case 'equals':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return compare(test.$, text, test.text, test.cased);
    case 'glob': {
      const source = test.parts.map((p) =>
        p.$ === 'any'
          ? '[^]*'
          : p.$ === 'one'
            ? '[^]'
            : fold(p.text, test.cased).replace(/[\\^$.|?*+()[\]{}/-]/g, '\\$&'),
      );
      return new RegExp(`^${source.join('')}$`).test(fold(text, test.cased));
    }
    case 'regex': {
      const flags = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
      return RE2JS.compile(
        test.source,
        [...test.flags].reduce((m, f) => m | flags[f as 'i'], 0),
      )
        .matcher(text)
        .find();
    }
    case 'cidr': {
      const kind = isIP(text);
      if (kind === 0 || (kind === 6) !== test.network.includes(':')) return false;
      const list = new BlockList();
      list.addSubnet(test.network, test.bits, kind === 6 ? 'ipv6' : 'ipv4');
      return list.check(text, kind === 6 ? 'ipv6' : 'ipv4');
    }
    case 'number':
      return numberOf(text) === test.number;
    case 'compare': {
      const n = numberOf(text);
      if (Number.isNaN(n)) return false;
      return { lt: n < test.number, lte: n <= test.number, gt: n > test.number, gte: n >= test.number }[test.op];
    }
    case 'timePart': {
      const t = new Date(text);
      const parts = {
        minute: t.getUTCMinutes(),
        hour: t.getUTCHours(),
        day: t.getUTCDate(),
        month: t.getUTCMonth() + 1,
      };
      if (test.part === 'week') throw new Error('weeks are the matcher’s business');
      return (test.part === 'year' ? t.getUTCFullYear() : parts[test.part]) === test.number;
    }
    case 'field': {
      const other = event[test.other];
      return other !== undefined && other !== null && compare(test.how, text, String(other), test.cased);
    }
  }
}

function compare(
  how: 'equals' | 'startsWith' | 'endsWith' | 'contains',
  value: string,
  wanted: string,
  cased: boolean,
) {
  const [v, w] = [fold(value, cased), fold(wanted, cased)];
  return how === 'equals' ? v === w : how === 'contains' ? v.includes(w) : v[how](w);
}

function fold(text: string, cased: boolean): string {
  return cased ? text : text.toLowerCase();
}

function numberOf(text: string): number {
  return /^-?\d+(\.\d+)?$|^0x[0-9a-f]+$/i.test(text) ? Number(text) : Number.NaN;
}

/** Does the variant look at this event at all? Windows events carry `Channel`, `EventID`, `Provider_Name` as fields. */
export function gated(variant: Variant, event: Plain): boolean {
  const { gate } = variant;
  const lower = (name: string) => String(event[name] ?? '').toLowerCase();
  if (gate.channels && !gate.channels.includes(lower('Channel'))) return false;
  if (gate.providers && !gate.providers.includes(lower('Provider_Name'))) return false;
  if (gate.eventIds && !gate.eventIds.includes(Number(event.EventID))) return false;
  if (gate.channels || gate.providers) return true;
  return (['product', 'service', 'category'] as const).every(
    (k) => gate[k] === undefined || gate[k] === event[`$${k}`],
  );
}

/** Names of the variants that fire on the event. `$product`, `$service`, `$category` say what log a plain event is from. */
export function fires(rule: EventRule, event: Plain): readonly string[] {
  const fields = Object.fromEntries(Object.entries(event).filter(([k]) => !k.startsWith('$')));
  return rule.variants
    .filter((v) => gated(v, event) && evaluate(v.expr, fields, v.unknown) === true)
    .map((v) => v.name);
}
