import { fromBase64, fromHex, quote, toBase64, toHex } from '../base/index.ts';
import { sha256 } from './digest.ts';
import { admitPublicKey, type PublicKey } from './ed25519.ts';
import { SealError } from './errors.ts';

/**
 * C2SP signed notes (c2sp.org/signed-note): a text, a blank line, signature lines. The text means nothing until `openNote`
 * has found a signature by a key the caller named. Note texts are attacker-controlled; the limits stand here.
 */
const MAX_NOTE_CHARS = 64 * 1024;
const MAX_SIGNATURES = 64; // the format asks for at least 16

/** Signature types of the format that we speak. */
export const SIGNATURE_TYPE = { ed25519: 1, cosignatureEd25519: 4 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits; a label, never a proof */
  readonly keyId: string;
  /** what follows the key id: 64 bytes for Ed25519, 72 for a cosignature */
  readonly bytes: Uint8Array;
}

export interface Note {
  /** ends in a newline */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A key by the name it signs notes with. */
export interface NoteKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly key: PublicKey;
  readonly keyId: string;
}

export function noteKey(name: string, type: SignatureType, key: PublicKey): NoteKey {
  if (!isKeyName(name)) throw new SealError('BAD_VKEY', `${quote(name)} cannot be the name of a note's key`);
  const head = new TextEncoder().encode(`${name}\n`);
  const keyId = toHex(sha256(Buffer.concat([head, Uint8Array.of(type), key.raw])).subarray(0, 4));
  return { name, type, key, keyId };
}

/** Unicode white space and plus are what the format forbids; control characters no note may hold anyway. */
function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\s\u0085+\u0000-\u001f]/u.test(name);
}

/** `name+id+base64(type ‖ key)`: how other tools are told a key. */
export function formatVkey(key: NoteKey): string {
  return `${key.name}+${key.keyId}+${toBase64(Uint8Array.of(key.type, ...key.key.raw))}`;
}

export function parseVkey(text: string): NoteKey {
  const [, name = '', id = '', material = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/u.exec(text) ?? [];
  const bytes = fromBase64(material);
  const type = bytes?.[0];
  if (!bytes || (type !== SIGNATURE_TYPE.ed25519 && type !== SIGNATURE_TYPE.cosignatureEd25519)) {
    throw new SealError('BAD_VKEY', `${quote(text)} is not a verifier key of a type known here`);
  }
  const key = noteKey(name, type, admitPublicKey(bytes.subarray(1)));
  if (key.keyId !== id) throw new SealError('BAD_VKEY', `the id in ${quote(text)} is not that of its key`);
  return key;
}

export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(signatureLine).join('')}`;
}

export function signatureLine(s: NoteSignature): string {
  return `— ${s.name} ${toBase64(Buffer.concat([fromHex(s.keyId)!, s.bytes]))}\n`;
}

/** The shape of a note, nothing verified. SealError BAD_NOTE. */
export function parseNote(source: string): Note {
  if (source.length > MAX_NOTE_CHARS) throw bad(`longer than ${MAX_NOTE_CHARS} characters`);
  if (!source.isWellFormed() || /[\u0000-\u0009\u000b-\u001f]/.test(source)) throw bad('control characters in it');
  const gap = source.lastIndexOf('\n\n');
  if (gap < 0 || !source.endsWith('\n') || gap + 2 === source.length) throw bad('no signatures after a blank line');
  const lines = source.slice(gap + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw bad(`more than ${MAX_SIGNATURES} signatures`);
  return { text: source.slice(0, gap + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', material = ''] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  const bytes = fromBase64(material);
  if (!isKeyName(name) || !bytes || bytes.length < 5) throw bad(`${quote(line)} is not a signature line`);
  return { name, keyId: toHex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

function bad(why: string): SealError {
  return new SealError('BAD_NOTE', `not a signed note: ${why}`);
}

export interface OpenedNote {
  /** one a key, in the order of the lines */
  readonly verified: readonly { readonly key: NoteKey; readonly signature: NoteSignature }[];
  /** lines by keys nobody named: to be ignored, never counted */
  readonly unknown: readonly NoteSignature[];
}

/**
 * Which of `keys` signed the note. A line by a named key that does not verify refuses the note (NOTE_SIGNATURE); a note
 * without any is NOTE_UNSIGNED. Copies of one key's signature count once.
 */
export function openNote(note: Note, keys: readonly NoteKey[]): OpenedNote {
  const verified = new Map<NoteKey, NoteSignature>();
  const unknown: NoteSignature[] = [];
  for (const signature of note.signatures) {
    const key = keys.find((k) => k.name === signature.name && k.keyId === signature.keyId);
    if (!key) {
      unknown.push(signature);
    } else {
      if (!signatureHolds(note.text, key, signature.bytes)) {
        throw new SealError('NOTE_SIGNATURE', `the signature of ${quote(signature.name)} does not verify`);
      }
      if (!verified.has(key)) verified.set(key, signature);
    }
  }
  if (verified.size === 0) throw new SealError('NOTE_UNSIGNED', 'the note bears no signature by a key asked for');
  return { verified: [...verified].map(([key, signature]) => ({ key, signature })), unknown };
}

function signatureHolds(text: string, { type, key }: NoteKey, bytes: Uint8Array): boolean {
  switch (type) {
    case SIGNATURE_TYPE.ed25519:
      return key.verify(new TextEncoder().encode(text), bytes);
    case SIGNATURE_TYPE.cosignatureEd25519: {
      const time = cosignatureTime(bytes);
      return time !== null && key.verify(cosignedMessage(text, time), bytes.subarray(8));
    }
  }
}

/** Seconds since 1970 of a cosignature (8 bytes big-endian, then 64 of signature); null when it has not that shape. */
export function cosignatureTime(bytes: Uint8Array): number | null {
  if (bytes.length !== 72) return null;
  const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  return seconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seconds) : null;
}

/** What a cosigner signs: c2sp.org/tlog-cosignature, Ed25519. */
export function cosignedMessage(text: string, seconds: number): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${seconds}\n${text}`);
}
