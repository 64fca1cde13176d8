import { nextMonth } from '../calendar.ts';
import type { FileTold, Kept } from '../contract.ts';
import type { EventKind, FormValue } from '../evtx/form.ts';
import { type ByteSink, EvtxStream, fileTime } from '../evtx/stream.ts';
import { Gzip } from '../pack/archives.ts';
import type { Output } from './output.ts';

/** Where a record came to lie. */
export interface Place {
  readonly file: string;
  readonly record: number | string;
}

/** Puts a log's records, in order, into files. */
export interface Encoder<T> {
  /** `ms`: as the host's clock says. The place is asked for only when the record shows an act. */
  write(ms: number, body: T): () => Place;
  /** so many record numbers are left out */
  skip?(count: number): void;
  close(): void;
}

/** How the files of a log are cut and called. */
export interface Files {
  readonly format: string;
  /** a new file each month, or one for all */
  readonly rotate: 'month' | 'never';
  /** older files are compressed */
  readonly gzip: boolean;
  /** path of the file that begins at `from`; `live`: the last one */
  path(from: number, live: boolean, part: number): string;
}

/** What all encoders share: which file is open, and what is told of it when it closes. */
abstract class Rotating<T> implements Encoder<T> {
  protected readonly kept: Kept;
  protected readonly files: Files;
  readonly #output: Output;
  readonly #tell: (file: FileTold) => void;
  #turn = Number.NEGATIVE_INFINITY;
  #path = '';
  #part = 0;
  #first: number | null = null;
  #last: number | null = null;
  protected records = 0;

  constructor(kept: Kept, files: Files, output: Output, tell: (file: FileTold) => void) {
    this.kept = kept;
    this.files = files;
    this.#output = output;
    this.#tell = tell;
  }

  protected abstract begin(sink: ByteSink, ms: number): void;
  protected abstract end(ms: number): void;
  abstract write(ms: number, body: T): () => Place;

  /** The file for a record of that time; a new one when its month is over or it is full. */
  protected turn(ms: number, full = false): void {
    if (ms >= this.#turn || full) this.#open(ms, full);
    this.#first ??= ms;
    this.#last = ms;
    this.records++;
  }

  /** As intake names it. */
  protected get address(): string {
    if (!this.#path.endsWith('.gz')) return this.#path;
    return `${this.#path}!${this.#path.slice(this.#path.lastIndexOf('/') + 1, -3)}`;
  }

  /** A log that says nothing has no file. */
  close(): void {
    if (this.#path !== '') this.#finish();
  }

  #open(ms: number, full: boolean): void {
    if (this.#path !== '') this.#finish();
    this.#part = full ? this.#part + 1 : 0;
    const monthly = this.files.rotate === 'month';
    if (!full) this.#turn = monthly ? nextMonth(ms) : Number.POSITIVE_INFINITY;
    const live = !monthly || this.#turn >= this.kept.to;
    const path = this.files.path(ms, live, this.#part);
    this.#path = this.files.gzip && !live ? `${path}.gz` : path;
    const raw = this.#output.open(this.#path);
    this.begin(this.#path === path ? raw : new Gzip(raw, this.#turn), ms);
  }

  #finish(): void {
    this.end(this.#last ?? this.kept.from);
    const { log, family, host, channel } = this.kept;
    const { format } = this.files;
    const told = { first: this.#first, last: this.#last, records: this.records, faults: [], note: '' };
    this.#tell({ path: this.address, log, family, host, channel, format, ...told });
    this.#first = null;
    this.#last = null;
    this.records = 0;
  }
}

export interface TextFrame {
  /** lines before the records, each with its end */
  head?(ms: number): string;
  tail?(ms: number): string;
  readonly end?: '\n' | '\r\n';
  /** a record may be several lines */
  readonly several?: boolean;
}

const PAGE = 1 << 18;

/** Text on its way to a file: each piece goes into one page of bytes at once; ropes of text would be costly to turn. */
class Page {
  readonly #bytes = Buffer.allocUnsafeSlow(PAGE);
  #at = 0;
  sink!: ByteSink;

  put(text: string): void {
    const most = 3 * text.length;
    if (this.#at + most > PAGE) this.drain();
    if (most > PAGE) this.sink.write(Buffer.from(text));
    else this.#at += this.#bytes.write(text, this.#at);
  }

  drain(): void {
    if (this.#at > 0) this.sink.write(this.#bytes.subarray(0, this.#at));
    this.#at = 0;
  }

  close(): void {
    this.drain();
    this.sink.close();
  }
}

/** One record a line; a record of several lines counts as its first. Lines are numbered from 1, the head included. */
export class LineEncoder extends Rotating<string> {
  readonly #frame: TextFrame;
  readonly #end: string;
  readonly #page = new Page();
  #line = 1;

  constructor(kept: Kept, files: Files, output: Output, tell: (file: FileTold) => void, frame: TextFrame = {}) {
    super(kept, files, output, tell);
    this.#frame = frame;
    this.#end = frame.end ?? '\n';
  }

  write(ms: number, body: string): () => Place {
    this.turn(ms);
    const record = this.#line++;
    if (this.#frame.several) {
      for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) {
        this.#line++;
        this.records++;
      }
    }
    this.#page.put(body + this.#end);
    return () => ({ file: this.address, record });
  }

  protected begin(sink: ByteSink, ms: number): void {
    this.#page.sink = sink;
    const head = this.#frame.head?.(ms) ?? '';
    this.#line = head.split('\n').length;
    this.#page.put(head);
  }

  protected end(ms: number): void {
    this.#page.put(this.#frame.tail?.(ms) ?? '');
    this.#page.close();
  }
}

/** A JSON record: its text and its own id. */
export interface JsonRecord {
  readonly id: string;
  readonly text: string;
}

/** JSON lines, or the array under `value` that Graph answers with. */
export class JsonEncoder extends Rotating<JsonRecord> {
  readonly #layout: 'lines' | 'value';
  readonly #page = new Page();
  #empty = true;

  constructor(kept: Kept, files: Files, output: Output, tell: (file: FileTold) => void, layout: 'lines' | 'value') {
    super(kept, files, output, tell);
    this.#layout = layout;
  }

  write(ms: number, { id, text }: JsonRecord): () => Place {
    this.turn(ms);
    this.#page.put(this.#layout === 'lines' ? `${text}\n` : this.#empty ? `\n${text}` : `,\n${text}`);
    this.#empty = false;
    return () => ({ file: this.address, record: id });
  }

  protected begin(sink: ByteSink): void {
    this.#page.sink = sink;
    this.#empty = true;
    if (this.#layout === 'value') {
      this.#page.put('{"@odata.context":"https://graph.example/v1.0/$metadata#auditLogs","value":[');
    }
  }

  protected end(): void {
    if (this.#layout === 'value') this.#page.put('\n]}\n');
    this.#page.close();
  }
}

/** An event of Windows: its kind, the values of its fields, and the account of the System part. */
export interface WindowsEvent {
  readonly kind: EventKind;
  readonly values: readonly FormValue[];
  readonly user?: string;
}

/** Windows closes a file that is full and calls it an archive. */
const FULL = 16_000;

export class EvtxEncoder extends Rotating<WindowsEvent> {
  readonly #computer: string;
  #stream!: EvtxStream;
  #id: number;

  constructor(
    kept: Kept,
    files: Files,
    output: Output,
    tell: (file: FileTold) => void,
    computer: string,
    firstId: number,
  ) {
    super(kept, files, output, tell);
    this.#computer = computer;
    this.#id = firstId;
  }

  write(ms: number, { kind, values, user }: WindowsEvent): () => Place {
    this.turn(ms, this.#stream !== undefined && this.#stream.chunks >= FULL);
    const record = this.#id++;
    // clocks have hundreds of nanoseconds; nobody tells them
    this.#stream.event(record, fileTime(ms, (record * 7919) % 10_000), kind, values, user);
    return () => ({ file: this.address, record });
  }

  skip(count: number): void {
    this.#id += count;
  }

  protected begin(sink: ByteSink): void {
    this.#stream = new EvtxStream(sink, this.#computer);
  }

  protected end(): void {
    this.#stream.close();
  }
}
