import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { parseIso } from '../../base/index.ts';
import { type EntityKey, type EntityType, entityKey, type Finding } from '../../model/index.ts';
import { BehaviourError } from './errors.ts';
import { type BehaviourFile, complaint } from './head.ts';

/** Example cases of a behaviour: what stands in views, and what must be found. */
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Cell = z.union([Scalar, z.array(Scalar)]);
type Cell = z.infer<typeof Cell>;

const CaseRow = z.record(z.string(), Cell);
const Expected = z.strictObject({
  host: z.string().optional(),
  account: z.string().optional(),
  address: z.string().optional(),
  count: z.number().int().optional(),
  level: z.string().optional(),
  why: z.union([z.string(), z.array(z.string())]).optional(),
  min_score: z.number().optional(),
  max_score: z.number().optional(),
  entities: z.array(z.string()).optional(),
  /** how the time of what lies before it begins (`2023-01-05`); '' when nothing does */
  earlier: z.string().optional(),
});
export type Expected = z.infer<typeof Expected>;

const Name = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const File = z.strictObject({
  behaviour: z.string(),
  cases: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        parameters: z
          .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]))
          .default({}),
        settings: z.record(z.string(), z.coerce.string()).default({}),
        networks: z
          .array(
            z.strictObject({
              first: z.string(),
              last: z.string(),
              asn: z.number().int().optional(),
              name: z.string().optional(),
              country: z.string().optional(),
              kind: z.string().optional(),
            }),
          )
          .default([]),
        rows: z.record(Name, z.array(CaseRow)).default({}),
        expect: z.array(Expected),
      }),
    )
    .min(1)
    .max(200),
});
export type BehaviourCase = z.infer<typeof File>['cases'][number];
export type CaseRow = Readonly<Record<string, Cell>>;

const MAX_ROWS = 200_000;

/** @throws BehaviourError BAD_CASES */
export function parseCases(file: BehaviourFile, behaviour: string): BehaviourCase[] {
  let raw: unknown;
  try {
    raw = parseYaml(file.text, { maxAliasCount: 1_000, schema: 'core' });
  } catch (cause) {
    throw new BehaviourError('BAD_CASES', (cause as Error).message.split('\n')[0]!, file.path, cause);
  }
  const parsed = File.safeParse(raw);
  if (!parsed.success) throw new BehaviourError('BAD_CASES', complaint(parsed.error), file.path, parsed.error);
  if (parsed.data.behaviour !== behaviour)
    throw new BehaviourError('BAD_CASES', `these are cases of ${parsed.data.behaviour}`, file.path);
  return parsed.data.cases;
}

/**
 * The rows of one view written out: `repeat`, `every` and `jitter` taken apart, `{n}` filled in, an event address
 * invented where none is given. @throws BehaviourError BAD_CASES, TOO_LARGE
 */
export function caseRows(view: string, rows: readonly CaseRow[]): CaseRow[] {
  const out: CaseRow[] = [];
  for (const [at, { repeat = 1, every = '0s', jitter = '0s', ...row }] of rows.entries()) {
    if (typeof repeat !== 'number' || repeat < 1 || out.length + repeat > MAX_ROWS)
      throw new BehaviourError('TOO_LARGE', `repeat takes 1 to ${MAX_ROWS} rows altogether`, view);
    const [step, spread] = [milliseconds(every, view), milliseconds(jitter, view)];
    for (let n = 0; n < repeat; n++) {
      const filled: Record<string, Cell> = {};
      for (const [name, value] of Object.entries(row))
        filled[name] = Array.isArray(value) ? value.map((each) => filledIn(each, n)) : filledIn(value, n);
      if (typeof filled.time === 'string') filled.time = moved(filled.time, n * step + spread * chance(at, n), view);
      filled.event ??= `${view}@${at * 1_000_000 + n}`;
      filled.stream ??= 'example';
      out.push(filled);
    }
  }
  return out;
}

function filledIn<T>(value: T, n: number): T | string {
  return typeof value === 'string' ? fill(value, n) : value;
}

function fill(text: string, n: number): string {
  return text.replace(/\{n(?:([%/+])(\d{1,9}))?\}/g, (_, op: string | undefined, by: string | undefined) => {
    const k = Number(by);
    if (op === '%') return String(k === 0 ? 0 : n % k);
    if (op === '/') return String(k === 0 ? 0 : Math.floor(n / k));
    return String(op === '+' ? n + k : n);
  });
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function milliseconds(text: Cell, where: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(text));
  if (!match) throw new BehaviourError('BAD_CASES', `a length of time is written 90s, 15m, 2h or 3d`, where);
  return Number(match[1]) * UNITS[match[2]!]!;
}

function moved(time: string, by: number, where: string): string {
  const at = parseIso(time);
  if (at === null) throw new BehaviourError('BAD_CASES', `a time is RFC 3339: ${time.slice(0, 40)}`, where);
  return new Date(at.ms + Math.round(by)).toISOString();
}

/** -1 to 1, the same for the same row: an integer hash (Wang's), not chance. */
function chance(row: number, n: number): number {
  let x = (row * 7_919 + n + 1) >>> 0;
  x = Math.imul(x ^ 61 ^ (x >>> 16), 9);
  x = Math.imul(x ^ (x >>> 4), 0x27d4eb2d);
  x = (x ^ (x >>> 15)) >>> 0;
  return x / 0x7fffffff - 1;
}

/** What is not as expected, one sentence a thing; empty: all is. */
export function caseFailures(expected: readonly Expected[], findings: readonly Finding[]): string[] {
  const left = [...findings];
  const out: string[] = [];
  for (const want of expected) {
    const at = left.findIndex((f) => differences(want, f).length === 0);
    if (at >= 0) left.splice(at, 1);
    else {
      const near = left.map((f) => ({ f, d: differences(want, f) })).sort((a, b) => a.d.length - b.d.length)[0];
      const but = near === undefined ? 'nothing was' : `the nearest has ${near.d.join(', ')} (${near.f.why})`;
      out.push(`not found: ${JSON.stringify(want)}; ${but}`);
    }
  }
  for (const f of left)
    out.push(
      `found besides: host ${f.host || '-'}, account ${f.user || '-'}, address ${f.address || '-'}, score ${f.score}: ${f.why}`,
    );
  return out;
}

function differences(want: Expected, f: Finding): string[] {
  const out: string[] = [];
  const same = (name: string, a: unknown, b: unknown) => {
    if (a !== undefined && a !== b) out.push(`${name} ${JSON.stringify(b)}`);
  };
  same('host', want.host, f.host);
  same('account', want.account, f.user);
  same('address', want.address, f.address);
  same('count', want.count, f.count);
  same('level', want.level, f.rule.level);
  for (const part of want.why === undefined ? [] : [want.why].flat())
    if (!f.why.includes(part)) out.push(`why ${JSON.stringify(f.why)}`);
  const earlier = f.earlier?.time ?? '';
  if (want.earlier !== undefined && (want.earlier === '' ? earlier !== '' : !earlier.startsWith(want.earlier)))
    out.push(`earlier ${JSON.stringify(earlier)}`);
  const score = f.score ?? 0;
  if (score < (want.min_score ?? 0) || score > (want.max_score ?? 1)) out.push(`score ${score}`);
  const has = new Set(f.entities);
  for (const said of want.entities ?? []) if (!has.has(keyOf(said) ?? '')) out.push(`no entity ${said}`);
  return out;
}

function keyOf(said: string): EntityKey | null {
  const colon = said.indexOf(':');
  return entityKey(said.slice(0, colon) as EntityType, said.slice(colon + 1));
}
