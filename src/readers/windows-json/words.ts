import type { Value } from '../../model/index.ts';
import type { SystemField, WindowsFacts } from '../windows/facts.ts';

/**
 * Exports that print words where the event has numbers. A word stands under `RenderingInfo_X`, as in forwarded events;
 * the number is given only when the word leaves no choice: `Information` may be level 4 or 0, so it gives none.
 */
const LEVELS: Readonly<Record<string, number>> = { critical: 1, error: 2, warning: 3, verbose: 5 };
const AUDIT: Readonly<Record<string, string>> = {
  'audit success': '0x8020000000000000',
  'audit failure': '0x8010000000000000',
};

export function renderedWord(facts: WindowsFacts, field: SystemField, word: Value): void {
  const words = Array.isArray(word) ? word : [word];
  for (const w of words) {
    if (typeof w !== 'string' || w === '') continue;
    if (field === 'Level') facts.set('Level', LEVELS[w.toLowerCase()]);
    if (field === 'Keywords') facts.set('Keywords', AUDIT[w.toLowerCase()]);
    facts.data(`RenderingInfo_${field}`, w);
  }
}
