import { z } from 'zod';

/**
 * The mapping file: what a user says about a CSV or JSON log no reader knows. Documented with an example in
 * docs/mapping.md; a test reads the example there.
 */
const Names = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1).max(20)])
  .transform((v) => (typeof v === 'string' ? [v] : v));
const Word = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, 'lower-case letters, digits, dot, dash, underscore');

export const Mapping = z.strictObject({
  /** csv: rows under a header; json: objects in any layout */
  format: z.enum(['csv', 'json']),
  /** csv only; found by itself when absent */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  /** csv only: names of the columns, for files without a header row */
  columns: z.array(z.string().min(1)).min(2).max(2048).optional(),
  /** what rules this log is for, in Sigma's words */
  product: Word.optional(),
  service: Word.optional(),
  category: Word.optional(),
  /** name in reports and of the lake's partition; made of product and service when absent */
  stream: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .optional(),
  time: z.strictObject({
    /** the field; or several that together are the time (a date and a clock), joined by a space */
    field: Names,
    /** `iso`, `epoch` (unit by size), or a pattern such as `dd.MM.yyyy HH:mm:ss` */
    format: z.string().min(1).max(64).default('iso'),
    /** `UTC`, `+02:00`, or a name such as `Europe/Prague`, for times that name no zone */
    zone: z.string().min(1).max(64).optional(),
  }),
  /** the source's own record id */
  record: z.string().min(1).optional(),
  host: Names.optional(),
  user: Names.optional(),
  address: Names.optional(),
  /** field name in the log → name in the event; several may be given the same new name: the first with a value counts */
  rename: z.record(z.string().min(1), z.string().min(1)).optional(),
});
export type Mapping = z.infer<typeof Mapping>;
