import type { ByteSource } from '../../base/index.ts';
import { formatInstant, slice } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import { fieldsOf } from '../../model/index.ts';
import type { RawRecord, Reader, ReadOptions } from '../contract.ts';
import { LIMITS } from '../contract.ts';
import { headText, textSource } from './encoding.ts';
import { FaultLog } from './faults.ts';
import type { Line } from './lines.ts';
import { eachLine, lineText } from './lines.ts';

/**
 * A Reader of a format in which every record is one line. The format says what a line means; this file does the rest of
 * the contract: order, offsets, too long lines, UTF-16, faults, progress, and finding one record again.
 */
export interface LineFormat {
  readonly format: string;
  readonly title: string;
  sniff(head: Uint8Array, size: number): number;
  /** A parser for one pass over the source: it holds what earlier lines said (headers, years, zones). */
  open(source: ByteSource, options: ReadOptions): LineParser;
}

export interface LineParser {
  /**
   * A line that is not empty. The event (valid until the next call), or null when the line holds none: a header, or a
   * fault the parser has told.
   */
  take(line: Line, faults: FaultLog): Event | null;
  /** A line on the way to another one: learn from it what `take` would, at less cost. Absent: lines stand alone. */
  pass?(line: Line): void;
  /** The end of the file, after its last line. */
  end?(size: number, faults: FaultLog): void;
}

export function lineReader(spec: LineFormat): Reader {
  return {
    format: spec.format,
    title: spec.title,
    sniff: (head, size) => spec.sniff(head, size),
    read(source, sink, options) {
      const faults = new FaultLog(sink);
      const parser = spec.open(source, options);
      const text = textSource(source);
      eachLine(
        text.bytes,
        LIMITS.lineBytes,
        (line) => {
          if (line.end <= line.start) return;
          line.offset = text.original(line.offset);
          if (line.cut) {
            const lost = line.length - (line.end - line.start);
            faults.add('LIMIT_SIZE', line.offset, `line ${line.number} has ${line.length} bytes: cut`, lost);
          }
          const event = parser.take(line, faults);
          if (event !== null) sink.event(event);
        },
        (bytes) => sink.progress(Math.min(bytes, source.size)),
      );
      parser.end?.(source.size, faults);
      faults.close();
    },
    record(source, offset, options) {
      const parser = spec.open(source, options);
      const quiet = new FaultLog({ fault() {} });
      const text = textSource(source);
      let found: RawRecord | null = null;
      eachLine(text.bytes, LIMITS.lineBytes, (line) => {
        const end = line.offset + Math.min(line.length, LIMITS.lineBytes);
        line.offset = text.original(line.offset);
        if (line.offset < offset) {
          if (line.end > line.start) parser.pass?.(line);
          return true;
        }
        if (line.offset === offset && line.end > line.start) {
          const event = parser.take(line, quiet);
          if (event !== null) found = rawOf(slice(source, offset, text.original(end) - offset), line, event);
        }
        return false;
      });
      return found;
    },
  };
}

function rawOf(bytes: Uint8Array, line: Line, event: Event): RawRecord {
  return {
    bytes,
    text: lineText(line),
    fields: fieldsOf(event),
    stream: event.shape.stream,
    source: event.shape.source,
    time: formatInstant({ ms: event.ms, ns: event.ns }),
    record: event.record,
  };
}

/**
 * The first complete lines of a head, for sniffing: at most `count`, the last unfinished one left out unless it is all
 * there is. Decoded as latin1, since sniffing looks at ASCII only.
 */
export function headLines(head: Uint8Array, count: number): string[] {
  const bytes = headText(head);
  const out: string[] = [];
  let at = 0;
  while (at < bytes.length && out.length < count) {
    const nl = bytes.indexOf(10, at);
    if (nl < 0) {
      if (out.length === 0) out.push(bytes.toString('latin1', at, Math.min(bytes.length, at + 8192)));
      break;
    }
    const end = nl > at && bytes[nl - 1] === 13 ? nl - 1 : nl;
    if (end > at) out.push(bytes.toString('latin1', at, end));
    at = nl + 1;
  }
  return out;
}

/** Share of `lines` that satisfy `test`: 0 when there are none. */
export function shareOf(lines: readonly string[], test: (line: string) => boolean): number {
  return lines.length === 0 ? 0 : lines.filter(test).length / lines.length;
}
