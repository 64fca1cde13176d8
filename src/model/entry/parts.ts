import { z } from 'zod';
import { Digest } from '../evidence.ts';

/** The small words entries are made of. Limits stand here: a journal may come from anybody. */

/** RFC 6962 leaf hash of an entry's signed header: its name everywhere. */
export const EntryId = Digest;
export const JournalId = Digest;
export const CaseId = z.string().regex(/^[0-9a-f]{32}$/);
export const FindingId = z.string().regex(/^[0-9a-f]{32}$/);
export const EventAddress = z.string().regex(/^[0-9a-f]{64}@(0|[1-9][0-9]{0,15})$/);

/** RFC 3339 in UTC with exactly milliseconds: one text for one time, so that texts sort as times do. */
export const Moment = z.string().refine(isMoment, 'not a UTC time with milliseconds, or no such date');

function isMoment(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ$/.test(text)) return false;
  // Date.parse carries 30 February and 24:00 over into the next day: the day must come back as it was written
  return new Date(Date.parse(text)).getUTCDate() === Number(text.slice(8, 10));
}

/** A calendar day, for reviews and publications. */
export const Day = z.iso.date();

/** One line for people: a name, a title. */
export const Line = z.string().min(1).max(500);
/** Why, where it must stay short because the entry may have to be shown whole as an exhibit. */
export const Reason = z.string().min(1).max(2000);
/** What somebody wrote. */
export const Text = z.string().min(1).max(100_000);
export const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** base64 of 32 and of 64 bytes; that they are canonical and a good key is the seal's to say. */
export const Base64Of32 = z.string().regex(/^[A-Za-z0-9+/]{43}=$/);
export const Base64Of64 = z.string().regex(/^[A-Za-z0-9+/]{86}==$/);
/** an age recipient (`age1…`, post-quantum ones are long) */
export const Recipient = z.string().regex(/^age1[0-9a-z]{10,4000}$/);

/** Sorted by UTF-16 code units, each once: so that one set has one text. */
export function sortedSet<T extends z.ZodType<string>>(item: T, max: number) {
  return z
    .array(item)
    .max(max)
    .refine((all) => all.every((x, i) => i === 0 || all[i - 1]! < x), 'not sorted, or one stands twice');
}
