import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type EvidenceFile, FILE_REFUSALS, type FilePath } from '../../app/effects/index.ts';
import { FileError, refusal } from './errors.ts';
import { showPath } from './walk.ts';

/** Small reads are served from here; larger ones go straight to the file. */
const AHEAD_BYTES = 256 * 1024;

/**
 * Open flags for evidence: a link is never followed, a pipe that took the file's place does not block us, and where
 * the system lets us (owner or root) not even the access time changes.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const UNTOUCHED = FLAGS | (constants.O_NOATIME ?? 0);

/** Open read-only as above; the caller closes. Throws a FileError. */
export function openReadOnly(path: FilePath): number {
  const raw = typeof path === 'string' ? path : Buffer.from(path.buffer, path.byteOffset, path.byteLength);
  try {
    return openSync(raw, UNTOUCHED);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw refusal(error, showPath(path));
  }
  try {
    return openSync(raw, FLAGS);
  } catch (error) {
    throw refusal(error, showPath(path));
  }
}

/** An evidence file as a ByteSource with read-ahead. Its size is the one at opening: bytes added later are not seen. */
export function openEvidence(path: string): EvidenceFile {
  const fd = openReadOnly(path);
  const stat = fstatSync(fd);
  if (!stat.isFile()) {
    closeSync(fd);
    throw new FileError('SPECIAL', FILE_REFUSALS.SPECIAL, path);
  }
  const { size } = stat;
  const ahead = Buffer.allocUnsafeSlow(Math.max(1, Math.min(AHEAD_BYTES, size)));
  let aheadAt = 0;
  let aheadEnd = 0;

  const readFully = (offset: number, into: Uint8Array): number => {
    let got = 0;
    while (got < into.length) {
      const n = readSync(fd, into, got, into.length - got, offset + got);
      if (n === 0) break; // cut short since it was opened
      got += n;
    }
    return got;
  };

  return {
    size,
    modifiedMs: stat.mtimeMs,
    read(offset, into) {
      const want = Math.max(0, Math.min(into.length, size - offset));
      if (want === 0) return 0;
      if (offset >= aheadAt && offset + want <= aheadEnd) {
        into.set(ahead.subarray(offset - aheadAt, offset - aheadAt + want));
        return want;
      }
      if (want >= ahead.length) return readFully(offset, into.subarray(0, want));
      aheadEnd = aheadAt = offset;
      aheadEnd += readFully(offset, ahead.subarray(0, Math.min(ahead.length, size - offset)));
      const got = Math.min(want, aheadEnd - offset);
      into.set(ahead.subarray(0, got));
      return got;
    },
    close: () => closeSync(fd),
  };
}
