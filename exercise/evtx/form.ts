import { XMLNS, type XmlElement } from './template.ts';
import { guidBytes, sidBytes } from './values.ts';

/**
 * The form of one kind of event of one computer, made once: both templates, the types of the values, and the bytes of
 * the System part that never change. In: an EventKind. Out: what ChunkWriter.event writes from without looking again.
 */
export interface EventKind {
  readonly provider: string;
  readonly guid?: string;
  readonly channel: string;
  readonly id: number;
  readonly version?: number;
  readonly level?: number;
  readonly task?: number;
  readonly opcode?: number;
  readonly keywords?: bigint;
  readonly processId?: number;
  readonly threadId?: number;
  /** EventData: names in order, `Name` a text, `Name:type` another (see TYPES) */
  readonly fields: string;
  /** one array of texts without a name, as classic providers write */
  readonly unnamed?: boolean;
  /** UserData instead: the element and its namespace */
  readonly userData?: readonly [element: string, namespace: string];
}

/** A value for a slot: text; number of any width (hex64 up to 2^53); SID or GUID as text or bytes; texts of an array. */
export type FormValue = string | number | Buffer | readonly string[];

/** A template, and how many bytes its definition takes at most. */
export interface Definition {
  readonly template: XmlElement;
  readonly bound: number;
}

export interface Form {
  readonly system: Definition;
  readonly data: Definition;
  readonly types: Uint8Array;
  /** thirteen descriptors; user and payload are filled in */
  readonly descriptors: Buffer;
  /** level, opcode, task, id */
  readonly head: Buffer;
  readonly keywords: Buffer;
  readonly process: Buffer;
  readonly version: number;
}

const TYPES: Readonly<Record<string, number>> = {
  ...{ string: 0x01, u8: 0x04, i16: 0x05, u16: 0x06, i32: 0x07, u32: 0x08, u64: 0x0a, bool: 0x0d, guid: 0x0f },
  ...{ time: 0x11, sid: 0x13, hex32: 0x14, hex64: 0x15, strings: 0x81 },
};

const slot = (n: number, type: number, optional: boolean) => ({ slot: n, type, optional });

/** The System part as manifest-based providers write it. */
function systemOf(kind: EventKind, computer: string): XmlElement {
  const provider = { Name: [kind.provider], ...(kind.guid === undefined ? {} : { Guid: [kind.guid] }) };
  const system: XmlElement = {
    element: 'System',
    content: [
      { element: 'Provider', attributes: provider },
      { element: 'EventID', content: [slot(3, 0x06, true)] },
      { element: 'Version', content: [slot(11, 0x04, true)] },
      { element: 'Level', content: [slot(0, 0x04, true)] },
      { element: 'Task', content: [slot(2, 0x06, true)] },
      { element: 'Opcode', content: [slot(1, 0x04, true)] },
      { element: 'Keywords', content: [slot(5, 0x15, true)] },
      { element: 'TimeCreated', attributes: { SystemTime: [slot(6, 0x11, true)] } },
      { element: 'EventRecordID', content: [slot(10, 0x0a, true)] },
      { element: 'Correlation', attributes: { ActivityID: [slot(7, 0x0f, true)] } },
      { element: 'Execution', attributes: { ProcessID: [slot(8, 0x08, true)], ThreadID: [slot(9, 0x08, true)] } },
      { element: 'Channel', content: [kind.channel] },
      { element: 'Computer', content: [computer] },
      { element: 'Security', attributes: { UserID: [slot(4, 0x13, true)] } },
    ],
  };
  return { element: 'Event', attributes: { xmlns: [XMLNS] }, content: [system, slot(12, 0x21, true)] };
}

function dataOf({ userData, unnamed }: EventKind, names: readonly string[], types: Uint8Array): XmlElement {
  if (unnamed) return { element: 'EventData', content: [{ element: 'Data', content: [slot(0, 0x81, false)] }] };
  if (userData) {
    const [element, xmlns] = userData;
    const content = names.map((name, i): XmlElement => ({ element: name, content: [slot(i, types[i]!, false)] }));
    return { element: 'UserData', content: [{ element, attributes: { xmlns: [xmlns] }, content }] };
  }
  const content = names.map(
    (name, i): XmlElement => ({
      element: 'Data',
      attributes: { Name: [name] },
      content: [slot(i, types[i]!, false)],
    }),
  );
  return { element: 'EventData', content };
}

const payloads = new WeakMap<EventKind, { readonly data: Definition; readonly types: Uint8Array }>();

/** Every name may have to be written in full: 2 bytes a character and its frame. */
const define = (template: XmlElement): Definition => ({ template, bound: 400 + 3 * JSON.stringify(template).length });

function payloadOf(kind: EventKind) {
  let made = payloads.get(kind);
  if (made === undefined) {
    const fields = kind.unnamed ? ['-:strings'] : kind.fields.split(' ').filter((f) => f !== '');
    const types = Uint8Array.from(fields, (f) => {
      const type = TYPES[f.split(':')[1] ?? 'string'];
      if (type === undefined) throw new RangeError(`no such type: ${f}`);
      return type;
    });
    made = {
      types,
      data: define(
        dataOf(
          kind,
          fields.map((f) => f.split(':')[0]!),
          types,
        ),
      ),
    };
    payloads.set(kind, made);
  }
  return made;
}

export function formOf(kind: EventKind, computer: string): Form {
  const head = Buffer.alloc(6);
  head[0] = kind.level ?? 4;
  head[1] = kind.opcode ?? 0;
  head.writeUInt16LE(kind.task ?? 0, 2);
  head.writeUInt16LE(kind.id, 4);
  const keywords = Buffer.alloc(8);
  keywords.writeBigUInt64LE(kind.keywords ?? 0x8000000000000000n);
  const process = Buffer.alloc(8);
  process.writeUInt32LE(kind.processId ?? 4, 0);
  process.writeUInt32LE(kind.threadId ?? 8, 4);
  const descriptors = Buffer.alloc(52);
  // size and type of each slot of System: level, opcode, task, id, user, keywords, time, activity, process, thread, …
  const slots = [[1, 4], [1, 4], [2, 6], [2, 6], [0, 0], [8, 0x15], [8, 0x11], [0, 0], [4, 8], [4, 8], [8, 10], [1, 4], [0, 0x21]]; // biome-ignore format: a table
  slots.forEach(([size, type], i) => {
    descriptors.writeUInt16LE(size!, 4 * i);
    descriptors.writeUInt16LE(type!, 4 * i + 2);
  });
  const { data, types } = payloadOf(kind);
  const system = define(systemOf(kind, computer));
  return { system, data, types, descriptors, head, keywords, process, version: kind.version ?? 0 };
}

/** At most so many bytes. */
export function sizeBound(v: FormValue): number {
  if (typeof v === 'string') return 2 * v.length + 70;
  if (typeof v === 'number') return 8;
  if (Buffer.isBuffer(v)) return v.length;
  return (v as readonly string[]).reduce((n, s) => n + 2 * s.length + 2, 0);
}

const sids = new Map<string, Buffer>();
/** The bytes of a SID; there are few different ones. */
export function sid(text: string): Buffer {
  let bytes = sids.get(text);
  if (bytes === undefined) {
    bytes = sidBytes(text);
    sids.set(text, bytes);
  }
  return bytes;
}

/** Returns where the next value begins. The caller has made sure of the room. */
export function putValue(b: Buffer, p: number, type: number, v: FormValue): number {
  switch (type) {
    case 0x01:
      return putText(b, p, v as string);
    case 0x04:
      b[p] = v as number;
      return p + 1;
    case 0x05:
      b.writeInt16LE(v as number, p);
      return p + 2;
    case 0x06:
      b.writeUInt16LE(v as number, p);
      return p + 2;
    case 0x07:
      b.writeInt32LE(v as number, p);
      return p + 4;
    case 0x08:
    case 0x0d:
    case 0x14:
      b.writeUInt32LE((v as number) >>> 0, p);
      return p + 4;
    case 0x0a:
    case 0x15:
      b.writeUInt32LE((v as number) >>> 0, p);
      b.writeUInt32LE(Math.floor((v as number) / 2 ** 32) >>> 0, p + 4);
      return p + 8;
    case 0x11:
      b.writeBigUInt64LE(BigInt((v as number) + 11_644_473_600_000) * 10_000n, p);
      return p + 8;
    case 0x0f:
      return p + (typeof v === 'string' ? guidBytes(v) : (v as Buffer)).copy(b, p);
    case 0x13:
      return p + (typeof v === 'string' ? sid(v) : (v as Buffer)).copy(b, p);
    case 0x81: {
      for (const text of v as readonly string[]) {
        p = putText(b, p, text);
        b.writeUInt16LE(0, p);
        p += 2;
      }
      return p;
    }
    default:
      throw new RangeError(`no value of type ${type}`);
  }
}

/** Short texts by hand: faster than a call into native code. */
function putText(b: Buffer, p: number, text: string): number {
  const n = text.length;
  if (n > 48) return p + b.write(text, p, 'utf16le');
  for (let i = 0; i < n; i++, p += 2) {
    const c = text.charCodeAt(i);
    b[p] = c & 255;
    b[p + 1] = c >>> 8;
  }
  return p;
}
