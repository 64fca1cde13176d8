import { type EventRecord, value } from '../../evtx/writer.ts';
import type { Host } from '../world.ts';
import { DOMAIN_SID, NETBIOS, REALM } from '../world.ts';

/**
 * Records of the Windows Security and System logs, with the fields, order and types the products write
 * (Microsoft's "Advanced security auditing" reference; real samples of each id).
 */
export type WindowsRecord = Omit<EventRecord, 'ms'>;
export interface Subject {
  readonly name: string;
  readonly sid: string;
  readonly domain?: string;
}

const hex = (n: number) => value.hex64(BigInt(n));
const pid = hex;
const ZERO_GUID = '{00000000-0000-0000-0000-000000000000}';
const SUCCESS = 0x8020000000000000n;
const FAILURE = 0x8010000000000000n;

export const SYSTEM: Subject = { name: 'SYSTEM', sid: 'S-1-5-18', domain: 'NT AUTHORITY' };
/** The computer itself, as it appears as a subject. */
export const machine = (host: Host): Subject => ({ name: `${host.name}$`, sid: 'S-1-5-18', domain: NETBIOS });

type Data = NonNullable<EventRecord['data']>;

function audit(host: Host, eventId: number, task: number, data: Data, failed = false, version = 0): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-Security-Auditing',
    providerGuid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    channel: 'Security',
    eventId,
    computer: host.fqdn,
    version,
    level: 0,
    task,
    keywords: failed ? FAILURE : SUCCESS,
    processId: 620,
    threadId: 3000 + (eventId % 900),
    data,
  };
}

function subject(who: Subject, logonId: number): Data {
  return {
    SubjectUserSid: value.sid(who.sid),
    SubjectUserName: who.name,
    SubjectDomainName: who.domain ?? NETBIOS,
    SubjectLogonId: hex(logonId),
  };
}

export interface Logon {
  readonly who: Subject;
  readonly type: number;
  readonly logonId: number;
  readonly from: string;
  readonly port: number;
  readonly workstation?: string;
  readonly ntlm?: boolean;
}

function target(l: Logon): Data {
  return {
    TargetUserSid: value.sid(l.who.sid),
    TargetUserName: l.who.name,
    TargetDomainName: l.who.domain ?? NETBIOS,
    TargetLogonId: hex(l.logonId),
  };
}

export function logon(host: Host, l: Logon): WindowsRecord {
  const local = l.type === 2 || l.type === 5;
  return audit(
    host,
    4624,
    12544,
    {
      ...(local
        ? subject(machine(host), 0x3e7)
        : {
            SubjectUserSid: value.sid('S-1-0-0'),
            SubjectUserName: '-',
            SubjectDomainName: '-',
            SubjectLogonId: hex(0),
          }),
      ...target(l),
      LogonType: l.type,
      LogonProcessName: l.ntlm
        ? 'NtLmSsp '
        : l.type === 5
          ? 'Advapi  '
          : l.type === 2 || l.type === 10
            ? 'User32 '
            : 'Kerberos',
      AuthenticationPackageName: l.ntlm ? 'NTLM' : local || l.type === 10 ? 'Negotiate' : 'Kerberos',
      WorkstationName: l.workstation ?? '-',
      LogonGuid: value.guid(ZERO_GUID),
      TransmittedServices: '-',
      LmPackageName: l.ntlm ? 'NTLM V2' : '-',
      KeyLength: l.ntlm ? 128 : 0,
      ProcessId: pid(local ? 0x2ac : 0),
      ProcessName: local ? 'C:\\Windows\\System32\\services.exe' : '-',
      IpAddress: local ? '-' : l.from,
      IpPort: local ? '-' : String(l.port),
      ImpersonationLevel: '%%1833',
      RestrictedAdminMode: '-',
      TargetOutboundUserName: '-',
      TargetOutboundDomainName: '-',
      VirtualAccount: '%%1843',
      TargetLinkedLogonId: hex(0),
      ElevatedToken: '%%1842',
    },
    false,
    2,
  );
}

export function logonFailed(host: Host, l: Logon): WindowsRecord {
  return audit(
    host,
    4625,
    12544,
    {
      SubjectUserSid: value.sid('S-1-0-0'),
      SubjectUserName: '-',
      SubjectDomainName: '-',
      SubjectLogonId: hex(0),
      TargetUserSid: value.sid('S-1-0-0'),
      TargetUserName: l.who.name,
      TargetDomainName: l.who.domain ?? NETBIOS,
      Status: value.hex32(0xc000006d),
      FailureReason: '%%2313',
      SubStatus: value.hex32(0xc000006a),
      LogonType: l.type,
      LogonProcessName: 'NtLmSsp ',
      AuthenticationPackageName: 'NTLM',
      WorkstationName: l.workstation ?? '-',
      TransmittedServices: '-',
      LmPackageName: '-',
      KeyLength: 0,
      ProcessId: pid(0),
      ProcessName: '-',
      IpAddress: l.from,
      IpPort: String(l.port),
    },
    true,
  );
}

export function logoff(host: Host, l: Logon): WindowsRecord {
  return audit(host, 4634, 12545, { ...target(l), LogonType: l.type });
}

export function explicitCredentials(
  host: Host,
  who: Subject,
  logonId: number,
  as: string,
  server: string,
  process: string,
): WindowsRecord {
  return audit(host, 4648, 12544, {
    ...subject(who, logonId),
    LogonGuid: value.guid(ZERO_GUID),
    TargetUserName: as,
    TargetDomainName: NETBIOS,
    TargetLogonGuid: value.guid(ZERO_GUID),
    TargetServerName: server,
    TargetInfo: server,
    ProcessId: pid(0x1a44),
    ProcessName: process,
    IpAddress: '-',
    IpPort: '-',
  });
}

export function adminLogon(host: Host, who: Subject, logonId: number): WindowsRecord {
  const rights = ['SeSecurityPrivilege', 'SeBackupPrivilege', 'SeRestorePrivilege', 'SeDebugPrivilege'];
  return audit(host, 4672, 12548, { ...subject(who, logonId), PrivilegeList: rights.join('\r\n\t\t\t') });
}

export function ticketGranted(host: Host, who: Subject, from: string, port: number): WindowsRecord {
  return audit(host, 4768, 14339, {
    TargetUserName: who.name,
    TargetDomainName: REALM,
    TargetSid: value.sid(who.sid),
    ServiceName: 'krbtgt',
    ServiceSid: value.sid(`${DOMAIN_SID}-502`),
    TicketOptions: value.hex32(0x40810010),
    Status: value.hex32(0),
    TicketEncryptionType: value.hex32(0x12),
    PreAuthType: '2',
    IpAddress: `::ffff:${from}`,
    IpPort: String(port),
    CertIssuerName: '',
    CertSerialNumber: '',
    CertThumbprint: '',
  });
}

export function serviceTicket(host: Host, who: Subject, service: string, from: string, port: number): WindowsRecord {
  return audit(host, 4769, 14337, {
    TargetUserName: `${who.name}@${REALM}`,
    TargetDomainName: REALM,
    ServiceName: service,
    ServiceSid: value.sid(`${DOMAIN_SID}-1008`),
    TicketOptions: value.hex32(0x40810000),
    TicketEncryptionType: value.hex32(0x12),
    IpAddress: `::ffff:${from}`,
    IpPort: String(port),
    Status: value.hex32(0),
    LogonGuid: value.guid(ZERO_GUID),
    TransmittedServices: '-',
  });
}

export function wrongPassword(host: Host, who: Subject, from: string, port: number): WindowsRecord {
  return audit(
    host,
    4771,
    14339,
    {
      TargetUserName: who.name,
      TargetSid: value.sid(who.sid),
      ServiceName: `krbtgt/${NETBIOS}`,
      TicketOptions: value.hex32(0x40810010),
      Status: value.hex32(0x18),
      PreAuthType: '2',
      IpAddress: `::ffff:${from}`,
      IpPort: String(port),
      CertIssuerName: '',
      CertSerialNumber: '',
      CertThumbprint: '',
    },
    true,
  );
}

export interface Started {
  readonly who: Subject;
  readonly logonId: number;
  readonly id: number;
  readonly image: string;
  readonly command: string;
  readonly parentId: number;
  readonly parent: string;
}

export function processCreated(host: Host, s: Started): WindowsRecord {
  return audit(
    host,
    4688,
    13312,
    {
      ...subject(s.who, s.logonId),
      NewProcessId: pid(s.id),
      NewProcessName: s.image,
      TokenElevationType: '%%1936',
      ProcessId: pid(s.parentId),
      CommandLine: s.command,
      TargetUserSid: value.sid('S-1-0-0'),
      TargetUserName: '-',
      TargetDomainName: '-',
      TargetLogonId: hex(0),
      ParentProcessName: s.parent,
      MandatoryLabel: value.sid('S-1-16-16384'),
    },
    false,
    2,
  );
}

/** An extended right used on the domain's head object. */
export function directoryAccess(host: Host, who: Subject, logonId: number, right: string): WindowsRecord {
  return audit(host, 4662, 14080, {
    ...subject(who, logonId),
    ObjectServer: 'DS',
    ObjectType: '%{19195a5b-6da0-11d0-afd3-00c04fd930c9}',
    ObjectName: '%{5ce7f1b2-86c0-4f43-9d7a-2f6f0b6c1a10}',
    OperationType: 'Object Access',
    HandleId: pid(0),
    AccessList: '%%7688\r\n\t\t\t\t',
    AccessMask: value.hex32(0x100),
    Properties: `%%7688\r\n\t\t{${right}}\r\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}\r\n`,
    AdditionalInfo: '-',
    AdditionalInfo2: '',
  });
}

export function taskCreated(host: Host, who: Subject, logonId: number, name: string, command: string, args: string) {
  const xml = [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <RegistrationInfo>\r\n    <Author>${NETBIOS}\\${who.name}</Author>\r\n    <URI>${name}</URI>\r\n  </RegistrationInfo>`,
    '  <Triggers>\r\n    <CalendarTrigger>\r\n      <StartBoundary>2022-01-01T09:10:00</StartBoundary>',
    '      <Enabled>true</Enabled>\r\n      <ScheduleByDay>\r\n        <DaysInterval>1</DaysInterval>\r\n      </ScheduleByDay>',
    '    </CalendarTrigger>\r\n  </Triggers>',
    '  <Principals>\r\n    <Principal id="Author">\r\n      <UserId>S-1-5-18</UserId>\r\n      <RunLevel>HighestAvailable</RunLevel>',
    '    </Principal>\r\n  </Principals>\r\n  <Actions Context="Author">\r\n    <Exec>',
    `      <Command>${command}</Command>\r\n      <Arguments>${args}</Arguments>`,
    '    </Exec>\r\n  </Actions>\r\n</Task>',
  ].join('\r\n');
  return audit(host, 4698, 12804, { ...subject(who, logonId), TaskName: name, TaskContent: xml });
}

export function fileRead(host: Host, who: Subject, logonId: number, file: string, process: string): WindowsRecord {
  return audit(
    host,
    4663,
    12800,
    {
      ...subject(who, logonId),
      ObjectServer: 'Security',
      ObjectType: 'File',
      ObjectName: file,
      HandleId: pid(0x2d8),
      AccessList: '%%4416\r\n\t\t\t\t',
      AccessMask: value.hex32(1),
      ProcessId: pid(0x1f3c),
      ProcessName: process,
      ResourceAttributes: 'S:AI',
    },
    false,
    1,
  );
}

export function passwordReset(host: Host, who: Subject, logonId: number, of: Subject): WindowsRecord {
  return audit(host, 4724, 13824, {
    TargetUserName: of.name,
    TargetDomainName: NETBIOS,
    TargetSid: value.sid(of.sid),
    ...subject(who, logonId),
  });
}

export function auditPolicyChanged(
  host: Host,
  who: Subject,
  logonId: number,
  category: string,
  sub: string,
  guid: string,
) {
  return audit(host, 4719, 13568, {
    ...subject(who, logonId),
    CategoryId: category,
    SubcategoryId: sub,
    SubcategoryGuid: value.guid(guid),
    AuditPolicyChanges: '%%8448, %%8450',
  });
}

/** Security log cleared; the record that opens the emptied log. */
export function logCleared(host: Host, who: Subject, logonId: number): WindowsRecord {
  return {
    ...eventlog(host, 'Security', 1102, 0x4020000000000000n),
    userData: {
      element: 'LogFileCleared',
      namespace: EVENTLOG,
      data: {
        SubjectUserSid: who.sid,
        SubjectUserName: who.name,
        SubjectDomainName: NETBIOS,
        SubjectLogonId: `0x${logonId.toString(16)}`,
      },
    },
  };
}

/** Another log cleared, told by the System log. */
export function otherLogCleared(host: Host, who: Subject, channel: string): WindowsRecord {
  return {
    ...eventlog(host, 'System', 104, 0x8000000000000000n),
    userSid: who.sid,
    userData: {
      element: 'LogFileCleared',
      namespace: EVENTLOG,
      data: { SubjectUserName: who.name, SubjectDomainName: NETBIOS, Channel: channel, BackupPath: '' },
    },
  };
}

const EVENTLOG = 'http://manifests.microsoft.com/win/2004/08/windows/eventlog';

function eventlog(host: Host, channel: string, eventId: number, keywords: bigint): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-Eventlog',
    providerGuid: '{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}',
    channel,
    eventId,
    computer: host.fqdn,
    level: 4,
    task: 104,
    keywords,
    processId: 1104,
    threadId: 1320,
  };
}

/** A memory stick was recognised (6416). */
export function deviceAttached(host: Host, serial: string): WindowsRecord {
  return audit(
    host,
    6416,
    13316,
    {
      ...subject(machine(host), 0x3e7),
      DeviceId: `USBSTOR\\Disk&Ven_Generic&Prod_Flash_Disk&Rev_8.07\\${serial}&0`,
      DeviceDescription: 'Generic Flash Disk USB Device',
      ClassId: value.guid('{4d36e967-e325-11ce-bfc1-08002be10318}'),
      ClassName: 'DiskDrive',
      VendorIds: 'USBSTOR\\DiskGeneric_Flash_Disk______8.07 USBSTOR\\DiskGeneric_Flash_Disk______',
      CompatibleIds: 'USBSTOR\\Disk USBSTOR\\RAW GenDisk',
      LocationInformation: '-',
    },
    false,
    1,
  );
}

/** Network policy server: remote access granted (6272) or denied (6273). */
export function remoteAccess(host: Host, who: Subject, from: string, granted: boolean): WindowsRecord {
  return audit(
    host,
    granted ? 6272 : 6273,
    12552,
    {
      SubjectUserSid: value.sid(who.sid),
      SubjectUserName: who.name,
      SubjectDomainName: NETBIOS,
      FullyQualifiedSubjectUserName: `${NETBIOS}\\${who.name}`,
      SubjectMachineSID: value.sid('S-1-0-0'),
      SubjectMachineName: '-',
      FullyQualifiedSubjectMachineName: '-',
      CalledStationID: '192.0.2.10',
      CallingStationID: from,
      NASIPv4Address: '10.20.10.2',
      NASIPv6Address: '-',
      NASIdentifier: '-',
      NASPortType: 'Virtual',
      NASPort: '8192',
      ClientName: 'vpn-gw01',
      ClientIPAddress: '10.20.10.2',
      ProxyPolicyName: 'VPN',
      NetworkPolicyName: granted ? 'VPN users' : '-',
      AuthenticationProvider: 'Windows',
      AuthenticationServer: host.fqdn,
      AuthenticationType: 'PAP',
      EAPType: '-',
      AccountSessionIdentifier: '-',
      ...(granted
        ? { LoggingResult: 'Accounting information was written to the local log file.' }
        : {
            ReasonCode: '16',
            Reason: 'Authentication failed due to a user credentials mismatch.',
            LoggingResult: '-',
          }),
    },
    !granted,
    granted ? 2 : 2,
  );
}

function services(host: Host, eventId: number, data: Data, userSid?: string): WindowsRecord {
  return {
    provider: 'Service Control Manager',
    providerGuid: '{555908d1-a6d7-4695-8e1e-26931d2012f4}',
    channel: 'System',
    eventId,
    computer: host.fqdn,
    level: 4,
    keywords: 0x8080000000000000n,
    processId: 684,
    threadId: 4100,
    ...(userSid ? { userSid } : {}),
    data,
  };
}

export function serviceInstalled(host: Host, who: Subject, name: string, path: string): WindowsRecord {
  return services(
    host,
    7045,
    {
      ServiceName: name,
      ImagePath: path,
      ServiceType: 'user mode service',
      StartType: 'auto start',
      AccountName: 'LocalSystem',
    },
    who.sid,
  );
}

export function serviceState(host: Host, name: string, state: 'running' | 'stopped'): WindowsRecord {
  return services(host, 7036, { param1: name, param2: state });
}
