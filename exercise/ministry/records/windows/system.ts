import type { Host } from '../../world.ts';
import { NETBIOS } from '../../world.ts';
import type { Data, Subject, WindowsRecord } from './shape.ts';

/** The event log about itself, and services. */
const EVENTLOG = 'http://manifests.microsoft.com/win/2004/08/windows/eventlog';

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
