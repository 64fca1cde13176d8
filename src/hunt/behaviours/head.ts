import { createHash } from 'node:crypto';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { quote } from '../../base/index.ts';
import { IntrusionPhase, Level } from '../../model/index.ts';
import { BehaviourError } from './errors.ts';
import { bareSql } from './sql.ts';

/** A file as handed in: `path` inside its pack, for messages and as `Finding.rule.pack`. */
export interface BehaviourFile {
  readonly pack: string;
  readonly path: string;
  readonly text: string;
}

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const Text = z.string().min(1).max(2_000);
const ViewName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/);
const ParameterValue = z.union([
  z.number(),
  z.string().max(2_000),
  z.boolean(),
  z.array(z.string().max(500)).max(2_000),
]);
export type ParameterValue = z.infer<typeof ParameterValue>;

const Head = z.strictObject({
  id: Id,
  title: Text,
  meaning: Text,
  level: Level,
  attack: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)).max(50),
  tactics: z
    .array(z.string().regex(/^[a-z-]{3,40}$/))
    .min(1)
    .max(14),
  phase: IntrusionPhase,
  sources: z.array(ViewName).min(1).max(20),
  needs: z.array(ViewName).max(20).default([]),
  parameters: z
    .record(z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), z.strictObject({ default: ParameterValue, meaning: Text }))
    .default({}),
  innocent: z.array(Text).min(1).max(30),
  blind: z.record(ViewName, Text).default({}),
  references: z.array(Text).max(50).default([]),
});

/** A behaviour as it runs: its head, its SQL, and what it is known by. */
export interface Behaviour extends z.infer<typeof Head> {
  readonly pack: string;
  readonly sql: string;
  /** SHA-256 of the file's bytes */
  readonly digest: string;
}

const MAX_CHARS = 256 * 1024;
const BLOCK = /^\uFEFF?\s*\/\*--- yaml\r?\n([\s\S]*?)\r?\n---\*\//;

/** The YAML between `/*--- yaml` and `---*\/` at a file's beginning, and the SQL behind it. @throws BehaviourError */
export function headBlock(file: BehaviourFile): { head: unknown; sql: string } {
  if (file.text.length > MAX_CHARS) throw new BehaviourError('TOO_LARGE', `over ${MAX_CHARS} characters`, file.path);
  const block = BLOCK.exec(file.text);
  if (!block) throw new BehaviourError('NO_HEAD', 'the file does not begin with a /*--- yaml … ---*/ block', file.path);
  try {
    return { head: parseYaml(block[1]!, { maxAliasCount: 0 }), sql: file.text.slice(block[0].length).trim() };
  } catch (cause) {
    throw new BehaviourError('BAD_HEAD', (cause as Error).message.split('\n')[0]!, file.path, cause);
  }
}

/** zod's first complaint as a sentence of ours. */
export function complaint(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`;
}

/**
 * A behaviour from its file. Parameters must be the same in head and SQL: one that is nowhere used is a slip, one that
 * has no default cannot run. @throws BehaviourError NO_HEAD, BAD_HEAD, BAD_PARAMETER, TOO_LARGE
 */
export function parseBehaviour(file: BehaviourFile): Behaviour {
  const { head: raw, sql } = headBlock(file);
  const parsed = Head.safeParse(raw);
  if (!parsed.success) throw new BehaviourError('BAD_HEAD', complaint(parsed.error), file.path, parsed.error);
  const head = parsed.data;
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (name !== `${head.id}.sql`)
    throw new BehaviourError('BAD_HEAD', `id ${quote(head.id)} is not the file's name`, file.path);
  if (!head.tactics.includes(head.phase)) head.tactics.push(head.phase);
  const named = new Set(
    bareSql(sql)
      .match(/\$[a-z_][a-z0-9_]*/g)
      ?.map((n) => n.slice(1)),
  );
  const known = Object.keys(head.parameters);
  const without = [...named].filter((n) => !known.includes(n));
  const unused = known.filter((n) => !named.has(n));
  if (without.length + unused.length > 0) {
    const what = [...without.map((n) => `$${n} has no default in the head`), ...unused.map((n) => `${n} is not used`)];
    throw new BehaviourError('BAD_PARAMETER', what.join('; '), file.path);
  }
  const digest = createHash('sha256').update(file.text).digest('hex');
  return { ...head, pack: `${file.pack}/${file.path}`, sql, digest };
}

/** The values a behaviour runs with: its defaults, and what somebody set instead. @throws BehaviourError BAD_PARAMETER */
export function parameterValues(
  behaviour: Behaviour,
  set: ReadonlyMap<string, ParameterValue> = new Map(),
): Record<string, ParameterValue> {
  const out: Record<string, ParameterValue> = {};
  for (const [name, { default: value }] of Object.entries(behaviour.parameters)) out[name] = value;
  for (const [name, given] of set) {
    const value = out[name];
    if (value === undefined)
      throw new BehaviourError('BAD_PARAMETER', `${behaviour.id} has no parameter ${quote(name)}`, behaviour.id);
    out[name] = asKind(given, value, `${behaviour.id}.${name}`);
  }
  return out;
}

/** What a person wrote as text becomes the kind of the default. */
function asKind(given: ParameterValue, like: ParameterValue, where: string): ParameterValue {
  const bad = (what: string) => new BehaviourError('BAD_PARAMETER', `${where} takes ${what}`, where);
  if (typeof like === 'number') {
    const n =
      typeof given === 'number' ? given : typeof given === 'string' && given.trim() !== '' ? Number(given) : NaN;
    if (!Number.isFinite(n)) throw bad('a number');
    return n;
  }
  if (typeof like === 'boolean') {
    if (given === true || given === 'true') return true;
    if (given === false || given === 'false') return false;
    throw bad('true or false');
  }
  if (Array.isArray(like)) {
    if (Array.isArray(given)) return given;
    if (typeof given === 'string')
      return given
        .split(',')
        .map((s) => s.trim())
        .filter((s) => s !== '');
    throw bad('a list of texts');
  }
  if (typeof given !== 'string') throw bad('a text');
  return given;
}
