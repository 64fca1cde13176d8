import { crc32 } from 'node:zlib';
import { ChunkFull, ChunkWriter } from './chunk.ts';
import { type Instance, XMLNS, type XmlElement, type XmlNode } from './template.ts';
import type { PlainValue } from './values.ts';
import { value } from './values.ts';

/**
 * Writes EVTX files as Windows would: the worked example's logs, and the small files the reader's own tests stand on.
 * In: events as plain records, or BinXml trees for anything else. Out: the file's bytes, all checksums right.
 */
export type { Instance, XmlElement, XmlNode, XmlPiece } from './template.ts';
export type { PlainValue } from './values.ts';
export { value } from './values.ts';

export interface EventRecord {
  readonly provider: string;
  readonly providerGuid?: string;
  readonly channel: string;
  readonly eventId: number;
  readonly computer: string;
  /** epoch milliseconds, and nanoseconds below the millisecond (100 ns steps) */
  readonly ms: number;
  readonly ns?: number;
  /** EventRecordID and the id in the record header; else one more than the record before */
  readonly recordId?: bigint;
  readonly version?: number;
  readonly level?: number;
  readonly task?: number;
  readonly opcode?: number;
  readonly keywords?: bigint;
  readonly processId?: number;
  readonly threadId?: number;
  readonly userSid?: string;
  readonly activityId?: string;
  /** EventData by name, in order; plain JavaScript values get the usual type */
  readonly data?: Readonly<Record<string, PlainValue | string | number | boolean>>;
  /** EventData without names */
  readonly unnamed?: readonly string[];
  /** UserData instead of EventData: element name, and its children by name */
  readonly userData?: {
    readonly element: string;
    readonly namespace?: string;
    readonly data: Readonly<Record<string, string>>;
  };
}

/** A record given as BinXml. */
export interface RawEventRecord {
  readonly recordId?: bigint;
  readonly ms: number;
  readonly ns?: number;
  readonly xml: XmlNode;
}

export interface EvtxOptions {
  /** as after a crash: the dirty flag set */
  readonly dirty?: boolean;
  /** new chunk after so many records, even when there is room */
  readonly recordsPerChunk?: number;
  /** unused chunks of zeros at the end, as Windows preallocates them */
  readonly spareChunks?: number;
}

const CHUNK = 65_536;
const FILE_HEADER = 4096;

export function writeEvtx(records: readonly (EventRecord | RawEventRecord)[], options: EvtxOptions = {}): Buffer {
  const chunks: Buffer[] = [];
  let chunk = new ChunkWriter();
  let number = 1;
  let id = 0n;
  const close = () => {
    chunks.push(chunk.finish(number));
    number += chunk.records;
    chunk = new ChunkWriter();
  };
  for (const record of records) {
    id = record.recordId ?? id + 1n;
    const root = 'xml' in record ? record.xml : eventInstance(record, id);
    const written = value.filetime(record.ms, record.ns);
    if (chunk.records >= (options.recordsPerChunk ?? Number.POSITIVE_INFINITY)) close();
    try {
      chunk.record(id, written, root);
    } catch (e) {
      if (!(e instanceof ChunkFull) || chunk.records === 0) throw e;
      close();
      chunk.record(id, written, root);
    }
  }
  if (chunk.records > 0 || chunks.length === 0) close();
  return Buffer.concat([
    fileHeader(chunks.length, id, options.dirty ?? false),
    ...chunks,
    Buffer.alloc(CHUNK * (options.spareChunks ?? 0)),
  ]);
}

/** The 4,096 bytes before the chunks. */
export function fileHeader(chunks: number, lastId: bigint, dirty: boolean): Buffer {
  const b = Buffer.alloc(FILE_HEADER);
  b.write('ElfFile\0', 'latin1');
  b.writeBigUInt64LE(BigInt(Math.max(0, chunks - 1)), 16);
  b.writeBigUInt64LE(lastId + 1n, 24);
  b.writeUInt32LE(128, 32);
  b.writeUInt16LE(1, 36);
  b.writeUInt16LE(3, 38);
  b.writeUInt16LE(FILE_HEADER, 40);
  b.writeUInt16LE(chunks & 0xffff, 42);
  b.writeUInt32LE(dirty ? 1 : 0, 120);
  b.writeUInt32LE(crc32(b.subarray(0, 120)), 124);
  return b;
}

function slot(n: number, type: number, optional = true): { slot: number; type: number; optional: boolean } {
  return { slot: n, type, optional };
}

/** The System part as manifest-based providers write it; provider, channel and computer are text of the template. */
function eventInstance(r: EventRecord, id: bigint): Instance {
  const provider: Record<string, string[]> = { Name: [r.provider] };
  if (r.providerGuid !== undefined) provider.Guid = [r.providerGuid];
  const payload = payloadOf(r);
  const system: XmlElement = {
    element: 'System',
    content: [
      { element: 'Provider', attributes: provider },
      { element: 'EventID', content: [slot(3, 0x06)] },
      { element: 'Version', content: [slot(11, 0x04)] },
      { element: 'Level', content: [slot(0, 0x04)] },
      { element: 'Task', content: [slot(2, 0x06)] },
      { element: 'Opcode', content: [slot(1, 0x04)] },
      { element: 'Keywords', content: [slot(5, 0x15)] },
      { element: 'TimeCreated', attributes: { SystemTime: [slot(6, 0x11)] } },
      { element: 'EventRecordID', content: [slot(10, 0x0a)] },
      { element: 'Correlation', attributes: { ActivityID: [slot(7, 0x0f)] } },
      { element: 'Execution', attributes: { ProcessID: [slot(8, 0x08)], ThreadID: [slot(9, 0x08)] } },
      { element: 'Channel', content: [r.channel] },
      { element: 'Computer', content: [r.computer] },
      { element: 'Security', attributes: { UserID: [slot(4, 0x13)] } },
    ],
  };
  return {
    template: { element: 'Event', attributes: { xmlns: [XMLNS] }, content: [system, slot(12, 0x21)] },
    values: [
      value.uint8(r.level ?? 4),
      value.uint8(r.opcode ?? 0),
      value.uint16(r.task ?? 0),
      value.uint16(r.eventId),
      r.userSid === undefined ? value.null() : value.sid(r.userSid),
      value.hex64(r.keywords ?? 0x8000000000000000n),
      value.filetime(r.ms, r.ns),
      r.activityId === undefined ? value.null() : value.guid(r.activityId),
      value.uint32(r.processId ?? 4),
      value.uint32(r.threadId ?? 8),
      value.uint64(id),
      value.uint8(r.version ?? 0),
      payload === null ? value.null() : { xml: payload },
    ],
  };
}

function payloadOf(r: EventRecord): Instance | null {
  if (r.userData !== undefined) {
    const entries = Object.entries(r.userData.data);
    const content = entries.map(([name], i): XmlElement => ({ element: name, content: [slot(i, 0x01, false)] }));
    const inner: XmlElement = {
      element: r.userData.element,
      attributes: { xmlns: [r.userData.namespace ?? 'Event_NS'] },
      content,
    };
    return {
      template: { element: 'UserData', content: [inner] },
      values: entries.map(([, text]) => value.string(text)),
    };
  }
  if (r.unnamed !== undefined) {
    const data: XmlElement = { element: 'Data', content: [slot(0, 0x81, false)] };
    return { template: { element: 'EventData', content: [data] }, values: [value.array(r.unnamed.map(value.string))] };
  }
  if (r.data === undefined) return null;
  const values = Object.values(r.data).map(plain);
  const content = Object.keys(r.data).map(
    (name, i): XmlElement => ({
      element: 'Data',
      attributes: { Name: [name] },
      content: [slot(i, values[i]!.type, false)],
    }),
  );
  return { template: { element: 'EventData', content }, values };
}

function plain(v: PlainValue | string | number | boolean): PlainValue {
  if (typeof v === 'string') return value.string(v);
  if (typeof v === 'boolean') return value.bool(v);
  if (typeof v !== 'number') return v;
  if (!Number.isInteger(v)) return value.real64(v);
  if (v >= 0 && v <= 0xffffffff) return value.uint32(v);
  return value.int64(BigInt(v));
}
