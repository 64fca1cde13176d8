/** Programs as their files describe themselves. */
/** A program as its file describes it. */
export interface Program {
  readonly image: string;
  readonly original: string;
  readonly description: string;
  readonly company: string;
  readonly version: string;
}

const WINDOWS = { company: 'Microsoft Corporation', version: '10.0.17763.1 (WinBuild.160101.0800)' };
const windows = (name: string, description: string, original = name): Program => ({
  image: `C:\\Windows\\System32\\${name}`,
  original,
  description,
  ...WINDOWS,
});

export const PROGRAMS = {
  cmd: windows('cmd.exe', 'Windows Command Processor', 'Cmd.Exe'),
  powershell: {
    ...windows('WindowsPowerShell\\v1.0\\powershell.exe', 'Windows PowerShell'),
    original: 'PowerShell.EXE',
  },
  whoami: windows('whoami.exe', 'whoami - displays logged on user information'),
  net: windows('net.exe', 'Net Command'),
  nltest: windows('nltest.exe', 'Microsoft® Logon Server Test Utility', 'nltestrk.exe'),
  schtasks: windows('schtasks.exe', 'Task Scheduler Configuration Tool', 'schtasks.exe'),
  sc: windows('sc.exe', 'Service Control Manager Configuration Tool', 'sc.exe'),
  wevtutil: windows('wevtutil.exe', 'Eventing Command Line Utility', 'wevtutil.exe'),
  auditpol: windows('auditpol.exe', 'Audit Policy Program', 'AUDITPOL.EXE'),
  rundll32: windows('rundll32.exe', 'Windows host process (Rundll32)', 'RUNDLL32.EXE'),
  w3wp: windows('inetsrv\\w3wp.exe', 'IIS Worker Process', 'w3wp.exe'),
  svchost: windows('svchost.exe', 'Host Process for Windows Services', 'svchost.exe'),
  services: windows('services.exe', 'Services and Controller app', 'services.exe'),
  explorer: { ...windows('explorer.exe', 'Windows Explorer', 'EXPLORER.EXE'), image: 'C:\\Windows\\explorer.exe' },
  taskhost: windows('taskhostw.exe', 'Host Process for Windows Tasks', 'taskhostw.exe'),
  appcmd: windows('inetsrv\\appcmd.exe', 'Application Server Command Line Admin Tool', 'appcmd.exe'),
} as const satisfies Record<string, Program>;

export function program(
  image: string,
  description: string,
  company: string,
  version: string,
  original?: string,
): Program {
  return { image, description, company, version, original: original ?? image.slice(image.lastIndexOf('\\') + 1) };
}
