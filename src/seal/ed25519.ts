import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { toBase64 } from '../base/index.ts';
import { isPrimeOrderPoint } from './curve.ts';
import { sha256Hex } from './digest.ts';
import { SealError } from './errors.ts';

/**
 * Ed25519 (RFC 8032) with one meaning on every machine. What OpenSSL admits at the edges has changed between its
 * versions (small-order and non-canonical keys, under which one signature fits many messages; keys with a small-order
 * part it takes to this day). All versions check S < L and compare R byte for byte without the cofactor. So keys are
 * judged here, once, when they are admitted: canonical encoding, prime order; and the one small-order R that such a key
 * leaves possible, the identity, is refused. What is left has one verdict: of C2SP's 914 edge vectors only the one
 * without an edge passes (bench/crosscheck).
 */
export interface PublicKey {
  readonly raw: Uint8Array;
  /** base64 of the 32 bytes: how keys are written in entries */
  readonly text: string;
  /** SHA-256 of the 32 bytes, hex: what two people read to each other */
  readonly fingerprint: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** Something that signs with one key; the key itself may be in memory, on a token, or behind a passphrase. */
export interface Signer {
  readonly publicKey: PublicKey;
  sign(message: Uint8Array): Uint8Array;
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

class AdmittedKey implements PublicKey {
  readonly raw: Uint8Array;
  readonly text: string;
  readonly fingerprint: string;
  readonly #key: KeyObject;
  constructor(raw: Uint8Array, key: KeyObject) {
    this.raw = raw;
    this.text = toBase64(raw);
    this.fingerprint = sha256Hex(raw);
    this.#key = key;
  }
  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === 64 && !startsWithIdentity(signature) && verify(null, message, this.#key, signature);
  }
}

function startsWithIdentity(signature: Uint8Array): boolean {
  return signature[0] === 1 && signature.subarray(1, 32).every((byte) => byte === 0);
}

/** Judging a key costs a millisecond and a case names few: the last ones are remembered. Only ever a memory of a pure answer. */
const remembered = new Map<string, PublicKey>();
const MAX_REMEMBERED = 256;

/** The key of 32 raw bytes; SealError BAD_KEY unless it is the canonical encoding of a point of prime order. */
export function admitPublicKey(raw: Uint8Array): PublicKey {
  if (raw.length !== 32) throw new SealError('BAD_KEY', `an Ed25519 public key has 32 bytes, not ${raw.length}`);
  const text = toBase64(raw);
  const known = remembered.get(text);
  if (known) return known;
  if (!isPrimeOrderPoint(raw)) {
    throw new SealError(
      'BAD_KEY',
      'not an Ed25519 public key that binds its signatures (small order or not canonical)',
    );
  }
  const copy = Uint8Array.from(raw);
  const key = new AdmittedKey(copy, createPublicKey({ key: Buffer.concat([SPKI, copy]), format: 'der', type: 'spki' }));
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(text, key);
  return key;
}

/** A signer in memory from the 32-byte seed (RFC 8032 private key). */
export function signerFromSeed(seed: Uint8Array): Signer {
  if (seed.length !== 32) throw new SealError('BAD_KEY', `an Ed25519 seed has 32 bytes, not ${seed.length}`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = admitPublicKey(spki.subarray(SPKI.length));
  return { publicKey, sign: (message) => sign(null, message, key) };
}
