/** Standard base64 (RFC 4648 section 4) with one text for one value: padded, no white space, unused bits zero. */

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

export function toBase64(bytes: Uint8Array): string {
  return bytes.toBase64();
}

/** null for anything that `toBase64` would not have written: a second text for the same bytes must not pass. */
export function fromBase64(text: string): Uint8Array | null {
  // The alphabet is checked first because the platform's decoder skips white space.
  if (text.length % 4 !== 0 || !ALPHABET.test(text)) return null;
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: 'strict' });
  } catch {
    return null;
  }
}
