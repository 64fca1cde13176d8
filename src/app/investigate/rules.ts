import { createHash } from 'node:crypto';
import { errorClass } from '../../base/index.ts';
import { type LoadOptions, loadRules, type Notice, type Refusal, type Rule, type RuleFile } from '../../rules/index.ts';
import type { ReaderPool, RuleShelf } from '../effects/index.ts';
import {
  type CorrelationFace,
  correlationsFrame,
  type EventFace,
  facesFrame,
  type Job,
  JobFrame,
  noticesFrame,
  type PackPlace,
  refusalsFrame,
  rulesEnd,
  textsOf,
} from '../reading/index.ts';
import { ask } from './asking.ts';

/**
 * The rules of an investigation as the program itself holds them: what reports show, and where the pack lies that
 * reader processes match with. Conditions and rule texts are nowhere in this process's memory once it is made.
 */
export interface RuleSet {
  readonly events: readonly EventFace[];
  readonly correlations: readonly CorrelationFace[];
  readonly refusals: readonly Refusal[];
  /** what should be known about rules that were taken: silenced by a correlation, narrowed by a filter */
  readonly notices: readonly Notice[];
  /** the names that any rule asks or counts by */
  readonly fields: readonly string[];
  readonly pack: PackPlace;
  /** SHA-256 over the digests of all rules, in order of id: what "same packs" means */
  readonly digest: string;
}

export const RuleSetError = errorClass<'NO_RULES' | 'BAD_PLACEHOLDERS' | 'RULES_FAILED'>('RuleSetError');

export interface RulesRequest {
  readonly files: readonly RuleFile[];
  /** name → text or list of texts, as a person wrote it; undefined: none */
  readonly placeholders?: unknown;
  /** the program that reads rules: another one reads them anew */
  readonly program: string;
}

export interface RulesEffects {
  readonly shelf: RuleShelf;
  /** Lends a process that may read the shelf, for the time of `use`. */
  withReader<T>(use: (pool: ReaderPool) => Promise<T>): Promise<T>;
}

/** What a rule set is kept as. */
interface KeptSet extends Omit<RuleSet, 'pack'> {
  readonly pack: string;
}

/** Thousands of rules are one job that says nothing until it is done. */
const QUIET_MS = 600_000;
const MAX_PACK_BYTES = 512 * 1024 * 1024;

/** Rule files in, rules and refusals out, in this process: for a person's own few rules. */
export function readRules(
  files: readonly RuleFile[],
  placeholders?: unknown,
): { rules: readonly Rule[]; refusals: readonly Refusal[] } {
  return loadRules(files, { placeholders: vocabulary(placeholders) });
}

/** Rule files in, everything an investigation needs of them out. They are read once by a process of their own and kept. */
export async function prepareRules(request: RulesRequest, fx: RulesEffects): Promise<RuleSet> {
  const { files } = request;
  const placeholders = vocabulary(request.placeholders);
  const texts = digestOfFiles(files);
  const key = sha256(JSON.stringify([request.program, texts, placeholders]));
  const kept = fx.shelf.findSet(key);
  const path = fx.shelf.keepTexts(texts, () => textsOf(files));
  const set = kept === null ? null : withPack(JSON.parse(kept) as KeptSet, fx.shelf);
  if (set !== null) return set;

  const made = await fx.withReader((pool) => askRules(pool, { job: 'rules', path, placeholders }));
  if (made.events.length + made.correlations.length === 0)
    throw new RuleSetError('NO_RULES', `no usable rule among ${files.length} files: nothing could be found with them`);
  const pack = fx.shelf.keepPack(made.pack);
  const fresh: RuleSet = { ...made, pack, digest: digestOfRules(made) };
  fx.shelf.keepSet(key, JSON.stringify({ ...fresh, pack: pack.digest } satisfies KeptSet));
  return fresh;
}

function withPack(kept: KeptSet, shelf: RuleShelf): RuleSet | null {
  const path = shelf.packPath(kept.pack);
  return path === null ? null : { ...kept, pack: { path, digest: kept.pack } };
}

async function askRules(
  pool: ReaderPool,
  job: Extract<Job, { job: 'rules' }>,
): Promise<Omit<RuleSet, 'pack' | 'digest'> & { pack: Uint8Array }> {
  const events: EventFace[] = [];
  const correlations: CorrelationFace[] = [];
  const refusals: Refusal[] = [];
  const notices: Notice[] = [];
  const pack: Buffer[] = [];
  let room = MAX_PACK_BYTES;
  const end = await ask(
    pool,
    job,
    {
      [JobFrame.faces]: (payload) => void events.push(...facesFrame(payload)),
      [JobFrame.correlations]: (payload) => void correlations.push(...correlationsFrame(payload)),
      [JobFrame.refusals]: (payload) => void refusals.push(...refusalsFrame(payload)),
      [JobFrame.notices]: (payload) => void notices.push(...noticesFrame(payload)),
      [JobFrame.pack]: (payload) => {
        room -= payload.length;
        if (room >= 0) pack.push(Buffer.from(payload));
      },
    },
    { quietMs: QUIET_MS },
  );
  if (!end.ok) throw new RuleSetError('RULES_FAILED', `the rules could not be read: ${end.code}: ${end.detail}`);
  if (room < 0) throw new RuleSetError('RULES_FAILED', `a pack over ${MAX_PACK_BYTES} bytes`);
  return { events, correlations, refusals, notices, fields: rulesEnd(end.result).fields, pack: Buffer.concat(pack) };
}

function vocabulary(given: unknown): NonNullable<LoadOptions['placeholders']> {
  if (given === undefined) return {};
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

function digestOfFiles(files: readonly RuleFile[]): string {
  const hash = createHash('sha256');
  for (const { pack, path, text } of files) {
    hash.update(JSON.stringify([pack, path, text.length]));
    hash.update(text);
  }
  return hash.digest('hex');
}

function digestOfRules({ events, correlations }: Pick<RuleSet, 'events' | 'correlations'>): string {
  const hash = createHash('sha256');
  for (const line of [...events, ...correlations].map((r) => `${r.meta.id} ${r.meta.digest} ${r.reports}\n`).sort())
    hash.update(line);
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
