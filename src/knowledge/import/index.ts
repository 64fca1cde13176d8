/**
 * import: foreign files taken apart. In: bytes of any size and content as they stream by. Out: their parts as values, what
 * the file is, and where a version stands among those known. Law: bounded by named limits; what cannot be taken is named
 * by code and place, and the rest is taken.
 */
export { IMPORT_CODES, type ImportCode } from './codes.ts';
export { LISTS, type Look, look } from './look.ts';
export { JsonSlicer, type Part, SLICE_LIMITS, type SliceFault } from './slice.ts';
export { partValue } from './value.ts';
export { type Placing, placeVersion, type Version } from './versions.ts';
