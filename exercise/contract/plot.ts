/** What somebody other than routine does, and what is told of it. */

import type { Verbs } from './verbs.ts';
import type { Channel, Family, Host, Span, World } from './world.ts';

/**
 * The deed a record shows. `party`: 'intruder', 'second-actor' or the name of an innocent look-alike. Everything beyond
 * is carried through unread.
 */
export interface Act {
  readonly party: string;
  readonly phase: string;
  readonly what: string;
  /** ATT&CK technique */
  readonly technique?: string;
  readonly victims?: {
    readonly accounts?: readonly string[];
    readonly hosts?: readonly string[];
    readonly mailboxes?: readonly string[];
  };
  /** the victims were used, not only tried */
  readonly misuse?: boolean;
  /** what the party came from and brought along: exits and servers, names, clients */
  readonly used?: {
    readonly addresses?: readonly string[];
    readonly domains?: readonly string[];
    readonly clients?: readonly string[];
  };
}

/** A stretch a log says nothing of. */
export interface Silence extends Span {
  /** `HOST/channel`, or a host's name for all its channels */
  readonly log: string;
  /**
   * stopped: nothing was written. cleared, cut: it was written and is gone, its EventRecordIDs are missing.
   * cut loses only so many records (`count`): those before `to`.
   */
  readonly kind: 'stopped' | 'cleared' | 'cut';
  readonly why: string;
  readonly count?: number;
  /** who did it, when somebody did */
  readonly act?: Act;
}

/** A plot is made before the first day and asked once for every day of the span, in order. */
export interface Plot {
  readonly name: string;
  /** hosts whose logs were taken because of it, besides those the world collected */
  readonly collect?: readonly Host[];
  readonly silences?: readonly Silence[];
  /** background leaves out what this person does on such a day */
  absent?(person: string, day: number): boolean;
  /**
   * What happens from `day` (UTC midnight) on for 24 hours, in any order. A happening may write records after its own
   * day (a session ends tomorrow): logs hold them until their day. It must not write before it.
   */
  day(day: number, verbs: Verbs): void;
}

/** Made once a run, with the finished world. */
export type PlotMaker = (world: World) => Plot;

/** The record's own facts: whom and which machine the line shows, and from where. */
export interface Facts {
  readonly account?: string | undefined;
  readonly host?: string | undefined;
  readonly address?: string | undefined;
  readonly mailbox?: string | undefined;
}

/** A record that shows an act. */
export interface Planted extends Facts {
  readonly act: Act;
  /** true time; what the record says may be a wrong clock's */
  readonly ms: number;
  /** as intake names it: `logs/…`, a compressed one `logs/x.log.gz!x.log` */
  readonly file: string;
  /** as its reader numbers it: EventRecordID, line, or the record's own id */
  readonly record: number | string;
  readonly log: string;
  readonly family: Family;
}

/** An act that left no record, or whose record is gone. */
export interface Unlogged extends Facts {
  readonly act: Act;
  readonly ms: number;
  readonly log: string;
  readonly family: Family;
  readonly reason: string;
}

export interface FileTold {
  readonly path: string;
  readonly log: string;
  readonly family: Family;
  readonly host: string;
  readonly channel: Channel;
  /** the reader meant for it */
  readonly format: string;
  readonly records: number;
  /** as the records say, null when there are none */
  readonly first: number | null;
  readonly last: number | null;
  /** codes of faults that belong to it */
  readonly faults: readonly string[];
  readonly note: string;
}

export interface SourceTold extends Span {
  readonly log: string;
  readonly family: Family;
  readonly host: string;
  readonly channel: Channel;
  readonly skewMs: number;
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly why: string }[];
}

/** Where the generator tells what is true, while it writes: planted and unlogged day by day, files when they close. */
export interface Telling {
  planted(record: Planted): void;
  unlogged(act: Unlogged): void;
  file(file: FileTold): void;
  source(source: SourceTold): void;
}
