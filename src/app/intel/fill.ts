import { createHash } from 'node:crypto';
import { CodedError, quote } from '../../base/index.ts';
import { ClaimError, claimsOfStix, nameKey, type Provenance, readClaimFile } from '../../knowledge/claims/index.ts';
import {
  IMPORT_CODES,
  type ImportCode,
  JsonSlicer,
  LISTS,
  type Look,
  look,
  type Part,
  partValue,
  placeVersion,
  SLICE_LIMITS,
} from '../../knowledge/import/index.ts';
import { claimsOfCluster, clusterKind, type Galaxy } from '../../knowledge/misp/index.ts';
import { checkObject, isMembers, type Members, sortableTime } from '../../knowledge/stix/index.ts';
import type { Claim } from '../../model/index.ts';
import { parsePattern } from '../../rules/stix/index.ts';
import type { ImportRecord, KnowledgeIndex, KnowledgeStore, StoredObject } from '../effects/index.ts';
import { eventIndicators, fileIndicators, stixIndicators } from './indicators.ts';
import { Tally } from './report.ts';

/**
 * The content of one import put into the index: objects as they came, then what they say. Reading it again from the kept
 * bytes gives the same rows; the caller opens and closes the transaction.
 */
export async function fillImport(store: KnowledgeStore, index: KnowledgeIndex, record: ImportRecord): Promise<Tally> {
  const tally = new Tally();
  const filler = new Filler(index, record, tally);
  const { digest } = record;
  switch (record.kind) {
    case 'stix':
    case 'misp-galaxy':
    case 'misp-event':
    case 'misp-manifest':
      await filler.parts(store.read(digest), await look(store.read(digest)));
      break;
    case 'claims':
      filler.claimFile(await wholeText(store.read(digest), MAX_TEXT));
      break;
    case 'indicator-list':
      filler.list(await wholeText(store.read(digest), MAX_TEXT));
      break;
  }
  return tally;
}

/** A list of indicators or a file of claims is read whole. */
const MAX_TEXT = 256 * 1024 * 1024;

/** Of one id, contents that are no version included: each new one is compared with those before. */
const MAX_VERSIONS = 100;

/** One STIX object as text; payloads of artifacts are the largest that make sense. */
const STIX_LIMITS = { ...SLICE_LIMITS, partBytes: 32 * 1024 * 1024 };

export async function wholeText(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw new ClaimError('TOO_LARGE', `a list is read whole, up to ${limit} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

class Filler {
  readonly #index: KnowledgeIndex;
  readonly #record: ImportRecord;
  readonly #tally: Tally;
  readonly #provenance: Provenance;
  readonly #known = new Map<string, Members | null>();

  constructor(index: KnowledgeIndex, record: ImportRecord, tally: Tally) {
    this.#index = index;
    this.#record = record;
    this.#tally = tally;
    const { source, reliability, marking } = record;
    this.#provenance = { source, reliability, ...(marking ? { marking } : {}) };
  }

  async parts(chunks: AsyncIterable<Uint8Array>, found: Look): Promise<void> {
    const single = new Map<string, unknown>();
    const galaxy = found.kind === 'misp-galaxy' ? galaxyOf(found.header) : null;
    const take = (part: Part): void => {
      const at = part.index < 0 ? part.name : `${part.name}[${part.index}] at byte ${part.offset}`;
      const wanted = part.index >= 0 || found.kind === 'stix' || found.kind.startsWith('misp-');
      const got = wanted ? partValue(part) : null;
      if (got === null) return;
      if ('code' in got) {
        this.#refuse(got.code, at, IMPORT_CODES[got.code]);
        return;
      }
      if (found.kind === 'stix') {
        if (part.index >= 0) this.#stix(got.value, found.spec, at, part.bytes);
        else if (part.name !== 'objects') single.set(part.name, got.value);
      } else if (galaxy) {
        if (part.index >= 0) this.#cluster(got.value, galaxy, at, part.bytes);
      } else if (found.kind === 'misp-event') {
        if (part.index >= 0 || part.name === 'Event') this.#event(got.value, at);
      } else this.#manifestLine(part.name, got.value);
    };
    const slicer = new JsonSlicer(
      LISTS,
      {
        part: take,
        fault: (f) => this.#refuse(f.code, `${f.name}[${f.index}] at byte ${f.offset}`, IMPORT_CODES[f.code]),
      },
      found.kind === 'stix' ? STIX_LIMITS : SLICE_LIMITS,
    );
    for await (const chunk of chunks) if (!slicer.push(chunk)) break;
    slicer.end();
    if (found.kind === 'stix') {
      if (single.has('id') && single.get('type') !== 'bundle') {
        const object = Object.fromEntries(single);
        this.#stix(object, null, '', Buffer.from(JSON.stringify(object)));
      }
      this.#statements();
    } else if (galaxy) this.#clusterClaims(galaxy);
  }

  #refuse(code: ImportCode | string, at: string, message: string, kept = false): void {
    const listed = this.#tally.refuse(code, at, message, kept ? this.#tally.conflicts : this.#tally.refused);
    if (listed) this.#index.addFault({ code, at, message });
  }

  #stix(value: unknown, bundleSpec: '2.0' | '2.1' | null, at: string, bytes: Uint8Array): void {
    const type = isMembers(value) && typeof value.type === 'string' ? value.type : '';
    Tally.add(this.#tally.read, type.slice(0, 60) || 'no type');
    // 2.0 has no version on its objects, and its observables no life of their own
    const undated = isMembers(value) && !Object.hasOwn(value, 'spec_version') && Object.hasOwn(value, 'created');
    const spec = bundleSpec === '2.0' || undated || (isMembers(value) && value.spec_version === '2.0') ? '2.0' : '2.1';
    const { musts, shoulds } = checkObject(value, { spec, pattern: patternFault });
    if (musts.length > 0 || !isMembers(value)) {
      const where = isMembers(value) && typeof value.id === 'string' ? `${quote(value.id, 100)} (${at})` : at;
      const [first] = musts;
      const more = musts.length > 1 ? ` (and ${musts.length - 1} more)` : '';
      this.#refuse('NOT_STIX', where, `${first?.code} ${first?.at}: ${first?.message}${more}`);
      return;
    }
    if (type === 'bundle') {
      this.#refuse('NOT_STIX', at, 'a bundle inside a bundle');
      return;
    }
    for (const issue of shoulds) Tally.add(this.#tally.warnings, issue.code);
    if (undated) Tally.add(this.#tally.warnings, 'written-in-2.0');
    this.#place(
      {
        id: String(value.id),
        type,
        version: typeof value.modified === 'string' ? sortableTime(value.modified) : '',
        creator: typeof value.created_by_ref === 'string' ? value.created_by_ref : '',
        revoked: value.revoked === true,
      },
      bytes,
      at,
    );
  }

  #place(row: Omit<StoredObject, 'hash' | 'counts' | 'json'>, bytes: Uint8Array, at: string): boolean {
    const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    const next = { ...row, hash: createHash('sha256').update(bytes).digest('hex'), json };
    const known = this.#index.versions(row.id, row.version);
    const { outcome, counts, code } = placeVersion(next, known);
    if (outcome === 'known') {
      this.#tally.known++;
      return false;
    }
    if (known.length >= MAX_VERSIONS) {
      this.#refuse('TOO_MANY_VERSIONS', `${row.id} (${at})`, IMPORT_CODES.TOO_MANY_VERSIONS);
      return false;
    }
    this.#tally.objects++;
    if (code !== null) this.#refuse(code, `${row.id} ${row.version} (${at})`, IMPORT_CODES[code], true);
    this.#index.addObject({ ...next, counts });
    return true;
  }

  /** What an id names, for authors and markings; those that many objects share are remembered. */
  readonly #lookup = (id: string): Members | null => {
    const cached = this.#known.get(id);
    if (cached !== undefined) return cached;
    const found = this.#index.object(id);
    const object = found ? (JSON.parse(found.json) as Members) : null;
    if (this.#known.size < 5000 && /^(identity|marking-definition)--/.test(id)) this.#known.set(id, object);
    return object;
  };

  /** The second way through: every object of this import is known now, so that authors and markings can be named. */
  #statements(): void {
    const indicates = this.#indicated();
    for (const row of this.#index.objects({ source: this.#record.digest })) {
      if (!row.counts) continue;
      const object = JSON.parse(row.json) as Members;
      const { claims, notUnderstood } = claimsOfStix(object, this.#lookup, this.#provenance);
      for (const claim of claims) this.#claim(claim);
      if (notUnderstood !== null) Tally.add(this.#tally.notUnderstood, notUnderstood);
      if (row.type === 'indicator')
        this.#indicators(stixIndicators(object, indicates.get(row.id) ?? [], this.#lookup, this.#provenance));
    }
  }

  /** Indicator → what it is said to point to, by the relationships of this import. */
  #indicated(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const row of this.#index.objects({ source: this.#record.digest, type: 'relationship' })) {
      const { relationship_type, source_ref, target_ref } = JSON.parse(row.json) as Members;
      if (relationship_type !== 'indicates' || !row.counts) continue;
      const targets = found.get(String(source_ref)) ?? [];
      targets.push(String(target_ref));
      found.set(String(source_ref), targets);
    }
    return found;
  }

  #indicators({ indicators, faults }: ReturnType<typeof eventIndicators>): void {
    for (const indicator of indicators) {
      if (this.#index.addIndicator(indicator)) this.#tally.indicators++;
    }
    for (const fault of faults) this.#refuse(fault.code, fault.at, fault.message);
  }

  #claim(claim: Claim): void {
    if (addClaim(this.#index, claim)) this.#tally.claims++;
  }

  #cluster(value: unknown, galaxy: Galaxy, at: string, bytes: Uint8Array): void {
    Tally.add(this.#tally.read, 'cluster');
    const uuid = isMembers(value) && typeof value.uuid === 'string' ? value.uuid.toLowerCase() : '';
    if (
      !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid) ||
      !isMembers(value) ||
      typeof value.value !== 'string'
    ) {
      this.#refuse('NOT_MISP', at, 'a cluster has a uuid and a value');
      return;
    }
    const version = String(galaxy.version).padStart(10, '0');
    // the same cluster under a later version of its galaxy is a new version only when it says something else
    const before = this.#index.object(`misp-cluster--${uuid}`);
    const unchanged = before !== null && before.json === Buffer.from(bytes).toString('utf8');
    if (unchanged) this.#tally.known++;
    else
      this.#place(
        { id: `misp-cluster--${uuid}`, type: 'misp-cluster', version, creator: galaxy.type, revoked: false },
        bytes,
        at,
      );
  }

  #clusterClaims(galaxy: Galaxy): void {
    const kindOf = (uuid: string) => {
      const row = this.#index.object(`misp-cluster--${uuid.toLowerCase()}`);
      return row ? clusterKind(row.creator) : null;
    };
    for (const row of this.#index.objects({ source: this.#record.digest })) {
      const made = claimsOfCluster(JSON.parse(row.json) as Members, galaxy, this.#provenance, kindOf);
      for (const claim of made?.claims ?? []) this.#claim(claim);
      for (const what of made?.notUnderstood ?? []) Tally.add(this.#tally.notUnderstood, what);
    }
  }

  #event(value: unknown, at: string): void {
    Tally.add(this.#tally.read, 'event');
    const inner = isMembers(value) && isMembers(value.Event) ? value.Event : value;
    const uuid = isMembers(inner) && typeof inner.uuid === 'string' ? inner.uuid.toLowerCase() : '';
    if (!isMembers(inner) || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) {
      this.#refuse('NOT_MISP', at, 'an event has a uuid');
      return;
    }
    const id = `misp-event--${uuid}`;
    const version = String(inner.timestamp ?? '').slice(0, 20);
    const maker = isMembers(inner.Orgc) ? String(inner.Orgc.uuid ?? inner.Orgc.name ?? '').slice(0, 100) : '';
    const row = { id, type: 'misp-event', version: version.padStart(12, '0'), creator: maker, revoked: false };
    if (this.#place(row, Buffer.from(JSON.stringify(inner)), at))
      this.#indicators(eventIndicators(inner, this.#provenance));
  }

  /** A feed's manifest names its events: those that are not here are told. */
  #manifestLine(uuid: string, value: unknown): void {
    Tally.add(this.#tally.read, 'manifest line');
    if (!isMembers(value)) {
      this.#refuse('NOT_MISP', uuid, 'a line of a manifest is an object');
      return;
    }
    if (this.#index.object(`misp-event--${uuid.toLowerCase()}`) === null)
      Tally.add(this.#tally.notUnderstood, 'event of the manifest that is not here');
    else this.#tally.known++;
  }

  claimFile(text: string): void {
    const file = readClaimFile(text, this.#record.name);
    for (const claim of file.claims) this.#claim(claim);
    Tally.add(this.#tally.read, 'claim', file.claims.length + file.faults.length);
    for (const fault of file.faults) this.#refuse(fault.code, fault.where, fault.message);
  }

  list(text: string): void {
    const { indicators, faults, lines } = fileIndicators(text, this.#record.name, this.#provenance);
    Tally.add(this.#tally.read, 'line', lines);
    for (const indicator of indicators) {
      if (this.#index.addIndicator(indicator)) this.#tally.indicators++;
      else this.#tally.known++;
    }
    for (const fault of faults) this.#refuse(fault.code, fault.at, fault.message);
  }
}

export function addClaim(index: KnowledgeIndex, claim: Claim): boolean {
  return index.addClaim(claim, claim.predicate === 'named' ? nameKey(claim.value ?? '') : null);
}

function galaxyOf(header: Members): Galaxy {
  const version = Number(header.version);
  return {
    type: String(header.type).slice(0, 100),
    name: String(header.name ?? '').slice(0, 200),
    version: Number.isSafeInteger(version) && version >= 0 ? version : 0,
  };
}

function patternFault(text: string): string | null {
  try {
    parsePattern(text);
    return null;
  } catch (error) {
    if (error instanceof CodedError) return `${error.code}: ${error.message}`;
    throw error;
  }
}
