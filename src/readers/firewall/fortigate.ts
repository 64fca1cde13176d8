import type { Instant } from '../../base/index.ts';
import { parseIso, UNDATED, zoneMinutes } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import { eachPair } from '../text/pairs.ts';
import type { Row, RowKind } from '../text/row.ts';

/**
 * FortiGate logs (FortiOS Log Message Reference): `date=… time=… devname="…" type="event" subtype="vpn" action="…" …`.
 * Fortinet's own names are kept, as Sigma's fortigate rules ask for them; added are src_ip, src_port, dst_ip, dst_port
 * (Sigma's firewall names), and for tunnels and logons assigned_ip, activity and outcome as in all such events.
 */
const KINDS: ReadonlyMap<string, RowKind> = new Map(
  ['event', 'traffic', 'utm', 'anomaly', 'app-ctrl', 'dns', 'other'].map((service) => [
    service,
    {
      source: {
        product: 'fortigate',
        service,
        ...(service === 'traffic' ? { category: 'firewall' } : {}),
      },
      stream: 'firewall-fortigate',
      host: ['devname', 'devid', 'syslog_host'],
      user: ['user', 'xauthuser', 'unauthuser'],
      address: ['src_ip', 'srcip', 'remip'],
    },
  ]),
);

export interface FortiRecord {
  readonly kind: RowKind;
  readonly pairs: ReadonlyMap<string, string>;
  readonly time: Instant;
  readonly zoneAssumed: boolean;
}

/** Does the text look like the start of such a record, wherever a relay cut it? */
export function isFortigate(text: string): boolean {
  const head = text.slice(0, 400);
  const devid = head.includes('devid=') || head.includes('devname=');
  return devid && (head.includes('logid=') || head.includes('log_id=') || head.includes('subtype='));
}

/** null: not such a record. Times that name no zone are read in `assumedZone` (minutes east). */
export function parseFortigate(text: string, assumedZone: number): FortiRecord | null {
  const pairs = new Map<string, string>();
  eachPair(
    text,
    0,
    (name, value) => {
      if (pairs.size < 1000 && !pairs.has(name)) pairs.set(name, value);
    },
    { escapes: true, commas: true },
  );
  const type = pairs.get('type');
  if (type === undefined && !pairs.has('logid')) return null;
  const kind = KINDS.get(type ?? '') ?? (KINDS.get('other') as RowKind);
  return { kind, pairs, ...timeOf(pairs, assumedZone) };
}

function timeOf(pairs: ReadonlyMap<string, string>, assumedZone: number): { time: Instant; zoneAssumed: boolean } {
  const exact = pairs.get('eventtime');
  if (exact !== undefined && /^\d{10,19}$/.test(exact)) {
    // Seconds, milliseconds, microseconds or nanoseconds, by firmware: UTC in any case.
    const seconds = Number(exact.slice(0, 10));
    const nanos = Number(exact.slice(10).padEnd(9, '0'));
    const milli = Math.floor(nanos / 1e6);
    return { time: { ms: seconds * 1000 + milli, ns: nanos - milli * 1e6 }, zoneAssumed: false };
  }
  const tz = pairs.get('tz');
  const named = tz !== undefined && /^[+-]\d{4}$/.test(tz);
  const at = parseIso(`${pairs.get('date') ?? ''} ${pairs.get('time') ?? ''}`, named ? zoneMinutes(tz) : assumedZone);
  return at === null ? { time: UNDATED, zoneAssumed: false } : { time: at, zoneAssumed: !named };
}

/** activity and outcome by FortiGate's action */
const MEANING: Readonly<Record<string, readonly [activity: string, outcome?: string]>> = {
  'tunnel-up': ['vpn-start'],
  'tunnel-down': ['vpn-end'],
  'ssl-login-fail': ['logon', 'failure'],
  'ssl-new-con': ['vpn-connect'],
  'ssl-web-deny': ['vpn-deny', 'failure'],
  'FSSO-logon': ['logon', 'success'],
  'FSSO-logoff': ['logoff'],
};

/** Fortinet's way to say that a field has no value. */
const UNSET = 'N/A';

/** Added names and where their values come from, first present one counts. */
const ALIASES: readonly (readonly [name: string, from: readonly string[], number: boolean])[] = [
  ['src_ip', ['srcip', 'remip', 'src'], false],
  ['src_port', ['srcport', 'src_port'], true],
  ['dst_ip', ['dstip', 'dst'], false],
  ['dst_port', ['dstport', 'dst_port'], true],
  ['assigned_ip', ['tunnelip', 'assignip'], false],
  ['query', ['qname'], false],
  ['record_type', ['qtype'], false],
  ['bytes_sent', ['sentbyte', 'sent'], true],
  ['bytes_received', ['rcvdbyte', 'rcvd'], true],
];

/** Put the fields of a record into a row that has begun. */
export function putFortigate(row: Row, record: FortiRecord): void {
  const { pairs } = record;
  for (const [name, value] of pairs) if (value !== UNSET) row.put(name, value);
  for (const [name, from, number] of ALIASES) {
    if (pairs.has(name)) continue;
    const source = from.find((f) => pairs.has(f));
    const value = source === undefined ? undefined : pairs.get(source);
    if (value === undefined || value === UNSET || value === '(null)') continue;
    row.put(name, number && /^\d{1,15}$/.test(value) ? Number(value) : value);
  }
  const action = pairs.get('action') ?? '';
  if (Object.hasOwn(MEANING, action)) {
    const [activity, outcome] = MEANING[action] as readonly [string, string?];
    row.put('activity', activity);
    row.put('outcome', outcome);
  } else if (action === 'login' || action === 'auth-logon' || action === 'authentication') {
    const status = pairs.get('status') ?? pairs.get('result') ?? '';
    row.put('activity', 'logon');
    row.put('outcome', /^(?:success|ok|logon)/i.test(status) ? 'success' : status === '' ? undefined : 'failure');
  }
  row.ms = record.time.ms;
  row.ns = record.time.ns;
  if (record.zoneAssumed) row.flags |= EventFlag.zoneAssumed;
}
