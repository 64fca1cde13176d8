/**
 * Windows' own logs as second carriers of Sysmon's categories. Facts: Microsoft's descriptions of events 4688, 4657, 5156
 * (fields, `%%` message codes, integrity labels) and the DNS client's event 3008. What they cannot carry is UNKNOWN.
 */
import type { Expr, Test } from '../ir.ts';
import { type Ask, type Carrier, channels, type View } from './carrier.ts';

const SYSTEM_FIELDS = [
  'EventID',
  'Channel',
  'Provider_Name',
  'Computer',
  'EventRecordID',
  'Execution_ProcessID',
] as const;

const equals = (text: string): Test => ({ $: 'equals', text, cased: false });
const anyOf = (ask: Ask, field: string, texts: readonly string[]): Expr => ({
  $: 'or',
  of: texts.map((text) => ask(field, equals(text))),
});

/** A test `equals one of the keys` becomes equality with the log's own word; anything else cannot be asked. */
const words =
  (field: string, table: Readonly<Record<string, string>>): View =>
  (test, ask) => {
    const own = test.$ === 'equals' ? table[test.text.toLowerCase()] : undefined;
    return own === undefined ? null : ask(field, equals(own));
  };

/** Process ids are decimal in Sysmon and hexadecimal here: comparable as numbers, not as texts. */
const processId =
  (field: string): View =>
  (test, ask) =>
    test.$ === 'number' || test.$ === 'compare' ? ask(field, test) : null;

/** Integrity levels are labels here: well-known SIDs of Windows' mandatory integrity control. */
const INTEGRITY: Readonly<Record<string, string>> = {
  low: 'S-1-16-4096',
  medium: 'S-1-16-8192',
  high: 'S-1-16-12288',
  system: 'S-1-16-16384',
  's-1-16-4096': 'S-1-16-4096',
  's-1-16-8192': 'S-1-16-8192',
  's-1-16-12288': 'S-1-16-12288',
  's-1-16-16384': 'S-1-16-16384',
};

const SYSTEM = 'S-1-5-18';
const LOCAL_SERVICE = 'S-1-5-19';
const NETWORK_SERVICE = 'S-1-5-20';

/**
 * Who the new process runs as: the target when the event names one, else the subject. Names are no help (SYSTEM is logged
 * under the machine's account), SIDs are; so only the ways rules have of saying "the system" are understood. `AUTHORI` and
 * `AUTORI` are Sigma's idiom for NT AUTHORITY in any language.
 */
const SYSTEM_IDIOMS: Readonly<Record<string, readonly string[]>> = {
  authori: [SYSTEM, LOCAL_SERVICE, NETWORK_SERVICE],
  autori: [SYSTEM, LOCAL_SERVICE, NETWORK_SERVICE],
  'nt authority\\': [SYSTEM, LOCAL_SERVICE, NETWORK_SERVICE],
  'nt authority\\system': [SYSTEM],
  '\\system': [SYSTEM],
  'nt authority\\local service': [LOCAL_SERVICE],
  'nt authority\\network service': [NETWORK_SERVICE],
};

/** The event names no target: the null SID (which real events also show beside a target's name), and no name. */
const noTarget = (ask: Ask): Expr => ({
  $: 'and',
  of: [
    { $: 'or', of: [ask('TargetUserSid', equals('S-1-0-0')), ask('TargetUserSid', { $: 'exists', wanted: false })] },
    { $: 'or', of: [ask('TargetUserName', equals('-')), ask('TargetUserName', { $: 'exists', wanted: false })] },
  ],
});

const runsAs: View = (test, ask) => {
  const sids = 'text' in test ? SYSTEM_IDIOMS[test.text.toLowerCase()] : undefined;
  if (!sids) return null;
  return {
    $: 'or',
    of: [anyOf(ask, 'TargetUserSid', sids), { $: 'and', of: [noTarget(ask), anyOf(ask, 'SubjectUserSid', sids)] }],
  };
};

/** The new process's session: the target's when there is one. */
const logonId: View = (test, ask) => ({
  $: 'or',
  of: [
    { $: 'and', of: [noTarget(ask), ask('SubjectLogonId', test)] },
    { $: 'and', of: [{ $: 'not', of: noTarget(ask) }, ask('TargetLogonId', test)] },
  ],
});

/**
 * 4688: a new process. The command line is there only where policy asks for it, the parent's name from Windows 10 and Server 2016
 * on; docs/sigma.md says so. Hashes, version resources, parent command line, working directory: never.
 */
export const SECURITY_4688: Carrier = {
  name: 'security/4688',
  gate: { ...channels('Security'), eventIds: [4688] },
  fields: {
    Image: 'NewProcessName',
    ParentImage: 'ParentProcessName',
    LogonId: logonId,
    ProcessId: processId('NewProcessId'),
    ParentProcessId: processId('ProcessId'),
    IntegrityLevel: words('MandatoryLabel', INTEGRITY),
    User: runsAs,
  },
  carries: [
    ...SYSTEM_FIELDS,
    'CommandLine',
    'NewProcessName',
    'NewProcessId',
    'ParentProcessName',
    'MandatoryLabel',
    'TokenElevationType',
    'SubjectUserSid',
    'SubjectUserName',
    'SubjectDomainName',
    'SubjectLogonId',
    'TargetUserSid',
    'TargetUserName',
    'TargetDomainName',
    'TargetLogonId',
  ],
};

/** Sysmon abbreviates the hives; the audit event has the kernel's path, and the control set by its number. */
const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^HKLM(?=\\)/i, '\\REGISTRY\\MACHINE'],
  [/^HKU(?=\\)/i, '\\REGISTRY\\USER'],
  [/^HKCR(?=\\)/i, '\\REGISTRY\\MACHINE\\SOFTWARE\\Classes'],
];

function kernelPaths(text: string): readonly string[] {
  const path = HIVES.reduce((t, [hive, kernel]) => t.replace(hive, () => kernel), text);
  if (!/CurrentControlSet/i.test(path)) return [path];
  return ['001', '002', '003'].map((n) => path.replace(/CurrentControlSet/gi, `ControlSet${n}`));
}

/**
 * Sysmon's TargetObject is the key's path, a backslash and the value's name; here they are two fields. A test on the joined
 * text is put exactly: inside one part, or cut at each backslash that could be the joint.
 */
const targetObject: View = (test, ask) => {
  if (!('text' in test)) return null;
  const { $: kind, cased } = test;
  const head = kind === 'equals' || kind === 'startsWith' ? 'equals' : 'endsWith';
  const tail = kind === 'equals' || kind === 'endsWith' ? 'equals' : 'startsWith';
  const of = kernelPaths(test.text).flatMap((text) => {
    const whole: Expr[] = [];
    if (kind === 'contains' || kind === 'startsWith') whole.push(ask('ObjectName', { $: kind, text, cased }));
    if (kind === 'contains' || kind === 'endsWith') whole.push(ask('ObjectValueName', { $: kind, text, cased }));
    const cuts = [...text.matchAll(/\\/g)].map(
      (m): Expr => ({
        $: 'and',
        of: [
          ask('ObjectName', { $: head, text: text.slice(0, m.index), cased }),
          ask('ObjectValueName', { $: tail, text: text.slice(m.index + 1), cased }),
        ],
      }),
    );
    return [...whole, ...cuts];
  });
  return { $: 'or', of };
};

const REG_TEXTS = ['%%1873', '%%1874', '%%1879'] as const; // REG_SZ, REG_EXPAND_SZ, REG_MULTI_SZ
const REG_BINARY = '%%1875';
const REG_DWORD = '%%1876';

/** Sysmon prints `DWORD (0x00000001)` and `Binary Data`; here type and value are apart. Texts are the same in both. */
const details: View = (test, ask) => {
  if (!('text' in test)) return test.$ === 'regex' || test.$ === 'glob' ? null : ask('NewValue', test);
  const dword = /^DWORD \((0x[0-9a-f]{8})\)$/i.exec(test.text);
  if (dword && test.$ !== 'endsWith')
    return {
      $: 'and',
      of: [
        ask('NewValueType', equals(REG_DWORD)),
        ask('NewValue', { $: 'number', number: Number.parseInt(dword[1]!, 16) }),
      ],
    };
  if (test.text.toLowerCase() === 'binary data') return ask('NewValueType', equals(REG_BINARY));
  if (/^[DQ]WORD|^\(Empty\)$/i.test(test.text)) return null;
  return { $: 'and', of: [anyOf(ask, 'NewValueType', REG_TEXTS), ask('NewValue', test)] };
};

const OPERATIONS = { created: '%%1904', modified: '%%1905', deleted: '%%1906' } as const;

const REGISTRY: Omit<Carrier, 'only' | 'name'> = {
  gate: { ...channels('Security'), eventIds: [4657] },
  fields: {
    TargetObject: targetObject,
    Details: details,
    Image: 'ProcessName',
    ProcessId: processId('ProcessId'),
    EventType: (test, ask) => {
      if (test.$ !== 'equals') return null;
      const type = test.text.toLowerCase();
      if (type === 'setvalue') return anyOf(ask, 'OperationType', [OPERATIONS.created, OPERATIONS.modified]);
      return type === 'deletevalue' ? ask('OperationType', equals(OPERATIONS.deleted)) : null;
    },
  },
  carries: [
    ...SYSTEM_FIELDS,
    'ObjectName',
    'ObjectValueName',
    'NewValue',
    'OldValue',
    'OperationType',
    'SubjectUserName',
  ],
};

function registry(operations: readonly string[]): Carrier {
  return { ...REGISTRY, name: 'security/4657', only: (ask) => anyOf(ask, 'OperationType', operations) };
}

/** 4657: a registry value created, modified or deleted, where the key's audit list asks for it. Sysmon's SetValue is both of the first two. */
export const SECURITY_4657 = {
  add: registry([OPERATIONS.created]),
  set: registry([OPERATIONS.created, OPERATIONS.modified]),
  delete: registry([OPERATIONS.deleted]),
  event: registry(Object.values(OPERATIONS)),
} as const;

/** Programs are named by kernel device path: only what does not speak of a drive can be asked. */
const devicePath: View = (test, ask) => {
  if (!('text' in test)) return null;
  const { text } = test;
  if (test.$ === 'contains' && text.startsWith(':\\')) {
    const path = text.slice(1).replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
    return ask('Application', { $: 'regex', source: `^\\\\device\\\\harddiskvolume[0-9]+${path}`, flags: 'i' });
  }
  if (text.includes(':') || !(test.$ === 'contains' || test.$ === 'endsWith')) return null;
  return ask('Application', test);
};

/**
 * 5156: a connection the filtering platform let through. Outbound only: which side is the source of an inbound one differs
 * between the two logs.
 */
export const SECURITY_5156: Carrier = {
  name: 'security/5156',
  gate: { ...channels('Security'), eventIds: [5156] },
  only: (ask) => ask('Direction', equals('%%14593')),
  fields: {
    Image: devicePath,
    DestinationIp: 'DestAddress',
    DestinationPort: 'DestPort',
    SourceIp: 'SourceAddress',
    SourcePort: 'SourcePort',
    Initiated: words('Direction', { true: '%%14593', false: '%%14592' }),
    Protocol: words('Protocol', { tcp: '6', udp: '17' }),
  },
  carries: [...SYSTEM_FIELDS, 'Application', 'Direction', 'DestAddress', 'DestPort', 'SourceAddress'],
};

/** 3008: the resolver's answer to a query; it does not say which program asked. */
export const DNS_CLIENT_3008: Carrier = {
  name: 'dns-client/3008',
  gate: {
    ...channels('Microsoft-Windows-DNS-Client/Operational', 'Microsoft-Windows-DNS Client Events/Operational'),
    eventIds: [3008],
  },
  carries: [...SYSTEM_FIELDS, 'QueryName', 'QueryStatus'],
};
