import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, read, readSync } from 'node:fs';
import {
  type DigestOptions,
  FILE_REFUSALS,
  type FileDigest,
  type FilePath,
  HEAD_BYTES,
} from '../../app/effects/index.ts';
import { FileError, refusal } from './errors.ts';
import { openReadOnly } from './source.ts';
import { showPath } from './walk.ts';

const BLOCK = 1024 * 1024;
/** Below this a file is read and hashed at once: the ways through the thread pool would cost more than the work. */
const SMALL = BLOCK;
const PROGRESS_EVERY = 8;

/** Blocks between files: taking two megabytes anew for each file cost more time (pages, collections) than its hash. */
const spare: Buffer[] = [];
const SPARE = 4;
const takeBlock = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
const giveBlocks = (...blocks: Buffer[]): void => {
  for (const block of blocks) if (spare.length < SPARE) spare.push(block);
};

/**
 * SHA-256 of a file in one pass; while one block is hashed the next is read. A file that is not the same size and age
 * at the end as at the beginning is refused (CHANGED): its digest would name bytes that never were together.
 */
export async function digestFile(path: FilePath, options: DigestOptions = {}): Promise<FileDigest> {
  const fd = openReadOnly(path);
  try {
    const before = fstatSync(fd, { bigint: true });
    if (!before.isFile()) throw new FileError('SPECIAL', FILE_REFUSALS.SPECIAL, showPath(path));
    const found = before.size <= SMALL ? await small(fd, Number(before.size), options) : await large(fd, options);
    const after = fstatSync(fd, { bigint: true });
    if (after.mtimeNs !== before.mtimeNs || BigInt(found.size) !== before.size || after.size !== before.size) {
      throw new FileError('CHANGED', FILE_REFUSALS.CHANGED, showPath(path));
    }
    return found;
  } catch (error) {
    throw refusal(error, showPath(path));
  } finally {
    closeSync(fd);
  }
}

async function small(fd: number, size: number, { tee }: DigestOptions): Promise<FileDigest> {
  const bytes = Buffer.allocUnsafe(size + 1); // one more: a file that grew is noticed
  let got = 0;
  for (let n = -1; n !== 0 && got < bytes.length; got += n) n = readSync(fd, bytes, got, bytes.length - got, got);
  const whole = bytes.subarray(0, got);
  await tee?.(whole);
  return { digest: hash('sha256', whole), size: got, head: whole.subarray(0, HEAD_BYTES) };
}

async function large(fd: number, { signal, progress, tee }: DigestOptions): Promise<FileDigest> {
  const sha = createHash('sha256');
  let current = takeBlock();
  let next = takeBlock();
  let reading: Promise<number> | null = null;
  try {
    let head: Uint8Array | null = null;
    let size = 0;
    let blocks = 0;
    reading = readBlock(fd, current, 0);
    for (;;) {
      const got = await reading;
      if (got === 0) break;
      signal?.throwIfAborted();
      const block = current.subarray(0, got);
      reading = readBlock(fd, next, size + got);
      sha.update(block);
      await tee?.(block);
      head ??= Uint8Array.from(block.subarray(0, HEAD_BYTES));
      size += got;
      if (++blocks % PROGRESS_EVERY === 0) progress?.(size);
      [current, next] = [next, current];
    }
    return { digest: sha.digest('hex'), size, head: head ?? new Uint8Array(0) };
  } finally {
    // Should hashing or the tee fail, the read in flight must end before the file is closed, and unheard.
    await reading?.catch(() => {});
    giveBlocks(current, next);
  }
}

function readBlock(fd: number, into: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, 0, into.length, position, (error, got) => (error ? reject(error) : resolve(got)));
  });
}
