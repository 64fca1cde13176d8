import { fromBase64, toBase64 } from '../base/index.ts';
import { SealError } from './errors.ts';

/**
 * An offline proof that one entry stands in a log (c2sp.org/tlog-proof@v1): index, inclusion path, signed checkpoint.
 * `extra` is not authenticated by the format: it must be bound to the leaf by whoever reads it.
 */
export interface LogProof {
  readonly extra?: Uint8Array;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** a signed note, verbatim */
  readonly checkpoint: string;
}

const HEAD = 'c2sp.org/tlog-proof@v1';
const MAX_PATH = 53; // a tree of 2^53 leaves
const MAX_CHARS = 4 * 1024 * 1024;

export function formatProof(p: LogProof): string {
  const extra = p.extra ? `extra ${toBase64(p.extra)}\n` : '';
  const path = p.path.map((h) => `${toBase64(h)}\n`).join('');
  return `${HEAD}\n${extra}index ${p.index}\n${path}\n${p.checkpoint}`;
}

/** Strict; SealError BAD_PROOF. Nothing is verified here: see verifyInclusion and openNote. */
export function parseProof(text: string): LogProof {
  const gap = text.indexOf('\n\n');
  if (text.length > MAX_CHARS || gap < 0) throw bad('no blank line, or too long');
  const lines = text.slice(0, gap).split('\n');
  if (lines.shift() !== HEAD) throw bad(`the first line is not ${HEAD}`);
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice(6)) : undefined;
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? '')?.[1];
  const path = lines.map((line) => fromBase64(line));
  if (extra === null || index === undefined || !Number.isSafeInteger(Number(index))) throw bad('extra or index line');
  if (path.length > MAX_PATH || !path.every((h) => h?.length === 32)) throw bad('a line of the path is not a hash');
  return {
    ...(extra ? { extra } : {}),
    index: Number(index),
    path: path as Uint8Array[],
    checkpoint: text.slice(gap + 2),
  };
}

function bad(why: string): SealError {
  return new SealError('BAD_PROOF', `not a log proof: ${why}`);
}
