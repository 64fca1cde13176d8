import type { Indicator, IndicatorKind } from '../../model/index.ts';
import { ownId, tlpDefinition } from '../stix/index.ts';

/** Indicators in the words of others: a STIX indicator, a MISP attribute, a line of CSV. null: no form for this kind. */
type StixObject = Record<string, unknown>;

/** Kind → path of a STIX pattern. A domain stands for what is below it too, which a pattern says with LIKE. */
const PATHS: Partial<Readonly<Record<IndicatorKind, string>>> = {
  asn: 'autonomous-system:number',
  certificate: "x509-certificate:hashes.'SHA-256'",
  'certificate-serial': 'x509-certificate:serial_number',
  cidr: 'ipv4-addr:value',
  domain: 'domain-name:value',
  email: 'email-addr:value',
  'file-name': 'file:name',
  ipv4: 'ipv4-addr:value',
  ipv6: 'ipv6-addr:value',
  mac: 'mac-addr:value',
  md5: "file:hashes.'MD5'",
  mutex: 'mutex:name',
  'registry-key': 'windows-registry-key:key',
  sha1: "file:hashes.'SHA-1'",
  sha256: "file:hashes.'SHA-256'",
  sha512: "file:hashes.'SHA-512'",
  subject: 'email-message:subject',
  url: 'url:value',
  account: 'user-account:account_login',
  'user-agent': "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
};

const UNDATED = '2000-01-01T00:00:00.000Z';

export function stixIndicator(indicator: Indicator): StixObject | null {
  const pattern = indicator.kind === 'pattern' ? indicator.value : patternOf(indicator);
  if (pattern === null) return null;
  const from = indicator.validFrom ?? indicator.firstSeen ?? UNDATED;
  const when = `${from.slice(0, 19)}.000Z`;
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: ownId('indicator', indicator.id),
    created: when,
    modified: when,
    name: indicator.title ?? indicator.value.slice(0, 200),
    description: `As told by ${indicator.source}`,
    indicator_types: ['malicious-activity'],
    pattern,
    pattern_type: 'stix',
    valid_from: when,
    ...(indicator.validUntil ? { valid_until: indicator.validUntil } : {}),
    ...(indicator.confidence === undefined ? {} : { confidence: indicator.confidence }),
    ...(indicator.labels.length > 0 ? { labels: [...indicator.labels] } : {}),
    ...(indicator.marking ? { object_marking_refs: [tlpDefinition(indicator.marking.tlp).id] } : {}),
  };
}

function patternOf({ kind, value }: Indicator): string | null {
  const path = kind === 'cidr' && value.includes(':') ? 'ipv6-addr:value' : PATHS[kind];
  if (path === undefined) return null;
  if (kind === 'asn') return `[${path} = ${value.replace(/^as/i, '')}]`;
  if (kind === 'cidr') return `[${path} ISSUBSET ${literal(value)}]`;
  if (kind === 'domain') return `[${path} = ${literal(value)} OR ${path} LIKE ${literal(`%.${value}`)}]`;
  return `[${path} = ${literal(value)}]`;
}

const literal = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/** Kind → MISP type and category. */
const MISP: Partial<Readonly<Record<IndicatorKind, readonly [type: string, category: string]>>> = {
  account: ['target-user', 'Targeting data'],
  asn: ['AS', 'Network activity'],
  certificate: ['x509-fingerprint-sha256', 'Network activity'],
  cidr: ['ip-dst', 'Network activity'],
  domain: ['domain', 'Network activity'],
  email: ['email-src', 'Payload delivery'],
  'file-name': ['filename', 'Payload delivery'],
  'file-path': ['filename', 'Payload delivery'],
  hostname: ['hostname', 'Network activity'],
  ipv4: ['ip-dst', 'Network activity'],
  ipv6: ['ip-dst', 'Network activity'],
  ja3: ['ja3-fingerprint-md5', 'Network activity'],
  mac: ['mac-address', 'Network activity'],
  md5: ['md5', 'Payload delivery'],
  mutex: ['mutex', 'Artifacts dropped'],
  pattern: ['stix2-pattern', 'Network activity'],
  pipe: ['named pipe', 'Artifacts dropped'],
  'registry-key': ['regkey', 'Persistence mechanism'],
  sha1: ['sha1', 'Payload delivery'],
  sha256: ['sha256', 'Payload delivery'],
  sha512: ['sha512', 'Payload delivery'],
  service: ['windows-service-name', 'Artifacts dropped'],
  subject: ['email-subject', 'Payload delivery'],
  task: ['windows-scheduled-task', 'Artifacts dropped'],
  url: ['url', 'Network activity'],
  'user-agent': ['user-agent', 'Network activity'],
};

export function mispAttribute(indicator: Indicator): StixObject | null {
  const form = MISP[indicator.kind];
  if (!form) return null;
  const [type, category] = form;
  const digest = /^(md5|sha1|sha256)$/.exec(
    { 32: 'md5', 40: 'sha1', 64: 'sha256' }[indicator.kind === 'certificate' ? indicator.value.length : 0] ?? '',
  )?.[0];
  return {
    uuid: ownId('attribute', indicator.id).slice('attribute--'.length),
    type: digest ? `x509-fingerprint-${digest}` : type,
    category,
    value: indicator.value,
    to_ids: indicator.contextOnly !== true,
    timestamp: String(Math.floor(Date.parse(indicator.validFrom ?? UNDATED) / 1000)),
    comment: [indicator.title, `source: ${indicator.source}`].filter(Boolean).join('; '),
    ...(indicator.firstSeen ? { first_seen: indicator.firstSeen } : {}),
    ...(indicator.lastSeen ? { last_seen: indicator.lastSeen } : {}),
    Tag: [
      ...(indicator.marking
        ? [{ name: `tlp:${indicator.marking.tlp}` }, { name: `PAP:${indicator.marking.pap.toUpperCase()}` }]
        : []),
      ...indicator.labels.map((name) => ({ name })),
    ],
  };
}

export const CSV_COLUMNS = [
  'kind',
  'value',
  'valid_from',
  'valid_until',
  'first_seen',
  'last_seen',
  'source',
  'title',
  'labels',
  'tlp',
  'pap',
] as const;

export function csvCells(i: Indicator): string[] {
  const cells = [i.kind, i.value, i.validFrom, i.validUntil, i.firstSeen, i.lastSeen, i.source, i.title];
  return [...cells, i.labels.join(' '), i.marking?.tlp, i.marking?.pap].map((cell) => cell ?? '');
}
