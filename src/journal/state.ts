import { fromBase64, fromHex, toBase64, toHex } from '../base/index.ts';
import { type EntryHeader, type EntryKind, KEY_KINDS, type Payload } from '../model/index.ts';
import { admitPublicKey, type PublicKey, SealError } from '../seal/index.ts';
import { JournalError } from './errors.ts';
import { journalIdOf, possessionMessage, recoveryCommitment } from './formulas.ts';
import { type Opened, type Refusal, refusal } from './line.ts';

/**
 * What must be known of a journal to write or to verify its next entry. Writing and verifying go through the same two
 * functions, `signerOf` and `advance`, so that what we write is what others accept.
 */
export interface Head {
  readonly journal: string;
  readonly case: string;
  readonly agency: string;
  readonly size: number;
  /** id of the last entry */
  readonly tip: string;
  /** signs the next entry; null after a revocation: only the recovery key can go on */
  readonly key: PublicKey | null;
  /** commitment to the recovery key */
  readonly recovery: string | null;
  /** keys named so far; admitting one costs, so they are bounded */
  readonly keys: number;
  /** latest author time */
  readonly at: string;
}

/** A head with its tree's frontier: what a writer keeps between entries. */
export interface JournalState extends Head {
  /** roots of the complete subtrees, largest first */
  readonly peaks: readonly Uint8Array[];
}

const MAX_KEYS = 1000;

/** The key that must have signed this entry. Called before the signature is checked. */
export function signerOf(state: Pick<Head, 'key' | 'recovery'> | null, entry: Opened): PublicKey | Refusal {
  const { kind, index } = entry.header;
  if ((state === null) !== (kind === 'journal-opened') || (state === null && index !== 0)) {
    return refusal('MISPLACED_KIND', 'a journal begins with journal-opened, once');
  }
  if (state === null) return admitted(payloadOf(entry, 'journal-opened').key);
  if (kind === 'key-recovered') {
    const key = admitted(payloadOf(entry, 'key-recovered').recoveryKey);
    if ('code' in key) return key;
    if (recoveryCommitment(key) !== state.recovery) {
      return refusal('BAD_RECOVERY', 'the journal has promised no such recovery key');
    }
    return key;
  }
  return state.key ?? refusal('KEY_REVOKED', 'the key was revoked; only the recovery key can go on');
}

/** The head after an entry whose signature by `signer` holds and whose place is right. */
export function advance(state: Head | null, entry: Opened, signer: PublicKey): Head | Refusal {
  const { header, id } = entry;
  const grown = { size: header.index + 1, tip: id };
  if (state === null) {
    const opened = payloadOf(entry, 'journal-opened');
    if (journalIdOf(opened.case.id, signer) !== header.journal) {
      return refusal('WRONG_JOURNAL', 'the journal id does not follow from case and first key');
    }
    if (header.previous !== header.journal) return refusal('WRONG_PREVIOUS', 'the first entry follows its journal id');
    if (header.author.agency !== opened.agency) return refusal('WRONG_AGENCY', 'the author is of another agency');
    return {
      journal: header.journal,
      case: opened.case.id,
      agency: opened.agency,
      ...grown,
      key: signer,
      recovery: opened.recovery ?? null,
      keys: 1,
      at: header.time.at,
    };
  }
  let { at } = state;
  if (header.time.at > at) at = header.time.at;
  if (!KEY_KINDS.has(header.kind)) return { ...state, ...grown, at };
  const keys = afterKeyEntry(state, entry);
  return 'code' in keys ? keys : { ...state, ...grown, ...keys, at };
}

/** The head after an entry known only by its hash: its place counts, and it cannot have changed keys. */
export function advanceHash(state: Head, id: string): Head {
  return { ...state, size: state.size + 1, tip: id };
}

function afterKeyEntry(state: Head, entry: Opened): Pick<JournalState, 'key' | 'recovery' | 'keys'> | Refusal {
  const { kind, index } = entry.header;
  if (state.keys >= MAX_KEYS) return refusal('TOO_MANY_KEYS', `more than ${MAX_KEYS} keys in one journal`);
  if (kind === 'key-revoked') return { key: null, recovery: state.recovery, keys: state.keys };
  const recovered = kind === 'key-recovered' ? payloadOf(entry, 'key-recovered') : null;
  const named = recovered ?? payloadOf(entry, 'key-rotated');
  const key = admitted(named.key);
  if ('code' in key) return key;
  const proof = fromBase64(named.possession);
  if (!proof || !key.verify(possessionMessage(state.journal, index, key), proof)) {
    return refusal('BAD_POSSESSION', 'the new key has not signed for itself');
  }
  const recovery = recovered ? (recovered.recovery ?? null) : state.recovery;
  return { key, recovery, keys: state.keys + 1 };
}

/** The payload of an entry of a kind whose line `readLine` has checked and whose kind is never withheld. */
function payloadOf<K extends EntryKind>(entry: Opened, _kind: K): Payload<K> {
  return entry.payload as Payload<K>;
}

function admitted(text: string): PublicKey | Refusal {
  const raw = fromBase64(text);
  if (!raw) return refusal('BAD_KEY', 'the key is not canonical base64');
  try {
    return admitPublicKey(raw);
  } catch (e) {
    if (e instanceof SealError) return refusal('BAD_KEY', e.message);
    throw e;
  }
}

export function isInPlace(state: Head, header: EntryHeader): Refusal | null {
  if (header.journal !== state.journal) return refusal('WRONG_JOURNAL', 'an entry of another journal');
  if (header.index !== state.size) {
    return refusal('WRONG_INDEX', `entry ${header.index} stands where ${state.size} belongs`);
  }
  if (header.previous !== state.tip) return refusal('WRONG_PREVIOUS', 'the entry does not follow the one before it');
  if (header.author.agency !== state.agency) return refusal('WRONG_AGENCY', 'the author is of another agency');
  return null;
}

/** A state as plain JSON, for whoever keeps it beside the journal to append without reading everything again. */
export function keepState(s: JournalState): Record<string, string | number | null | string[]> {
  return {
    journal: s.journal,
    case: s.case,
    agency: s.agency,
    size: s.size,
    tip: s.tip,
    peaks: s.peaks.map(toHex),
    key: s.key ? toBase64(s.key.raw) : null,
    recovery: s.recovery,
    keys: s.keys,
    at: s.at,
  };
}

/** The way back. It is derived data: compare `tip` and `size` with the journal's last line before trusting it. */
export function keptState(value: unknown): JournalState {
  const v = value as Partial<Record<keyof JournalState, unknown>> | null;
  const text = (x: unknown): string => (typeof x === 'string' ? x : bad());
  const count = (x: unknown): number => (Number.isSafeInteger(x) ? (x as number) : bad());
  if (typeof v !== 'object' || v === null) return bad();
  const peaks = Array.isArray(v.peaks) ? v.peaks.map((p) => fromHex(text(p)) ?? bad()) : bad();
  const key = v.key === null ? null : admitted(text(v.key));
  if (key && 'code' in key) return bad();
  return {
    journal: text(v.journal),
    case: text(v.case),
    agency: text(v.agency),
    size: count(v.size),
    tip: text(v.tip),
    peaks,
    key,
    recovery: v.recovery === null ? null : text(v.recovery),
    keys: count(v.keys),
    at: text(v.at),
  };
}

function bad(): never {
  throw new JournalError('BAD_STATE', 'the kept state of the journal is damaged; verify the journal to make it anew');
}
