import { FILE_REFUSALS, type FileRefusal } from '../../app/effects/index.ts';
import { errorClass } from '../../base/index.ts';

export const FileError = errorClass<FileRefusal>('FileError');

/** The system's error as ours; anything it can not place is a failing disk. */
export function refusalOf(error: unknown): FileRefusal {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'MISSING';
    case 'EACCES':
    case 'EPERM':
    case 'ERR_ACCESS_DENIED':
      return 'UNREADABLE';
    case 'ELOOP':
      return 'LINK';
    case 'ENAMETOOLONG':
      return 'TOO_DEEP';
    case 'ENXIO':
    case 'ENODEV':
      return 'SPECIAL';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'NO_SPACE';
    default:
      return 'DISK';
  }
}

/**
 * The error to throw for a system call that failed on `where`, or that the permission model refused; any other error
 * (ours, a mistake) stays as it is.
 */
export function refusal(error: unknown, where: string): unknown {
  const { errno, code } = (error ?? {}) as NodeJS.ErrnoException;
  if (typeof errno !== 'number' && code !== 'ERR_ACCESS_DENIED') return error;
  const found = refusalOf(error);
  return new FileError(found, FILE_REFUSALS[found], where, error);
}
