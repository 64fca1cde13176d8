/** What all readers of indicators share: who says it, what came of it, and the notices that any value may earn. */
import { parseAddress, parseIso, quote } from '../../base/index.ts';
import {
  type Indicator,
  type IndicatorFacts,
  type IndicatorKind,
  type IndicatorRef,
  indicatorOf,
  MAX_INDICATOR_CHARS,
  type Marking,
} from '../../model/index.ts';
import { type IndicatorCode, type IndicatorFault, type IndicatorNotice, LIST_LIMITS } from './codes.ts';
import { guessKind } from './kinds.ts';
import { normalise } from './normalise.ts';
import { refang } from './refang.ts';
import { isSharedSuffix } from './suffix.ts';

export interface ListContext {
  /** who says so, for every indicator of the list that does not name somebody itself */
  readonly source: string;
  readonly marking?: Marking;
  readonly reliability?: NonNullable<IndicatorFacts['reliability']>;
  readonly credibility?: number;
  /** stands before line numbers: a file's name */
  readonly where?: string;
  /** whom everything in the list points to */
  readonly refs?: readonly IndicatorRef[];
  /** a STIX object that an indicator points to, by id */
  readonly nameOf?: (id: string) => IndicatorRef | null;
}

export interface IndicatorReading {
  readonly indicators: readonly Indicator[];
  /** the first of them; `faultCounts` has them all */
  readonly faults: readonly IndicatorFault[];
  readonly faultCounts: Readonly<Partial<Record<IndicatorCode, number>>>;
  readonly notices: readonly { readonly notice: IndicatorNotice; readonly where: string; readonly value: string }[];
  readonly noticeCounts: Readonly<Partial<Record<IndicatorNotice, number>>>;
}

type Said = Partial<Omit<IndicatorFacts, 'kind' | 'value'>>;

/** Collects a reading: one indicator a statement, the same one once. */
export class Collector {
  readonly #context: ListContext;
  readonly #indicators = new Map<string, Indicator>();
  readonly #faults: IndicatorFault[] = [];
  readonly #faultCounts: Partial<Record<IndicatorCode, number>> = {};
  readonly #notices: { notice: IndicatorNotice; where: string; value: string }[] = [];
  readonly #noticeCounts: Partial<Record<IndicatorNotice, number>> = {};

  constructor(context: ListContext) {
    this.#context = context;
  }

  /** `kind` null: by the form of the value. What cannot be taken becomes a fault at `where`. */
  add(kind: IndicatorKind | null, raw: string, where: string, said: Said = {}) {
    if (raw.length > MAX_INDICATOR_CHARS) return this.fault('TOO_LONG', where, `${raw.length} characters`);
    const whole = kind === 'pattern' ? raw : refang(raw);
    const taken = kind === null ? guessKind(whole) : withKind(kind, whole);
    if (taken === null) {
      const code = kind === null ? 'NO_KIND' : 'BAD_VALUE';
      return this.fault(code, where, kind === null ? quote(raw) : `${quote(raw)} is no ${kind}`);
    }
    const { validFrom, validUntil } = said;
    if (validFrom !== undefined && validUntil !== undefined && Date.parse(validUntil) <= Date.parse(validFrom))
      return this.fault('BAD_TIME', where, `valid until ${validUntil}, which is not after ${validFrom}`);
    const { source, marking, reliability, credibility, refs = [] } = this.#context;
    const facts: IndicatorFacts = {
      ...taken,
      source,
      ...(marking && { marking }),
      ...(reliability && { reliability }),
      ...(credibility !== undefined && { credibility }),
      labels: [],
      attack: [],
      ...said,
      refs: [...refs, ...(said.refs ?? [])],
    };
    const indicator = indicatorOf(facts);
    this.#indicators.set(indicator.id, indicator);
    for (const notice of noticesOf(indicator)) this.#notice(notice, where, indicator.value);
  }

  fault(code: IndicatorCode, where: string, message: string): void {
    this.#faultCounts[code] = (this.#faultCounts[code] ?? 0) + 1;
    const place = this.#context.where === undefined ? where : `${this.#context.where}:${where}`;
    if (this.#faults.length < LIST_LIMITS.faults) this.#faults.push({ code, where: place, message });
  }

  #notice(notice: IndicatorNotice, where: string, value: string): void {
    this.#noticeCounts[notice] = (this.#noticeCounts[notice] ?? 0) + 1;
    if (this.#notices.length < LIST_LIMITS.faults) this.#notices.push({ notice, where, value });
  }

  /** RFC 3339 in UTC of a time in any ISO form or epoch seconds; a text that is no time is a fault and null. */
  time(text: string, where: string): string | undefined | null {
    if (text.trim() === '' || text === '0') return undefined;
    const time = /^\d{9,11}$/.test(text) ? { ms: Number(text) * 1000 } : parseIso(text);
    if (time === null || !Number.isFinite(time.ms)) {
      this.fault('BAD_TIME', where, `${quote(text, 40)} is no time`);
      return null;
    }
    return new Date(time.ms).toISOString();
  }

  done(): IndicatorReading {
    return {
      indicators: [...this.#indicators.values()],
      faults: this.#faults,
      faultCounts: this.#faultCounts,
      notices: this.#notices,
      noticeCounts: this.#noticeCounts,
    };
  }
}

/** A kind that names one of a family means the form its value has: an "ip" may be of either version, or a network. */
function withKind(kind: IndicatorKind, raw: string): { kind: IndicatorKind; value: string } | null {
  if (kind === 'ipv4' || kind === 'ipv6' || kind === 'cidr') {
    const guessed = guessKind(raw.trim());
    return guessed !== null && ['ipv4', 'ipv6', 'cidr'].includes(guessed.kind) ? guessed : null;
  }
  const value = normalise(kind, raw);
  return value === null ? null : { kind, value };
}

const EMPTY_FILE = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

/** RFC 1918, 5735, 6598, 4193, 4291: in use everywhere, or by nobody. */
const INTERNAL =
  /^(?:10\.|127\.|0\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|ff[0-9a-f]{2}:)/;

export function noticesOf(indicator: Indicator): IndicatorNotice[] {
  const { kind, value } = indicator;
  const out: IndicatorNotice[] = [];
  if ((kind === 'ipv4' || kind === 'ipv6' || kind === 'cidr') && INTERNAL.test(value)) out.push('INTERNAL');
  if (kind === 'cidr') {
    const [address = '', bits = '0'] = value.split('/');
    if (Number(bits) < (parseAddress(address)?.family === 4 ? 16 : 32)) out.push('TOO_WIDE');
  }
  if (kind === 'domain' && isSharedSuffix(value)) out.push('PUBLIC_SUFFIX');
  if (EMPTY_FILE.has(value)) out.push('EMPTY_FILE');
  if (indicator.contextOnly === true) out.push('CONTEXT_ONLY');
  return out;
}
