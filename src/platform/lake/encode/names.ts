/**
 * Which columns a file of the lake has. Columns that Czernin makes begin with an underscore, so that a log's own fields
 * keep their own names in SQL (`EventID`, `User`). `stream` and `day` come from the folder names (hive partitions).
 *
 * SQL engines fold the case of names, so one column holds a field under every spelling that occurs. A field that
 * cannot be a column stands in `_more`, a JSON object of texts: its name is reserved, empty, longer than NAME_CHARS or
 * carries control characters or lone surrogates; or the same event has two spellings of it (the later in code-unit
 * order goes); or the file has more than LakeLimits.columns fields (the rarest go).
 */
export type Kind = 'text' | 'int' | 'long' | 'time';

export const FIXED = {
  /** SHA-256 of the evidence, lower-case hex */
  _evidence: 'text',
  /** byte offset of the record; `_evidence@_offset` is the event's address */
  _offset: 'long',
  /** the source's record id or line number; beyond 2^63-1: null, and the digits under `_record` in `_more` */
  _record: 'long',
  /** UTC, microseconds; null when undated */
  _time: 'time',
  /** nanoseconds below the microsecond, 0..999; null when undated */
  _ns: 'int',
  /** model/event EventFlag */
  _flags: 'int',
  _product: 'text',
  _service: 'text',
  _category: 'text',
  _channel: 'text',
  _provider: 'text',
  _event_id: 'int',
  _host: 'text',
  _user: 'text',
  _address: 'text',
  /** JSON object, keys sorted, values texts; null when every field is a column */
  _more: 'text',
} as const satisfies Record<string, Kind>;

export type FixedName = keyof typeof FIXED;
export const FIXED_NAMES = Object.keys(FIXED) as FixedName[];

const RESERVED = new Set<string>([...FIXED_NAMES, 'stream', 'day', 'filename', 'file_row_number', '__proto__']);
const NAME_CHARS = 128;

/** The key under which spellings of a name meet; null: this name cannot be a column. */
export function columnKey(field: string): string | null {
  if (field === '' || field.length > NAME_CHARS || /[\x00-\x1f\x7f]/.test(field) || !field.isWellFormed()) return null;
  const key = field.toLowerCase();
  return RESERVED.has(key) ? null : key;
}

/** Order of the columns of a file: fixed ones as listed with `_more` last, fields by key between. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
