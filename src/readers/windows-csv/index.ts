import type { Event } from '../../model/index.ts';
import type { Reader, ReadOptions } from '../contract.ts';
import type { CsvParser, CsvPlace } from '../text/csv-reader.ts';
import { csvReader } from '../text/csv-reader.ts';
import type { FaultLog } from '../text/faults.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { rowObject } from '../text/row-object.ts';
import { WindowsFacts, WindowsRow } from '../windows/facts.ts';
import { azureTable, isAzureTable } from '../windows-json/azure.ts';
import { evtxECmd, isEvtxECmd } from '../windows-json/evtxecmd.ts';
import { flat } from '../windows-json/flat.ts';

/**
 * Windows events as CSV: EvtxECmd, Sentinel's tables, `Get-WinEvent | Export-Csv`, Event Viewer. In: rows under a header.
 * Out: Events with the field names of the EVTX reader, as far as the export still has them. Law: an empty cell is no
 * field, since a column stands for all events of the file.
 */
export const windowsCsv: Reader = csvReader({
  format: 'windows-csv',
  title: 'Windows events as CSV: EvtxECmd, Sentinel tables, Get-WinEvent, Event Viewer',
  recognise(header) {
    const shape = shapeOf(header);
    return shape === null ? 0 : shape === 'flat' ? 75 : 95;
  },
  open: (header, options) => new WindowsCsvParser(header, options),
});

function shapeOf(header: readonly string[]): 'evtxecmd' | 'azure' | 'flat' | null {
  const names = new Set(header.map((h) => h.replace(/ \[UTC\]$/, '')));
  const has = (name: string) => names.has(name);
  if (isEvtxECmd(has)) return 'evtxecmd';
  if (isAzureTable(has)) return 'azure';
  if (has('Event ID') && has('Source') && has('Level')) return 'flat';
  return (has('Id') || has('EventID') || has('EventId')) && (has('LogName') || has('Channel')) ? 'flat' : null;
}

class WindowsCsvParser implements CsvParser {
  readonly #header: readonly string[];
  readonly #shape: ReturnType<typeof shapeOf>;
  readonly #options: ReadOptions;
  readonly #facts = new WindowsFacts();
  readonly #row = new WindowsRow();

  constructor(header: readonly string[], options: ReadOptions) {
    // Event Viewer leaves the column of the message without a name, or puts it behind the last.
    this.#header = [...header.map((h) => h.replace(/ \[UTC\]$/, '') || 'Message'), 'Message'];
    this.#shape = shapeOf(header);
    this.#options = options;
  }

  take(cells: readonly string[], place: CsvPlace, faults: FaultLog): Event | null {
    const object = rowObject(this.#header, cells);
    const facts = this.#facts.clear();
    const put = (key: string, value: Json) => {
      facts.data(key, typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
    };
    if (!this.#fill(object, facts, put)) {
      faults.add(
        'BAD_RECORD',
        place.offset,
        `row ${place.number} is no Windows event: it names no event id`,
        place.length,
      );
      return null;
    }
    return this.#row.event(facts, place, faults);
  }

  #fill(object: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): boolean {
    if (this.#shape === 'evtxecmd') return evtxECmd(object, facts, put);
    if (this.#shape === 'azure') return azureTable(object, facts, put);
    return flat(object, facts, this.#options, put);
  }
}
