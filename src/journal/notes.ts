import { toHex } from '../base/index.ts';
import {
  noteKey,
  openNote,
  type PublicKey,
  parseCheckpoint,
  parseNote,
  SealError,
  SIGNATURE_TYPE,
} from '../seal/index.ts';
import type { ProblemList } from './chain.ts';
import { type KeySpan, keyAt, type SignedCheckpoint } from './copy.ts';
import { originOf } from './formulas.ts';
import { type Refusal, refusal } from './line.ts';

/** Reads checkpoints.notes: signed notes end to end. Attacker-controlled; a note is small and their number bounded. */
const MAX_NOTES = 1_000_000;

interface Found {
  readonly checkpoint: SignedCheckpoint;
  readonly line: number;
  readonly offset: number;
}

/** Whose checkpoints are read: the journal, its keys over time, and the size up to which these keys are known. */
interface Owner {
  readonly journal: string;
  readonly keys: readonly KeySpan[];
  /** entries that are here */
  readonly size: number;
  readonly knownTo: number;
}

/** Every checkpoint in the file that this journal's own key signed, in order; the rest are problems. */
export function readCheckpoints(bytes: Uint8Array, owner: Owner, problems: ProblemList): Found[] {
  // Where the bytes are no UTF-8 a replacement stands, and the note it falls into cannot be one of ours: all ASCII but dashes.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const out: Found[] = [];
  let line = 1;
  let offset = 0;
  for (const note of notesIn(text)) {
    if (out.length >= MAX_NOTES) {
      problems.add(refusal('TOO_MANY_CHECKPOINTS', `more than ${MAX_NOTES}`), 'checkpoints', line, offset, null);
      break;
    }
    const read = readOne(note, owner);
    if (read && 'code' in read) problems.add(read, 'checkpoints', line, offset, null);
    else if (read) out.push({ checkpoint: read, line, offset });
    line += note.split('\n').length - 1;
    offset += Buffer.byteLength(note);
  }
  return out;
}

/** A note ends after its signature lines: where a line begins with an em dash and the next does not. */
function* notesIn(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    let end = text.indexOf('\n— ', from);
    if (end < 0) return yield text.slice(from);
    do end = text.indexOf('\n', end + 1);
    while (end >= 0 && text.startsWith('— ', end + 1));
    const to = end < 0 ? text.length : end + 1;
    yield text.slice(from, to);
    from = to;
  }
}

/** null: beyond the entries that hold, where a new key may have signed that we do not know. */
function readOne(text: string, { journal, keys, knownTo, size: held }: Owner): SignedCheckpoint | Refusal | null {
  const origin = originOf(journal);
  try {
    const note = parseNote(text);
    const { size, root, origin: named } = parseCheckpoint(note.text);
    if (named !== origin) return refusal('WRONG_ORIGIN', 'a checkpoint of another journal');
    if (note.signatures.length !== 1) {
      return refusal('CHECKPOINT_LINES', "a journal's own checkpoint bears its own signature and no other");
    }
    if (size > knownTo) return null;
    const key: PublicKey | null = keyAt(keys, size);
    if (!key) return refusal('CHECKPOINT_SIGNATURE', `no key of the journal signs at size ${size}`);
    const own = noteKey(origin, SIGNATURE_TYPE.ed25519, key);
    const [line] = note.signatures;
    if (size > held && line?.name === own.name && line.keyId !== own.keyId) {
      return refusal('CHECKPOINT_BEYOND', `signed at size ${size} by a key that entries not here must have named`);
    }
    openNote(note, [own]);
    return { size, root: toHex(root), note: text };
  } catch (e) {
    if (!(e instanceof SealError)) throw e;
    switch (e.code) {
      case 'BAD_CHECKPOINT':
        return refusal('BAD_CHECKPOINT', e.message);
      case 'NOTE_SIGNATURE':
      case 'NOTE_UNSIGNED':
        return refusal('CHECKPOINT_SIGNATURE', "not signed by the journal's key at that size");
      default:
        return refusal('BAD_NOTE', e.message);
    }
  }
}
