/**
 * An Event is one record of Evidence, normalised, with its address. Readers make them; everything above consumes them.
 *
 * What many events have in common is kept once, in their Shape (law of speed: work is done once per distinct thing).
 * A reader interns Shapes: two events of the same log source with the same fields share one Shape *object*, so that a
 * consumer can prepare its work per Shape and then touch only slots.
 */

/** A field's value as the evidence had it. 64-bit integers beyond 2^53 are decimal strings; hex integers stay `0x…`. */
export type Value = string | number | boolean | null | readonly Value[];

/** What kind of log an event comes from, in the words of the Sigma taxonomy where it has one. */
export interface LogSource {
  /** windows, linux, m365, azure, zeek, … */
  readonly product?: string;
  /** security, sysmon, conn, signinlogs, sshd, … */
  readonly service?: string;
  /** webserver, proxy, dns, … when the log itself is of one category; per-event categories are the rules' business */
  readonly category?: string;
  /** Windows only: as written in the record */
  readonly channel?: string;
  readonly provider?: string;
  readonly eventId?: number;
}

export interface Shape {
  readonly source: LogSource;
  /**
   * Name of the lake partition and of the source in reports: lower case, `[a-z0-9-]`, at most 64 characters:
   * `windows-security`, `windows-sysmon`, `zeek-conn`, `m365-audit`, `linux-sshd`, `web-iis`, …
   */
  readonly stream: string;
  /** Field names in slot order; unique. Windows: Sigma's names (`EventID`, `Channel`, `Provider_Name`, `Computer`, EventData by Name). */
  readonly fields: readonly string[];
  /** Slots to try in order for the common attributes; the first present, non-empty, non-`-` value counts. */
  readonly host: readonly number[];
  readonly user: readonly number[];
  /** source network address */
  readonly address: readonly number[];
}

/** Bits of Event.flags. */
export const EventFlag = {
  /** taken from a damaged, deleted or unreferenced place: evidence of lower weight */
  recovered: 1,
  /** the record's time named no zone; the source's assumed zone was used */
  zoneAssumed: 2,
  /** the time carries no year; it was inferred */
  yearAssumed: 4,
  /** some field was cut at a limit or could not be decoded; the record's bytes are whole in the evidence */
  partial: 8,
  /** the source itself says it is incomplete (for example throttled mailbox audit): counts are lower bounds */
  lowerBound: 16,
} as const;

export interface Event {
  readonly shape: Shape;
  /** Byte offset of the record's first byte in the Evidence. `<sha256>@<offset>` is the event's address. */
  readonly offset: number;
  /** The source's own record id, or the 1-based line or row number. Beyond 2^53: decimal string. */
  readonly record: number | string;
  /** When it happened: see base/time Instant. */
  readonly ms: number;
  readonly ns: number;
  readonly flags: number;
  /** The value in a slot of `shape.fields`, decoded on first asking; undefined: this event has no such field. */
  value(slot: number): Value | undefined;
}

/** The value of a field by name (slow twin of slot access). */
export function fieldOf(event: Event, name: string): Value | undefined {
  const slot = event.shape.fields.indexOf(name);
  return slot < 0 ? undefined : event.value(slot);
}

/** All present fields as a plain object, in slot order. */
export function fieldsOf(event: Event): Record<string, Value> {
  const out: Record<string, Value> = {};
  event.shape.fields.forEach((name, slot) => {
    const v = event.value(slot);
    if (v === undefined) return;
    // The adversary names fields too: assigned, this one would be the object's prototype.
    if (name === '__proto__') Object.defineProperty(out, name, { value: v, enumerable: true });
    else out[name] = v;
  });
  return out;
}

/** First usable text among slots (host, user, address of a Shape); '' when there is none. */
export function firstText(event: Event, slots: readonly number[]): string {
  for (const slot of slots) {
    const v = event.value(slot);
    if (typeof v === 'string' && v !== '' && v !== '-') return v;
    if (typeof v === 'number') return String(v);
  }
  return '';
}

/** Address of an event in a case: evidence digest and byte offset. */
export function eventAddress(evidence: string, offset: number): string {
  return `${evidence}@${offset}`;
}
