import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import type { RuleShelf } from '../../app/effects/index.ts';
import { errorClass } from '../../base/index.ts';
import { writeAtomic } from '../files/index.ts';

/**
 * packs: rule files on disk. In: a folder or a file. Out: texts with their paths inside the pack, in a stable order.
 * Law 3: a file that cannot be read is an error with its path, not a missing rule.
 */
export const PackError = errorClass<'PACK_MISSING' | 'PACK_UNREADABLE' | 'PACK_TOO_LARGE'>('PackError');

export interface PackFile {
  /** name of the pack: the last part of the folder handed in */
  readonly pack: string;
  /** path inside the pack, with `/` */
  readonly path: string;
  readonly text: string;
}

const MAX_FILES = 200_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 32;

/** All `.yml` and `.yaml` files (or those `named` so) below `path` (or that one file), sorted by path. Symbolic links are not followed. */
export function readPack(path: string, named = /\.ya?ml$/i): PackFile[] {
  let stat: ReturnType<typeof statSync>;
  try {
    stat = statSync(path);
  } catch (cause) {
    throw new PackError('PACK_MISSING', 'there is no such folder or file of rules', path, cause);
  }
  const pack = basename(path) || path;
  if (stat.isFile()) return [{ pack, path: basename(path), text: readText(path) }];
  const files: string[] = [];
  const walk = (folder: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new PackError('PACK_TOO_LARGE', `folders nested deeper than ${MAX_DEPTH}`, folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) walk(full, depth + 1);
      else if (entry.isFile() && named.test(entry.name)) files.push(full);
      if (files.length > MAX_FILES) throw new PackError('PACK_TOO_LARGE', `more than ${MAX_FILES} rule files`, path);
    }
  };
  walk(path, 0);
  return files
    .map((full) => ({ full, inside: relative(path, full).split(sep).join('/') }))
    .sort((a, b) => (a.inside < b.inside ? -1 : 1))
    .map(({ full, inside }) => ({ pack, path: inside, text: readText(full) }));
}

/** Keeps what was used beside the rules, under a name that begins with its digest; what is there is not written again. */
export function keepInPacks(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, name);
  if (!existsSync(path)) writeAtomic(path, bytes);
}

const TEXTS = '.rules.json.zst';
/** What the rule texts of one case may unpack to. */
const MAX_TEXT_BYTES = 512 * 1024 * 1024;

/**
 * Rules in a folder of a case, each file under a digest: what is there already is not written again. `cache`: a folder
 * that only this user can write, shared by all cases; a set found there is copied, so the case stays whole by itself.
 */
export function ruleShelf(folder: string, cache: string | null = null): RuleShelf {
  const keep = (name: string, bytes: () => Uint8Array | string): string => {
    const path = join(folder, name);
    if (!existsSync(path)) writeAtomic(path, bytes());
    return path;
  };
  return {
    keepTexts: (digest, bytes) => keep(`${digest}${TEXTS}`, bytes),
    keepPack(bytes) {
      const digest = sha256(bytes);
      keepIn(cache, packName(digest), bytes);
      return { path: keep(packName(digest), () => bytes), digest };
    },
    packPath(digest) {
      const path = join(folder, packName(digest));
      if (existsSync(path)) return path;
      const bytes = readFrom(cache, packName(digest));
      return bytes !== null && sha256(bytes) === digest ? keep(packName(digest), () => bytes) : null;
    },
    findSet(key) {
      const own = setText(readFrom(folder, setName(key)));
      if (own !== null) return own;
      const shared = setText(readFrom(cache, setName(key)));
      if (shared !== null) this.keepSet(key, shared);
      return shared;
    },
    keepSet(key, text) {
      const sealed = `${sha256(text)}\n${text}\n`;
      writeAtomic(join(folder, setName(key)), sealed);
      keepIn(cache, setName(key), sealed);
    },
  };
}

const packName = (digest: string): string => `${digest}.pack.json`;
const setName = (key: string): string => `${key}.set`;

/** Newest files of each kind that the cache keeps: as many rule sets as a person works with. */
const CACHED = 8;

/** A cache that cannot be written is no cache. */
function keepIn(cache: string | null, name: string, bytes: Uint8Array | string): void {
  if (cache === null) return;
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    if (existsSync(join(cache, name))) return;
    writeAtomic(join(cache, name), bytes);
    const kind = name.slice(name.indexOf('.'));
    const older = readdirSync(cache)
      .filter((n) => n.endsWith(kind))
      .map((n) => ({ path: join(cache, n), at: statSync(join(cache, n)).mtimeMs }))
      .sort((a, b) => b.at - a.at)
      .slice(CACHED);
    for (const { path } of older) rmSync(path, { force: true });
  } catch {
    // no room or no right: the next case reads its rules again
  }
}

function readFrom(folder: string | null, name: string): Buffer | null {
  if (folder === null || !existsSync(join(folder, name))) return null;
  return readFileSync(join(folder, name));
}

/** The text of a kept set; null when it is not as it was written. */
function setText(bytes: Buffer | null): string | null {
  const [digest = '', text = ''] = bytes?.toString('utf8').split('\n') ?? [];
  return text !== '' && sha256(text) === digest ? text : null;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The rule texts kept in a case, one list a rule set, in order of digest. */
export function* keptPacks(folder: string): Generator<PackFile[]> {
  for (const name of readdirSync(folder)
    .filter((n) => n.endsWith(TEXTS))
    .sort()) {
    const path = join(folder, name);
    try {
      const text = zstdDecompressSync(readFileSync(path), { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8');
      yield JSON.parse(text) as PackFile[];
    } catch (cause) {
      throw new PackError(
        'PACK_UNREADABLE',
        `rules kept in the case cannot be read: ${(cause as Error).message}`,
        path,
        cause,
      );
    }
  }
}

function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_FILE_BYTES)
      throw new PackError('PACK_TOO_LARGE', `a rule file over ${MAX_FILE_BYTES} bytes`, path);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof PackError) throw cause;
    throw new PackError('PACK_UNREADABLE', (cause as Error).message, path, cause);
  }
}
