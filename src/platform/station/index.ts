/**
 * station: this installation's keys and its book of others. In: a folder and a passphrase. Out: signers, cards, marks.
 * Laws: secrets lie only in keys.age (age, scrypt) in a folder closed to others, and are in no error or output but the
 * recovery key, shown once; what a card says is believed only as far as somebody has compared it.
 */
export { readCard, stationNamed, withCard, withVerified } from './card.ts';
export { StationHome, stationHome } from './home.ts';
export type { Keys } from './vault.ts';
export { cardDigits, newRecoveryKey, readRecoveryKey } from './words.ts';
