import { type EventRecord, value } from '../../evtx/writer.ts';
import type { Host } from '../world.ts';
import { NETBIOS } from '../world.ts';
import type { Program } from './programs.ts';
import type { WindowsRecord } from './windows/index.ts';

/** Records of Sysmon (schema 4.90). */
type Data = NonNullable<EventRecord['data']>;

function sysmon(host: Host, eventId: number, version: number, data: Data): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-Sysmon',
    providerGuid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    eventId,
    computer: host.fqdn,
    version,
    level: 4,
    task: eventId,
    processId: 2680,
    threadId: 3544,
    userSid: 'S-1-5-18',
    data,
  };
}

export interface Run {
  readonly ms: number;
  readonly host: Host;
  readonly user: string;
  readonly program: Program;
  readonly command: string;
  readonly id: number;
  readonly parent: Program;
  readonly parentCommand: string;
  readonly parentId: number;
  readonly folder?: string;
  readonly integrity?: 'System' | 'High' | 'Medium';
}

/** Sysmon's clock text. */
function clock(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 23);
}

/** Made of host and process id, so that one process has one GUID in all its records. */
function processGuid(host: Host, id: number): Data[string] {
  const part = (n: number) => n.toString(16).padStart(4, '0');
  const [, , c = '0', d = '0'] = host.address.split('.');
  return value.guid(
    `{7c1e${part(Number(c) * 256 + Number(d))}-${part(id)}-6430-0000-0010${id.toString(16).padStart(8, '0')}}`,
  );
}

/** Invented digests that stay the same for the same file. */
function hashes(image: string): string {
  const one = (digits: number, basis: number): string => {
    let out = '';
    let h = basis;
    for (let i = 0; out.length < digits; i++) {
      for (let j = 0; j < image.length; j++) h = Math.imul(h ^ image.charCodeAt(j), 0x01000193 + i);
      out += (h >>> 0).toString(16).toUpperCase().padStart(8, '0');
    }
    return out.slice(0, digits);
  };
  return `MD5=${one(32, 1)},SHA256=${one(64, 2)},IMPHASH=${one(32, 3)}`;
}

export function started(run: Run): WindowsRecord {
  const { host, program: p } = run;
  const system = run.user.startsWith('NT AUTHORITY');
  return sysmon(host, 1, 5, {
    RuleName: '-',
    UtcTime: clock(run.ms),
    ProcessGuid: processGuid(host, run.id),
    ProcessId: run.id,
    Image: p.image,
    FileVersion: p.version,
    Description: p.description,
    Product: p.company === 'Microsoft Corporation' ? 'Microsoft® Windows® Operating System' : p.description,
    Company: p.company,
    OriginalFileName: p.original,
    CommandLine: run.command,
    CurrentDirectory: run.folder ?? 'C:\\Windows\\system32\\',
    User: run.user,
    LogonGuid: processGuid(host, system ? 0x3e7 : 0x5a2c),
    LogonId: value.hex64(system ? 0x3e7n : 0x8f3a11n),
    TerminalSessionId: system ? 0 : 1,
    IntegrityLevel: run.integrity ?? (system ? 'System' : 'Medium'),
    Hashes: hashes(p.image),
    ParentProcessGuid: processGuid(host, run.parentId),
    ParentProcessId: run.parentId,
    ParentImage: run.parent.image,
    ParentCommandLine: run.parentCommand,
    ParentUser: system ? run.user : `${NETBIOS}\\${run.user.slice(run.user.indexOf('\\') + 1)}`,
  });
}

export interface Connection {
  readonly ms: number;
  readonly host: Host;
  readonly user: string;
  readonly image: string;
  readonly id: number;
  readonly to: string;
  readonly name: string;
  readonly port: number;
  readonly fromPort: number;
}

export function connected(c: Connection): WindowsRecord {
  return sysmon(c.host, 3, 5, {
    RuleName: '-',
    UtcTime: clock(c.ms),
    ProcessGuid: processGuid(c.host, c.id),
    ProcessId: c.id,
    Image: c.image,
    User: c.user,
    Protocol: 'tcp',
    Initiated: true,
    SourceIsIpv6: false,
    SourceIp: c.host.address,
    SourceHostname: c.host.fqdn,
    SourcePort: value.uint16(c.fromPort),
    SourcePortName: '-',
    DestinationIsIpv6: false,
    DestinationIp: c.to,
    DestinationHostname: c.name,
    DestinationPort: value.uint16(c.port),
    DestinationPortName: c.port === 443 ? 'https' : '-',
  });
}

export function processOpened(
  ms: number,
  host: Host,
  image: string,
  id: number,
  user: string,
  target: string,
  access: number,
  trace: string,
): WindowsRecord {
  return sysmon(host, 10, 3, {
    RuleName: '-',
    UtcTime: clock(ms),
    SourceProcessGUID: processGuid(host, id),
    SourceProcessId: id,
    SourceThreadId: id + 8,
    SourceImage: image,
    TargetProcessGUID: processGuid(host, 716),
    TargetProcessId: 716,
    TargetImage: target,
    GrantedAccess: value.hex32(access),
    CallTrace: trace,
    SourceUser: user,
    TargetUser: 'NT AUTHORITY\\SYSTEM',
  });
}

export function fileMade(ms: number, host: Host, image: string, id: number, user: string, file: string): WindowsRecord {
  return sysmon(host, 11, 2, {
    RuleName: '-',
    UtcTime: clock(ms),
    ProcessGuid: processGuid(host, id),
    ProcessId: id,
    Image: image,
    TargetFilename: file,
    CreationUtcTime: clock(ms),
    User: user,
  });
}

export function registrySet(
  ms: number,
  host: Host,
  image: string,
  id: number,
  user: string,
  key: string,
  details: string,
): WindowsRecord {
  return sysmon(host, 13, 2, {
    RuleName: '-',
    EventType: 'SetValue',
    UtcTime: clock(ms),
    ProcessGuid: processGuid(host, id),
    ProcessId: id,
    Image: image,
    TargetObject: key,
    Details: details,
    User: user,
  });
}

export function nameAsked(
  ms: number,
  host: Host,
  image: string,
  id: number,
  user: string,
  name: string,
  answer: string,
) {
  return sysmon(host, 22, 5, {
    RuleName: '-',
    UtcTime: clock(ms),
    ProcessGuid: processGuid(host, id),
    ProcessId: id,
    QueryName: name,
    QueryStatus: '0',
    QueryResults: `::ffff:${answer};`,
    Image: image,
    User: user,
  });
}
