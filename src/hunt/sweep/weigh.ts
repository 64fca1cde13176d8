/** How much a hit of an indicator says, from what kind of value it is, who says so, and what is known against it. */
import { type IndicatorNotice, noticesOf } from '../../knowledge/indicators/index.ts';
import { type Indicator, type IndicatorKind, LEVELS, type Level } from '../../model/index.ts';

/** A digest or certificate is one thing for ever; an address, a name or a mailbox is lent and passes on. */
const TIMELESS = new Set<IndicatorKind>(['certificate', 'certificate-serial', 'md5', 'sha1', 'sha256', 'sha512']);

/** From when (included) and until when (not included) a hit counts; null: no bound is known. */
export function windowOf(indicator: Indicator): { from: string | null; until: string | null } {
  if (TIMELESS.has(indicator.kind)) return { from: null, until: null };
  const { validFrom, validUntil, firstSeen, lastSeen } = indicator;
  // A source that saw it in use earlier than it calls it valid has seen it: the wider span holds.
  const from =
    validFrom === undefined
      ? null
      : firstSeen !== undefined && Date.parse(firstSeen) < Date.parse(validFrom)
        ? firstSeen
        : validFrom;
  const until =
    validUntil === undefined
      ? null
      : lastSeen !== undefined && Date.parse(lastSeen) >= Date.parse(validUntil)
        ? after(lastSeen)
        : validUntil;
  return { from, until };
}

const after = (time: string): string => new Date(Date.parse(time) + 1).toISOString();

/** What a kind of value says by itself: a digest cannot be met by chance, an address or a file name is met by chance daily. */
const BASE: Readonly<Record<IndicatorKind, Level>> = {
  account: 'low',
  asn: 'low',
  certificate: 'high',
  'certificate-serial': 'high',
  cidr: 'low',
  domain: 'high',
  email: 'medium',
  'file-name': 'low',
  'file-path': 'medium',
  hostname: 'medium',
  ipv4: 'medium',
  ipv6: 'medium',
  ja3: 'low',
  ja3s: 'low',
  ja4: 'low',
  mac: 'medium',
  md5: 'high',
  mutex: 'medium',
  pattern: 'medium',
  pipe: 'medium',
  'registry-key': 'medium',
  service: 'medium',
  sha1: 'high',
  sha256: 'high',
  sha512: 'high',
  subject: 'low',
  task: 'medium',
  url: 'high',
  'user-agent': 'low',
};

const WORTHLESS = new Set<IndicatorNotice>(['INTERNAL', 'TOO_WIDE', 'EMPTY_FILE', 'CONTEXT_ONLY']);

/** One step down for a doubtful source or little confidence; what is in use everywhere, or context only, informs. */
export function levelOf(indicator: Indicator): Level {
  if (noticesOf(indicator).some((notice) => WORTHLESS.has(notice))) return 'informational';
  const { reliability, credibility, confidence } = indicator;
  const doubtful =
    reliability === 'D' ||
    reliability === 'E' ||
    (credibility !== undefined && (credibility === 4 || credibility === 5)) ||
    (confidence !== undefined && confidence < 40);
  const at = LEVELS.indexOf(BASE[indicator.kind]);
  return LEVELS[Math.max(0, at - (doubtful ? 1 : 0))]!;
}

const ADDRESS = [
  "the address served somebody else at the time: shared hosting, a carrier's NAT, a VPN exit, a scanner",
  'the connection was refused or came from outside without an answer',
];
const INNOCENT: Readonly<Partial<Record<IndicatorKind, readonly string[]>>> = {
  ipv4: ADDRESS,
  ipv6: ADDRESS,
  cidr: ADDRESS,
  domain: [
    'a mail filter, a sandbox or an analyst looked the name up',
    'the name was parked, taken over or sinkholed at the time',
  ],
  url: ['a mail filter, a sandbox or an analyst fetched it'],
  email: ['the sender was forged, or the mailbox belonged to somebody else before it was taken over'],
  'file-name': ['a file of the same name that has nothing to do with it: compare its digest'],
  'file-path': ['a file at the same place that has nothing to do with it: compare its digest'],
  md5: ['a tool that administrators use as well', 'a sample that an analyst handled'],
  sha1: ['a tool that administrators use as well', 'a sample that an analyst handled'],
  sha256: ['a tool that administrators use as well', 'a sample that an analyst handled'],
  'user-agent': ['a client that others use as well'],
  ja3: ['a library that many programs share: the fingerprint is theirs too'],
  ja3s: ['a library that many programs share: the fingerprint is theirs too'],
  ja4: ['a library that many programs share: the fingerprint is theirs too'],
  account: ['another person of the same name'],
};

/** What it would take to be innocent. */
export function innocentOf(indicator: Indicator): string[] {
  return [...(INNOCENT[indicator.kind] ?? ['another use of the same value'])];
}
