/** One 512-byte tar header: old (v7), ustar (POSIX.1-1988), pax (POSIX.1-2001) and GNU forms share its layout. */

export const TAR_BLOCK = 512;

export interface TarHeader {
  /** raw name bytes as latin-1, prefix joined; decoded by the caller once extended headers are known */
  readonly name: Buffer;
  readonly link: Buffer;
  readonly size: number;
  readonly modifiedMs: number | null;
  /** one character; '' for the NUL of old archives */
  readonly type: string;
}

/** Does a block carry the checksum of a header? (Sum of all bytes, the checksum's own eight counted as spaces.) */
export function tarHeaderIsSound(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false;
  const claimed = octal(block, 148, 8);
  if (claimed === null) return false;
  let sum = 0;
  let signed = 0; // some old writers summed signed bytes
  for (let i = 0; i < TAR_BLOCK; i++) {
    const b = i >= 148 && i < 156 ? 0x20 : block[i]!;
    sum += b;
    signed += b > 127 ? b - 256 : b;
  }
  return block[0] !== 0 && (claimed === sum || claimed === signed);
}

/** null: no sound header, or a size that is none. */
export function readTarHeader(block: Buffer): TarHeader | null {
  if (!tarHeaderIsSound(block)) return null;
  const size = number(block, 124, 12);
  if (size === null) return null;
  const seconds = number(block, 136, 12);
  const magic = block.toString('latin1', 257, 263);
  const prefix = magic === 'ustar\0' ? cString(block, 345, 155) : Buffer.alloc(0);
  const name = cString(block, 0, 100);
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    link: cString(block, 157, 100),
    size,
    modifiedMs: seconds === null ? null : seconds * 1000,
    type: block[156] === 0 ? '' : String.fromCharCode(block[156]!),
  };
}

function cString(block: Buffer, at: number, length: number): Buffer {
  const end = block.indexOf(0, at);
  return block.subarray(at, end < 0 || end > at + length ? at + length : end);
}

/** Octal text, or GNU's base-256 for what octal can not hold. null: neither, negative, or beyond exact integers. */
function number(block: Uint8Array, at: number, length: number): number | null {
  if ((block[at]! & 0x80) === 0) return octal(block, at, length);
  if (block[at] !== 0x80) return null;
  let value = 0;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + block[i]!;
  return Number.isSafeInteger(value) ? value : null;
}

/** Digits between leading spaces and a trailing space or NUL; empty is 0, as old writers leave unused fields. */
function octal(block: Uint8Array, at: number, length: number): number | null {
  let value = 0;
  let i = at;
  while (i < at + length && block[i] === 0x20) i++;
  for (; i < at + length; i++) {
    const b = block[i]!;
    if (b === 0 || b === 0x20) return value;
    if (b < 0x30 || b > 0x37) return null;
    value = value * 8 + (b - 0x30);
  }
  return value;
}
