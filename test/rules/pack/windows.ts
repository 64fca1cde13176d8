/** Cases for the rules that read Windows' own words on itself: LSASS, directory, logs, clock, services, tasks, log-ons. */
import type { Plain } from '../support/evaluate.ts';
import { type Cases, security, service, services, sysmon, task } from './events.ts';

const TRACE = 'C:\\Windows\\SYSTEM32\\ntdll.dll+9fc24|C:\\Windows\\System32\\dbgcore.DLL+6ce5';
const QUIET = 'C:\\Windows\\SYSTEM32\\ntdll.dll+9fc24|C:\\Windows\\System32\\KERNELBASE.dll+20d0e';
const opened = (SourceImage: string, GrantedAccess: string, CallTrace: string, target = 'lsass') =>
  sysmon(10, { SourceImage, GrantedAccess, CallTrace, TargetImage: `C:\\Windows\\system32\\${target}.exe` });
const replica = (right: string, SubjectUserName: string) =>
  security(4662, {
    SubjectUserName,
    AccessMask: '0x100',
    Properties: `%%7688\r\n\t\t{${right}}\r\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}\r\n`,
  });
const CHANGES = '1131f6aa-9c07-11d1-f79f-00c04fc2dcd2';
const ALL = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2';
const FILTERED = '89e95b76-444d-4c62-991a-0facbeda640c';
const eventlog = (Channel: string, EventID: number): Plain => ({
  Channel,
  EventID,
  Provider_Name: 'Microsoft-Windows-Eventlog',
});
const audit = (subcategory: string, AuditPolicyChanges: string) =>
  security(4719, { SubcategoryGuid: `{${subcategory}-69ae-11d9-bed3-505054503030}`, AuditPolicyChanges });
const clock = (ProcessName: string, SubjectUserSid: string) => security(4616, { ProcessName, SubjectUserSid });
const state = (param1: string, param2: string) => services(7036, { param1, param2 });
const start = (param1: string, param3: string) => services(7040, { param1, param2: 'auto start', param3 });
const audited = (ServiceName: string, ServiceFileName: string) => security(4697, { ServiceName, ServiceFileName });
const ntlm = (TargetUserName: string, IpAddress: string, AuthenticationPackageName = 'NTLM') =>
  security(4624, { LogonType: 3, AuthenticationPackageName, TargetUserName, IpAddress });
const registered = (SubjectUserName: string, ClientProcessId: string) =>
  security(4698, { TaskName: '\\x', TaskContent: '<Command>C:\\x.exe</Command>', SubjectUserName, ClientProcessId });

export const WINDOWS: Cases = {
  'windows/lsass_opened.yml': {
    yes: [
      opened('C:\\Windows\\System32\\rundll32.exe', '0x1fffff', TRACE),
      opened('C:\\Windows\\System32\\taskmgr.exe', '0x1410', TRACE),
      opened('C:\\Users\\a\\m.exe', '0x1010', QUIET),
      opened('C:\\p\\powershell.exe', '0x1010', `${QUIET}|UNKNOWN(000001DE90524FD7)`),
    ],
    no: [
      opened('C:\\Windows\\System32\\rundll32.exe', '0x1400', TRACE), // may ask, not read
      opened('C:\\Windows\\System32\\svchost.exe', '0x1410', QUIET),
      opened('C:\\p\\powershell.exe', '0x1410', `${QUIET}|C:\\a\\System.ni.dll+2c01f5|UNKNOWN(00007FFB27AD5503)`),
      opened('C:\\Windows\\System32\\WerFault.exe', '0x1fffff', TRACE),
      opened('C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe', '0x1010', QUIET),
      opened('C:\\Users\\a\\m.exe', '0x1010', QUIET, 'notepad'),
    ],
  },
  'windows/dcsync.yml': {
    yes: [replica(ALL, 'adm.westin'), replica(FILTERED, 'adm.westin')],
    no: [replica(ALL, 'DC02$'), replica(ALL, 'MSOL_2826475d0356'), replica(CHANGES, 'adm.westin')],
  },
  'windows/directory_changes_read.yml': {
    yes: [replica(CHANGES, 'adm.westin')],
    no: [replica(CHANGES, 'DC02$'), replica(CHANGES, 'MSOL_2826475d0356')],
  },
  'windows/security_log_cleared.yml': {
    yes: [eventlog('Security', 1102)],
    no: [eventlog('Security', 1105), { ...eventlog('Security', 1102), Provider_Name: 'Other' }],
  },
  'windows/other_log_cleared.yml': {
    yes: [eventlog('System', 104)],
    no: [eventlog('System', 105), { ...eventlog('System', 104), Provider_Name: 'Other' }],
  },
  'windows/audit_switched_off.yml': {
    yes: [audit('0CCE922B', '%%8448'), audit('0cce9242', '%%8448, %%8450')],
    no: [audit('0cce922b', '%%8449'), audit('0cce9226', '%%8448')],
  },
  'windows/audit_reduced.yml': {
    yes: [audit('0cce9226', '%%8450')],
    no: [audit('0cce9226', '%%8449, %%8451'), audit('0cce922b', '%%8448')],
  },
  'windows/clock_set.yml': {
    yes: [
      clock('C:\\Windows\\System32\\cmd.exe', 'S-1-5-21-1-2-3-1104'),
      clock('C:\\Users\\a\\svchost.exe', 'S-1-5-21-1-2-3-1104'),
    ],
    no: [
      clock('C:\\Windows\\System32\\svchost.exe', 'S-1-5-19'),
      clock('C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe', 'S-1-5-18'),
      clock('', 'S-1-5-18'),
    ],
  },
  'windows/sensor_stopped.yml': {
    yes: [state('Sysmon64', 'stopped'), state('Windows Event Log', 'stopped'), start('Sysmon64', 'disabled')],
    no: [state('Sysmon64', 'running'), state('Spooler', 'stopped'), start('Sysmon64', 'demand start')],
  },
  'windows/service_updater_elsewhere.yml': {
    yes: [service('GoogleUpdaterService', 'C:\\ProgramData\\Google\\gupdate.exe /svc')],
    no: [
      service('Google Update Service (gupdate)', '"C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe" /svc'),
      service('Adobe Update Service', 'C:\\Windows\\System32\\svchost.exe -k a'),
      service('Backup', 'C:\\ProgramData\\Google\\gupdate.exe'),
    ],
  },
  'windows/service_updater_elsewhere_audit.yml': {
    yes: [audited('MicrosoftEdgeUpdate', 'C:\\Users\\Public\\e.exe')],
    no: [
      audited('MicrosoftEdgeUpdate', '"C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe" /svc'),
      audited('Backup', 'C:\\Users\\Public\\e.exe'),
    ],
  },
  'windows/service_beside_windows.yml': {
    yes: [
      service('PSEXESVC', '%SystemRoot%\\PSEXESVC.exe'),
      service('x', '"C:\\Windows\\winhlp64.exe" -s'),
      service('x', '\\\\127.0.0.1\\ADMIN$\\a1b2.exe'),
    ],
    no: [
      service('Spooler', 'C:\\Windows\\System32\\spoolsv.exe'),
      service('Sysmon64', 'C:\\Windows\\Sysmon64.exe'),
      service('x', '%SystemRoot%\\system32\\svchost.exe -k print'),
      service('x', '\\SystemRoot\\system32\\DRIVERS\\x.sys'),
    ],
  },
  'windows/service_runs_shell.yml': {
    yes: [
      service('Updater', '%COMSPEC% /C start /b C:\\Windows\\System32\\x.exe'),
      service('rtcpef', 'rundll32.exe C:\\Users\\A~1\\AppData\\Local\\Temp\\rtcpef.dll,run'),
    ],
    no: [service('x', 'rundll32.exe C:\\Windows\\System32\\x.dll,run'), service('x', 'C:\\Program Files\\x\\x.exe')],
  },
  'windows/task_created_remotely.yml': {
    yes: [
      registered('adm.westin', '0'),
      task('\\x', '\\\\10.0.0.7\\share\\x.exe'),
      security(4698, {
        TaskName: '\\x',
        TaskContent: '<Arguments>/C whoami &gt; %windir%\\Temp\\aBcD.tmp 2&gt;&amp;1</Arguments>',
      }),
    ],
    no: [
      registered('adm.westin', '6264'),
      registered('WS01$', '0'),
      task('\\x', 'C:\\x\\\\y.exe'),
      security(4698, { TaskContent: '<Arguments>/C dir &gt; C:\\logs\\x.txt</Arguments>' }),
    ],
  },
  'windows/admin_logon_ntlm.yml': {
    yes: [ntlm('Administrator', '10.0.0.7'), ntlm('adm.westin', '10.0.0.7'), ntlm('westin-adm', '10.0.0.7')],
    no: [
      ntlm('adm.westin', '10.0.0.7', 'Kerberos'),
      ntlm('adm.westin', '-'),
      ntlm('admiral', '10.0.0.7'),
      ntlm('adam', '10.0.0.7'),
    ],
  },
};
