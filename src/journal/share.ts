import { fromBase64, fromHex, quote, toBase64, toHex } from '../base/index.ts';
import { type EntryHeader, KEY_KINDS, type Payload } from '../model/index.ts';
import {
  cosign,
  cosignatureTime,
  formatProof,
  noteKey,
  openNote,
  type PublicKey,
  parseCheckpoint,
  parseNote,
  parseProof,
  SealError,
  SIGNATURE_TYPE,
  type Signer,
  verifyInclusion,
} from '../seal/index.ts';
import type { Draft, Occasion } from './append.ts';
import type { JournalCopy } from './copy.ts';
import { JournalError } from './errors.ts';
import { cosignerName, entryMessage, originOf, payloadDigest } from './formulas.ts';
import { DEGREE, type Degree, hashLine, headerLineOf, type Opened, readLine } from './line.ts';
import { type Journal, stands } from './merge.ts';
import type { JournalFiles } from './verify.ts';

/** Passing on: a part of a journal, one entry with its proof, or a signed word that another's state was seen. */

/**
 * The files of a journal for somebody who may not see all of it. `decide` says how much of each entry goes; nothing can
 * be raised, keys always go whole. What is withheld stays counted, and a checkpoint proves that nothing else is missing:
 * NOT_COVERED when hashes stand after the last checkpoint.
 */
export function withhold(
  journal: Journal,
  decide: (entry: { readonly index: number; readonly id: string; readonly header: EntryHeader | undefined }) => Degree,
): JournalFiles {
  const [copy] = journal.branches;
  const checkpoints = journal.checkpoints.filter((c) => stands(c, copy));
  const covered = checkpoints.at(-1)?.size ?? 0;
  const lines: string[] = [];
  for (const { index, id, header, degree } of copy.entries()) {
    const wanted = header && KEY_KINDS.has(header.kind) ? DEGREE.full : decide({ index, id, header });
    const given = Math.min(wanted, degree);
    if (given === DEGREE.hash && index >= covered) {
      throw new JournalError(
        'NOT_COVERED',
        `entry ${index} can be withheld whole only under a checkpoint; make one first`,
      );
    }
    const line = Buffer.from(copy.line(index)).toString();
    if (given === degree) lines.push(line);
    else lines.push(given === DEGREE.hash ? hashLine(id) : headerLineOf(line));
  }
  return {
    entries: Buffer.from(lines.map((l) => `${l}\n`).join('')),
    checkpoints: Buffer.from(checkpoints.map((c) => c.note).join('')),
  };
}

/** The proof that entry `index` stands in the journal, as a c2sp.org/tlog-proof text whose `extra` is the entry's line. */
export function proveEntry(journal: Journal, index: number, degree: Degree = DEGREE.full): string {
  const [copy] = journal.branches;
  const covering = journal.checkpoints.filter((c) => stands(c, copy)).at(-1);
  if (!covering || covering.size <= index) throw new JournalError('NOT_COVERED', `no checkpoint covers entry ${index}`);
  if (copy.degree(index) === DEGREE.hash)
    throw new JournalError('OUT_OF_RANGE', `entry ${index} is held only as a hash`);
  const line = Buffer.from(copy.line(index)).toString();
  const given = degree === DEGREE.full || copy.degree(index) !== DEGREE.full ? line : headerLineOf(line);
  const path = copy.tree.inclusionProof(index, covering.size);
  return formatProof({ extra: Buffer.from(given), index, path, checkpoint: covering.note });
}

export type ProofCode = 'BAD_PROOF' | 'BAD_ENTRY' | 'WRONG_ENTRY' | 'BAD_CHECKPOINT' | 'NOT_INCLUDED' | 'BAD_SIGNATURE';
export type ProofVerdict =
  | { readonly ok: true; readonly entry: Opened; readonly size: number; readonly cosigners: readonly string[] }
  | { readonly ok: false; readonly code: ProofCode; readonly message: string };

/**
 * Judges a proof text against the agency's key, which the reader must have from elsewhere. `witnesses` are keys whose
 * cosignatures count. `entryKey` when the entry was signed by an earlier key than the checkpoint's.
 */
export function verifyProof(
  text: string,
  key: PublicKey,
  witnesses: readonly PublicKey[] = [],
  entryKey: PublicKey = key,
): ProofVerdict {
  const no = (code: ProofCode, message: string): ProofVerdict => ({ ok: false, code, message });
  try {
    const proof = parseProof(text);
    const entry = readLine(proof.extra ?? new Uint8Array());
    if ('code' in entry) return no('BAD_ENTRY', entry.message);
    if (entry.degree === DEGREE.hash) return no('BAD_ENTRY', 'the proof carries no entry');
    const { header } = entry;
    if (header.index !== proof.index) return no('WRONG_ENTRY', 'the entry has another index than the proof');
    if (entry.salt && payloadDigest(entry.salt, entry.payloadText!) !== header.digest) {
      return no('WRONG_ENTRY', 'the payload is not the one the header was signed for');
    }
    const note = parseNote(proof.checkpoint);
    const { origin, size, root } = parseCheckpoint(note.text);
    if (origin !== originOf(header.journal)) return no('BAD_CHECKPOINT', 'the checkpoint is of another journal');
    const log = noteKey(origin, SIGNATURE_TYPE.ed25519, key);
    const known = witnesses.map((w) => noteKey(cosignerName(w), SIGNATURE_TYPE.cosignatureEd25519, w));
    const { verified } = openNote(note, [log, ...known]);
    if (!verified.some((v) => v.key === log)) return no('BAD_CHECKPOINT', 'the journal has not signed the checkpoint');
    if (!verifyInclusion(fromHex(entry.id)!, proof.index, size, proof.path, root)) {
      return no('NOT_INCLUDED', 'the path does not lead from the entry to the root of the checkpoint');
    }
    if (!entryKey.verify(entryMessage(entry.headerText), entry.signature)) {
      return no('BAD_SIGNATURE', "the entry's own signature does not hold");
    }
    return { ok: true, entry, size, cosigners: verified.filter((v) => v.key !== log).map((v) => v.key.name) };
  } catch (e) {
    if (!(e instanceof SealError)) throw e;
    return no(e.code === 'BAD_PROOF' ? 'BAD_PROOF' : 'BAD_CHECKPOINT', `${e.code}: ${quote(e.message, 200)}`);
  }
}

/**
 * The entry by which a station puts on record how far it has seen another's journal: cosigned when a checkpoint fits,
 * with the stretches it was not given. Its author time is when the station learned of those entries.
 */
export function seenDraft(journal: Journal, occasion: Occasion, signer: Signer): Draft<'checkpoint-seen'> {
  const [copy] = journal.branches;
  // a cosignature says that nothing seen before contradicts this state: a journal that contradicts itself gets none
  const honest = journal.contradictions.length === 0;
  const fitting = honest ? journal.checkpoints.find((c) => c.size === copy.size && stands(c, copy)) : undefined;
  const seconds = Math.floor(Date.parse(occasion.time.at) / 1000);
  const note = fitting ? cosign(parseNote(fitting.note), cosignerName(signer.publicKey), signer, seconds) : undefined;
  const payload: Payload<'checkpoint-seen'> = {
    journal: journal.id,
    size: copy.size,
    root: toBase64(copy.tree.root(copy.size)),
    ...(note === undefined ? {} : { note }),
    withheld: bounded(withheldStretches(copy)),
  };
  return { ...occasion, kind: 'checkpoint-seen', payload };
}

const MAX_STRETCHES = 10_000;

/** Beyond what an entry can list the rest is one stretch: rather too little known than too much. */
function bounded(stretches: [number, number][]): [number, number][] {
  if (stretches.length <= MAX_STRETCHES) return stretches;
  const kept = stretches.slice(0, MAX_STRETCHES);
  kept.at(-1)![1] = stretches.at(-1)![1];
  return kept;
}

/** Stretches [from, to) of a copy without payload. */
export function withheldStretches(copy: JournalCopy): [number, number][] {
  const out: [number, number][] = [];
  for (let i = 0; i < copy.size; i++) {
    if (copy.degree(i) === DEGREE.full) continue;
    const last = out.at(-1);
    if (last && last[1] === i) last[1] = i + 1;
    else out.push([i, i + 1]);
  }
  return out;
}

/** Whether a cosignature in a `checkpoint-seen` note holds: by whom, and when (seconds since 1970). */
export function readCosignature(
  noteText: string,
  key: PublicKey,
): { readonly size: number; readonly seconds: number } | null {
  try {
    const note = parseNote(noteText);
    const name = cosignerName(key);
    const { verified } = openNote(note, [noteKey(name, SIGNATURE_TYPE.cosignatureEd25519, key)]);
    const seconds = cosignatureTime(verified[0]!.signature.bytes)!; // its shape was checked with the signature
    return { size: parseCheckpoint(note.text).size, seconds };
  } catch (e) {
    if (e instanceof SealError) return null;
    throw e;
  }
}

/** A base64 root as the hex the tree speaks; null when it is none. */
export function rootHex(base64: string): string | null {
  const bytes = fromBase64(base64);
  return bytes?.length === 32 ? toHex(bytes) : null;
}
