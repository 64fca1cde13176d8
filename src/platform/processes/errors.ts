import { errorClass } from '../../base/index.ts';

/**
 * Errors of the pool's caller (a job's own bad end is a JobEnd, never thrown).
 * BAD_GRANT: a path that can not be granted · BAD_KIND: a frame kind that belongs to the pool.
 */
export const PoolError = errorClass<'BAD_GRANT' | 'BAD_KIND'>('PoolError');
