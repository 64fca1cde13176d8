/**
 * The lake of a case on disk: `stream=<stream>/day=<day>/`, each folder ending as exactly one `events.parquet`.
 *
 * Parts arrive as files of their own beside it and `seal` lays them into it. Every step is a whole file renamed into
 * place or a file removed, and the sealed file names the parts it holds by digest; so after a kill at any point a part
 * is either in the sealed file or beside it, and one that is in both is recognised. Nothing is lost, nothing counts
 * twice. Power loss may leave a file without its end: reading it is DAMAGED, never a shorter answer.
 */
import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LakeContent } from '../../app/effects/index.ts';
import { LAKE_LIMITS, type LakePart } from './encode/contract.ts';
import { evidenceOf, isPartName, type PartEntry } from './encode/manifest.ts';
import { LakeError } from './errors.ts';
import { fillsGroup, type PlacedPart, placedParts } from './layout.ts';
import { pack } from './pack.ts';
import { damaged, type LakeFile, openLakeFile } from './read.ts';

export const SEALED = 'events.parquet';
const STREAM = /^stream=([a-z0-9-]{1,64})$/;
const DAY = /^day=(\d{4}-\d{2}(?:-\d{2})?|undated|mixed)$/;

export interface LakeStats {
  readonly streams: number;
  readonly folders: number;
  readonly rows: number;
  readonly bytes: number;
  /** folders that this seal had to write */
  readonly written: number;
  /** stream → digest over its parts: the same while its rows are */
  readonly content: LakeContent;
}

export interface Lake {
  /** Stores a part under its name; true when it was not in the lake yet. The same part twice changes nothing. */
  put(part: LakePart): Promise<boolean>;
  /** Removes every row of an evidence file (before it is read anew by another reader version); rows removed. */
  drop(evidence: string): Promise<number>;
  /** Lays loose parts into the sealed files, folder by folder as `progress` counts. Safe to kill and to repeat. */
  seal(progress?: (done: number, all: number) => void): Promise<LakeStats>;
}

export interface LakeOptions {
  /** field columns a sealed file keeps */
  readonly columns?: number;
  /** called before every change on disk with what is about to happen; a test may throw here */
  readonly step?: (what: string) => void;
}

/** One stream and day. */
export interface Folder {
  readonly stream: string;
  readonly day: string;
  readonly path: string;
}

/** @param dir the case's `lake` folder; made when it is absent */
export async function openLake(dir: string, options: LakeOptions = {}): Promise<Lake> {
  await mkdir(dir, { recursive: true });
  return new DiskLake(dir, options.columns ?? LAKE_LIMITS.columns, options.step ?? (() => {}));
}

/** Every stream and day of a lake, in order; names that are not ours are passed over. */
export async function folders(dir: string): Promise<Folder[]> {
  const out: Folder[] = [];
  for (const streamName of (await readdir(dir)).sort()) {
    const stream = STREAM.exec(streamName)?.[1];
    if (stream === undefined) continue;
    for (const dayName of (await readdir(join(dir, streamName))).sort()) {
      const day = DAY.exec(dayName)?.[1];
      if (day !== undefined) out.push({ stream, day, path: join(dir, streamName, dayName) });
    }
  }
  return out;
}

class DiskLake implements Lake {
  readonly #dir: string;
  readonly #columns: number;
  readonly #step: (what: string) => void;
  /** digests of parts in a folder's sealed file, read once a folder */
  readonly #sealed = new Map<string, Promise<Map<string, string>>>();
  #writes = 0;

  constructor(dir: string, columns: number, step: (what: string) => void) {
    this.#dir = dir;
    this.#columns = columns;
    this.#step = step;
  }

  async put(part: LakePart): Promise<boolean> {
    const [stream, day] = [`stream=${part.stream}`, `day=${part.day}`];
    if (!STREAM.test(stream) || !DAY.test(day) || !isPartName(part.name)) {
      throw new LakeError('BAD_PART', 'a part names its stream, day and evidence in another way than the lake does');
    }
    const path = join(this.#dir, stream, day);
    if ((await this.#digests(path)).get(part.name) === digestOf(part.bytes)) return false;
    const target = join(path, `${part.name}.parquet`);
    const temporary = join(path, `${part.name}.${++this.#writes}.tmp`);
    this.#step(`write ${part.name}`);
    await writeFile(temporary, part.bytes);
    this.#step(`place ${part.name}`);
    await rename(temporary, target);
    return true;
  }

  #digests(path: string): Promise<Map<string, string>> {
    let digests = this.#sealed.get(path);
    if (digests === undefined) {
      digests = mkdir(path, { recursive: true }).then(() => sealedDigests(path));
      this.#sealed.set(path, digests);
    }
    return digests;
  }

  async drop(evidence: string): Promise<number> {
    let rows = 0;
    for (const folder of await folders(this.#dir)) {
      const loose = (await readdir(folder.path)).some((name) => name.startsWith(`part-${evidence}-`));
      const sealed = [...(await this.#digests(folder.path)).keys()].some((name) => evidenceOf(name) === evidence);
      if (loose || sealed) rows += (await this.#sealFolder(folder, evidence)).dropped;
    }
    return rows;
  }

  async seal(progress: (done: number, all: number) => void = () => {}): Promise<LakeStats> {
    const all = await folders(this.#dir);
    const stats = { streams: new Set(all.map((f) => f.stream)).size, folders: 0, rows: 0, bytes: 0, written: 0 };
    const hashes = new Map<string, Hash>();
    for (const [done, folder] of all.entries()) {
      progress(done, all.length);
      const sealed = await this.#sealFolder(folder, undefined);
      if (sealed.rows === 0) continue;
      const hash = hashes.get(folder.stream) ?? createHash('sha256');
      hashes.set(folder.stream, hash.update(`${folder.day} ${sealed.content}\n`));
      stats.folders++;
      stats.rows += sealed.rows;
      stats.bytes += sealed.bytes;
      if (sealed.written) stats.written++;
    }
    return { ...stats, content: new Map([...hashes].map(([stream, hash]) => [stream, hash.digest('hex')])) };
  }

  async #sealFolder(
    folder: Folder,
    without: string | undefined,
  ): Promise<{ rows: number; bytes: number; written: boolean; dropped: number; content: string }> {
    const { path } = folder;
    const { sealed, sealedBytes, loose, covered, leftovers } = await openFolder(path);
    for (const name of [...leftovers, ...covered]) {
      this.#step(`remove ${name}`);
      await rm(join(path, name), { force: true });
    }
    const replaced = new Set(loose.map((part) => part.entry.name));
    const all = [...sealed.filter((part) => !replaced.has(part.entry.name)), ...loose];
    all.sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
    const parts = all.filter((part) => evidenceOf(part.entry.name) !== without);
    const dropped = count(all) - count(parts);
    const told = parts.map(({ entry }) => `${entry.name} ${entry.digest}`).join('\n');
    const content = createHash('sha256').update(told).digest('hex');
    if (loose.length === 0 && dropped === 0) {
      return { rows: count(parts), bytes: sealedBytes, written: false, dropped, content };
    }
    this.#sealed.delete(path);
    const bytes = await this.#replace(path, parts);
    for (const part of loose) {
      this.#step(`remove ${part.entry.name}`);
      await rm(part.file.path, { force: true }); // already gone when it was renamed
    }
    return { rows: count(parts), bytes, written: true, dropped, content };
  }

  /** Puts the file of these parts in the place of the sealed one; its size. */
  async #replace(path: string, parts: readonly PlacedPart[]): Promise<number> {
    const target = join(path, SEALED);
    const [only] = parts;
    if (only === undefined) {
      this.#step(`remove ${SEALED}`);
      await rm(target, { force: true });
      await rmdir(path).catch(() => {}); // loose parts may still stand in it; the next seal passes again
      return 0;
    }
    const asItIs = parts.length === 1 && only.entry.digest !== '' && !only.file.manifest.overflow;
    if (asItIs && only.file.path !== target && fillsGroup(only)) {
      this.#step(`place ${SEALED}`);
      await rename(only.file.path, target);
      return only.file.size;
    }
    const temporary = join(path, `${SEALED}.${++this.#writes}.tmp`);
    this.#step(`write ${SEALED}`);
    let bytes = 0;
    const counted = batches(pack(parts, this.#columns), (size) => {
      bytes += size;
    });
    await writeFile(temporary, counted);
    this.#step(`place ${SEALED}`);
    await rename(temporary, target);
    return bytes;
  }
}

const count = (parts: readonly PlacedPart[]): number => parts.reduce((sum, part) => sum + part.entry.rows, 0);
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** Small pieces joined, so that a file is not written page by page. */
async function* batches(pieces: AsyncIterable<Uint8Array>, wrote: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size < 1 << 20) continue;
    wrote(size);
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  wrote(size);
  yield Buffer.concat(held);
}

interface FolderContent {
  readonly sealed: readonly PlacedPart[];
  readonly sealedBytes: number;
  /** parts beside the sealed file that are not in it */
  readonly loose: readonly PlacedPart[];
  /** names of parts beside the sealed file that are in it */
  readonly covered: readonly string[];
  /** names of files that a killed run left half made */
  readonly leftovers: readonly string[];
}

async function openFolder(path: string): Promise<FolderContent> {
  const names = (await readdir(path)).sort();
  const sealedFile = names.includes(SEALED) ? await openLakeFile(join(path, SEALED)) : undefined;
  const sealed = sealedFile === undefined ? [] : await placed(sealedFile);
  const digests = new Map(sealed.map((part) => [part.entry.name, part.entry.digest]));
  const loose: PlacedPart[] = [];
  const covered: string[] = [];
  for (const name of names) {
    const part = name.replace(/\.parquet$/, '');
    if (part === name || !isPartName(part)) continue;
    const file = await openLakeFile(join(path, name));
    const [own, ...more] = await placed(file);
    if (own?.entry.name !== part || more.length > 0) throw damaged(file.path, 'it is another part than its name says');
    if (digests.get(part) === own.entry.digest) covered.push(name);
    else loose.push(own);
  }
  const leftovers = names.filter((name) => name.endsWith('.tmp'));
  return { sealed, sealedBytes: sealedFile?.size ?? 0, loose, covered, leftovers };
}

/** The parts of a file, each with its digest: that of the file itself when the file is the part. */
async function placed(file: LakeFile): Promise<PlacedPart[]> {
  const parts = placedParts(file);
  if (parts === null) throw damaged(file.path, 'its row groups are not those of its manifest');
  if (!parts.some((part) => part.entry.digest === '')) return parts;
  if (parts.length !== 1) throw damaged(file.path, 'its manifest lacks digests');
  const digest = digestOf(await readFile(file.path));
  return parts.map((part): PlacedPart => ({ ...part, entry: { ...part.entry, digest } satisfies PartEntry }));
}

async function sealedDigests(path: string): Promise<Map<string, string>> {
  if (!(await readdir(path)).includes(SEALED)) return new Map();
  const parts = await placed(await openLakeFile(join(path, SEALED)));
  return new Map(parts.map((part) => [part.entry.name, part.entry.digest]));
}

/**
 * Files a question may read, by stream: the sealed file of each folder and the loose parts that are not in it, so that
 * a lake that is being filled, or whose seal was killed, answers right.
 */
export async function lakeFiles(dir: string): Promise<Map<string, { day: string; path: string }[]>> {
  const out = new Map<string, { day: string; path: string }[]>();
  for (const { stream, day, path } of await folders(dir)) {
    const names = (await readdir(path)).filter((name) => name.endsWith('.parquet')).sort();
    let chosen: string[] = names.filter((name) => name === SEALED);
    if (names.length > chosen.length) {
      const content = await openFolder(path);
      const replaced = content.loose.some((part) => content.sealed.some((s) => s.entry.name === part.entry.name));
      if (replaced)
        throw new LakeError('DAMAGED', `evidence was read anew and not sealed in ${path}: seal the lake first`, path);
      chosen = names.filter(
        (name) => name === SEALED || content.loose.some((part) => `${part.entry.name}.parquet` === name),
      );
    }
    const known = out.get(stream) ?? [];
    for (const name of chosen) known.push({ day, path: join(path, name) });
    if (known.length > 0) out.set(stream, known);
  }
  return out;
}
