/** Bytes and their texts: hex, and a random-access source that hides where the bytes live. */

export function toHex(bytes: Uint8Array): string {
  return bytes.toHex();
}

/** Strict: an even number of hex digits, either case; null for anything else. */
export function fromHex(text: string): Uint8Array | null {
  try {
    return Uint8Array.fromHex(text);
  } catch {
    return null;
  }
}

/**
 * Random access to the bytes of one piece of Evidence. Synchronous: it is used inside a process whose only job is to
 * read. `read` fills `into` from `offset` and returns the number of bytes got; fewer than asked only at the end.
 */
export interface ByteSource {
  readonly size: number;
  read(offset: number, into: Uint8Array): number;
}

/** A source over bytes already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** A fresh copy of `length` bytes at `offset`; shorter at the end of the source. */
export function slice(source: ByteSource, offset: number, length: number): Uint8Array {
  const out = new Uint8Array(Math.max(0, Math.min(length, source.size - offset)));
  return out.subarray(0, source.read(offset, out));
}
