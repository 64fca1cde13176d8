import { entitiesOf, gateMatches, type Matcher, matchedFields } from '../../hunt/index.ts';
import { type Event, EventFlag, type Fault, fieldOf } from '../../model/index.ts';
import { LIMITS } from '../../readers/index.ts';
import type { EventRule } from '../../rules/index.ts';
import type { FindingRow, InputRow, JobIo, LakePart, MakeLakeEncoder, ReadResult } from '../effects/index.ts';
import { BATCH_CHARS, cut, matchedText, nameOf, own, RECORD_CHARS } from './bounds.ts';
import { chooseReader } from './choose.ts';
import { CoverCounter } from './cover.ts';
import { type Job, JobFrame } from './job.ts';
import { KindCounter } from './kinds.ts';
import { laidOut, type Pack } from './pack.ts';

/** Rows gathered before they are sent, and how often progress is told. */
const BATCH = 256;
const PROGRESS_EVENTS = 20_000;
const LAKE_FRAME = 1024 * 1024;
const MAX_FAULT_SAMPLES = 200;
/** Longest value of a correlation field kept; correlations group by names, not by documents. */
const INPUT_CHARS = 1024;

type Scalar = string | number | boolean | null;

export interface ReadTools {
  readonly matcher: Matcher;
  readonly pack: Pack;
  /** rules that fired in this process, conditions laid out, by place in the pack */
  readonly fired: Map<number, EventRule>;
  readonly lakeEncoder: MakeLakeEncoder;
}

/** Reads one piece of evidence to the end: events to matcher and lake, findings and parts out as frames. */
export function readEvidence(job: Extract<Job, { job: 'read' }>, io: JobIo, tools: ReadTools): ReadResult {
  const source = io.open(job.path);
  try {
    if (source.size !== job.size) {
      const reason = `EVIDENCE_CHANGED: ${source.size} bytes now, ${job.size} when it was hashed`;
      return { ...emptyResult(job.key), status: 'failed', reason };
    }
    const reader = chooseReader(source);
    if (!reader || source.size === 0) {
      return {
        ...emptyResult(job.key),
        status: source.size === 0 ? 'empty' : 'unknown',
        ...(source.size === 0 ? {} : { reason: 'no reader recognises the content' }),
      };
    }
    const pass = new Pass(job, io, tools, reader.format === 'evtx');
    const options = { ...job.options, referenceMs: job.options.referenceMs || source.modifiedMs };
    reader.read(source, pass, options);
    return pass.finish(reader.format);
  } finally {
    source.close();
  }
}

export function emptyResult(key: string): ReadResult {
  return {
    key,
    status: 'read',
    format: '',
    events: 0,
    undated: 0,
    recovered: 0,
    zoneAssumed: 0,
    yearAssumed: 0,
    partial: 0,
    lowerBound: 0,
    firstMs: null,
    lastMs: null,
    faults: {},
    faultSamples: [],
    holes: [],
    moreHoles: 0,
    range: null,
    kinds: [],
    cover: [],
  };
}

/** The sink of one reading: everything that is counted, matched, encoded and sent on the way. */
class Pass {
  readonly #job: Extract<Job, { job: 'read' }>;
  readonly #io: JobIo;
  readonly #matcher: Matcher;
  readonly #pack: Pack;
  readonly #fired: Map<number, EventRule>;
  readonly #lake: ReturnType<MakeLakeEncoder> | null;
  readonly #cover = new CoverCounter();
  readonly #kinds = new KindCounter();
  readonly #numbered: boolean;
  readonly #faults: Record<string, number> = {};
  readonly #faultSamples: Fault[] = [];
  readonly #flags = { recovered: 0, zoneAssumed: 0, yearAssumed: 0, partial: 0, lowerBound: 0 };
  #findings: FindingRow[] = [];
  #inputs: InputRow[] = [];
  #findingChars = 0;
  #inputChars = 0;
  #found = 0;
  #events = 0;
  #undated = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #bytes = 0;

  constructor(job: Extract<Job, { job: 'read' }>, io: JobIo, tools: ReadTools, numbered: boolean) {
    this.#job = job;
    this.#io = io;
    this.#matcher = tools.matcher;
    this.#pack = tools.pack;
    this.#fired = tools.fired;
    this.#lake = job.lake ? tools.lakeEncoder(job.digest, (part) => sendPart(io, part)) : null;
    this.#numbered = numbered;
  }

  event(event: Event): void {
    this.#events++;
    const { ms, flags } = event;
    if (Number.isNaN(ms)) this.#undated++;
    else {
      if (ms < this.#first) this.#first = ms;
      if (ms > this.#last) this.#last = ms;
    }
    if (flags !== 0) this.#count(flags);
    this.#cover.add(event);
    this.#kinds.add(event.shape);
    if (this.#numbered) this.#cover.sequence(event);
    this.#lake?.add(event);
    const fired = this.#matcher.match(event);
    for (let i = 0; i < fired.length; i++) this.#fire(fired[i] as number, event);
    if (this.#events % PROGRESS_EVENTS === 0) this.#progress();
  }

  fault(fault: Fault): void {
    const { count = 1, ...sample } = fault;
    const seen = (this.#faults[fault.code] ?? 0) + count;
    this.#faults[fault.code] = seen;
    if (this.#faultSamples.length < MAX_FAULT_SAMPLES && seen <= LIMITS.faultsPerCode) this.#faultSamples.push(sample);
  }

  progress(bytes: number): void {
    this.#bytes = bytes;
    this.#io.beat();
  }

  #fire(index: number, event: Event): void {
    const rule = this.#rule(index);
    const { shape } = event;
    const at = {
      rule: rule.meta.id,
      ms: Number.isNaN(event.ms) ? null : event.ms,
      ns: event.ns,
      offset: event.offset,
      host: nameOf(event, shape.host),
      user: nameOf(event, shape.user),
      stream: shape.stream,
    };
    const address = nameOf(event, shape.address);
    if (rule.reports) {
      const { matched: fields, why } = matchedFields(rule, event) ?? { matched: [], why: '' };
      const matched = matchedText(fields);
      const record = cut(String(event.record), RECORD_CHARS);
      this.#found++;
      const { all, acted } = entitiesOf(event);
      const entities = JSON.stringify(all);
      const row = { ...at, address, record, matched, why, entities, acted: JSON.stringify(acted), flags: event.flags };
      this.#findings.push(row);
      this.#findingChars += matched.length + why.length + entities.length;
      if (this.#findings.length >= BATCH || this.#findingChars >= BATCH_CHARS) this.#sendFindings();
    }
    const wanted = this.#pack.inputs[index];
    if (wanted) {
      const fields = JSON.stringify(pick(event, wanted, rule));
      this.#inputs.push({ ...at, source: address, fields });
      this.#inputChars += fields.length;
      if (this.#inputs.length >= BATCH || this.#inputChars >= BATCH_CHARS) this.#sendInputs();
    }
  }

  #rule(index: number): EventRule {
    let rule = this.#fired.get(index);
    if (rule === undefined) {
      rule = laidOut(this.#pack.rules[index] as EventRule);
      this.#fired.set(index, rule);
    }
    return rule;
  }

  #count(flags: number): void {
    const f = this.#flags;
    if (flags & EventFlag.recovered) f.recovered++;
    if (flags & EventFlag.zoneAssumed) f.zoneAssumed++;
    if (flags & EventFlag.yearAssumed) f.yearAssumed++;
    if (flags & EventFlag.partial) f.partial++;
    if (flags & EventFlag.lowerBound) f.lowerBound++;
  }

  #sendFindings(): void {
    this.#io.sendJson(JobFrame.findings, this.#findings);
    this.#findings = [];
    this.#findingChars = 0;
  }

  #sendInputs(): void {
    this.#io.sendJson(JobFrame.inputs, this.#inputs);
    this.#inputs = [];
    this.#inputChars = 0;
  }

  #progress(): void {
    this.#io.sendJson(JobFrame.progress, { bytes: this.#bytes, events: this.#events, findings: this.#found });
  }

  finish(format: string): ReadResult {
    this.#lake?.finish();
    if (this.#findings.length > 0) this.#sendFindings();
    if (this.#inputs.length > 0) this.#sendInputs();
    this.#progress();
    return {
      key: this.#job.key,
      status: 'read',
      format,
      events: this.#events,
      undated: this.#undated,
      ...this.#flags,
      firstMs: Number.isFinite(this.#first) ? this.#first : null,
      lastMs: Number.isFinite(this.#last) ? this.#last : null,
      faults: this.#faults,
      faultSamples: this.#faultSamples,
      holes: this.#cover.holes,
      moreHoles: this.#cover.moreHoles,
      range: this.#cover.range,
      kinds: this.#kinds.list(),
      cover: this.#cover.rows(),
    };
  }
}

/** Fields in the rule's names; where the log calls one otherwise (4688: NewProcessName for Image), by the log's name. */
function pick(event: Event, names: readonly string[], rule: EventRule): Record<string, Scalar> {
  const out: Record<string, Scalar> = Object.create(null); // a field may be called __proto__
  const renamed = rule.variants.find((v) => v.renamed && gateMatches(v.gate, event.shape.source))?.renamed;
  for (const name of names) {
    const value = fieldOf(event, own(renamed, name) ?? name);
    if (value === undefined) continue;
    const flat = Array.isArray(value) ? JSON.stringify(value) : (value as Scalar);
    out[name] = typeof flat === 'string' && flat.length > INPUT_CHARS ? flat.slice(0, INPUT_CHARS) : flat;
  }
  return out;
}

/** A part is a header frame and its bytes in frames of bounded size. */
function sendPart(io: JobIo, part: LakePart): void {
  io.sendJson(JobFrame.lakePart, {
    stream: part.stream,
    day: part.day,
    name: part.name,
    rows: part.rows,
    bytes: part.bytes.length,
  });
  for (let at = 0; at < part.bytes.length; at += LAKE_FRAME)
    io.send(JobFrame.lakeData, part.bytes.subarray(at, at + LAKE_FRAME));
}
