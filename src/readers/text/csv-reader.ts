import type { ByteSource } from '../../base/index.ts';
import { slice } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import type { Reader, ReadOptions } from '../contract.ts';
import type { CsvRow, Delimiter } from './csv.ts';
import { eachRow } from './csv.ts';
import { delimiterOf, isPreamble, sniffCsv } from './csv-head.ts';
import { textSource } from './encoding.ts';
import { FaultLog } from './faults.ts';
import { rawRecord } from './json-reader.ts';

/**
 * A Reader of a format whose records are rows of a delimited file under one header row. The format says what a header
 * and a row mean; dialect, encodings, offsets, faults and finding one record again are done here.
 */
export interface CsvFormat {
  readonly format: string;
  readonly title: string;
  /** How sure is a file with this header ours? 0..100, contract's scale. `rows`: a few first rows. */
  recognise(header: readonly string[], rows: readonly (readonly string[])[]): number;
  open(header: readonly string[], options: ReadOptions): CsvParser;
  /** What the user said of the file: its delimiter, and the columns' names when no header row stands in it. */
  told?(options: ReadOptions): {
    readonly delimiter?: Delimiter | undefined;
    readonly columns?: readonly string[] | undefined;
  };
}

export interface CsvParser {
  /** The event of one row (valid until the next call), or null when it holds none or a fault was told. */
  take(cells: readonly string[], place: CsvPlace, faults: FaultLog): Event | null;
}

export type CsvPlace = Pick<CsvRow, 'offset' | 'length' | 'number' | 'damaged'>;

const HEAD = 64 * 1024;

export function csvReader(spec: CsvFormat): Reader {
  return {
    format: spec.format,
    title: spec.title,
    sniff(head) {
      const csv = sniffCsv(head);
      return csv === null ? 0 : spec.recognise(csv.header, csv.rows);
    },
    read(source, sink, options) {
      const faults = new FaultLog(sink);
      const text = textSource(source);
      const told = spec.told?.(options);
      const dialect = told?.delimiter ?? dialectOf(source);
      if (dialect === null) {
        faults.add('NO_HEADER', 0, 'no header row with at least two columns', source.size);
        return;
      }
      const gate = new Gate();
      gate.width = told?.columns?.length ?? 0;
      let parser = told?.columns === undefined ? null : spec.open(told.columns, options);
      eachRow(text.bytes, dialect, {
        row(row) {
          if (parser === null) {
            if (isPreamble(row.cells)) return true;
            parser = spec.open(row.cells, options);
            gate.width = row.cells.length;
            return true;
          }
          if (!gate.fits(row)) {
            const at = text.original(row.offset);
            faults.add('BAD_RECORD', at, `row ${row.number} behind a damaged one does not fit the header`, row.length);
            return true;
          }
          const place = { ...row, offset: text.original(row.offset) };
          const event = parser.take(row.cells, place, faults);
          if (event !== null) sink.event(event);
          return true;
        },
        fault: (f) => faults.add(f.code as Parameters<FaultLog['add']>[0], text.original(f.offset), f.message, f.bytes),
        progress: (bytes) => sink.progress(Math.min(text.original(bytes), source.size)),
      });
      faults.close();
    },
    record(source, offset, options) {
      const told = spec.told?.(options);
      const dialect = told?.delimiter ?? dialectOf(source);
      const first = dialect === null ? null : firstRow(textSource(source).bytes, dialect);
      if (dialect === null || first === null || offset >= source.size) return null;
      const whole = textSource(source);
      const header = told?.columns ?? first.cells;
      if (told?.columns === undefined && offset <= whole.original(first.offset)) return null;
      // Only a walk from the beginning tells a row from a line inside a quoted cell, and its number.
      const quiet = new FaultLog({ fault() {} });
      const parser = spec.open(header, options);
      const gate = new Gate();
      gate.width = header.length;
      let found: ReturnType<Reader['record']> = null;
      eachRow(whole.bytes, dialect, {
        row(row) {
          const at = whole.original(row.offset);
          const fits = at <= whole.original(first.offset) || gate.fits(row);
          if (at !== offset || !fits) return at < offset;
          const event = parser.take(row.cells, { ...row, offset }, quiet);
          const end = whole.original(row.offset + row.length);
          const bytes = slice(source, offset, end - offset);
          if (event !== null) found = rawRecord(bytes, pretty(header, row.cells), event);
          return false;
        },
        fault() {},
      });
      return found;
    },
  };
}

/** Behind a quote that never closed, lines of the broken cell look like rows: those that do not fit are no records. */
class Gate {
  /** cells of the header; 0: no header known */
  width = 0;
  #doubt = false;

  fits(row: CsvRow): boolean {
    if (row.damaged) this.#doubt = true;
    else if (!this.#doubt) return true;
    else if (row.cells.length !== this.width) return false;
    else this.#doubt = false;
    return true;
  }
}

/** The header: the first row that is no preamble. */
function firstRow(bytes: ByteSource, dialect: Delimiter): CsvRow | null {
  let found: CsvRow | null = null;
  eachRow(bytes, dialect, {
    row(row) {
      if (isPreamble(row.cells)) return true;
      found = row;
      return false;
    },
    fault() {},
  });
  return found;
}

function dialectOf(source: ByteSource): Delimiter | null {
  return delimiterOf(slice(source, 0, HEAD));
}

/** A row for people: one column a line. */
function pretty(header: readonly string[], cells: readonly string[]): string {
  return cells.map((cell, i) => `${header[i] ?? `column ${i + 1}`}: ${cell}`).join('\n');
}
