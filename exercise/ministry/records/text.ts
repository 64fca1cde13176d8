import type { Random } from '../../random.ts';
import { GATEWAY, JUMP, WEB_MAIL } from '../world.ts';

/** Lines of the text logs: what the product writes for one event, without the end of line. */

/** An IIS request: everything but the time. */
export interface Request {
  readonly method: string;
  readonly stem: string;
  readonly query?: string;
  readonly user?: string;
  readonly from: string;
  readonly agent: string;
  readonly status: number;
  readonly substatus?: number;
  readonly took: number;
}

export const IIS_FIELDS =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';

export function iisHead(ms: number): string {
  return [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    `#Date: ${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}`,
    `#Fields: ${IIS_FIELDS}`,
  ].join('\r\n');
}

export function iisLine(ms: number, r: Request): string {
  const [date, time] = new Date(ms).toISOString().slice(0, 19).split('T');
  return [
    date,
    time,
    '10.20.10.20',
    r.method,
    r.stem,
    r.query ?? '-',
    '443',
    r.user ?? '-',
    r.from,
    r.agent.replaceAll(' ', '+'),
    r.stem.startsWith('/owa') && r.status === 200 ? `https://${WEB_MAIL}/owa/` : '-',
    r.status,
    r.substatus ?? 0,
    r.status === 401 ? 1326 : 0,
    r.took,
  ].join(' ');
}

/** A line of the VPN gateway as the syslog server kept it (`logging timestamp rfc5424`). `text` begins with `%ASA-`. */
export function asaLine(ms: number, text: string): string {
  return `<166>${new Date(ms).toISOString().slice(0, 19)}Z ${GATEWAY.name} : ${text}`;
}

/** rsyslog's file format with the offset of the ministry's zone. */
export function syslogLine(ms: number, tag: string, text: string): string {
  const local = new Date(ms + 3_600_000).toISOString().slice(0, 23);
  return `${local}000+01:00 ${JUMP.name} ${tag}: ${text}`;
}

/** The records of one command run on the jump host, as auditd writes them: SYSCALL, EXECVE, CWD, PROCTITLE. */
export function auditLines(
  ms: number,
  serial: number,
  user: { uid: number; name: string },
  argv: readonly string[],
): string[] {
  const stamp = `msg=audit(${(ms / 1000).toFixed(3)}:${serial}):`;
  const exe = argv[0] as string;
  const comm = exe.slice(exe.lastIndexOf('/') + 1);
  const proctitle = Buffer.from(argv.join('\0')).toString('hex').toUpperCase();
  const args = argv.map((a, i) => `a${i}=${/[\s"]/.test(a) ? Buffer.from(a).toString('hex').toUpperCase() : `"${a}"`}`);
  return [
    `type=SYSCALL ${stamp} arch=c000003e syscall=59 success=yes exit=0 a0=55d0c6f2 a1=55d0c701 a2=55d0c7aa a3=8 items=2 ppid=${3000 + (serial % 400)} pid=${4000 + (serial % 900)} auid=${user.uid} uid=${user.uid} gid=${user.uid} euid=${user.uid} suid=${user.uid} fsuid=${user.uid} egid=${user.uid} sgid=${user.uid} fsgid=${user.uid} tty=pts0 ses=${serial % 700} comm="${comm}" exe="${exe}" subj=unconfined key="exec"`,
    `type=EXECVE ${stamp} argc=${argv.length} ${args.join(' ')}`,
    `type=CWD ${stamp} cwd="/home/${user.name}"`,
    `type=PROCTITLE ${stamp} proctitle=${proctitle}`,
  ];
}

export interface Fetch {
  readonly client: string;
  readonly result: string;
  readonly bytes: number;
  readonly method: string;
  readonly url: string;
  readonly user?: string;
  readonly peer: string;
  readonly type: string;
  readonly took: number;
}

/** squid's native format */
export function squidLine(ms: number, f: Fetch): string {
  const hierarchy = f.peer === '-' ? 'HIER_NONE/-' : `HIER_DIRECT/${f.peer}`;
  return `${(ms / 1000).toFixed(3)} ${String(f.took).padStart(6)} ${f.client} ${f.result} ${f.bytes} ${f.method} ${f.url} ${f.user ?? '-'} ${hierarchy} ${f.type}`;
}

export function zeekHead(path: string, ms: number, fields: string, types: string): string {
  return [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    `#open\t${zeekDate(ms)}`,
    `#fields\t${fields.replaceAll(' ', '\t')}`,
    `#types\t${types.replaceAll(' ', '\t')}`,
  ].join('\n');
}

export function zeekDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[T:]/g, '-');
}

export const ZEEK_CONN = {
  fields:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents',
  types:
    'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]',
} as const;
export const ZEEK_DNS = {
  fields:
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected',
  types:
    'time string addr port addr port enum count interval string count string count string count string bool bool bool bool count vector[string] vector[interval] bool',
} as const;

/** Microseconds, as the sensor's clock gives them. */
function zeekTime(random: Random, ms: number): string {
  return `${(ms / 1000).toFixed(3)}${String(random.int(0, 999)).padStart(3, '0')}`;
}

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly service: string;
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
}

export function connLine(random: Random, ms: number, f: Flow): string {
  const out = Math.ceil(f.sent / 1200) + 4;
  const back = Math.ceil(f.received / 1300) + 4;
  const local = (a: string) => (a.startsWith('10.') ? 'T' : 'F');
  return [
    zeekTime(random, ms),
    `C${random.letters(17)}`,
    f.from,
    random.int(49_200, 65_000),
    f.to,
    f.port,
    'tcp',
    f.service,
    f.seconds.toFixed(6),
    f.sent,
    f.received,
    'SF',
    local(f.from),
    local(f.to),
    0,
    'ShADadFf',
    out,
    f.sent + out * 40,
    back,
    f.received + back * 40,
    '-',
  ].join('\t');
}

export function dnsLine(
  random: Random,
  ms: number,
  from: string,
  query: string,
  type: 'A' | 'TXT',
  answer: string,
): string {
  return [
    zeekTime(random, ms),
    `C${random.letters(17)}`,
    from,
    random.int(49_200, 65_000),
    '10.20.10.5',
    53,
    'udp',
    random.int(1, 65_000),
    '0.001000',
    query,
    1,
    'C_INTERNET',
    type === 'A' ? 1 : 16,
    type,
    0,
    'NOERROR',
    'F',
    'F',
    'T',
    'T',
    0,
    type === 'TXT' ? `TXT ${answer.length} ${answer}` : answer,
    '300.000000',
    'F',
  ].join('\t');
}
