import { value } from '../../../evtx/writer.ts';
import type { Host } from '../../world.ts';
import { NETBIOS } from '../../world.ts';
import { audit, hex, machine, pid, type Subject, subject, type WindowsRecord } from './shape.ts';

/** What was done once inside: processes, tasks, files, the directory, passwords, audit, devices. */
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
