import { errorClass } from '../../base/index.ts';

export const ShelfError = errorClass<
  | 'NO_SPACE' // the disk is full: nothing was acknowledged
  | 'DISK' // the system could not read or write
  | 'CASE_LOCKED' // another process writes in this case
  | 'NO_JOURNALS' // the path holds no journals
  | 'BAD_NAME' // not the name of a journal's folder
>('ShelfError');

export function diskError(error: unknown, where: string): Error {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof (error as NodeJS.ErrnoException | null)?.errno !== 'number') return error as Error;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new ShelfError('NO_SPACE', 'the disk is full; what was acknowledged before is kept', where, error)
    : new ShelfError('DISK', `the system could not do it (${code})`, where, error);
}
