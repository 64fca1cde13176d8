import type { GlobPart } from '../../rules/index.ts';

/**
 * A glob made ready: runs between stars, the first and last tied to the ends, those between sought leftmost, which is
 * never worse than any later place. Time: text × longest run at most. Slow twin: scalar.ts.
 */
export type Glob = (text: string) => boolean;

/** Literal text (already folded as wanted) or a number of `?`. */
type Piece = string | number;

export function compileGlob(parts: readonly GlobPart[], fold: (text: string) => string): Glob {
  const runs: Piece[][] = [[]];
  for (const part of parts) {
    if (part.$ === 'any') runs.push([]);
    else runs.at(-1)!.push(part.$ === 'one' ? 1 : fold(part.text));
  }
  const lengths = runs.map((run) => run.reduce<number>((n, p) => n + (typeof p === 'string' ? p.length : p), 0));
  const first = runs[0]!;
  const last = runs.at(-1)!;
  const lastLength = lengths.at(-1)!;
  if (runs.length === 1) return (text) => text.length === lastLength && fits(first, text, 0);
  const least = lengths.reduce((a, b) => a + b, 0);
  return (text) => {
    const end = text.length - lastLength;
    if (text.length < least || !fits(first, text, 0) || !fits(last, text, end)) return false;
    let at = lengths[0]!;
    for (let i = 1; i < runs.length - 1; i++) {
      const found = seek(runs[i]!, lengths[i]!, text, at, end);
      if (found < 0) return false;
      at = found + lengths[i]!;
    }
    return at <= end;
  };
}

function fits(run: readonly Piece[], text: string, at: number): boolean {
  for (const piece of run) {
    if (typeof piece === 'number') at += piece;
    else if (text.startsWith(piece, at)) at += piece.length;
    else return false;
  }
  return true;
}

/** Leftmost place from `at` where the run fits before `end`; -1: none. */
function seek(run: readonly Piece[], length: number, text: string, at: number, end: number): number {
  const head = run[0];
  for (let p = at; p + length <= end; p++) {
    if (typeof head === 'string') {
      p = text.indexOf(head, p);
      if (p < 0 || p + length > end) return -1;
    }
    if (fits(run, text, p)) return p;
  }
  return -1;
}

/** The longest literal piece: must occur in every text that fits; '' when the glob has none. */
export function longestPiece(parts: readonly GlobPart[]): string {
  let longest = '';
  for (const part of parts) if (part.$ === 'text' && part.text.length > longest.length) longest = part.text;
  return longest;
}
