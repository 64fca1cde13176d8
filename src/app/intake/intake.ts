import { CodedError } from '../../base/index.ts';
import type { Evidence, Fault, Origin } from '../../model/index.ts';
import { FILE_REFUSALS, type FileRefusal, type Files, type StoreWriter, type WalkItem } from '../effects/index.ts';
import {
  ARCHIVE_FAULTS,
  type ArchiveFault,
  expandThrough,
  type Member,
  type MemberEnd,
  recogniseArchive,
} from './archives/index.ts';
import { Budget } from './budget.ts';
import { Channel } from './channel.ts';
import {
  INTAKE_LIMITS,
  type IntakeEffects,
  type IntakeItem,
  type IntakeLimits,
  type IntakeOptions,
} from './contract.ts';
import { FaultSummary } from './summary.ts';

/** Items that may wait for the consumer while an archive is unpacked. */
const ROOM = 64;

/** Bytes with a digest and a place, before it is decided what they are. */
interface Found {
  readonly digest: string;
  readonly size: number;
  readonly recognised: ReturnType<typeof recogniseArchive>;
  readonly path: string;
  readonly stored: Evidence['stored'];
  readonly origin: Origin;
  /** its own name, without the archives around it */
  readonly name: string;
}

/**
 * Take in files, folders and archives. The order of items depends only on what was handed in: paths as given, folders
 * by name bytes, members in the archive's order, then archives among them. An archive's own item comes after all of
 * its members', so that an archive which is `known` has been taken in to the end. Originals are only read. Throws only
 * when stopped by the signal; everything else is an item.
 */
export async function* intake(
  paths: readonly string[],
  effects: IntakeEffects,
  options: IntakeOptions = {},
): AsyncGenerator<IntakeItem, void, void> {
  const run = new Intake(effects, options);
  for (const path of paths) {
    for await (const item of effects.files.walk(path)) {
      options.signal?.throwIfAborted();
      if (item.kind === 'file') yield* run.file(item);
      else yield { kind: 'refused', path: item.shown, code: item.code, message: item.message };
    }
  }
}

/** Bytes of all files under the paths, archives as they lie; what cannot be walked counts nothing, intake says so. */
export async function sizeOf(
  paths: readonly string[],
  files: Pick<Files, 'walk'>,
  signal: AbortSignal,
): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    for await (const item of files.walk(path)) {
      signal.throwIfAborted();
      if (item.kind === 'file') bytes += item.size;
    }
  }
  return bytes;
}

class Intake {
  readonly #effects: IntakeEffects;
  readonly #options: IntakeOptions;
  readonly #limits: IntakeLimits;
  readonly #seen = new Set<string>();

  constructor(effects: IntakeEffects, options: IntakeOptions) {
    this.#effects = effects;
    this.#options = options;
    this.#limits = { ...INTAKE_LIMITS, ...options.limits };
  }

  async *file(item: WalkItem & { kind: 'file' }): AsyncGenerator<IntakeItem, void, void> {
    const { files, who, now } = this.#effects;
    const { signal, progress } = this.#options;
    const origin: Origin = {
      path: item.shown,
      modified: moment(item.modifiedMs),
      received: { by: who, at: now() },
    };
    try {
      const found = await files.digest(item.path, {
        ...(signal === undefined ? {} : { signal }),
        ...(progress === undefined ? {} : { progress: (bytes) => progress(item.shown, bytes) }),
      });
      const place = await this.#place(item, found.digest);
      const budget = new Budget(this.#limits, found.size);
      yield* this.#take(
        { ...found, ...place, recognised: recogniseArchive(found.head), origin, name: item.shown },
        budget,
        1,
      );
    } catch (error) {
      yield refusal(item.shown, error);
    }
  }

  /**
   * Where the bytes are read from now on. A name that is no text, or that the processes' grants can not express (`*`),
   * would not be found again: such a file is copied into the store.
   */
  async #place(item: WalkItem & { kind: 'file' }, digest: string): Promise<Pick<Found, 'path' | 'stored'>> {
    if (typeof item.path === 'string' && !item.path.includes('*')) return { path: item.path, stored: 'reference' };
    const { files, store } = this.#effects;
    if (this.#has(digest)) return { path: store.pathOf(digest), stored: 'copy' };
    const writer = store.begin();
    try {
      await files.digest(item.path, { tee: (bytes) => writer.write(bytes) });
      return { path: (await writer.commit()).path, stored: 'copy' };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  #has(digest: string): boolean {
    return this.#seen.has(digest) || this.#options.known?.(digest) === true;
  }

  async *#take(found: Found, budget: Budget, depth: number): AsyncGenerator<IntakeItem, void, void> {
    const { digest, recognised } = found;
    if (this.#has(digest)) {
      yield { kind: 'again', digest, size: found.size, origin: found.origin };
      return;
    }
    // From here on, so that an archive that holds itself (a quine) is not opened again.
    this.#seen.add(digest);
    if (recognised === null) yield item(found, 'waiting', '', 0, []);
    else if (!recognised.opened) yield* unopened(found, recognised.format, 'UNSUPPORTED_ARCHIVE');
    else if (depth > this.#limits.depth) yield* unopened(found, recognised.format, 'LIMIT_DEPTH');
    else yield* this.#open(found, recognised.format, budget, depth);
  }

  async *#open(
    found: Found,
    format: 'zip' | 'tar' | 'gz' | 'zst',
    budget: Budget,
    depth: number,
  ): AsyncGenerator<IntakeItem, void, void> {
    const channel = new Channel<IntakeItem>(ROOM);
    const receiver = new Unpacking(this, this.#effects, found, budget, channel);
    const left = new AbortController(); // the consumer has gone away
    const { signal } = this.#options;
    const work = expandThrough(
      this.#effects.pool,
      { job: 'expand', path: found.path, name: found.name, format, limits: budget.rest() },
      receiver,
      signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
    ).finally(() => channel.end());
    work.catch(() => {}); // it is awaited below; until then its failure must not count as unhandled
    try {
      yield* channel;
      const end = await work;
      signal?.throwIfAborted();
      if (!end.ok) yield* receiver.failed(end.code, end.detail);
      for (const nested of receiver.nested.splice(0)) yield* this.#take(nested, budget, depth + 1);
      const faults = receiver.summary.list();
      const status = receiver.members === 0 && faults.length > 0 ? 'refused' : 'archive';
      yield item(found, status, format, receiver.members, faults);
    } catch (error) {
      this.#seen.delete(found.digest); // not taken in to the end
      throw error;
    } finally {
      left.abort();
      await work.catch(() => {});
      await receiver.discard();
    }
  }

  /** A member that is no archive: its item. An archive: null, it is opened when this one is done. */
  member(found: Found): IntakeItem | null {
    if (found.recognised !== null && !this.#has(found.digest)) return null;
    if (this.#has(found.digest)) {
      return { kind: 'again', digest: found.digest, size: found.size, origin: found.origin };
    }
    this.#seen.add(found.digest);
    return item(found, 'waiting', '', 0, []);
  }
}

/** What comes out of one archive, on its way into the store and to the consumer. */
class Unpacking {
  readonly nested: Found[] = [];
  readonly summary = new FaultSummary();
  members = 0;
  readonly #intake: Intake;
  readonly #effects: IntakeEffects;
  readonly #archive: Found;
  readonly #budget: Budget;
  readonly #channel: Channel<IntakeItem>;
  #current: { member: Member; writer: StoreWriter } | null = null;

  constructor(intake: Intake, effects: IntakeEffects, archive: Found, budget: Budget, channel: Channel<IntakeItem>) {
    this.#intake = intake;
    this.#effects = effects;
    this.#archive = archive;
    this.#budget = budget;
    this.#channel = channel;
  }

  begin(member: Member): void {
    this.#budget.member();
    this.#current = { member, writer: this.#effects.store.begin() };
  }

  data(bytes: Uint8Array): void | Promise<void> {
    this.#budget.bytes(bytes.length);
    return this.#current!.writer.write(bytes);
  }

  async end(end: MemberEnd): Promise<void> {
    const { member, writer } = this.#current!;
    this.#current = null;
    if (end === 'dropped') return writer.discard();
    const { digest, size, head, path } = await writer.commit();
    this.members++;
    const { origin } = this.#archive;
    const found: Found = {
      digest,
      size,
      path,
      stored: 'copy',
      recognised: recogniseArchive(head),
      name: member.name,
      origin: {
        path: `${origin.path}!${member.name}`,
        container: { digest: this.#archive.digest, member: member.name, index: member.index },
        ...(member.modifiedMs === null ? {} : { modified: moment(member.modifiedMs) }),
        ...(end === 'partial' ? { partial: true } : {}),
        received: origin.received,
      },
    };
    const item = this.#intake.member(found);
    if (item === null) this.nested.push(found);
    else await this.#channel.push(item);
  }

  fault(fault: ArchiveFault): void | Promise<void> {
    if (this.summary.add(fault)) return this.#channel.push({ kind: 'fault', digest: this.#archive.digest, fault });
  }

  /** The reader process came to a bad end: what came before it stands. */
  *failed(code: string, detail: string): Generator<IntakeItem, void, void> {
    const fault: Fault = { code, offset: 0, message: detail };
    this.summary.add(fault);
    yield { kind: 'fault', digest: this.#archive.digest, fault };
  }

  async discard(): Promise<void> {
    await this.#current?.writer.discard();
    this.#current = null;
  }
}

function* unopened(
  found: Found,
  format: string,
  code: 'UNSUPPORTED_ARCHIVE' | 'LIMIT_DEPTH',
): Generator<IntakeItem, void, void> {
  const message = ARCHIVE_FAULTS[code];
  yield { kind: 'fault', digest: found.digest, fault: { code, offset: 0, message } };
  yield item(found, 'refused', format, 0, [{ code, count: 1, firstOffset: 0, message }]);
}

function item(
  { digest, size, origin, stored, path }: Found,
  status: Evidence['status'],
  format: string,
  records: number,
  faults: Evidence['faults'],
): IntakeItem {
  const evidence: Evidence = {
    digest,
    size,
    origins: [origin],
    stored,
    format,
    status,
    records,
    first: '',
    last: '',
    faults,
  };
  return { kind: 'evidence', evidence, path };
}

/** A failing file or disk is an item; being stopped, and mistakes of ours, are not. */
function refusal(path: string, error: unknown): IntakeItem {
  if (!(error instanceof CodedError) || !Object.hasOwn(FILE_REFUSALS, error.code)) throw error;
  return { kind: 'refused', path, code: error.code as FileRefusal, message: error.message };
}

function moment(ms: number): string {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  return Number.isNaN(year) || year < 0 || year > 9999 ? '' : date.toISOString();
}
