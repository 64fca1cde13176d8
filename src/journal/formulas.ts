import { toBase64 } from '../base/index.ts';
import { type PublicKey, sha256Hex } from '../seal/index.ts';

/**
 * The texts that are hashed and signed, in one place, as docs/journal-format.md states them. Every one begins with its
 * own words and a newline, so that nothing signed for one purpose can be shown for another.
 */
const utf8 = new TextEncoder();
const PAYLOAD = utf8.encode('czernin/payload/v1\n');
const RECOVERY = utf8.encode('czernin/recovery/v1\n');

export function journalIdOf(caseId: string, firstKey: PublicKey): string {
  return sha256Hex(Buffer.concat([utf8.encode(`czernin/journal/v1\n${caseId}\n`), firstKey.raw]));
}

/** First line of a journal's checkpoints and key name of their signatures. */
export function originOf(journal: string): string {
  return `czernin/journal/${journal}`;
}

/** One cosigner a key: the cosigned text does not name the cosigner, so the name follows from the key. */
export function cosignerName(key: PublicKey): string {
  return `czernin/station/${key.fingerprint}`;
}

export function entryMessage(headerText: string): Uint8Array {
  return Buffer.from(`czernin/entry/v1\n${headerText}`);
}

export function signedHeader(headerText: string, signature: string): string {
  return `{"header":${headerText},"signature":"${signature}"}`;
}

/** RFC 6962 leaf hash of the signed header, hex. The leading U+0000 is the byte 0x00. */
export function entryIdOf(signedHeaderText: string): string {
  return sha256Hex(`\u0000${signedHeaderText}`);
}

export function payloadDigest(salt: Uint8Array, payloadText: string): string {
  return sha256Hex(Buffer.concat([PAYLOAD, salt, Buffer.from(payloadText)]));
}

/** What the journal promises about a key that stays in the safe. */
export function recoveryCommitment(key: PublicKey): string {
  return sha256Hex(Buffer.concat([RECOVERY, key.raw]));
}

/** Signed by a new key so that nobody can claim another's key as his own. */
export function possessionMessage(journal: string, index: number, key: PublicKey): Uint8Array {
  return utf8.encode(`czernin/key/v1\n${journal}\n${index}\n${toBase64(key.raw)}`);
}
