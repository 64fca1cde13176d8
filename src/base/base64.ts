/** Standard base64 (RFC 4648 section 4) with one text for one value: padded, no white space, unused bits zero. */

export function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** null for anything that `toBase64` would not have written: a second text for the same bytes must not pass. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text); // lenient: skips white space, forgives padding
    return bytes.toBase64() === text ? bytes : null;
  } catch {
    return null;
  }
}
