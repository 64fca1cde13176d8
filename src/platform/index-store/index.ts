/**
 * index-store: index.sqlite, the replayed case as tables. In: folders and items in any order. Out: answers about a case
 * of a million entries without reading it. Law: derived only. The file is made whole from sorted rows and put in place
 * by a rename, so the same case gives the same bytes, and a damaged index is the same as none.
 */
export { openIndexStore } from './store.ts';
