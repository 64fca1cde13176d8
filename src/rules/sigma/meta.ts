/** The attributes every Sigma document shares: title, id, level, tags … (Sigma rules specification 2.1.0, "Components"). */
import { createHash } from 'node:crypto';
import { quote } from '../../base/index.ts';
import { LEVELS } from '../../model/index.ts';
import { LIMITS, RuleError } from '../codes.ts';
import type { RuleMeta } from '../ir.ts';
import { isTreeList, isTreeMap, Numeral, type Tree, type TreeMap } from './yaml.ts';

export type Logsource = RuleMeta['logsource'];
type Level = RuleMeta['level'];

/** A rule without a level is shown with the middle one: its author did not rate it, so it is neither hidden nor raised. */
const DEFAULT_LEVEL: Level = 'medium';

/** A text (numbers as written), or undefined when absent. Wrong kinds are refused under `code`. */
export function textOf(
  map: TreeMap,
  key: string,
  code: 'META' | 'CORRELATION' | 'LOGSOURCE' = 'META',
): string | undefined {
  const value = map.get(key);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return bounded(value, key, code);
  if (value instanceof Numeral) return bounded(value.source, key, code);
  throw new RuleError(code, `\`${key}\` is not a text`);
}

/** One text or a list of them. */
export function textsOf(
  map: TreeMap,
  key: string,
  code: 'META' | 'CORRELATION' | 'FILTER' = 'META',
): readonly string[] {
  const value = map.get(key);
  if (value === undefined || value === null) return [];
  const list = isTreeList(value) ? value : [value];
  return list.map((v) => {
    if (typeof v === 'string') return bounded(v, key, code);
    if (v instanceof Numeral) return bounded(v.source, key, code);
    throw new RuleError(code, `\`${key}\` is neither a text nor a list of texts`);
  });
}

function bounded(text: string, key: string, code: 'META' | 'CORRELATION' | 'LOGSOURCE' | 'FILTER'): string {
  if (text.length <= LIMITS.attributeChars) return text;
  throw new RuleError(code, `\`${key}\` is longer than ${LIMITS.attributeChars} characters`);
}

/** What can be said of a document even when it is refused: never throws. */
export function nameOf(tree: Tree | null, text: string): { readonly id: string; readonly title: string } {
  const get = (key: string) => (isTreeMap(tree ?? undefined) ? (tree as TreeMap).get(key) : undefined);
  const id = get('id');
  const title = get('title');
  return {
    id: typeof id === 'string' ? id.slice(0, LIMITS.originChars) : digestOf(text).slice(0, 32),
    title: typeof title === 'string' ? title.slice(0, LIMITS.originChars) : '',
  };
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * `text` is the document's own text: its SHA-256 is the rule's digest, and its beginning the id of a rule that has none.
 * `level` stands in for a missing one (a correlation takes its rules' highest).
 */
export function readMeta(map: TreeMap, text: string, origin: string, logsource: Logsource, level?: Level): RuleMeta {
  const title = textOf(map, 'title');
  if (title === undefined || title.trim() === '') throw new RuleError('META', 'a rule needs a title');
  const taxonomy = textOf(map, 'taxonomy');
  if (taxonomy !== undefined && taxonomy.toLowerCase() !== 'sigma')
    throw new RuleError('TAXONOMY', `the taxonomy ${quote(taxonomy)}: its field names are not known here`);
  const digest = digestOf(text);
  const tags = textsOf(map, 'tags').map((t) => t.toLowerCase());
  const related = relatedOf(map.get('related'));
  const fields = textsOf(map, 'fields');
  return {
    id: textOf(map, 'id') ?? digest.slice(0, 32),
    title,
    level: levelOf(textOf(map, 'level')) ?? level ?? DEFAULT_LEVEL,
    ...given('status', textOf(map, 'status')?.toLowerCase()),
    ...given('description', textOf(map, 'description')?.trim()),
    ...given('author', textOf(map, 'author')),
    ...given('date', dateOf(textOf(map, 'date'))),
    ...given('modified', dateOf(textOf(map, 'modified'))),
    ...(related.length > 0 ? { related } : {}),
    ...(fields.length > 0 ? { fields } : {}),
    references: textsOf(map, 'references'),
    ...attackOf(tags),
    tags,
    falsePositives: textsOf(map, 'falsepositives'),
    logsource,
    digest,
    origin,
  };
}

function given<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: string });
}

function levelOf(text: string | undefined): Level | undefined {
  if (text === undefined) return undefined;
  const level = LEVELS.find((l) => l === text.toLowerCase());
  if (!level) throw new RuleError('META', `the level ${quote(text)}; Sigma knows ${LEVELS.join(', ')}`);
  return level;
}

/** Sigma writes ISO 8601 dates; rules before 2024 wrote slashes. */
function dateOf(text: string | undefined): string | undefined {
  return text?.replace(/^(\d{4})\/(\d{2})\/(\d{2})$/, '$1-$2-$3');
}

function relatedOf(tree: Tree | undefined): readonly { readonly id: string; readonly type: string }[] {
  if (!isTreeList(tree)) return [];
  return tree.flatMap((entry) => {
    if (!isTreeMap(entry)) throw new RuleError('META', '`related` is not a list of maps');
    const id = textOf(entry, 'id');
    return id === undefined ? [] : [{ id, type: textOf(entry, 'type') ?? 'similar' }];
  });
}

const NOT_TACTICS = /^(t\d{4}(\.\d{3})?|[gsc]\d{4}|ta\d{4}|m\d{4}|ds\d{4})$/;

/** Tags `attack.t1059.001` and `attack.execution`; groups and software stay in `tags`. Older rules wrote tactics with `_`. */
function attackOf(tags: readonly string[]): {
  readonly attack: readonly string[];
  readonly tactics: readonly string[];
} {
  const own = tags.filter((t) => t.startsWith('attack.')).map((t) => t.slice('attack.'.length));
  const attack = own.filter((t) => /^t\d{4}(\.\d{3})?$/.test(t)).map((t) => t.toUpperCase());
  const tactics = own.filter((t) => !NOT_TACTICS.test(t)).map((t) => t.replaceAll('_', '-'));
  return { attack: [...new Set(attack)].sort(), tactics: [...new Set(tactics)].sort() };
}

/** The `logsource` section: lower case; at least one of product, service, category. */
export function readLogsource(tree: Tree | undefined): Logsource {
  if (!isTreeMap(tree)) throw new RuleError('LOGSOURCE', 'the log source is not a map');
  const part = (key: 'product' | 'service' | 'category') =>
    given(key, textOf(tree, key, 'LOGSOURCE')?.trim().toLowerCase());
  const logsource = { ...part('product'), ...part('service'), ...part('category') };
  if (!Object.values(logsource).some((v) => v !== ''))
    throw new RuleError('LOGSOURCE', 'neither product nor service nor category');
  return logsource;
}
