/** What is mutated: the tests' invented samples, and real files when a folder of them is at hand. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chooseReader } from '../../src/app/reading/index.ts';
import { memorySource } from '../../src/base/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { bytesOf, loadFixtures } from '../../test/readers/fixtures/registry.ts';
import { materialBelow } from '../twin/material.ts';

/** format (of a reader, or `rules`) → files */
export type Corpus = ReadonlyMap<string, readonly Uint8Array[]>;

/** Enough of a file to be recognised and to hold many records. */
export const KEPT_BYTES = 192 * 1024;
const FILES_A_FORMAT = 120;
const LARGEST = 2_000_000;

/** The same files in the same order for the same folders: a seed means the same input again. */
export async function loadCorpus(data: string | undefined, rules: readonly string[]): Promise<Corpus> {
  const corpus = new Map<string, Uint8Array[]>();
  const add = (format: string, bytes: Uint8Array) => {
    const files = corpus.get(format) ?? [];
    corpus.set(format, files);
    if (files.length < FILES_A_FORMAT) files.push(Uint8Array.from(bytes.subarray(0, KEPT_BYTES)));
  };
  for (const { format, samples } of await loadFixtures()) for (const s of samples) add(format, bytesOf(s));
  for (const pack of rules) {
    const files = readPack(pack);
    const step = Math.max(1, Math.floor(files.length / FILES_A_FORMAT));
    for (let i = 0; i < files.length; i += step) add('rules', Buffer.from(files[i]!.text));
  }
  for (const folder of data === undefined ? [] : foldersOf(data)) {
    for await (const { bytes } of materialBelow(folder, { largest: LARGEST })) {
      const reader = chooseReader(memorySource(bytes));
      if (reader !== undefined) add(reader.format, bytes);
    }
  }
  return corpus;
}

/** The folder's own folders, so that one large one does not fill every format alone. */
function foldersOf(data: string): string[] {
  return readdirSync(data)
    .sort()
    .map((name) => join(data, name))
    .filter((path) => statSync(path).isDirectory());
}
