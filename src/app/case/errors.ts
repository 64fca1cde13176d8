import { errorClass } from '../../base/index.ts';

export const RecordError = errorClass<
  | 'JOURNAL_BROKEN' // our own journal does not verify: nothing is added to it
  | 'JOURNAL_BEHIND' // this copy is older than what this station has signed: adding would make two pasts
  | 'JOURNAL_FORKED' // somebody else has written on with our key, and his branch is the main one
  | 'KEY_ENDED' // the journal's key was revoked; only the recovery key can go on
  | 'NO_JOURNAL' // the case has no journal that is asked for
  | 'NO_ENTRY' // no entry has that id
  | 'AMBIGUOUS' // several do
  | 'NOT_OURS' // only the journal's own agency can do that
  | 'BAD_MOMENT' // not a date or a UTC time
  | 'WRITER_CLOSED'
>('RecordError');
