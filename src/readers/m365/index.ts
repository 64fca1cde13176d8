import type { Reader } from '../contract.ts';
import { csvReader } from '../text/csv-reader.ts';
import type { JsonObject } from '../text/json.ts';
import { jsonReader } from '../text/json-reader.ts';
import { rowObject } from '../text/row-object.ts';
import { AuditRecord } from './event.ts';

/**
 * Microsoft 365 unified audit log, as JSON (Management API, Graph, Sentinel's OfficeActivity) and as CSV (Purview,
 * `Search-UnifiedAuditLog | Export-Csv`, Sentinel). In: audit records. Out: Events with one family of names (names.ts)
 * and all original names beside it. Law: a record that says it was throttled is flagged as a lower bound.
 */
export const m365Json: Reader = jsonReader({
  format: 'm365-json',
  title: 'Microsoft 365 unified audit log as JSON: Management API, Graph, Sentinel',
  recognise: (object) => recognise((name) => name in object, object.Type),
  open() {
    const record = new AuditRecord();
    return { take: (object, place, faults) => record.event(object, place, faults) };
  },
});

export const m365Csv: Reader = csvReader({
  format: 'm365-csv',
  title: 'Microsoft 365 unified audit log as CSV: Purview, Search-UnifiedAuditLog, Sentinel',
  recognise(header) {
    const names = new Set(header);
    return recognise((name) => names.has(name), undefined);
  },
  open(header) {
    const record = new AuditRecord();
    return { take: (cells, place, faults) => record.event(rowObject(header, cells), place, faults) };
  },
});

function recognise(has: (name: string) => boolean, type: JsonObject[string] | undefined): number {
  if (type === 'OfficeActivity') return 97;
  if (has('AuditData') && (has('Operation') || has('Operations') || has('UserIds') || has('RecordType'))) return 97;
  if (has('auditData') && has('auditLogRecordType')) return 97;
  if (!has('Operation') || !has('RecordType')) return 0;
  const named = [
    'Workload',
    'OfficeWorkload',
    'OrganizationId',
    'UserKey',
    'UserType',
    'UserId',
    'CreationTime',
  ].filter(has);
  return named.length >= 3 ? 95 : named.length === 2 ? 70 : 0;
}
