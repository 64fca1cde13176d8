import { oneLine } from '../../../base/index.ts';
import {
  ARCHIVE_FAULTS,
  type ArchiveFaultCode,
  type ExpandEnd,
  type ExpandLimits,
  type ExpandSink,
  MAX_NAME,
  type MemberEnd,
} from './contract.ts';

/** Thrown to unwind out of a format's code when a limit of the whole archive is reached; only `expand` catches it. */
export class Stopped extends Error {}

/**
 * Between a format and the sink: numbers the members, makes names safe, and counts every byte against the limits as it
 * comes out, because what headers claim is the adversary's word.
 */
export class Output {
  readonly #sink: ExpandSink;
  readonly #limits: ExpandLimits;
  #index = 0;
  #members = 0;
  #bytes = 0;
  #faults = 0;
  #open: { name: string; offset: number; size: number; dropped: boolean } | null = null;

  constructor(sink: ExpandSink, limits: ExpandLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** A member that is not unpacked, with its reason; or a directory, without. */
  pass(): void {
    this.#number();
  }

  /** `offset`: where in the archive the member begins. */
  begin(rawName: string, offset: number, modifiedMs: number | null): void {
    const index = this.#number();
    const name = safeName(rawName);
    this.#open = { name, offset, size: 0, dropped: false };
    this.#members++;
    this.#sink.begin({ index, name, modifiedMs: Number.isFinite(modifiedMs) ? modifiedMs : null });
  }

  /** Returns false once the member is over its own limit: nothing more of it is wanted. */
  data(bytes: Uint8Array): boolean {
    const member = this.#open!;
    if (member.dropped) return false;
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limits.ratioBytes) this.#stop('LIMIT_RATIO', member.offset);
    if (this.#bytes > this.#limits.totalBytes) this.#stop('LIMIT_BYTES', member.offset);
    member.size += bytes.length;
    if (member.size > this.#limits.memberBytes) {
      this.fault('LIMIT_MEMBER', member.offset);
      member.dropped = true;
      return false;
    }
    if (bytes.length > 0) this.#sink.data(bytes);
    return true;
  }

  end(end: MemberEnd): void {
    const dropped = this.#open!.dropped || end === 'dropped';
    this.#open = null;
    if (dropped) this.#members--;
    this.#sink.end(dropped ? 'dropped' : end);
  }

  /** `member`: the raw name it is about, when none is open. */
  fault(code: ArchiveFaultCode, offset: number, more: { bytes?: number; member?: string; detail?: string } = {}): void {
    this.#faults++;
    const member = this.#open?.name ?? (more.member === undefined ? undefined : safeName(more.member));
    this.#sink.fault({
      code,
      offset,
      ...(more.bytes === undefined ? {} : { bytes: more.bytes }),
      ...(member === undefined ? {} : { member }),
      message:
        more.detail === undefined ? ARCHIVE_FAULTS[code] : `${ARCHIVE_FAULTS[code]}: ${oneLine(more.detail, 200)}`,
    });
  }

  progress(bytes: number): void {
    this.#sink.progress(bytes);
  }

  /** Does a claimed size break a limit already? Then unpacking need not begin. */
  tooLarge(claimed: number): boolean {
    return claimed > this.#limits.memberBytes;
  }

  /** Close what is open (after a stop: dropped) and sum up. */
  finish(): ExpandEnd {
    if (this.#open !== null) this.end('dropped');
    return { members: this.#members, bytes: this.#bytes, faults: this.#faults };
  }

  #number(): number {
    if (this.#index >= this.#limits.members) this.#stop('LIMIT_MEMBERS', 0);
    return this.#index++;
  }

  #stop(code: ArchiveFaultCode, offset: number): never {
    this.fault(code, offset);
    throw new Stopped(code);
  }
}

function safeName(raw: string): string {
  return oneLine(raw, MAX_NAME) || '(no name)';
}
