import { fromBase64, quote, toBase64 } from '../base/index.ts';
import type { Signer } from './ed25519.ts';
import { SealError } from './errors.ts';
import {
  cosignedMessage,
  formatNote,
  type Note,
  type NoteSignature,
  noteKey,
  SIGNATURE_TYPE,
  signatureLine,
} from './note.ts';

/** A Merkle tree head as a note's text (c2sp.org/tlog-checkpoint). We write no extension lines and refuse them. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes */
  readonly root: Uint8Array;
}

function checkpointText(c: Checkpoint): string {
  return `${c.origin}\n${c.size}\n${toBase64(c.root)}\n`;
}

/** The three lines of a note's text; SealError BAD_CHECKPOINT. Says nothing about who signed: see openNote. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', hash = '', ...rest] = text.split('\n');
  const root = fromBase64(hash);
  const count = Number(size);
  if (origin === '' || rest.length !== 1 || rest[0] !== '' || root?.length !== 32) throw bad(text);
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size) || !Number.isSafeInteger(count)) throw bad(text);
  return { origin, size: count, root };
}

function bad(text: string): SealError {
  return new SealError('BAD_CHECKPOINT', `${quote(text)} is not origin, size and root, each on its line`);
}

/** The log's own signature: key name and origin are one. Returns the whole note. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): string {
  const text = checkpointText(checkpoint);
  const { keyId } = noteKey(checkpoint.origin, SIGNATURE_TYPE.ed25519, signer.publicKey);
  const bytes = signer.sign(new TextEncoder().encode(text));
  return formatNote({ text, signatures: [{ name: checkpoint.origin, keyId, bytes }] });
}

/**
 * The note with a cosigner's line more: "at this time this was the largest consistent state I had seen". The caller has
 * checked that it is. `seconds` since 1970.
 */
export function cosign(note: Note, name: string, signer: Signer, seconds: number): string {
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new SealError('BAD_COSIGNATURE', `${seconds} is not a number of seconds since 1970`);
  }
  const { keyId } = noteKey(name, SIGNATURE_TYPE.cosignatureEd25519, signer.publicKey);
  const bytes = Buffer.alloc(72);
  bytes.writeBigUInt64BE(BigInt(seconds));
  bytes.set(signer.sign(cosignedMessage(note.text, seconds)), 8);
  const line: NoteSignature = { name, keyId, bytes };
  return formatNote(note) + signatureLine(line);
}
