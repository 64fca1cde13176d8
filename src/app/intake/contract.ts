import type { Evidence, Fault, Origin } from '../../model/index.ts';
import type { EvidenceStore, FileRefusal, Files, ReaderPool } from '../effects/index.ts';

export interface IntakeEffects {
  readonly files: Files;
  /** where members of archives and copies go; the pool must be able to read it */
  readonly store: EvidenceStore;
  /** must be able to read the paths handed in, with links resolved */
  readonly pool: Pick<ReaderPool, 'run'>;
  /** `user@host` */
  readonly who: string;
  /** RFC 3339, UTC */
  now(): string;
}

export interface IntakeOptions {
  /** Is this content in the case already (recorded to the end by an earlier run)? */
  readonly known?: (digest: string) => boolean;
  readonly limits?: Partial<IntakeLimits>;
  readonly signal?: AbortSignal;
  /** bytes of a large file hashed so far */
  readonly progress?: (path: string, bytes: number) => void;
}

export type IntakeItem =
  /** New content. `path`: where its bytes are read, for `Files` and for the pool. */
  | { readonly kind: 'evidence'; readonly evidence: Evidence; readonly path: string }
  /** Content that this run or the case has already: nothing new but one more origin. */
  | { readonly kind: 'again'; readonly digest: string; readonly size: number; readonly origin: Origin }
  /** Something in an archive that could not be used; the first FAULTS_PER_CODE of a code, all counted in the archive. */
  | { readonly kind: 'fault'; readonly digest: string; readonly fault: Fault & { readonly member?: string } }
  /** Something on disk that could not be taken in at all. */
  | { readonly kind: 'refused'; readonly path: string; readonly code: FileRefusal; readonly message: string };

/** Faults of one code reported singly for one archive. */
export const FAULTS_PER_CODE = 100;

/** For each file handed in, with everything nested in it (law 4). Enforced in archives/output.ts and intake.ts. */
export interface IntakeLimits {
  /** archives within archives: 1 opens only what was handed in */
  readonly depth: number;
  readonly members: number;
  readonly memberBytes: number;
  readonly totalBytes: number;
  /** bytes that may come out for each byte handed in, once more than `ratioFloor` came out */
  readonly ratio: number;
  readonly ratioFloor: number;
}

const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** Logs compress 10 to 50 times, near-empty event logs 150 times; deflate can reach 1032 times, with zeros only. */
export const INTAKE_LIMITS: IntakeLimits = {
  depth: 6,
  members: 500_000,
  memberBytes: 64 * GiB,
  totalBytes: 512 * GiB,
  ratio: 200,
  ratioFloor: 256 * MiB,
};
