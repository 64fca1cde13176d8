import { errorClass } from '../../base/index.ts';
import type { Provenance } from '../../knowledge/claims/index.ts';
import { IMPORT_CODES, look } from '../../knowledge/import/index.ts';
import type { ImportRecord, KnowledgeIndex, KnowledgeStore } from '../effects/index.ts';
import { fillImport } from './fill.ts';
import { type ImportReport, knownReport } from './report.ts';

export class ImportError extends errorClass<'UNKNOWN_FORMAT'>('ImportError') {}

export interface ImportSource {
  readonly name: string;
  /** can be read once */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Takes one file in: the bytes are kept as they came, then read into the index in one transaction. The same bytes again
 * change nothing. Throws ImportError for what is no knowledge at all, and what the store throws; then nothing is kept of it
 * but the bytes, which the next import of the same file uses.
 */
export async function importFile(
  store: KnowledgeStore,
  index: KnowledgeIndex,
  source: ImportSource,
  options: { readonly provenance: Provenance; readonly now: () => Date },
): Promise<ImportReport> {
  const { digest, size } = await store.keep(source.chunks);
  const before = store.records().find((r) => r.digest === digest);
  if (before) return knownReport(before);
  const found = await look(store.read(digest));
  if (found.kind === 'json') throw new ImportError('UNKNOWN_FORMAT', IMPORT_CODES.UNKNOWN_FORMAT, source.name);
  const record: ImportRecord = {
    format: 'czernin-import/1',
    digest,
    size,
    name: source.name,
    kind: found.kind,
    at: options.now().toISOString(),
    ...options.provenance,
  };
  index.begin(digest, record);
  try {
    const tally = await fillImport(store, index, record);
    // before the commit: an index that lacks a record's content is filled again, never the other way round
    store.record(record);
    index.commit();
    return tally.report(record);
  } catch (error) {
    index.rollback();
    throw error;
  }
}
