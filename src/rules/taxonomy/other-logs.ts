/** Carriers outside `product: windows`: Sysmon for Linux, auditd, Zeek for the product-less network categories, Defender as antivirus. */
import type { Gate, Test } from '../ir.ts';
import { type Carrier, channels, type View } from './carrier.ts';

const LINUX_SYSMON_IDS: Readonly<Record<string, readonly number[]>> = {
  process_creation: [1],
  network_connection: [3],
  process_termination: [5],
  raw_access_thread: [9],
  file_event: [11],
  file_delete: [23],
};

function linuxSysmon(category: string): readonly Carrier[] {
  const eventIds = LINUX_SYSMON_IDS[category];
  if (!eventIds) return [];
  const gate: Gate = { product: 'linux', channels: ['linux-sysmon/operational'], eventIds };
  return [{ name: `linux-sysmon/${eventIds.join('+')}`, gate, carries: 'all' }];
}

const TEXT_KINDS = new Set<Test['$']>(['equals', 'startsWith', 'endsWith', 'contains', 'glob', 'regex']);

/** auditd's SYSCALL record of an execve names the program, not its command line (EXECVE records hold arguments one by one). */
const AUDITD_SYSCALL: Carrier = {
  name: 'auditd/syscall',
  gate: { product: 'linux', service: 'auditd' },
  only: (ask) => ({
    $: 'and',
    of: [
      ask('type', { $: 'equals', text: 'SYSCALL', cased: false }),
      {
        $: 'or',
        of: ['execve', 'execveat', '59', '322'].map((text) => ask('syscall', { $: 'equals', text, cased: false })),
      },
    ],
  }),
  fields: { Image: 'exe', ProcessId: 'pid', ParentProcessId: 'ppid' },
  carries: [],
};

/** argv[0] is a path or, as shells run it, a bare name: `ends with /curl` is also met by `curl`. */
const argumentZero: View = (test, ask) => {
  if (!TEXT_KINDS.has(test.$)) return null;
  const bare = test.$ === 'endsWith' && /^\/[^/]+$/.test(test.text) ? test.text.slice(1) : null;
  if (bare === null) return ask('a0', test);
  return {
    $: 'or',
    of: [ask('a0', test), ask('a0', { $: 'equals', text: bare, cased: test.$ === 'endsWith' && test.cased })],
  };
};

/** auditd's EXECVE record: the arguments, which the reader also joins to a CommandLine. It names no parent and no user. */
const AUDITD_EXECVE: Carrier = {
  name: 'auditd/execve',
  gate: { product: 'linux', service: 'auditd' },
  only: (ask) => ask('type', { $: 'equals', text: 'EXECVE', cased: false }),
  fields: { Image: argumentZero },
  carries: ['CommandLine'],
};

/** Programs whose lines stand in one file on disk and are told apart by our reader: /var/log/auth.log, /var/log/syslog. */
const SYSLOG_FAMILIES: Readonly<Record<string, readonly string[]>> = {
  auth: ['sshd', 'sudo', 'cron'],
  syslog: ['auth', 'sshd', 'sudo', 'cron', 'vsftpd', 'clamav', 'guacamole', 'postfix', 'named', 'dnsmasq', 'openvpn'],
};

/** A rule for a whole syslog file is asked of the programs that write to it. */
export function linuxServices(service: string): readonly Carrier[] {
  const family = Object.hasOwn(SYSLOG_FAMILIES, service) ? (SYSLOG_FAMILIES[service] as readonly string[]) : [];
  return family.map((name) => ({ name: `linux/${name}`, gate: { product: 'linux', service: name }, carries: 'all' }));
}

/**
 * Microsoft's unified audit log is one log; Sigma's services for it are views of it, and our reader tells only the
 * security centre's alerts apart.
 */
const M365_VIEWS: Readonly<Record<string, readonly string[]>> = {
  audit: ['threat_management'],
  exchange: ['audit'],
  threat_detection: ['audit', 'threat_management'],
  threat_management: ['audit'],
};

export function m365Services(service: string): readonly Carrier[] {
  const views = Object.hasOwn(M365_VIEWS, service) ? (M365_VIEWS[service] as readonly string[]) : [];
  return views.map((name) => ({ name: `m365/${name}`, gate: { product: 'm365', service: name }, carries: 'all' }));
}

/**
 * SigmaHQ's web server rules ask `cs-uri-query` for anything in the request line, as if it held the whole URI. Our
 * readers keep the query exact (W3C) and give stem and query together as `cs-uri`: a text is looked for in both.
 */
export const WEBSERVER_FIELDS: NonNullable<Carrier['fields']> = {
  'cs-uri-query': (test, ask) =>
    TEXT_KINDS.has(test.$)
      ? { $: 'or', of: [ask('cs-uri-query', test), ask('cs-uri', test)] }
      : ask('cs-uri-query', test),
};

/** Defender detections: event ids 1006–1119 of its operational log that name a threat. */
const DEFENDER: Carrier = {
  name: 'windefend/1116',
  gate: {
    ...channels('Microsoft-Windows-Windows Defender/Operational'),
    eventIds: [1006, 1007, 1008, 1015, 1116, 1117, 1118, 1119],
  },
  fields: {
    Signature: 'Threat Name',
    Action: 'Action Name',
    // `file:_C:\dir\x.exe; webfile:_…`: a path stands inside other text, so only "contains" keeps its meaning; the rest is widened to it.
    Filename: ((test, ask) => {
      if (!('text' in test)) return TEXT_KINDS.has(test.$) ? ask('Path', test) : null;
      const text = test.$ === 'contains' || test.$ === 'endsWith' ? test.text : `:_${test.text}`;
      return ask('Path', { $: 'contains', text, cased: test.cased });
    }) satisfies View,
  },
  carries: [
    'EventID',
    'Channel',
    'Provider_Name',
    'Computer',
    'Threat Name',
    'Path',
    'Action Name',
    'Severity Name',
    'Category Name',
  ],
};

const ZEEK_DNS: Carrier = {
  name: 'zeek/dns',
  gate: { product: 'zeek', service: 'dns' },
  fields: {
    record_type: 'qtype_name',
    answer: 'answers',
    src_ip: 'id.orig_h',
    dst_ip: 'id.resp_h',
    dst_port: 'id.resp_p',
  },
  carries: ['query', 'answers', 'qtype_name', 'rcode_name'],
};

const ZEEK_CONN: Carrier = {
  name: 'zeek/conn',
  gate: { product: 'zeek', service: 'conn' },
  fields: { src_ip: 'id.orig_h', src_port: 'id.orig_p', dst_ip: 'id.resp_h', dst_port: 'id.resp_p' },
  carries: ['proto'],
};

/** Zeek keeps host and path apart where a proxy writes one URL: a text that begins with one slash lies in the path. */
const urlPath: View = (test, ask) => {
  if (!('text' in test) || !(test.$ === 'contains' || test.$ === 'endsWith')) return null;
  return /^\/(?!\/)/.test(test.text) ? ask('uri', test) : null;
};

const ZEEK_HTTP: Carrier = {
  name: 'zeek/http',
  gate: { product: 'zeek', service: 'http' },
  fields: {
    'c-uri': urlPath,
    'cs-host': 'host',
    'r-dns': 'host',
    'cs-method': 'method',
    'c-useragent': 'user_agent',
    'cs-referrer': 'referrer',
    'sc-status': 'status_code',
    src_ip: 'id.orig_h',
    dst_ip: 'id.resp_h',
    dst_port: 'id.resp_p',
  },
  carries: [],
};

/** Second carriers of a log source that is not `product: windows`. The log named as the rule names it comes before these. */
export function otherCarriers(product: string | undefined, category: string | undefined): readonly Carrier[] {
  if (category === undefined) return [];
  if (product === 'linux')
    return [...linuxSysmon(category), ...(category === 'process_creation' ? [AUDITD_SYSCALL, AUDITD_EXECVE] : [])];
  if (product !== undefined) return [];
  switch (category) {
    case 'antivirus':
      return [DEFENDER];
    case 'dns':
      return [ZEEK_DNS];
    case 'firewall':
      return [ZEEK_CONN];
    case 'proxy':
      return [ZEEK_HTTP];
    default:
      return [];
  }
}
