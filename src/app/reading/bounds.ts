import { type Event, firstText } from '../../model/index.ts';

/**
 * What of foreign text a reader process keeps and sends. A frame has a longest size and a process a heap; values made
 * long on purpose must cost themselves only, never the file they stand in. The evidence holds every value whole.
 */

/** Longest host, account, address or log source kept: a DNS name has 253 characters. */
const NAME_CHARS = 256;
/** Longest record number kept. */
export const RECORD_CHARS = 64;
/** Rows are sent before their texts add up to so much. */
export const BATCH_CHARS = 1024 * 1024;
/** A finding's matched values: each cut to the first of these with which all of them stay below BATCH_CHARS. */
const VALUE_CHARS = [32 * 1024, 1024, 64] as const;

/** First usable text among slots, as a name. */
export function nameOf(event: Event, slots: readonly number[]): string {
  return cut(firstText(event, slots), NAME_CHARS);
}

export function cutName(text: string): string {
  return cut(text, NAME_CHARS);
}

/** Through bytes: a slice would keep the long text it is a part of in memory. */
export function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${Buffer.from(text.slice(0, chars - 1)).toString()}…`;
}

/** JSON of matched fields with their values, long texts and arrays cut. */
export function matchedText(matched: unknown): string {
  let text = '';
  for (const most of VALUE_CHARS) {
    text = JSON.stringify(matched, (key, value: unknown) => {
      if (typeof value === 'string') return cut(value, most);
      return Array.isArray(value) && key !== '' ? value.slice(0, most) : value;
    });
    if (text.length <= BATCH_CHARS) break;
  }
  return text;
}

/** Bytes of a text inside a JSON frame. */
export function frameBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** What stands under a foreign name, and not what every object has under it (`constructor`, `__proto__`). */
export function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
