/**
 * sweep: indicators against everything a case has seen. In: indicators (read from files here, or from knowledge) and the
 * value index as an effect. Out: hits as Findings, hits out of their time apart, and what could not be seen. Laws: the same
 * lake and lists give the same answer (7); zero hits say where was looked (8); nothing is looked up anywhere (1, PAP).
 */

export { keysOf as readKeys } from '../../hunt/sweep/index.ts';
export { FIELD_FORMS } from './fields.ts';
export { type ListFile, type ListsRead, NO_LISTS, readLists } from './lists.ts';
export { type SweepEffects, type SweepRequest, sweep } from './sweep.ts';
