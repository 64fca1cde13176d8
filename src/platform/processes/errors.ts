import { errorClass } from '../../base/index.ts';

/** BAD_KIND: a job sends a frame of a kind that belongs to the pool. (A job's own bad end is a JobEnd, never thrown.) */
export const PoolError = errorClass<'BAD_KIND'>('PoolError');
