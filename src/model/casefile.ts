import { z } from 'zod';

/** case.json: what a case folder is. The journals are the case itself; this only names it. */
export const CaseFile = z.strictObject({
  format: z.literal('czernin-case/1'),
  /** 32 lower-case hex digits, drawn when the case was made; journals bind it, so that they cannot be carried into another case */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  title: z.string().min(1).max(200),
  /** stands at the head of every screen and page of the case: that it is an exercise and invented */
  notice: z.string().min(1).max(300).optional(),
});
export type CaseFile = z.infer<typeof CaseFile>;
