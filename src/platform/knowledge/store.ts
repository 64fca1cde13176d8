import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { ImportRecord, KnowledgeIndex, KnowledgeStore } from '../../app/effects/index.ts';
import { canonicalize } from '../../base/index.ts';
import { type Claim, ClaimFacts, claimOf } from '../../model/index.ts';
import { writeAtomic } from '../files/index.ts';
import { KnowledgeError } from './errors.ts';
import { SCHEMA, VERSION } from './schema.ts';
import { knowledgeIndex } from './sqlite.ts';

export { KnowledgeError } from './errors.ts';

const RAW = '.import.zst';
const RECORD = '.import.json';
const CLAIM = '.claim.json';

/** `folder` holds the files by digest, `index` is the derived database beside them. */
export function knowledgeStore(folder: string, index: string): KnowledgeStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = (end: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(end) && !name.startsWith('.'))
      .sort();
  return {
    where: folder,
    keep: (chunks) => keep(folder, chunks),
    read: (digest) => read(join(folder, `${digest}${RAW}`)),
    records: () =>
      names(RECORD)
        .map((name) => readRecord(join(folder, name)))
        .sort((a, b) => (a.at === b.at ? (a.digest < b.digest ? -1 : 1) : a.at < b.at ? -1 : 1)),
    record: (record) => writeAtomic(join(folder, `${record.digest}${RECORD}`), `${canonicalize(record)}\n`),
    claims: () => names(CLAIM).map((name) => readClaim(join(folder, name), name)),
    keepClaim({ id, ...facts }) {
      const path = join(folder, `${id}${CLAIM}`);
      if (!existsSync(path)) writeAtomic(path, `${canonicalize({ format: 'czernin-claim/1', ...facts })}\n`);
    },
    index: () => open(index),
    dropIndex() {
      for (const end of ['', '-wal', '-shm']) rmSync(`${index}${end}`, { force: true });
    },
  };
}

/** Hashed and compressed while it streams by, under a random name until it is whole. */
async function keep(folder: string, chunks: AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
  const temporary = join(folder, `.${randomBytes(6).toString('hex')}.part`);
  const hash = createHash('sha256');
  let size = 0;
  try {
    const watched = async function* () {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    };
    await pipeline(
      watched,
      createZstdCompress(),
      createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }),
    );
    const digest = hash.digest('hex');
    const path = join(folder, `${digest}${RAW}`);
    if (!existsSync(path)) renameSync(temporary, path);
    return { digest, size };
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The bytes as handed in; a file that was compressed itself is unpacked. */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  if (!existsSync(path)) throw new KnowledgeError('IMPORT_MISSING', 'the kept bytes of an import are gone', path);
  try {
    const stored = createReadStream(path).pipe(createZstdDecompress());
    const iterator = stored[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await iterator.next();
    if (first.done === true) return;
    const chunks = async function* () {
      yield first.value;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    };
    const unpack = packed(first.value);
    if (unpack === null) yield* chunks();
    else {
      const feeding = pipeline(chunks, unpack);
      feeding.catch(() => {}); // the reader below hears of it
      for await (const chunk of unpack) yield chunk as Buffer;
      await feeding;
    }
  } catch (error) {
    if (error instanceof KnowledgeError) throw error;
    throw new KnowledgeError(
      'IMPORT_UNREADABLE',
      `the bytes cannot be unpacked: ${(error as Error).message}`,
      path,
      error,
    );
  }
}

function packed(head: Buffer) {
  if (head[0] === 0x1f && head[1] === 0x8b) return createGunzip();
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? createZstdDecompress() : null;
}

function readRecord(path: string): ImportRecord {
  const record = parse(path) as Partial<ImportRecord> | null;
  if (
    record?.format !== 'czernin-import/1' ||
    typeof record.digest !== 'string' ||
    !path.endsWith(`${record.digest}${RECORD}`)
  )
    throw new KnowledgeError('RECORD_BROKEN', 'the record of an import is not as it was written', path);
  return record as ImportRecord;
}

/** A claim file bears its id as its name: a changed one is found. */
function readClaim(path: string, name: string): Claim {
  const { format, ...facts } = (parse(path) ?? {}) as Record<string, unknown>;
  const parsed = ClaimFacts.safeParse(facts);
  const claim = parsed.success ? claimOf(parsed.data) : null;
  if (format !== 'czernin-claim/1' || claim === null || name !== `${claim.id}${CLAIM}`)
    throw new KnowledgeError('RECORD_BROKEN', 'a claim is not as it was written', path);
  return claim;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new KnowledgeError('RECORD_BROKEN', 'the file is not JSON', path, cause);
  }
}

function open(path: string): { index: KnowledgeIndex; fresh: boolean } {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const existing = tryOpen(path);
    if (existing) return { index: existing, fresh: false };
    for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    const db = new DatabaseSync(path, { timeout: 10_000 });
    db.exec(SCHEMA);
    return { index: knowledgeIndex(db), fresh: true };
  } catch (error) {
    throw new KnowledgeError('INDEX_UNWRITABLE', (error as Error).message, path, error);
  }
}

/** null: absent, damaged or of another version; derived, so it is made anew. */
function tryOpen(path: string): KnowledgeIndex | null {
  if (!existsSync(path)) return null;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 10_000 });
    const { user_version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
    db.prepare('SELECT count(*) FROM source').get();
    if (user_version === VERSION) return knowledgeIndex(db);
  } catch {
    // made anew
  }
  db?.close();
  return null;
}
