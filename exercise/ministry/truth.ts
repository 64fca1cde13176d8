/**
 * What was planted, and who should see it. Every record the intruder left is named by file and record, as the reader
 * of that file numbers it; what left no record is named too, with the reason.
 */

/** One thing the intruder did that a log may show. */
export interface Act {
  readonly phase: Phase;
  readonly what: string;
  /** ATT&CK technique */
  readonly technique: string;
  /** own rules that see this record, alone or in a correlation: paths below content/rules */
  readonly rules: readonly string[];
  /** ids of public SigmaHQ rules that see this record */
  readonly sigma?: readonly string[];
  /** why no own rule sees it, when `rules` is empty */
  readonly invisible?: string;
}

export const PHASES = {
  entry: 'Passwords tried over home routers, then a VPN log-in',
  server: 'Exchange server taken over, mailbox exported',
  foothold: 'Ways back in, named like updaters',
  spread: 'From the mail server to the domain controller',
  reading: 'Mail read, month after month',
  hiding: 'Logs cleared, audit weakened, a sensor silenced',
  return: 'Back after the eviction',
} as const;
export type Phase = keyof typeof PHASES;

export interface Planted extends Act {
  /** `P0001`, in order of time */
  readonly id: string;
  /** RFC 3339, UTC, milliseconds */
  readonly time: string;
  /** path of the file; for a member of an archive `archive/path!member/path` */
  readonly file: string;
  readonly record: number | string;
}

export interface Unlogged extends Pick<Act, 'phase' | 'what' | 'technique'> {
  readonly time: string;
  readonly reason: string;
}

export interface Truth {
  readonly notice: string;
  readonly seed: number;
  /** when the intruder really began, before any log */
  readonly trueStart: string;
  readonly eviction: string;
  readonly phases: typeof PHASES;
  readonly planted: readonly Planted[];
  readonly unlogged: readonly Unlogged[];
  /** every file: the reader meant for it (null: none knows it), its faults and why it is there */
  readonly files: readonly FileTruth[];
}

export interface FileTruth {
  readonly path: string;
  readonly format: string | null;
  readonly records: number;
  /** fault codes put there on purpose */
  readonly faults: readonly string[];
  readonly note: string;
}
