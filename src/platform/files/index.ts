/**
 * files: evidence on disk. In: paths as a person gave them. Out: files found in a fixed order, digests, a store of
 * copies by digest, and whole-or-nothing writing for what is ours. Law 3 and 7 hold here: what can not be read is
 * named, originals are only ever opened for reading, and the same bytes are one file.
 */
import type { Files } from '../../app/effects/index.ts';
import { digestFile } from './digest.ts';
import { openStore } from './store.ts';
import { walk } from './walk.ts';

export { FileError } from './errors.ts';
export { openEvidence } from './source.ts';
export { showPath } from './walk.ts';
export { append, writeAtomic } from './write.ts';

export const files: Files = { walk: (path) => walk(path), digest: digestFile, openStore };
