/**
 * "None of these literals can be in this text", said after a look at a fraction of its units (the shift table of Wu and
 * Manber over pairs of units). Keywords are sought in every value of every event and are hardly ever there; most values
 * are done with here, without lower-casing them and without remembering them. May say "perhaps" wrongly, never "no".
 *
 * Pairs are hashed by the low five bits of each unit, which a letter and its capital share. Beyond ASCII two characters
 * become ASCII letters when lower-cased (İ and the Kelvin sign); a text that has one is never ruled out.
 */
export class Skipper {
  private readonly shift: Uint8Array;
  private readonly least: number;

  private constructor(shift: Uint8Array, least: number) {
    this.shift = shift;
    this.least = least;
  }

  /** `words`: lower-cased. null: too short, too many or not ASCII; looking would not pay or not be sound. */
  static over(words: readonly string[]): Skipper | null {
    const least = words.reduce((n, w) => Math.min(n, w.length), LONGEST);
    if (words.length === 0 || least < SHORTEST || words.some((w) => /[^\0-\x7f]/.test(w))) return null;
    const shift = new Uint8Array(1024).fill(least - 1);
    for (const word of words) {
      for (let i = 1; i < least; i++) {
        const pair = hash(word.charCodeAt(i - 1), word.charCodeAt(i));
        shift[pair] = Math.min(shift[pair]!, least - 1 - i);
      }
    }
    const usual = shift.reduce((a, b) => a + b, 0) / shift.length;
    return usual < LEAST_GAIN ? null : new Skipper(shift, least);
  }

  ruledOut(text: string): boolean {
    const { shift } = this;
    let i = this.least - 1;
    while (i < text.length) {
      const step = shift[hash(text.charCodeAt(i - 1), text.charCodeAt(i))]!;
      if (step === 0) return false;
      i += step;
    }
    return !text.includes('\u0130') && !text.includes('\u212a');
  }
}

const SHORTEST = 4;
const LONGEST = 24;
/** units passed over per look, on average over all pairs, below which the automaton is as fast */
const LEAST_GAIN = 2.5;

function hash(a: number, b: number): number {
  return ((a & 31) << 5) | (b & 31);
}
