import { errorClass } from '../../base/index.ts';

export const KnowledgeError = errorClass<
  'IMPORT_MISSING' | 'IMPORT_UNREADABLE' | 'IMPORT_CHANGED' | 'RECORD_BROKEN' | 'INDEX_UNWRITABLE'
>('KnowledgeError');
