import { errorClass } from '../../base/index.ts';

export const StationError = errorClass<
  | 'NO_STATION' // no station at this place
  | 'STATION_EXISTS'
  | 'BAD_STATION' // its files are not what they should be
  | 'OPEN_TO_OTHERS' // others may read or change the station's folder
  | 'WRONG_PASSPHRASE'
  | 'WEAK_PASSPHRASE'
  | 'BAD_CARD'
  | 'BAD_RECOVERY_KEY'
  | 'UNKNOWN_STATION' // not in the book
  | 'WRONG_DIGITS' // what was read out is not this card's
  | 'CARD_CONFLICT' // another card of that name is in the book
>('StationError');
