/**
 * journal: the folders below `journal/` on disk. In: a path and bytes. Out: bytes, listed and bounded; one writer at a
 * time. Laws: what `append` returned from survives kill -9 and a power cut; nothing that fails leaves more than a part
 * of a last line; links and special files are named, never opened. What a line means is src/journal's business.
 */
export { type Disk, disk } from './disk.ts';
export { lockCase } from './lock.ts';
export { openShelf, shelvesAt } from './shelf.ts';
