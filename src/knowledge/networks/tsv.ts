import { quote } from '../../base/index.ts';
import { addressNumber } from './address.ts';
import { NetworksError } from './errors.ts';
import { RangeTable } from './table.ts';
import type { Network, NetworkTable } from './types.ts';

/** Column names by how many columns a line has: ours, and that of iptoasn.com. A header line says it itself. */
const OURS = ['first', 'last', 'asn', 'name', 'country', 'kind'];
const IPTOASN = ['first', 'last', 'asn', 'country', 'name'];
const DATE = /^#\s*date:\s*(\d{4}-\d{2}-\d{2})\b/i;
/** A table with more wrong lines than this, and than right ones, is another kind of file. */
const MAX_SKIPPED = 1_000;

/** @throws NetworksError BAD_LINE, EMPTY */
export function readTsv(text: string): NetworkTable {
  const ranges: ConstructorParameters<typeof RangeTable>[0] = [];
  const abouts: Omit<Network, 'range'>[] = [];
  const known = new Map<string, number>();
  let columns: readonly string[] | null = null;
  let date = '';
  let skipped = 0;
  for (const line of lines(text)) {
    if (line.startsWith('#')) date ||= DATE.exec(line)?.[1] ?? '';
    if (line === '' || line.startsWith('#')) continue;
    const cells = line.split('\t', 16);
    if (columns === null && cells.some((c) => c.trim().toLowerCase() === 'first')) {
      columns = cells.map((c) => c.trim().toLowerCase());
      continue;
    }
    const names = columns ?? (cells.length >= OURS.length ? OURS : IPTOASN);
    const cell = (name: string) => cells[names.indexOf(name)]?.trim() ?? '';
    const [first, last] = [addressNumber(cell('first')), addressNumber(cell('last'))];
    if (first === null || last === null || last < first) {
      skipped++;
      if (skipped > MAX_SKIPPED && skipped > ranges.length)
        throw new NetworksError('BAD_LINE', `too many lines are no range of addresses, such as ${quote(line)}`);
      continue;
    }
    const asn = Number(cell('asn').replace(/^AS/i, ''));
    const about = {
      asn: Number.isSafeInteger(asn) && asn > 0 ? asn : 0,
      name: cell('name').slice(0, 200),
      country: /^[A-Za-z]{2}$/.test(cell('country')) ? cell('country').toUpperCase() : '',
      kind: cell('kind').toLowerCase().slice(0, 40),
    };
    if (about.asn === 0 && about.kind === '' && about.country === '') continue; // iptoasn's "Not routed"
    const key = JSON.stringify(about);
    let id = known.get(key);
    if (id === undefined) {
      id = abouts.push(about) - 1;
      known.set(key, id);
    }
    ranges.push({ first, last, about: id });
  }
  if (ranges.length === 0) throw new NetworksError('EMPTY', 'there is no range of addresses in it');
  return new RangeTable(ranges, abouts, date, skipped);
}

function* lines(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    yield text.slice(at, stop).replace(/\r$/, '');
    at = stop + 1;
  }
}
