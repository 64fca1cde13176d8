/**
 * intel: the journeys over knowledge. In: files of any origin as bytes, a shelf that keeps them, the claims that come with
 * the program. Out: what became of each file, answers that say who says what, exports whose markings fail closed. Law:
 * nothing is overwritten and nothing is lost without being counted; the index can always be made again from the shelf.
 */
export {
  type ExportOptions,
  type ExportReport,
  exportCsv,
  exportMispEvent,
  exportMispGalaxy,
  exportStix,
} from './export.ts';
export { ImportError, type ImportSource, importFile } from './import.ts';
export { type Knowledge, openKnowledge, type StarterFiles } from './knowledge.ts';
export type { ImportReport, Refusal } from './report.ts';
