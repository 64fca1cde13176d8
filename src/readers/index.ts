/**
 * readers: one folder a log format. In: a ByteSource of hostile bytes. Out: Events, and Faults counted and located.
 * Law 4 holds here: no I/O, bounded memory, no throw for bad input. `READERS` is in order of preference for ties.
 */
import type { Reader } from './contract.ts';
import { evtx } from './evtx/index.ts';

export * from './contract.ts';

export const READERS: readonly Reader[] = [evtx];
