import type { Fault } from '../../../model/index.ts';

/** A file inside an archive. */
export interface Member {
  /** its number in the archive's own order, directories and refused members counted too */
  readonly index: number;
  /** for people only, never a path to write: one line, nothing that deceives, cut at MAX_NAME */
  readonly name: string;
  /** UTC; null when the archive does not say. Zip's DOS time names no zone and is read as UTC. */
  readonly modifiedMs: number | null;
}

/** Longest member name kept. */
export const MAX_NAME = 1024;

/**
 * How a member ended. partial: its bytes end early, or are not what its checksum or size says: still worth reading.
 * dropped: over a limit, forget what came.
 */
export type MemberEnd = 'whole' | 'partial' | 'dropped';

/** What could not be used in an archive: closed list. */
export const ARCHIVE_FAULTS = {
  TRUNCATED: 'the archive ends inside a structure or without its end mark',
  BAD_STRUCTURE: 'a length, offset or signature contradicts its surroundings',
  BAD_CHECKSUM: 'a checksum does not fit its bytes; the bytes were kept and marked partial',
  BAD_DATA: 'compressed data can not be decompressed any further',
  BAD_SIZE: 'a member is longer or shorter than it says; what fits was kept and marked partial',
  TRAILING: 'bytes behind the end of the archive belong to nothing',
  ENCRYPTED: 'the member is encrypted; passwords are not tried',
  LINK: 'the member is a link; links are not followed',
  SPECIAL: 'the member is a device, a pipe or of an unknown kind',
  SPARSE: 'the member is a sparse file, which is not unpacked',
  OVERLAP: 'members share bytes of the archive, as only a bomb does: nothing was unpacked',
  UNSUPPORTED_METHOD: 'the member is compressed in a way that is not supported',
  UNSUPPORTED_ARCHIVE: 'an archive of a kind that is not unpacked here; unpack it and hand in the files',
  LIMIT_MEMBERS: 'more members than the limit; the rest was not unpacked',
  LIMIT_BYTES: 'more bytes come out than the limit; the rest was not unpacked',
  LIMIT_RATIO: 'far more bytes come out than went in, as of a bomb; the rest was not unpacked',
  LIMIT_MEMBER: 'the member is larger than the limit',
  LIMIT_DEPTH: 'archives nested deeper than the limit; this one was not unpacked',
} as const;
export type ArchiveFaultCode = keyof typeof ARCHIVE_FAULTS;

export interface ArchiveFault extends Fault {
  readonly code: ArchiveFaultCode;
  /** name of the member it is about, for people */
  readonly member?: string;
}

/** Enforced in archives/output.ts while bytes come out, whatever the archive claims (law 4). */
export interface ExpandLimits {
  readonly members: number;
  readonly memberBytes: number;
  readonly totalBytes: number;
  /** the same bound as `totalBytes`, from the ratio of what came out to what was handed in */
  readonly ratioBytes: number;
}

/** Where the members go. Synchronous: the sink blocks while the receiver is behind. Bytes are valid only inside `data`. */
export interface ExpandSink {
  begin(member: Member): void;
  data(bytes: Uint8Array): void;
  end(end: MemberEnd): void;
  fault(fault: ArchiveFault): void;
  /** bytes of the archive used so far, now and then */
  progress(bytes: number): void;
}

export interface ExpandEnd {
  /** members given out, whole or partial */
  readonly members: number;
  readonly bytes: number;
  readonly faults: number;
}
