import type { Claim, Indicator, Marking } from '../../model/index.ts';

/**
 * What the journeys over knowledge ask of the world: a shelf that keeps what was imported as it came, and an index that
 * is made from it and can be made again. platform/knowledge implements both.
 */
export const KNOWLEDGE_FORMATS = [
  'claims',
  'indicator-list',
  'misp-event',
  'misp-galaxy',
  'misp-manifest',
  'stix',
] as const;
export type KnowledgeFormat = (typeof KNOWLEDGE_FORMATS)[number];

/** One file that was imported, and what the person who did it said of it. Beside the bytes, authoritative. */
export interface ImportRecord {
  readonly format: 'czernin-import/1';
  /** SHA-256 of the file as it was handed in */
  readonly digest: string;
  readonly size: number;
  readonly name: string;
  readonly kind: KnowledgeFormat;
  /** RFC 3339: when it was taken in. Order of imports, hence which of two contents under one version counts */
  readonly at: string;
  readonly source: string;
  readonly reliability: Claim['reliability'];
  /** of what bears no marking of its own */
  readonly marking?: Marking;
}

/** One version of a STIX object in the index. */
export interface StoredObject {
  readonly id: string;
  readonly type: string;
  /** `modified`, made sortable; '' of what has no versions */
  readonly version: string;
  /** `created_by_ref`, '' when absent */
  readonly creator: string;
  readonly revoked: boolean;
  /** SHA-256 of the bytes as they stood in the file */
  readonly hash: string;
  /** whether this version is one that counts; the newest of those is what the object says now */
  readonly counts: boolean;
  /** as it stood in the file */
  readonly json: string;
}

export interface StoredFault {
  readonly code: string;
  readonly at: string;
  readonly message: string;
}

export interface ClaimQuery {
  readonly subject?: string;
  readonly object?: string;
  readonly predicate?: string;
  /** spelling of a name (knowledge/claims nameKey) */
  readonly nameKey?: string;
}

export interface KnowledgeCounts {
  readonly imports: number;
  readonly objects: number;
  readonly claims: number;
  readonly indicators: number;
  readonly faults: number;
}

/** Derived: everything asked of the knowledge. One import is one transaction. */
export interface KnowledgeIndex {
  /** digests of the imports and ids of the own claims that are in it */
  sources(): ReadonlySet<string>;
  begin(source: string, record: ImportRecord | null): void;
  commit(): void;
  rollback(): void;
  addObject(object: StoredObject): void;
  /** false: it was there */
  addClaim(claim: Claim, nameKey: string | null): boolean;
  addIndicator(indicator: Indicator): boolean;
  addFault(fault: StoredFault): void;
  /** every version of an id, oldest first; with `contentOf` only those of that version have their `json` */
  versions(id: string, contentOf?: string): StoredObject[];
  /** what the object says now: the newest version that counts */
  object(id: string): StoredObject | null;
  /** objects of one import, or of all; `latest`: only what each says now */
  objects(options: {
    readonly source?: string;
    readonly type?: string;
    readonly latest?: boolean;
  }): Iterable<StoredObject>;
  claims(query: ClaimQuery): Iterable<Claim>;
  indicators(): Iterable<Indicator>;
  faults(source?: string): Iterable<StoredFault & { readonly source: string }>;
  types(): ReadonlyMap<string, number>;
  counts(): KnowledgeCounts;
  close(): void;
}

export interface KnowledgeStore {
  readonly where: string;
  /** Keeps a file under its digest while it streams by. */
  keep(chunks: AsyncIterable<Uint8Array>): Promise<{ readonly digest: string; readonly size: number }>;
  /** The kept bytes; compressed files (gzip, zstd) unpacked. */
  read(digest: string): AsyncIterable<Uint8Array>;
  records(): ImportRecord[];
  record(record: ImportRecord): void;
  /** Own claims, each a file of its own. */
  claims(): Claim[];
  keepClaim(claim: Claim): void;
  /** The index; `fresh` when there was none that could be used, and it must be filled. */
  index(): { readonly index: KnowledgeIndex; readonly fresh: boolean };
  /** Throws away the index: the next one is fresh. */
  dropIndex(): void;
}
