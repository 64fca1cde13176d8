import { z } from 'zod';

/** How far an object may go (FIRST TLP 2.0), widest first: each level allows less than the one before. */
export const TLP = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
/** What may be done with it (Permissible Actions Protocol), widest first. */
export const PAP = ['clear', 'green', 'amber', 'red'] as const;

/** Stands on every object; what has none is not releasable. The originator is the agency that alone may let it go. */
export const Marking = z.strictObject({
  originator: z.string().min(1).max(200),
  pap: z.enum(PAP),
  tlp: z.enum(TLP),
});
export type Marking = z.infer<typeof Marking>;
