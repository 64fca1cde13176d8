import type { Reader } from '../contract.ts';
import { csvReader } from '../text/csv-reader.ts';
import type { JsonObject } from '../text/json.ts';
import { jsonReader } from '../text/json-reader.ts';
import { rowObject } from '../text/row-object.ts';
import { parseTime } from '../text/times.ts';
import { guessTimes } from './guess.ts';
import { GenericRecord, mappingOf } from './record.ts';

export { Mapping } from './mapping.ts';

/**
 * CSV and JSON logs that no reader knows. In: rows or objects, and a mapping file where the user wrote one
 * (docs/mapping.md). Out: Events with the log source and names the mapping gives. Law: without a mapping the log has no
 * product, the time is guessed and the file says so in a Fault; a file in which no time can be guessed is nobody's.
 */
export const genericJson: Reader = jsonReader({
  format: 'json',
  title: 'Any JSON log, by mapping file or by guess',
  recognise: (object) => (dated(Object.keys(object), (name) => object[name]) ? 28 : 0),
  open(options) {
    const record = new GenericRecord(options, 'json');
    return { take: (object, place, faults) => record.event(object, place, faults) };
  },
});

export const genericCsv: Reader = csvReader({
  format: 'csv',
  title: 'Any delimited log with a header row, by mapping file or by guess',
  recognise(header, rows) {
    const good = rows.filter((row) => dated(header, (name) => row[header.indexOf(name)]));
    return rows.length > 0 && good.length * 2 >= rows.length ? 25 : 0;
  },
  open(header, options) {
    const record = new GenericRecord(options, 'csv');
    return { take: (cells, place, faults) => record.event(rowObject(header, cells), place, faults) };
  },
  told(options) {
    const mapping = mappingOf(options, 'csv');
    return typeof mapping === 'string' || mapping === null
      ? {}
      : { delimiter: mapping.delimiter, columns: mapping.columns };
  },
});

function dated(names: readonly string[], value: (name: string) => JsonObject[string] | undefined): boolean {
  return guessTimes(names).some((name) => {
    const said = value(name);
    if (typeof said === 'number') return said > 3e8;
    return typeof said === 'string' && (parseTime(said) !== null || /^\d{9,19}(?:\.\d+)?$/.test(said));
  });
}
