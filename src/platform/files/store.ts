import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EvidenceStore, type FileDigest, HEAD_BYTES, type StoreWriter } from '../../app/effects/index.ts';
import { refusal } from './errors.ts';

/** Members up to here are kept in memory and written in one go: archives are mostly many small files. */
const IN_MEMORY = 1024 * 1024;
const INCOMING = '.incoming';

/**
 * Copies of evidence, one file a digest: `<folder>/<sha256>`, read-only. A copy is hashed while it is written under a
 * random name in `.incoming` and then renamed into place, so a name that exists has the bytes it says. What an earlier
 * run left in `.incoming` is thrown away. What this run has written already is not written again; what an earlier run
 * wrote is, so that bytes a power cut took from the disk come back. Copies are not forced to the disk one by one (a hundred thousand members
 * would take an hour): after a power cut the archive they came from is still there, and taking it in again writes
 * every member anew.
 */
export async function openStore(folder: string): Promise<EvidenceStore> {
  const incoming = join(folder, INCOMING);
  try {
    rmSync(incoming, { recursive: true, force: true });
    mkdirSync(incoming, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refusal(error, folder);
  }
  const pathOf = (digest: string) => join(folder, digest);
  const written = new Set<string>();
  const names = join(incoming, randomBytes(12).toString('hex'));
  let n = 0;
  const begin = () => new Incoming(`${names}-${n++}`, pathOf, written);
  return { folder, pathOf, begin };
}

class Incoming implements StoreWriter {
  readonly #temporary: string;
  readonly #pathOf: (digest: string) => string;
  readonly #written: Set<string>;
  readonly #hash: Hash = createHash('sha256');
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #size = 0;
  #held: Buffer[] | null = [];
  #fd = -1;

  constructor(temporary: string, pathOf: (digest: string) => string, written: Set<string>) {
    this.#temporary = temporary;
    this.#written = written;
    this.#pathOf = pathOf;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#size += bytes.length;
    if (this.#headBytes < HEAD_BYTES) {
      const part = Buffer.from(bytes.subarray(0, HEAD_BYTES - this.#headBytes));
      this.#head.push(part);
      this.#headBytes += part.length;
    }
    if (this.#held !== null && this.#size <= IN_MEMORY) {
      this.#held.push(Buffer.from(bytes));
      return;
    }
    this.#append(bytes);
  }

  async commit(): Promise<FileDigest & { path: string; fresh: boolean }> {
    const digest = this.#hash.digest('hex');
    const path = this.#pathOf(digest);
    const found = { digest, size: this.#size, head: Buffer.concat(this.#head), path };
    if (this.#written.has(digest)) {
      await this.discard();
      return { ...found, fresh: false };
    }
    try {
      const fresh = !existsSync(path) || statSync(path).size !== this.#size;
      if (this.#held !== null) writeFileSync(this.#temporary, Buffer.concat(this.#held), { flag: 'wx', mode: 0o400 });
      this.#close();
      renameSync(this.#temporary, path);
      this.#written.add(digest);
      return { ...found, fresh };
    } catch (error) {
      this.#held = null; // it may lie on the disk in part
      await this.discard();
      throw refusal(error, path);
    }
  }

  async discard(): Promise<void> {
    const onDisk = this.#held === null;
    this.#held = null;
    try {
      this.#close();
      if (onDisk) rmSync(this.#temporary, { force: true });
    } catch {
      // What stays in .incoming is thrown away at the next opening.
    }
  }

  /**
   * Synchronous on purpose: these are copies into the page cache, and a way through the thread pool for each of them
   * costs more than the copy.
   */
  #append(bytes: Uint8Array): void {
    try {
      if (this.#fd < 0) this.#fd = openSync(this.#temporary, 'wx', 0o400);
      for (const held of this.#held ?? []) writeFileSync(this.#fd, held);
      this.#held = null;
      writeFileSync(this.#fd, bytes);
    } catch (error) {
      throw refusal(error, this.#temporary);
    }
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd >= 0) closeSync(fd);
  }
}
