/** Substitution values for the EVTX writer: what a value is, and its bytes. Types as in [MS-EVEN6] 2.2.12. */

export interface PlainValue {
  readonly type: number;
  readonly bytes: Buffer;
}

function numeric(type: number, size: number, put: (b: Buffer) => void): PlainValue {
  const bytes = Buffer.alloc(size);
  put(bytes);
  return { type, bytes };
}

/** 100 ns ticks since 1601 for epoch milliseconds and nanoseconds below the millisecond. */
function ticks(ms: number, ns: number): bigint {
  return (BigInt(ms) + 11_644_473_600_000n) * 10_000n + BigInt(Math.floor(ns / 100));
}

export const value = {
  null: (): PlainValue => ({ type: 0x00, bytes: Buffer.alloc(0) }),
  string: (text: string): PlainValue => ({ type: 0x01, bytes: Buffer.from(text, 'utf16le') }),
  ansi: (text: string): PlainValue => ({ type: 0x02, bytes: Buffer.from(text, 'latin1') }),
  int8: (n: number) => numeric(0x03, 1, (b) => b.writeInt8(n)),
  uint8: (n: number) => numeric(0x04, 1, (b) => b.writeUInt8(n)),
  int16: (n: number) => numeric(0x05, 2, (b) => b.writeInt16LE(n)),
  uint16: (n: number) => numeric(0x06, 2, (b) => b.writeUInt16LE(n)),
  int32: (n: number) => numeric(0x07, 4, (b) => b.writeInt32LE(n)),
  uint32: (n: number) => numeric(0x08, 4, (b) => b.writeUInt32LE(n)),
  int64: (n: bigint) => numeric(0x09, 8, (b) => b.writeBigInt64LE(n)),
  uint64: (n: bigint) => numeric(0x0a, 8, (b) => b.writeBigUInt64LE(n)),
  real32: (x: number) => numeric(0x0b, 4, (b) => b.writeFloatLE(x)),
  real64: (x: number) => numeric(0x0c, 8, (b) => b.writeDoubleLE(x)),
  bool: (yes: boolean) => numeric(0x0d, 4, (b) => b.writeUInt32LE(yes ? 1 : 0)),
  binary: (bytes: Uint8Array): PlainValue => ({ type: 0x0e, bytes: Buffer.from(bytes) }),
  guid: (text: string): PlainValue => ({ type: 0x0f, bytes: guidBytes(text) }),
  size32: (n: number) => numeric(0x10, 4, (b) => b.writeUInt32LE(n)),
  size64: (n: bigint) => numeric(0x10, 8, (b) => b.writeBigUInt64LE(n)),
  filetime: (ms: number, ns = 0) => numeric(0x11, 8, (b) => b.writeBigUInt64LE(ticks(ms, ns))),
  systemTime: (ms: number) =>
    numeric(0x12, 16, (b) => {
      const d = new Date(ms);
      const parts = [
        d.getUTCFullYear(),
        d.getUTCMonth() + 1,
        d.getUTCDay(),
        d.getUTCDate(),
        d.getUTCHours(),
        d.getUTCMinutes(),
        d.getUTCSeconds(),
        d.getUTCMilliseconds(),
      ];
      parts.forEach((n, i) => {
        b.writeUInt16LE(n, 2 * i);
      });
    }),
  sid: (text: string): PlainValue => ({ type: 0x13, bytes: sidBytes(text) }),
  hex32: (n: number) => numeric(0x14, 4, (b) => b.writeUInt32LE(n)),
  hex64: (n: bigint) => numeric(0x15, 8, (b) => b.writeBigUInt64LE(n)),
  /** Values of one type behind each other; texts end with NUL. */
  array: (items: readonly PlainValue[]): PlainValue => {
    const type = items[0]?.type ?? 0x01;
    const end = Buffer.alloc(type === 0x01 ? 2 : type === 0x02 ? 1 : 0);
    return { type: 0x80 | type, bytes: Buffer.concat(items.flatMap((item) => [item.bytes, end])) };
  },
} as const;

/** `{54849625-5478-4994-a5ba-3e3b0328c30d}`, braces optional. */
export function guidBytes(text: string): Buffer {
  const b = Buffer.from(text.replace(/[{}-]/g, ''), 'hex');
  b.subarray(0, 4).reverse();
  b.subarray(4, 6).reverse();
  b.subarray(6, 8).reverse();
  return b;
}

/** `S-1-5-21-1-2-3-500` */
export function sidBytes(text: string): Buffer {
  const [revision = 1, authority = 0, ...sub] = text.split('-').slice(1).map(Number);
  const b = Buffer.alloc(8 + 4 * sub.length);
  b[0] = revision;
  b[1] = sub.length;
  b.writeUIntBE(authority, 2, 6);
  sub.forEach((n, i) => {
    b.writeUInt32LE(n, 8 + 4 * i);
  });
  return b;
}
