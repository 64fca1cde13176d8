/** Where the rules of a case are kept: as they were written, and as reader processes need them. platform/packs implements it. */
export interface RuleShelf {
  /** Keeps rule texts under their digest; what is there already is not written again. Path of the file. */
  keepTexts(digest: string, bytes: () => Uint8Array): string;
  /** Keeps a pack under the SHA-256 of its bytes; both are returned. */
  keepPack(bytes: Uint8Array): { readonly path: string; readonly digest: string };
  /** Path of a pack that is there, or null. */
  packPath(digest: string): string | null;
  /** What `keepSet` kept under this key, unchanged; null when there is none. */
  findSet(key: string): string | null;
  keepSet(key: string, text: string): void;
}
