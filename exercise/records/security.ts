import type { EventKind } from '../evtx/form.ts';

/** Kinds of event of the Security log: fields, order and types as Windows Server 2019 writes them. */
const SUCCESS = 0x8020000000000000n;
const FAILURE = 0x8010000000000000n;

function audit(id: number, version: number, task: number, fields: string, failed = false): EventKind {
  return {
    provider: 'Microsoft-Windows-Security-Auditing',
    guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    channel: 'Security',
    ...{
      id,
      version,
      task,
      level: 0,
      keywords: failed ? FAILURE : SUCCESS,
      processId: 620,
      threadId: 3000 + (id % 900),
    },
    fields,
  };
}

const SUBJECT = 'SubjectUserSid:sid SubjectUserName SubjectDomainName SubjectLogonId:hex64';
const TARGET = 'TargetUserSid:sid TargetUserName TargetDomainName TargetLogonId:hex64';
const KERBEROS_FROM = 'IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint';

export const LOGON = audit(
  4624,
  2,
  12544,
  `${SUBJECT} ${TARGET} LogonType:u32 LogonProcessName AuthenticationPackageName WorkstationName LogonGuid:guid TransmittedServices LmPackageName KeyLength:u32 ProcessId:hex64 ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId:hex64 ElevatedToken`,
);
export const LOGON_FAILED = audit(
  4625,
  0,
  12544,
  `${SUBJECT} TargetUserSid:sid TargetUserName TargetDomainName Status:hex32 FailureReason SubStatus:hex32 LogonType:u32 LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength:u32 ProcessId:hex64 ProcessName IpAddress IpPort`,
  true,
);
export const LOGOFF = audit(4634, 0, 12545, `${TARGET} LogonType:u32`);
export const EXPLICIT = audit(
  4648,
  0,
  12544,
  `${SUBJECT} LogonGuid:guid TargetUserName TargetDomainName TargetLogonGuid:guid TargetServerName TargetInfo ProcessId:hex64 ProcessName IpAddress IpPort`,
);
export const PRIVILEGES = audit(4672, 0, 12548, `${SUBJECT} PrivilegeList`);
export const TGT = audit(
  4768,
  0,
  14339,
  `TargetUserName TargetDomainName TargetSid:sid ServiceName ServiceSid:sid TicketOptions:hex32 Status:hex32 TicketEncryptionType:hex32 PreAuthType ${KERBEROS_FROM}`,
);
export const TGS = audit(
  4769,
  0,
  14337,
  'TargetUserName TargetDomainName ServiceName ServiceSid:sid TicketOptions:hex32 TicketEncryptionType:hex32 IpAddress IpPort Status:hex32 LogonGuid:guid TransmittedServices',
);
export const PREAUTH_FAILED = audit(
  4771,
  0,
  14339,
  `TargetUserName TargetSid:sid ServiceName TicketOptions:hex32 Status:hex32 PreAuthType ${KERBEROS_FROM}`,
  true,
);
const NTLM = 'PackageName TargetUserName Workstation Status:hex32';
export const NTLM_CHECKED = audit(4776, 0, 14336, NTLM);
export const NTLM_REFUSED = audit(4776, 0, 14336, NTLM, true);
const NPS =
  'SubjectUserSid:sid SubjectUserName SubjectDomainName FullyQualifiedSubjectUserName SubjectMachineSID:sid SubjectMachineName FullyQualifiedSubjectMachineName CalledStationID CallingStationID NASIPv4Address NASIPv6Address NASIdentifier NASPortType NASPort ClientName ClientIPAddress ProxyPolicyName NetworkPolicyName AuthenticationProvider AuthenticationServer AuthenticationType EAPType AccountSessionIdentifier';
export const VPN_GRANTED = audit(6272, 2, 12552, `${NPS} LoggingResult`);
export const VPN_DENIED = audit(6273, 2, 12552, `${NPS} ReasonCode Reason LoggingResult`, true);

export const PROCESS = audit(
  4688,
  2,
  13312,
  `${SUBJECT} NewProcessId:hex64 NewProcessName TokenElevationType ProcessId:hex64 CommandLine TargetUserSid:sid TargetUserName TargetDomainName TargetLogonId:hex64 ParentProcessName MandatoryLabel:sid`,
);
export const OBJECT_ACCESS = audit(
  4663,
  1,
  12800,
  `${SUBJECT} ObjectServer ObjectType ObjectName HandleId:hex64 AccessList AccessMask:hex32 ProcessId:hex64 ProcessName ResourceAttributes`,
);
export const SHARE = audit(
  5140,
  1,
  12808,
  `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask:hex32 AccessList`,
);
export const SHARE_FILE = audit(
  5145,
  0,
  12811,
  `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName AccessMask:hex32 AccessList AccessReason`,
);
export const SERVICE_INSTALLED = audit(
  4697,
  0,
  12289,
  `${SUBJECT} ServiceName ServiceFileName ServiceType:hex32 ServiceStartType:u32 ServiceAccount`,
);
export const TASK_CREATED = audit(4698, 0, 12804, `${SUBJECT} TaskName TaskContent`);
export const DEVICE = audit(
  6416,
  1,
  13316,
  `${SUBJECT} DeviceId DeviceDescription ClassId:guid ClassName VendorIds CompatibleIds LocationInformation`,
);
export const POLICY_CHANGED = audit(
  4719,
  0,
  13568,
  `${SUBJECT} CategoryId SubcategoryId SubcategoryGuid:guid AuditPolicyChanges`,
);
export const TIME_CHANGED = audit(
  4616,
  1,
  12288,
  `${SUBJECT} PreviousTime:time NewTime:time ProcessId:hex64 ProcessName`,
);
export const DIRECTORY_ACCESS = audit(
  4662,
  0,
  14080,
  `${SUBJECT} ObjectServer ObjectType ObjectName OperationType HandleId:hex64 AccessList AccessMask:hex32 Properties AdditionalInfo AdditionalInfo2`,
);
export const PASSWORD_RESET = audit(4724, 0, 13824, `TargetUserName TargetDomainName TargetSid:sid ${SUBJECT}`);
export const GROUP_ADDED = audit(
  4728,
  0,
  13826,
  `MemberName MemberSid:sid TargetUserName TargetDomainName TargetSid:sid ${SUBJECT} PrivilegeList`,
);
export const ACCOUNT_CHANGED = audit(
  4738,
  0,
  13824,
  `Dummy TargetUserName TargetDomainName TargetSid:sid ${SUBJECT} PrivilegeList SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours`,
);

const EVENTLOG = 'http://manifests.microsoft.com/win/2004/08/windows/eventlog';
const eventlog = (channel: string, id: number, keywords: bigint, fields: string): EventKind => ({
  provider: 'Microsoft-Windows-Eventlog',
  guid: '{fc65ddd8-d6ef-4962-83d5-6e5cfe9ce148}',
  ...{ channel, id, level: 4, task: 104, keywords, processId: 1104, threadId: 1320, fields },
  userData: ['LogFileCleared', EVENTLOG],
});
export const SECURITY_CLEARED = eventlog(
  'Security',
  1102,
  0x4020000000000000n,
  'SubjectUserSid:sid SubjectUserName SubjectDomainName SubjectLogonId:hex64',
);
export const OTHER_CLEARED = eventlog(
  'System',
  104,
  0x8000000000000000n,
  'SubjectUserName SubjectDomainName Channel BackupPath',
);
