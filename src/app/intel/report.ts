import type { ImportRecord, KnowledgeFormat } from '../effects/index.ts';

/** What became of a file: nothing is lost without being counted here. */
export interface ImportReport {
  readonly name: string;
  readonly digest: string;
  readonly size: number;
  readonly kind: KnowledgeFormat;
  /** when the same bytes were taken in before; then nothing was done now */
  readonly knownSince: string | null;
  /** objects, clusters, events or lines in the file, by type */
  readonly read: Readonly<Record<string, number>>;
  readonly new: { readonly objects: number; readonly claims: number; readonly indicators: number };
  /** objects that were there already, with the same content */
  readonly known: number;
  /** kept as they came, but nothing was made of them */
  readonly notUnderstood: Readonly<Record<string, number>>;
  /** SHOULD rules not followed, by code: taken all the same */
  readonly warnings: Readonly<Record<string, number>>;
  /** kept, but somebody should look: another content under a known version, a version by somebody else … */
  readonly conflicts: readonly Refusal[];
  readonly refused: readonly Refusal[];
  /** refusals and conflicts beyond those listed, by code, all of them */
  readonly counts: Readonly<Record<string, number>>;
}

export interface Refusal {
  readonly code: string;
  /** id of the object, or its place in the file: `objects[12] at byte 3417` */
  readonly at: string;
  readonly message: string;
}

/** Refusals listed one by one; all are counted. */
const LISTED = 1000;

/** Counts while a file is read. */
export class Tally {
  readonly read = new Map<string, number>();
  readonly notUnderstood = new Map<string, number>();
  readonly warnings = new Map<string, number>();
  readonly counts = new Map<string, number>();
  readonly refused: Refusal[] = [];
  readonly conflicts: Refusal[] = [];
  objects = 0;
  claims = 0;
  indicators = 0;
  known = 0;

  static add(to: Map<string, number>, key: string, n = 1): void {
    // a hostile file may have any number of types: beyond this they are told together
    const name = to.has(key) || to.size < 500 ? key : 'others';
    to.set(name, (to.get(name) ?? 0) + n);
  }

  /** True when it is one of those listed. */
  refuse(code: string, at: string, message: string, list = this.refused): boolean {
    Tally.add(this.counts, code);
    if (list.length >= LISTED) return false;
    list.push({ code, at, message });
    return true;
  }

  report(record: ImportRecord): ImportReport {
    return {
      name: record.name,
      digest: record.digest,
      size: record.size,
      kind: record.kind,
      knownSince: null,
      read: plain(this.read),
      new: { objects: this.objects, claims: this.claims, indicators: this.indicators },
      known: this.known,
      notUnderstood: plain(this.notUnderstood),
      warnings: plain(this.warnings),
      conflicts: this.conflicts,
      refused: this.refused,
      counts: plain(this.counts),
    };
  }
}

/** For bytes that were taken in before. */
export function knownReport(record: ImportRecord): ImportReport {
  return { ...new Tally().report(record), knownSince: record.at };
}

function plain(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
