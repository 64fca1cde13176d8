import type { Instant } from '../../base/index.ts';
import { parseIso, quote, UNDATED } from '../../base/index.ts';
import type { Event, Shape, Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { Columns } from '../text/columns.ts';
import { parseEpoch } from '../text/epoch.ts';
import type { FaultLog } from '../text/faults.ts';
import type { LineFormat, LineParser } from '../text/line-reader.ts';
import { headLines } from '../text/line-reader.ts';
import type { Line } from '../text/lines.ts';
import { lineText } from '../text/lines.ts';
import { ZeekHeader } from './header.ts';
import type { ZeekType } from './values.ts';
import { zeekValue } from './values.ts';

/**
 * Zeek's ASCII logs. A body line is only cut into columns (text/columns.ts); a column is decoded when somebody asks for
 * it. The slow twin is in tsv.test.ts: split the text, then decode everything.
 */
export const tsvFormat: LineFormat = {
  format: 'zeek-tsv',
  title: 'Zeek logs, tab separated with header',
  sniff(head) {
    const lines = headLines(head, 64);
    if (lines[0]?.startsWith('#separator ')) return 98;
    const has = (name: string) => lines.some((l) => l.startsWith(name));
    if (has('#fields\t') && has('#types\t')) return 96;
    if (has('#fields\tts\t')) return 70;
    // A log that lost its head is still known by its face; reading it says NO_HEADER, which no other reader could say.
    return lines.length > 0 && BODY.test(lines[lines.length - 1] ?? '') ? 60 : 0;
  },
  open: () => new TsvParser(),
};

/** `ts uid` of any connection log */
const BODY = /^\d{9,10}\.\d{6}\tC[A-Za-z0-9]{8,20}\t[0-9a-fA-F.:]{2,45}\t\d{1,5}\t/;

const HASH = 0x23;
const TEXT: ZeekType = { $: 'text' };

class TsvEvent implements Event {
  shape!: Shape;
  offset = 0;
  record = 0;
  ms = Number.NaN;
  ns = 0;
  flags = 0;
  readonly header: ZeekHeader;
  readonly columns = new Columns();

  constructor(header: ZeekHeader) {
    this.header = header;
  }

  value(slot: number): Value | undefined {
    if (slot >= this.columns.count) return undefined;
    return zeekValue(this.columns.text(slot), this.header.types[slot] ?? TEXT, this.header.marks);
  }
}

class TsvParser implements LineParser {
  readonly #header = new ZeekHeader();
  readonly #event = new TsvEvent(this.#header);
  #shape: Shape | null = null;
  #time = -1;
  /** a body has begun and no #close has been seen since */
  #open = false;

  pass(line: Line): void {
    if (line.bytes[line.start] === HASH) this.#learn(lineText(line));
  }

  take(line: Line, faults: FaultLog): Event | null {
    if (line.bytes[line.start] === HASH) {
      this.#head(line, faults);
      return null;
    }
    const { offset, number, length } = line;
    const shape = this.#shape;
    if (shape === null) {
      faults.add('NO_HEADER', offset, `line ${number}: a record before any #fields line`, length);
      return null;
    }
    this.#open = true;
    const event = this.#event;
    const want = shape.fields.length;
    const { columns } = event;
    columns.cut(line, this.#header.separator, false, want);
    event.flags = columns.damaged ? EventFlag.partial : 0;
    const time = this.#when();
    if (columns.total !== want && !(columns.trailing && columns.total === want + 1)) {
      const message = `line ${number} has ${columns.total} columns, its header names ${want}`;
      const lost = columns.total < 2 || Number.isNaN(time.ms);
      if (line.unterminated && columns.total < want)
        faults.add('TRUNCATED', offset, message, lost ? length : undefined);
      else faults.add('BAD_RECORD', offset, message, lost ? length : undefined);
      if (lost) return null;
      event.flags |= EventFlag.partial;
    }
    if (this.#time >= 0 && Number.isNaN(time.ms)) {
      faults.add('BAD_TIME', offset, `line ${number}: no time in ${quote(columns.text(this.#time), 40)}`);
    }
    event.shape = shape;
    event.offset = offset;
    event.record = number;
    event.ms = time.ms;
    event.ns = time.ns;
    return event;
  }

  end(size: number, faults: FaultLog): void {
    if (this.#open) faults.add('UNCLOSED', size, 'no #close line: the log was cut or still open');
  }

  #head(line: Line, faults: FaultLog): void {
    const text = lineText(line);
    const news = this.#learn(text);
    if (news === 'bad') {
      faults.add('BAD_STRUCTURE', line.offset, `line ${line.number}: header not understood: ${quote(text, 60)}`);
    }
    if (news === 'opens' && this.#open) {
      faults.add('UNCLOSED', line.offset, `line ${line.number}: a new header, but no #close of the log before it`);
    }
    if (news === 'opens' || news === 'closes') this.#open = false;
  }

  #learn(text: string) {
    const news = this.#header.take(text);
    this.#shape = this.#header.shape;
    this.#time = this.#shape === null ? -1 : this.#shape.fields.indexOf('ts');
    return news;
  }

  #when(): Instant {
    if (this.#time < 0) return UNDATED;
    const text = this.#event.columns.text(this.#time);
    const epoch = parseEpoch(text);
    return Number.isNaN(epoch.ms) ? (parseIso(text) ?? UNDATED) : epoch;
  }
}
