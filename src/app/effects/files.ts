/** Files as intake needs them: found, hashed, and (members of archives only) written. Originals are never written. */

/** A path the system gave us: text, or its raw bytes when they are not UTF-8. */
export type FilePath = string | Uint8Array;

export type WalkItem =
  | {
      readonly kind: 'file';
      readonly path: FilePath;
      /** for people: control characters and bytes that are no UTF-8 as `\xNN` */
      readonly shown: string;
      readonly size: number;
      readonly modifiedMs: number;
      /** names the file has on its disk; above 1 it is hard-linked */
      readonly links: number;
    }
  | { readonly kind: 'refused'; readonly shown: string; readonly code: FileRefusal; readonly message: string };

/** Why something on disk was not taken in: closed list. */
export const FILE_REFUSALS = {
  MISSING: 'there is no such file',
  UNREADABLE: 'the system does not let us read it',
  LINK: 'a symbolic link: never followed below a folder that was handed in',
  SPECIAL: 'not a regular file: device, socket or pipe',
  TOO_DEEP: 'folders nested deeper than the limit',
  CHANGED: 'the file changed while it was read: take it in again when nothing writes to it',
  DISK: 'the disk failed while reading or writing',
  NO_SPACE: 'no space left to keep a copy',
} as const;
export type FileRefusal = keyof typeof FILE_REFUSALS;

export interface FileDigest {
  /** SHA-256, lower-case hex */
  readonly digest: string;
  readonly size: number;
  /** the first HEAD_BYTES, for recognition by content */
  readonly head: Uint8Array;
}

/** What recognition of archives needs: a tar header and more. */
export const HEAD_BYTES = 4096;

/** Where copies of evidence lie: one file a digest. */
export interface EvidenceStore {
  readonly folder: string;
  /** where the bytes of a digest lie, or would */
  pathOf(digest: string): string;
  /** A new piece of evidence, hashed while written; invisible until committed. */
  begin(): StoreWriter;
}

export interface StoreWriter {
  /** The bytes may be reused after it returned or resolved. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** Put it in its place under its digest; bytes already there are replaced by the same bytes. */
  commit(): Promise<FileDigest & { readonly path: string; readonly fresh: boolean }>;
  /** Forget it; nothing is left behind. Never throws. */
  discard(): Promise<void>;
}

export interface DigestOptions {
  readonly signal?: AbortSignal;
  /** bytes read so far, about every 8 MiB */
  readonly progress?: (bytes: number) => void;
  /** each block before the next is read, e.g. to copy it in the same pass */
  readonly tee?: (bytes: Uint8Array) => void | Promise<void>;
}

/** Failures are thrown as a coded error whose code is a FileRefusal. */
export interface Files {
  /** `path` is resolved to its real absolute path; then everything below in order of name bytes, depth first. */
  walk(path: string): AsyncIterable<WalkItem>;
  digest(path: FilePath, options?: DigestOptions): Promise<FileDigest>;
  openStore(folder: string): Promise<EvidenceStore>;
}
