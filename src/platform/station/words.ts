import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { canonicalize, fromHex, toHex } from '../../base/index.ts';
import type { StationCard } from '../../model/index.ts';
import { type Signer, sha256Hex, signerFromSeed } from '../../seal/index.ts';
import { StationError } from './errors.ts';

/** Keys as texts for people: digits to be read over the phone, and a recovery key to be kept on paper. */

/**
 * Twelve groups of five digits, to be read out and compared: SHA-512 over the whole card, five bytes a group modulo
 * 100,000 (199 bits). It covers name and role too: a right key under a wrong name has other digits.
 */
export function cardDigits(card: StationCard): string {
  const digest = createHash('sha512')
    .update(`czernin/card/v1\n${canonicalize(card)}`)
    .digest();
  return Array.from({ length: 12 }, (_, i) => {
    const group = digest.readUIntBE(i * 5, 5) % 100_000;
    return String(group).padStart(5, '0');
  }).join(' ');
}

/** Whether somebody read out the digits of this card; white space and hyphens do not count. */
export function digitsMatch(card: StationCard, read: string): boolean {
  const given = Buffer.from(read.replace(/[\s-]/g, ''));
  const wanted = Buffer.from(cardDigits(card).replaceAll(' ', ''));
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const RECOVERY = /^CZERNIN-RECOVERY-1-([0-9A-F]{64})([0-9A-F]{8})$/;

export function newRecoveryKey(): { readonly text: string; readonly signer: Signer } {
  const seed = randomBytes(32);
  const hex = toHex(seed).toUpperCase();
  const all = hex + checkOf(hex);
  return { text: `CZERNIN-RECOVERY-1-${all.match(/.{8}/g)!.join('-')}`, signer: signerFromSeed(seed) };
}

/** From paper: case, spaces and hyphens are forgiven, a slip in a digit is not. */
export function readRecoveryKey(text: string): Signer {
  const plain = text.trim().toUpperCase().replace(/[\s-]/g, '');
  const [, hex = '', check = ''] = RECOVERY.exec(plain.replace(/^CZERNINRECOVERY1/, 'CZERNIN-RECOVERY-1-')) ?? [];
  const seed = fromHex(hex);
  if (seed?.length !== 32 || check !== checkOf(hex)) {
    throw new StationError('BAD_RECOVERY_KEY', 'not a recovery key, or a slip in copying it');
  }
  return signerFromSeed(seed);
}

function checkOf(hex: string): string {
  return sha256Hex(`czernin/recovery-key/v1\n${hex}`).slice(0, 8).toUpperCase();
}
