import { closeSync, openSync, readSync } from 'node:fs';
import { fromBase64 } from '../../base/index.ts';
import { type KnownStation, StationCard } from '../../model/index.ts';
import { admitPublicKey, SealError } from '../../seal/index.ts';
import { StationError } from './errors.ts';
import { digitsMatch } from './words.ts';

/** A card is one small JSON file; it comes from anywhere. */
const MAX_CARD_BYTES = 16 * 1024;

export function readCard(path: string): StationCard {
  const bad = (why: string, cause?: unknown): Error =>
    new StationError('BAD_CARD', `not a station's card: ${why}`, path, cause);
  const buffer = Buffer.alloc(MAX_CARD_BYTES + 1);
  let size: number;
  try {
    const file = openSync(path, 'r');
    try {
      size = readSync(file, buffer);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw bad('it cannot be read', cause);
  }
  if (size > MAX_CARD_BYTES) throw bad('too large');
  let value: unknown;
  try {
    value = JSON.parse(buffer.subarray(0, size).toString());
  } catch {
    throw bad('no JSON');
  }
  const card = StationCard.safeParse(value);
  if (!card.success) throw bad('not in its shape');
  try {
    admitPublicKey(fromBase64(card.data.key) ?? new Uint8Array());
  } catch (cause) {
    if (cause instanceof SealError) throw bad('its key is none');
    throw cause;
  }
  return card.data;
}

/** The book with one card more. The same card again changes nothing; another one of that name is a conflict to be settled. */
export function withCard(
  book: readonly KnownStation[],
  card: StationCard,
  known: KnownStation['verified'],
): KnownStation[] {
  const same = book.find((k) => k.card.name === card.name);
  if (same && same.card.key === card.key && same.card.recipient === card.recipient) return [...book];
  if (same) {
    throw new StationError(
      'CARD_CONFLICT',
      'another card of this name is in the book: remove it first, or ask them',
      card.name,
    );
  }
  return [...book, { card, added: known.at, verified: known }];
}

/** The book with a station marked as verified; with digits only if they are its card's. */
export function withVerified(
  book: readonly KnownStation[],
  name: string,
  verified: KnownStation['verified'],
  digits: string | undefined,
): KnownStation[] {
  const known = stationNamed(book, name);
  if (digits !== undefined && !digitsMatch(known.card, digits)) {
    throw new StationError(
      'WRONG_DIGITS',
      'these are not the digits of the card we hold: do not trust it, ask again',
      name,
    );
  }
  return book.map((k) => (k === known ? { ...k, verified } : k));
}

export function stationNamed(book: readonly KnownStation[], name: string): KnownStation {
  const known = book.find((k) => k.card.name === name);
  if (known) return known;
  throw new StationError('UNKNOWN_STATION', 'the book has no station of this name', name);
}
