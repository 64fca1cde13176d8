import type { Draft, Occasion } from '../../journal/index.ts';
import type { CaseFile, EntryKind, StationCard } from '../../model/index.ts';
import type { PublicKey, Signer } from '../../seal/index.ts';
import type { CaseLock, IndexStore, JournalShelf } from '../effects/index.ts';

/** A case as the journeys here need it; every effect is handed in. */
export interface CaseWorld {
  readonly file: CaseFile;
  readonly shelf: JournalShelf;
  readonly index: IndexStore;
  lock(): CaseLock;
  /** ms since 1970 */
  now(): number;
  /** 32 fresh random bytes */
  salt(): Uint8Array;
}

/** How far this station's keys have signed each journal, kept outside the case: a restored backup must not be signed on. */
export interface Marks {
  get(journal: string): { readonly size: number; readonly tip: string } | undefined;
  set(journal: string, mark: { readonly size: number; readonly tip: string }): void;
}

/** A station with its keys open. */
export interface Station {
  readonly card: StationCard;
  readonly signer: Signer;
  /** earlier keys: they may still have to name the present one in a journal */
  readonly retired: readonly Signer[];
  readonly recovery: PublicKey | null;
  readonly marks: Marks;
}

/** Who writes, when, how marked: what all entries of one command share. */
export type Hand = () => Omit<Occasion, 'refs'>;

/** An entry to be written; author, time and marking come from the hand. */
export type Saying<K extends EntryKind = EntryKind> = {
  [P in K]: Pick<Draft<P>, 'kind' | 'payload'> & { readonly refs?: NonNullable<Occasion['refs']> };
}[K];
