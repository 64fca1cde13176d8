import { DAY } from '../calendar.ts';
import type { Channel, Family, Host, Kept, Person, Silence, Span } from '../contract.ts';
import type { Random } from '../random.ts';
import type { servers } from './hosts.ts';

/**
 * What was collected, and how far back each log reaches. Reach is a share of the span, so that a short span has every
 * log too: the gateway's syslog goes back to nearly the beginning, the cloud's sign-ins not half as far.
 */
type Reach = readonly [channel: Channel, family: Family, low: number, high: number];
type Servers = ReturnType<typeof servers>;

const DC: readonly Reach[] = [
  ['Security', 'dc-windows', 16, 30],
  ['System', 'dc-windows', 10, 20],
];
const SERVER: readonly Reach[] = [
  ['Security', 'server-windows', 14, 28],
  ['System', 'server-windows', 8, 20],
  ['Sysmon', 'server-windows', 14, 28],
  ['PowerShell', 'server-windows', 14, 28],
];
const EXCHANGE: readonly Reach[] = [
  ...SERVER,
  ['MSExchange', 'server-windows', 10, 20],
  ['IIS-Configuration', 'server-windows', 4, 10],
  ['IIS', 'iis', 6, 16],
  ['HttpProxy', 'httpproxy', 35, 50],
  ['MessageTracking', 'messagetracking', 45, 60],
];
const SENSOR: readonly Reach[] = (['conn', 'dns', 'http', 'ssl'] as const).map((c) => [c, 'zeek', 36, 36] as const);
const LINUX: readonly Reach[] = [
  ['secure', 'linux', 18, 30],
  ['audit', 'linux', 18, 30],
];
const CLOUD: readonly Reach[] = [
  ['unified-audit', 'unified-audit', 24, 36],
  ['sign-ins', 'entra', 30, 45],
  ['directory-audit', 'entra', 24, 36],
];
const DESK: readonly Reach[] = [
  ['Security', 'desk-windows', 22, 50],
  ['Sysmon', 'desk-windows', 22, 50],
  ['System', 'desk-windows', 22, 50],
  ['PnP', 'desk-windows', 10, 30],
  ['PowerShell', 'desk-windows', 22, 50],
];

export function keep(random: Random, span: Span, s: Servers): Kept[] {
  const of = (host: string, reach: readonly Reach[]) => {
    // one sensor, one box: its logs begin together
    const share = random.int(0, 1000) / 1000;
    return reach.map((r) => kept(random, span, host, r, r[2] === r[3] ? share * 10 : 0));
  };
  return [
    ...of(s.vpn.name, [['asa', 'vpn', 0, 8]]),
    ...of(s.exchange.name, EXCHANGE),
    ...of(s.dc1.name, DC),
    ...of(s.dc2.name, DC),
    ...of(s.files.name, SERVER.slice(0, 3)),
    ...of(s.application.name, SERVER),
    ...of(s.mailGateway.name, [['maillog', 'postfix', 4, 18]]),
    ...of(s.proxy.name, [['squid', 'squid', 30, 42]]),
    ...of(s.sensor.name, SENSOR),
    ...of(s.jump.name, LINUX),
    ...of(s.linux.name, LINUX),
    ...of('cloud', CLOUD),
  ];
}

/** A desk whose logs were taken. */
export function keepDesk(random: Random, span: Span, host: Host): Kept[] {
  return DESK.map((reach) => kept(random, span, host.name, reach, 0));
}

function kept(random: Random, span: Span, host: string, [channel, family, low, high]: Reach, more: number): Kept {
  const days = Math.round((span.to - span.from) / DAY);
  const share = low + ((high - low) * random.int(0, 1000)) / 1000 + more;
  return {
    log: `${host}/${channel}`,
    host,
    channel,
    family,
    from: span.from + Math.floor((days * share) / 100) * DAY,
    to: span.to,
  };
}

/** Desks that an investigation takes to compare with: some of every kind. */
export function sampledDesks(random: Random, people: readonly Person[], count: number): Host[] {
  return random.some(people, count).map((p) => p.workstation);
}

/** What broke without anybody's doing: the sensor lost its disk, the proxy filled its own, syslog was restarted. */
export function accidents(random: Random, all: readonly Kept[], span: Span): Silence[] {
  const days = (span.to - span.from) / DAY;
  const stretch = (log: string, low: number, high: number, why: string): Silence[] => {
    const kept = all.filter((k) => k.log === log || k.host === log);
    const first = Math.max(...kept.map((k) => k.from));
    const length = Math.max(1, Math.round((random.int(low * 10, high * 10) / 10 / 1000) * days));
    const room = Math.floor((span.to - first) / DAY) - length;
    if (kept.length === 0 || room < 2) return [];
    const from = first + random.int(1, room - 1) * DAY + random.int(0, DAY - 1);
    return [{ log, kind: 'stopped', from, to: from + length * DAY, why }];
  };
  return [
    ...stretch('sensor01', 22, 50, 'the sensor was dead'),
    ...stretch('proxy01/squid', 4, 9, 'the proxy’s disk was full'),
    ...stretch('vpn-gw01/asa', 1, 3, 'syslog was not received'),
    ...stretch('cloud/unified-audit', 1, 4, 'the export is missing'),
  ];
}
