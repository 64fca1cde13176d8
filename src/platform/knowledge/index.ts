/**
 * knowledge: what was imported, on disk. In: a folder for the bytes as they came, a path for the derived index. Out: the
 * store that app/effects describes. Law: what lies there by digest is never written again, and the index can be deleted.
 */
export { KnowledgeError, knowledgeStore } from './store.ts';
