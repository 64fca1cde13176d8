import { type ByteSource, slice } from '../../base/index.ts';
import { LIMITS, READERS, type Reader } from '../../readers/index.ts';

/** The reader that is surest the source is its own; undefined when none knows it. Ties go to the earlier in READERS. */
export function chooseReader(source: ByteSource, readers: readonly Reader[] = READERS): Reader | undefined {
  const head = slice(source, 0, LIMITS.headBytes);
  let best: Reader | undefined;
  let surest = 0;
  for (const reader of readers) {
    const sure = reader.sniff(head, source.size);
    if (sure > surest) {
      surest = sure;
      best = reader;
    }
  }
  return best;
}
