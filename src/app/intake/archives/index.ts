/**
 * archives: zip, tar, gz, zst and what is inside them. In: hostile bytes as a ByteSource, inside a reader process. Out:
 * members one by one, and faults. Law 4 holds here: members, bytes, ratio, size and depth are bounded while they come
 * out, names are for people and never become paths, and an archive whose members overlap is refused whole.
 */
export {
  ARCHIVE_FAULTS,
  type ArchiveFault,
  type ExpandLimits,
  type Member,
  type MemberEnd,
} from './contract.ts';
export { expandJob, expandThrough } from './job.ts';
export { recogniseArchive } from './recognise.ts';
