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
    return [...linuxSysmon(category), ...(category === 'process_creation' ? [AUDITD_SYSCALL] : [])];
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
