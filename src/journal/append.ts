import type { z } from 'zod';
import { canonicalize, fromHex, JcsError, toBase64 } from '../base/index.ts';
import {
  ANSWER_KINDS,
  type ClockTime,
  ENTRY_KINDS,
  EntryHeader,
  type EntryKind,
  KEY_KINDS,
  type Marking,
  type Payload,
} from '../model/index.ts';
import { Frontier, type PublicKey, type Signer, signCheckpoint } from '../seal/index.ts';
import { type JournalCode, JournalError } from './errors.ts';
import {
  entryIdOf,
  entryMessage,
  journalIdOf,
  originOf,
  payloadDigest,
  possessionMessage,
  recoveryCommitment,
  signedHeader,
} from './formulas.ts';
import { DEGREE, fullLine, MAX_LINE_BYTES, MAX_LINE_DEPTH, type Opened, type Refusal } from './line.ts';
import { advance, type JournalState, signerOf } from './state.ts';

/** What every entry needs beside its payload. */
export interface Occasion {
  /** the person, or `czernin` */
  readonly author: string;
  readonly time: ClockTime;
  readonly marking: Marking;
  /** sorted and made unique here */
  readonly refs?: { readonly entries?: readonly string[]; readonly events?: readonly string[] };
}

export type Draft<K extends EntryKind = EntryKind> = {
  [P in K]: Occasion & { readonly kind: P; readonly payload: Payload<P> };
}[K];

/** Signing and 32 fresh random bytes: the only effects, handed in. */
export interface Pen {
  readonly signer: Signer;
  salt(): Uint8Array;
}

export interface Appended {
  readonly state: JournalState;
  /** the entry's id */
  readonly id: string;
  /** what to add to entries.jsonl, newline included; on disk and synced, the entry is acknowledged */
  readonly line: string;
}

/** Opens an agency's journal in a case with its first entry. `recovery` is a key kept apart from the signing one. */
export function openJournal(
  about: Omit<Payload<'journal-opened'>, 'key' | 'recovery'> & { readonly recovery?: PublicKey },
  occasion: Occasion,
  pen: Pen,
): Appended {
  const { recovery, ...rest } = about;
  const key = pen.signer.publicKey;
  const commitment = recovery ? { recovery: recoveryCommitment(recovery) } : {};
  const payload = { ...rest, key: key.text, ...commitment };
  const journal = journalIdOf(about.case.id, key);
  const place = { journal, index: 0, previous: journal, agency: about.agency };
  return write(null, place, { ...occasion, kind: 'journal-opened', payload }, pen);
}

/** Adds one entry. Throws JournalError; the state handed in stays valid. Key entries have their own doors below. */
export function appendEntry(state: JournalState, draft: Draft, pen: Pen): Appended {
  if (KEY_KINDS.has(draft.kind)) throw new JournalError('MISPLACED_KIND', `${draft.kind} has a door of its own`);
  return write(state, placeAfter(state), draft, pen);
}

/** The old key names the new one. From the next entry on `next` signs. */
export function rotateKey(
  state: JournalState,
  next: Signer,
  about: { readonly why: string; readonly recipient?: string },
  occasion: Occasion,
  pen: Pen,
): Appended {
  const payload = { ...about, ...named(state, next) };
  return write(state, placeAfter(state), { ...occasion, kind: 'key-rotated', payload }, pen);
}

/** Ends the current key; only `recoverKey` can follow. */
export function revokeKey(
  state: JournalState,
  payload: Payload<'key-revoked'>,
  occasion: Occasion,
  pen: Pen,
): Appended {
  return write(state, placeAfter(state), { ...occasion, kind: 'key-revoked', payload }, pen);
}

/** The recovery key (as `pen.signer`) names a new signing key, and may promise the next recovery key. */
export function recoverKey(
  state: JournalState,
  next: Signer,
  about: {
    readonly why: string;
    readonly recipient?: string;
    readonly doubtFrom?: number;
    readonly recovery?: PublicKey;
  },
  occasion: Occasion,
  pen: Pen,
): Appended {
  const { recovery, ...rest } = about;
  const commitment = recovery ? { recovery: recoveryCommitment(recovery) } : {};
  const payload = { ...rest, ...named(state, next), ...commitment, recoveryKey: pen.signer.publicKey.text };
  return write(state, placeAfter(state), { ...occasion, kind: 'key-recovered', payload }, pen);
}

/** The journal's signed head: what to add to checkpoints.notes. One a batch of entries is enough. */
export function checkpoint(state: JournalState, signer: Signer): string {
  mustBe(state.key, signer.publicKey);
  const root = new Frontier(state.size, state.peaks).root();
  return signCheckpoint({ origin: originOf(state.journal), size: state.size, root }, signer);
}

function named(state: JournalState, next: Signer): { key: string; possession: string } {
  const possession = next.sign(possessionMessage(state.journal, state.size, next.publicKey));
  return { key: next.publicKey.text, possession: toBase64(possession) };
}

interface Place {
  readonly journal: string;
  readonly index: number;
  readonly previous: string;
  readonly agency: string;
}

function placeAfter(state: JournalState): Place {
  return { journal: state.journal, index: state.size, previous: state.tip, agency: state.agency };
}

function write(state: JournalState | null, place: Place, draft: Draft, pen: Pen): Appended {
  const salt = pen.salt();
  const payloadText = drafted(() => canonicalize(checked(ENTRY_KINDS[draft.kind], draft.payload), MAX_LINE_DEPTH));
  const header: EntryHeader = checked(EntryHeader, {
    v: 1,
    journal: place.journal,
    index: place.index,
    previous: place.previous,
    kind: draft.kind,
    author: { agency: place.agency, name: draft.author },
    time: draft.time,
    marking: draft.marking,
    refs: { entries: sorted(draft.refs?.entries), events: sorted(draft.refs?.events) },
    digest: payloadDigest(salt, payloadText),
  });
  if (ANSWER_KINDS.has(draft.kind) && header.refs.entries.length !== 1) {
    throw new JournalError('BAD_DRAFT', `${draft.kind} answers exactly one entry, named in refs.entries`);
  }
  const headerText = drafted(() => canonicalize(header, MAX_LINE_DEPTH));
  const signature = pen.signer.sign(entryMessage(headerText));
  const signatureText = toBase64(signature);
  const id = entryIdOf(signedHeader(headerText, signatureText));
  const line = `${fullLine(headerText, payloadText, toBase64(salt), signatureText)}\n`;
  if (Buffer.byteLength(line) > MAX_LINE_BYTES) {
    throw new JournalError('TOO_LONG', `the entry would be longer than ${MAX_LINE_BYTES} bytes; split it`);
  }
  const payload = draft.payload as NonNullable<Opened['payload']>;
  const entry: Opened = { degree: DEGREE.full, id, header, headerText, signature, payload, payloadText, salt };
  const signer = accepted(signerOf(state, entry));
  mustBe(signer, pen.signer.publicKey);
  const frontier = new Frontier(place.index, state?.peaks);
  frontier.push(fromHex(id)!);
  return { state: { ...accepted(advance(state, entry, signer)), peaks: frontier.peaks }, id, line };
}

function sorted(items: readonly string[] = []): string[] {
  return [...new Set(items)].sort();
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (!result.success)
    throw new JournalError('BAD_DRAFT', `the entry does not fit its schema: ${result.error.message}`);
  return result.data;
}

function drafted<T>(act: () => T): T {
  try {
    return act();
  } catch (e) {
    if (e instanceof JcsError) throw new JournalError('BAD_DRAFT', e.message, undefined, e);
    throw e;
  }
}

function mustBe(key: PublicKey | null, signer: PublicKey): void {
  if (!key) throw new JournalError('KEY_REVOKED', 'the key was revoked; only the recovery key can go on');
  if (key.fingerprint !== signer.fingerprint) {
    throw new JournalError('WRONG_KEY', "the signer's key is not the journal's key now");
  }
}

const OWN: ReadonlySet<string> = new Set<JournalCode>(['KEY_REVOKED', 'MISPLACED_KIND']);

function accepted<T extends object>(result: T | Refusal): T {
  if (!('code' in result && 'message' in result)) return result as T;
  const code = OWN.has(result.code) ? (result.code as JournalCode) : 'BAD_DRAFT';
  throw new JournalError(code, result.message);
}
