import { type ByteSource, slice } from '../../base/index.ts';
import { LIMITS, READERS, type Reader } from '../../readers/index.ts';

/**
 * How much of the beginning is looked at when the usual head tells nothing: a first record longer than the head must
 * not hide the log behind it. No record is longer than `lineBytes`, so this head holds the end of one.
 */
const WIDE_HEAD = 2 * LIMITS.lineBytes;
/** Further in, when the beginning is nobody's (one endless line, then a log): windows of a head's length from here on. */
const FURTHER = [LIMITS.headBytes, 2 ** 20, 2 ** 24, 2 ** 28] as const;
/** The least that is a claim and not a guess: the contract's generic fallback. */
const KNOWN = 20;
/** As sure as a reader must be of a window that is not the beginning: structure and names fit (contract.ts). */
const SURE = 60;
/** The most a reader can say (contract.ts). */
const CERTAIN = 100;
const NEWLINE = 0x0a;

/** The reader that is surest the source is its own; undefined when none knows it. Ties go to the earlier in READERS. */
export function chooseReader(source: ByteSource, readers: readonly Reader[] = READERS): Reader | undefined {
  return surest(slice(source, 0, LIMITS.headBytes), source.size, readers, 1) ?? chooseFurther(source, readers);
}

function chooseFurther(source: ByteSource, readers: readonly Reader[]): Reader | undefined {
  if (source.size <= LIMITS.headBytes) return undefined;
  const wide = slice(source, 0, WIDE_HEAD);
  const first = surest(wide, source.size, readers, KNOWN);
  if (first !== undefined) return first;
  for (const from of [...FURTHER, Math.floor(source.size / 2)]) {
    if (from >= source.size) continue;
    const reader = surest(fromNextLine(slice(source, from, 2 * LIMITS.headBytes)), source.size, readers, SURE);
    if (reader !== undefined) return reader;
  }
  // One line to the end of the file, or nearly: the log may be its last lines.
  const tail = slice(source, Math.max(0, source.size - LIMITS.headBytes), LIMITS.headBytes);
  return surest(fromNextLine(tail), source.size, readers, SURE);
}

/** What follows the first end of a line; nothing when there is none. */
function fromNextLine(bytes: Uint8Array): Uint8Array {
  const at = bytes.indexOf(NEWLINE);
  return at < 0 ? new Uint8Array(0) : bytes.subarray(at + 1, at + 1 + LIMITS.headBytes);
}

function surest(head: Uint8Array, size: number, readers: readonly Reader[], least: number): Reader | undefined {
  let best: Reader | undefined;
  let most = least - 1;
  for (const reader of readers) {
    const sure = head.length === 0 ? 0 : reader.sniff(head, size);
    if (sure > most) {
      most = sure;
      best = reader;
    }
    if (most >= CERTAIN) break; // later ones could only be as sure
  }
  return best;
}
