import type { EventKind } from '../evtx/form.ts';

/** Kinds of event of the other Windows logs: System, Sysmon (schema 4.90), PowerShell, Plug and Play, Exchange, IIS. */
const service = (id: number, fields: string): EventKind => ({
  provider: 'Service Control Manager',
  guid: '{555908d1-a6d7-4695-8e1e-26931d2012f4}',
  ...{ channel: 'System', id, level: 4, keywords: 0x8080000000000000n, processId: 684, threadId: 4100, fields },
});
export const SERVICE_NEW = service(7045, 'ServiceName ImagePath ServiceType StartType AccountName');
export const SERVICE_STATE = service(7036, 'param1 param2');
export const BOOTED: EventKind = {
  provider: 'Microsoft-Windows-Kernel-General',
  guid: '{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}',
  ...{ channel: 'System', id: 12, version: 1, level: 4, task: 1, opcode: 0, keywords: 0x8000000000000080n },
  fields:
    'MajorVersion:u32 MinorVersion:u32 BuildVersion:u32 QfeVersion:u32 ServiceVersion:u32 BootMode:u32 StartTime:time',
};
export const UPDATE_INSTALLED: EventKind = {
  provider: 'Microsoft-Windows-WindowsUpdateClient',
  guid: '{945a8954-c147-4acd-923f-40c45405a658}',
  ...{ channel: 'System', id: 19, version: 1, level: 4, task: 1, opcode: 13, keywords: 0x8000000000000018n },
  fields: 'updateTitle updateGuid:guid updateRevisionNumber:u32 serviceGuid:guid',
};

function sysmon(id: number, version: number, fields: string): EventKind {
  return {
    provider: 'Microsoft-Windows-Sysmon',
    guid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    ...{ id, version, level: 4, task: id, processId: 2680, threadId: 3544 },
    fields: `RuleName ${fields}`,
  };
}
const ACTOR = 'UtcTime ProcessGuid:guid ProcessId:u32 Image';
export const SYSMON_PROCESS = sysmon(
  1,
  5,
  `${ACTOR} FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid:guid LogonId:hex64 TerminalSessionId:u32 IntegrityLevel Hashes ParentProcessGuid:guid ParentProcessId:u32 ParentImage ParentCommandLine ParentUser`,
);
export const SYSMON_CONNECTION = sysmon(
  3,
  5,
  `${ACTOR} User Protocol Initiated:bool SourceIsIpv6:bool SourceIp SourceHostname SourcePort:u16 SourcePortName DestinationIsIpv6:bool DestinationIp DestinationHostname DestinationPort:u16 DestinationPortName`,
);
export const SYSMON_MODULE = sysmon(
  7,
  3,
  `${ACTOR} ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus User`,
);
export const SYSMON_OPENED = sysmon(
  10,
  3,
  'UtcTime SourceProcessGUID:guid SourceProcessId:u32 SourceThreadId:u32 SourceImage TargetProcessGUID:guid TargetProcessId:u32 TargetImage GrantedAccess:hex32 CallTrace SourceUser TargetUser',
);
export const SYSMON_FILE = sysmon(11, 2, `${ACTOR} TargetFilename CreationUtcTime User`);
export const SYSMON_REGISTRY = sysmon(
  13,
  2,
  'EventType UtcTime ProcessGuid:guid ProcessId:u32 Image TargetObject Details User',
);
const PIPE = 'EventType UtcTime ProcessGuid:guid ProcessId:u32 PipeName Image User';
export const SYSMON_PIPE_CREATED = sysmon(17, 1, PIPE);
export const SYSMON_PIPE_CONNECTED = sysmon(18, 1, PIPE);
export const SYSMON_DNS = sysmon(
  22,
  5,
  'UtcTime ProcessGuid:guid ProcessId:u32 QueryName QueryStatus QueryResults Image User',
);

export const SCRIPT_BLOCK: EventKind = {
  provider: 'Microsoft-Windows-PowerShell',
  guid: '{a0c1853b-5c40-4b15-8766-3cf1c58f985a}',
  channel: 'Microsoft-Windows-PowerShell/Operational',
  ...{ id: 4104, version: 1, level: 5, task: 2, opcode: 15, keywords: 0n, processId: 7008, threadId: 6488 },
  fields: 'MessageNumber:i32 MessageTotal:i32 ScriptBlockText ScriptBlockId:guid Path',
};

const pnp = (id: number, fields: string): EventKind => ({
  provider: 'Microsoft-Windows-Kernel-PnP',
  guid: '{9c205a39-1250-487d-abd7-e831c6290539}',
  channel: 'Microsoft-Windows-Kernel-PnP/Configuration',
  ...{ id, level: 4, keywords: 0x4000000000000000n, fields },
});
export const PNP_CONFIGURED = pnp(
  400,
  'DeviceInstanceId DriverName ClassGuid:guid DriverDate DriverVersion DriverProvider DriverInbox:bool DriverSection DriverRank:hex32 MatchingDeviceId OutrankedDrivers DeviceUpdated:bool Status:hex32 ParentDeviceInstanceId',
);
export const PNP_STARTED = pnp(
  410,
  'DeviceInstanceId DriverName ClassGuid:guid ServiceName LowerFilters UpperFilters Problem:hex32 Status:hex32',
);

/** Unnamed values, as Exchange 2013 and later write them. */
export const CMDLET: EventKind = {
  provider: 'MSExchange CmdletLogs',
  channel: 'MSExchange Management',
  ...{ id: 1, level: 4, task: 1, keywords: 0x80000000000000n, fields: '', unnamed: true },
};

export const IIS_CONFIGURED: EventKind = {
  provider: 'Microsoft-Windows-IIS-Configuration',
  guid: '{dc0b8e51-4863-407a-bc3c-1b479b2978ac}',
  channel: 'Microsoft-IIS-Configuration/Operational',
  ...{ id: 29, level: 4, processId: 6120, threadId: 2204 },
  fields: 'PhysicalPath Configuration EditOperationType OldValue NewValue',
};
