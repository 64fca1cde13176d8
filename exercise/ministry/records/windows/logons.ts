import { value } from '../../../evtx/writer.ts';
import type { Host } from '../../world.ts';
import { DOMAIN_SID, NETBIOS, REALM } from '../../world.ts';
import { audit, type Data, hex, machine, pid, type Subject, subject, type WindowsRecord, ZERO_GUID } from './shape.ts';

/** Who came in, from where, with what: log-ons, tickets, remote access. */
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
