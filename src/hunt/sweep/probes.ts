/** Indicators → what is looked for in the lake: keys, ranges of addresses, names with everything below them, patterns. */
import { parseAddress, prefixOf } from '../../base/index.ts';
import { isSharedSuffix, normalise } from '../../knowledge/indicators/index.ts';
import type { Indicator, IndicatorKind, KeyClass } from '../../model/index.ts';
import { type Pattern, PatternError, type PlainValue, parsePattern, plainValues } from '../../rules/stix/index.ts';
import { ipKey } from './keys.ts';

/** `low` to `high` in text order, both included; equal for one value. `below`: names that end in `.low` count as well. */
export interface Probe {
  /** index into the list of indicators */
  readonly indicator: number;
  readonly cls: KeyClass;
  readonly low: string;
  readonly high: string;
  readonly below: boolean;
}

export interface PatternProbe {
  readonly indicator: number;
  readonly pattern: Pattern;
}

export interface SweepPlan {
  readonly probes: readonly Probe[];
  /** patterns that ask for more than values */
  readonly patterns: readonly PatternProbe[];
  /** indicators that cannot be looked for, and why */
  readonly refused: readonly { readonly indicator: number; readonly code: string; readonly reason: string }[];
}

export function planSweep(indicators: readonly Indicator[]): SweepPlan {
  const probes: Probe[] = [];
  const patterns: PatternProbe[] = [];
  const refused: { indicator: number; code: string; reason: string }[] = [];
  for (const [at, indicator] of indicators.entries()) {
    if (indicator.kind !== 'pattern') {
      const found = probesOf(indicator.kind, indicator.value);
      if (found.length === 0)
        refused.push({
          indicator: at,
          code: 'NOT_IN_LOGS',
          reason: `no log here holds values of the kind ${indicator.kind}`,
        });
      for (const probe of found) probes.push({ indicator: at, ...probe });
      continue;
    }
    try {
      const pattern = parsePattern(indicator.value, { lenient: true });
      const plain = plainValues(pattern)?.map(probesOfPlain);
      if (plain?.every((list) => list !== null))
        for (const probe of plain.flat()) probes.push({ indicator: at, ...probe });
      else patterns.push({ indicator: at, pattern });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      refused.push({
        indicator: at,
        code: error.code,
        reason: `${error.message}${error.where ? ` (${error.where})` : ''}`,
      });
    }
  }
  return { probes, patterns, refused };
}

type Sought = Omit<Probe, 'indicator'>;

const CLASS: Readonly<Partial<Record<IndicatorKind, KeyClass>>> = {
  account: 'account',
  certificate: 'certificate',
  'certificate-serial': 'serial',
  email: 'email',
  'file-name': 'file',
  'file-path': 'path',
  hostname: 'host',
  ja3: 'ja3',
  ja3s: 'ja3',
  ja4: 'ja4',
  md5: 'hash',
  pipe: 'pipe',
  'registry-key': 'registry',
  service: 'service',
  sha1: 'hash',
  sha256: 'hash',
  sha512: 'hash',
  subject: 'subject',
  task: 'task',
  url: 'url',
  'user-agent': 'agent',
};

/** What a value of a kind is looked for as; empty: no log holds it. */
export function probesOf(kind: IndicatorKind, value: string): Sought[] {
  switch (kind) {
    case 'ipv4':
    case 'ipv6': {
      const key = ipKey(value);
      return key === null ? [] : [exact('ip', key)];
    }
    case 'cidr': {
      const range = networkRange(value);
      return range === null ? [] : [range];
    }
    case 'domain':
      return [{ ...exact('name', value), below: !isSharedSuffix(value) }];
    case 'mac':
      return [exact('mac', value.replaceAll(':', ''))];
    case 'registry-key':
      // The key itself and every value and key below it.
      return [
        exact('registry', value),
        { cls: 'registry', low: `${value}\\`, high: `${value}\\\u{10ffff}`, below: false },
      ];
    default: {
      const cls = CLASS[kind];
      return cls === undefined ? [] : [exact(cls, value)];
    }
  }
}

const exact = (cls: KeyClass, key: string): Sought => ({ cls, low: key, high: key, below: false });

function networkRange(cidr: string): Sought | null {
  const [text = '', bits = ''] = cidr.split('/');
  const address = parseAddress(text);
  if (address === null) return null;
  const width = address.family === 4 ? 32 : 128;
  const rest = BigInt(width - Number(bits));
  const first = prefixOf(address, Number(bits)) << rest;
  const key = (value: bigint) => `${address.family}${value.toString(16).padStart(width / 4, '0')}`;
  return { cls: 'ip', low: key(first), high: key(first + (1n << rest) - 1n), below: false };
}

/** A value that a pattern asks for, when the property is one whose values are looked up by key; null: it is not. */
export function probesOfPlain(plain: PlainValue): Sought[] | null {
  const kind = kindOfPath(plain);
  if (kind === null) return null;
  if (plain.network || (kind === 'ipv4' && plain.value.includes('/'))) {
    const cidr = normalise(
      'cidr',
      plain.value.includes('/') ? plain.value : `${plain.value}/${plain.value.includes(':') ? 128 : 32}`,
    );
    return cidr === null ? null : probesOf('cidr', cidr);
  }
  const kinds: IndicatorKind[] = kind === 'ipv4' ? ['ipv4', 'ipv6'] : [kind];
  for (const each of kinds) {
    const value = normalise(each, plain.value);
    if (value === null) continue;
    // A pattern names one name; whoever means those below it as well writes so.
    return probesOf(each, value)
      .map((probe) => ({ ...probe, below: false }))
      .slice(0, 1);
  }
  return null;
}

/** Simple properties by which feeds name things; a reference to the same kind of object says the same. */
function kindOfPath({ path, network }: PlainValue): IndicatorKind | null {
  const keys = path.steps.map((step) => ('key' in step ? step.key : '*'));
  const property = keys.join('.');
  if (network && !/value$/.test(property)) return null;
  switch (path.object) {
    case 'ipv4-addr':
    case 'ipv6-addr':
      return property === 'value' ? 'ipv4' : null;
    case 'domain-name':
      return property === 'value' ? 'domain' : null;
    case 'url':
      return property === 'value' ? 'url' : null;
    case 'email-addr':
      return property === 'value' ? 'email' : null;
    case 'mac-addr':
      return property === 'value' ? 'mac' : null;
    case 'file':
      return property === 'name'
        ? 'file-name'
        : keys[0] === 'hashes' && keys.length === 2
          ? digestKind(keys[1]!)
          : null;
    case 'windows-registry-key':
    case 'win-registry-key':
      return property === 'key' ? 'registry-key' : null;
    case 'x509-certificate':
      return keys[0] === 'hashes' && keys.length === 2
        ? 'certificate'
        : property === 'serial_number'
          ? 'certificate-serial'
          : null;
    default:
      return null;
  }
}

function digestKind(name: string): IndicatorKind | null {
  switch (name.toUpperCase().replaceAll('-', '').replaceAll('_', '')) {
    case 'MD5':
      return 'md5';
    case 'SHA1':
      return 'sha1';
    case 'SHA256':
      return 'sha256';
    case 'SHA512':
      return 'sha512';
    default:
      return null;
  }
}
