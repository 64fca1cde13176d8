import type { Reader } from '../contract.ts';
import { csvReader } from '../text/csv-reader.ts';
import type { JsonObject } from '../text/json.ts';
import { jsonReader } from '../text/json-reader.ts';
import { rowObject } from '../text/row-object.ts';
import { EntraRecord } from './event.ts';
import { recogniseEntra } from './kinds.ts';

/**
 * Entra ID sign-ins (interactive, non-interactive, service principal), directory audit, risk detections and the Azure
 * activity log; from Graph, diagnostic settings, Log Analytics tables and the portal's CSV. In: records, mixed or not.
 * Out: Events of product azure with one family of names (names.ts), originals beside it.
 */
export const entraJson: Reader = jsonReader({
  format: 'entra-json',
  title: 'Entra ID sign-ins, audit and risk, Azure activity as JSON: Graph, diagnostic settings, Sentinel',
  recognise: (object) => recogniseEntra(object)?.confidence ?? 0,
  open() {
    const record = new EntraRecord();
    return { take: (object, place, faults) => record.event(object, place, faults) };
  },
});

export const entraCsv: Reader = csvReader({
  format: 'entra-csv',
  title: 'Entra ID sign-ins and audit as CSV: portal, Sentinel',
  recognise(header, rows) {
    const row = rows[0] ?? [];
    const object: JsonObject = Object.create(null);
    for (const [i, name] of columns(header).entries()) object[name] = row[i] ?? '';
    return recogniseEntra(object)?.confidence ?? 0;
  },
  open(header) {
    const record = new EntraRecord();
    const names = columns(header);
    return {
      take(cells, place, faults) {
        // The header decides what log it is, even where a row leaves the telling column empty.
        const row: JsonObject = Object.create(null);
        for (const name of names) row[name] = '';
        return record.event(Object.assign(row, rowObject(names, cells)), place, faults);
      },
    };
  },
});

/** The portal of Log Analytics writes the zone into the header: `TimeGenerated [UTC]`. */
function columns(header: readonly string[]): string[] {
  return header.map((h) => h.trim().replace(/ \[UTC\]$/, ''));
}
