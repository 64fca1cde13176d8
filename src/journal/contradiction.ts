import type { Payload } from '../model/index.ts';
import {
  noteKey,
  openNote,
  type PublicKey,
  parseCheckpoint,
  parseNote,
  SealError,
  SIGNATURE_TYPE,
} from '../seal/index.ts';
import type { Draft, Occasion } from './append.ts';
import type { JournalCopy, KeySpan } from './copy.ts';
import { entryMessage, originOf } from './formulas.ts';
import { DEGREE, type Opened, readLine } from './line.ts';
import { signerOf } from './state.ts';

/** Two statements under the same agency's key that cannot both be true, with what proves it to anybody. */
export interface Contradiction {
  readonly code: 'FORK' | 'REWRITTEN_PAST' | 'SPLIT_VIEW';
  readonly journal: string;
  /** first index in which branches differ, or the size at which checkpoints disagree */
  readonly size: number;
  /** what disagrees: entry ids, or roots in hex; sorted */
  readonly about: readonly string[];
  /** signed headers or checkpoint notes, verbatim */
  readonly exhibits: readonly string[];
}

/** One name for one contradiction, however it is proved. */
export function contradictionName({ journal, code, size, about }: Contradiction): string {
  return [journal, code, size, ...about].join(' ');
}

/** The entry that shows a contradiction to everyone who reads this journal. */
export function contradictionDraft(c: Contradiction, occasion: Occasion): Draft<'contradiction-found'> {
  const { journal, code, size, exhibits } = c;
  return { ...occasion, kind: 'contradiction-found', payload: { journal, code, size, exhibits: [...exhibits] } };
}

/**
 * Judges what another station reports: null unless the exhibits prove it under keys of the journal itself, as our own copy
 * names them. One who only claims a contradiction changes nothing.
 */
export function provedContradiction(
  report: Payload<'contradiction-found'>,
  branches: readonly JournalCopy[],
): Contradiction | null {
  const { journal, code, size, exhibits } = report;
  const spans = branches.flatMap((b) => b.keys);
  const read = exhibits.map((text) => (code === 'FORK' ? signedEntry : signedRoot)(text, journal, size, spans));
  if (read.some((r) => r === null)) return null;
  const about = [...new Set(read as string[])].sort();
  const alone = code === 'REWRITTEN_PAST' && about.length === 1;
  const disputed = alone && branches.some((b) => b.size >= size && b.root(size) !== about[0]);
  if (about.length < 2 && !disputed) return null;
  return { code, journal, size, about: code === 'REWRITTEN_PAST' ? [read[0]!] : about, exhibits };
}

/** The id of a signed header at this place of the journal, or null. */
function signedEntry(text: string, journal: string, index: number, spans: readonly KeySpan[]): string | null {
  const entry = readLine(Buffer.from(text));
  if ('code' in entry || entry.degree === DEGREE.hash) return null;
  const { header, headerText, signature, id } = entry;
  if (header.journal !== journal || header.index !== index) return null;
  const keys = header.kind === 'key-recovered' ? spans.flatMap((s) => promisedKey(s, entry)) : keysOf(spans);
  return keys.some((k) => k.verify(entryMessage(headerText), signature)) ? id : null;
}

/** The recovery key an entry shows, if it is the one that was promised. */
function promisedKey(span: KeySpan, entry: Opened): PublicKey[] {
  const signer = signerOf(span, entry);
  return 'code' in signer ? [] : [signer];
}

function keysOf(spans: readonly KeySpan[]): PublicKey[] {
  return spans.flatMap((s) => s.key ?? []);
}

/** The root (hex) of a checkpoint of this size that one of the keys signed, or null. */
function signedRoot(text: string, journal: string, size: number, spans: readonly KeySpan[]): string | null {
  const origin = originOf(journal);
  try {
    const note = parseNote(text);
    const checkpoint = parseCheckpoint(note.text);
    if (checkpoint.origin !== origin || checkpoint.size !== size) return null;
    openNote(
      note,
      keysOf(spans).map((k) => noteKey(origin, SIGNATURE_TYPE.ed25519, k)),
    );
    return Buffer.from(checkpoint.root).toString('hex');
  } catch (e) {
    if (e instanceof SealError) return null;
    throw e;
  }
}
