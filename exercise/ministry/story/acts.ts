import type { Act, Phase } from '../truth.ts';

/** Acts of one chapter: what own rules see, and what none of them sees, with the reason. */
export function actsOf(phase: Phase) {
  return {
    seen: (told: Omit<Act, 'phase'>): Act => ({ phase, ...told }),
    hidden: (what: string, technique: string, invisible: string): Act => ({
      phase,
      what,
      technique,
      rules: [],
      invisible,
    }),
  };
}
