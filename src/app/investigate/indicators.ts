import type { Finding, Indicator } from '../../model/index.ts';
import type { ValueIndex } from '../effects/index.ts';
import { sweep } from '../sweep/index.ts';

/** Findings of known indicators over the sealed lake; the same that `sweep` tells. */
export async function findIndicators(
  indicators: readonly Indicator[],
  program: string,
  open: () => Promise<ValueIndex>,
  progress: (phase: string) => void,
): Promise<readonly Finding[]> {
  if (indicators.length === 0) return [];
  progress('sweeping indicators');
  const index = await open();
  try {
    const fx = { index, progress: (phase: string, done: number, all: number) => progress(`${phase} ${done}/${all}`) };
    return (await sweep({ indicators, faults: {}, notices: {}, program }, fx)).findings;
  } finally {
    await index.close();
  }
}
