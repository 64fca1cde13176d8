import { createHash } from 'node:crypto';
import type { Program } from '../contract.ts';

/** Programs as their files describe themselves. */
const windows = (name: string, description: string, original = name): Program => ({
  image: `C:\\Windows\\System32\\${name}`,
  ...{ original: original.slice(original.lastIndexOf('\\') + 1), description },
  ...{ company: 'Microsoft Corporation', version: '10.0.17763.1 (WinBuild.160101.0800)' },
});
const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\';
const office = (name: string, description: string): Program => ({
  image: `${OFFICE}${name}`,
  ...{ original: name, description, company: 'Microsoft Corporation', version: '16.0.14931.20000' },
});

export const PROGRAMS = {
  cmd: windows('cmd.exe', 'Windows Command Processor', 'Cmd.Exe'),
  powershell: windows('WindowsPowerShell\\v1.0\\powershell.exe', 'Windows PowerShell', 'PowerShell.EXE'),
  svchost: windows('svchost.exe', 'Host Process for Windows Services'),
  services: windows('services.exe', 'Services and Controller app'),
  explorer: { ...windows('explorer.exe', 'Windows Explorer', 'EXPLORER.EXE'), image: 'C:\\Windows\\explorer.exe' },
  taskhost: windows('taskhostw.exe', 'Host Process for Windows Tasks'),
  w3wp: windows('inetsrv\\w3wp.exe', 'IIS Worker Process'),
  conhost: windows('conhost.exe', 'Console Window Host', 'CONHOST.EXE'),
  whoami: windows('whoami.exe', 'whoami - displays logged on user information'),
  net: windows('net.exe', 'Net Command'),
  ipconfig: windows('ipconfig.exe', 'IP Configuration Utility'),
  gpupdate: windows('gpupdate.exe', 'Microsoft® Group Policy Update Utility', 'GPUpdate.exe'),
  mmc: windows('mmc.exe', 'Microsoft Management Console'),
  backup: windows('wbengine.exe', 'Microsoft® Block Level Backup Engine Service EXE', 'WBENGINE.EXE'),
  defrag: windows('Defrag.exe', 'Disk Defragmenter Module'),
  csc: {
    ...windows('csc.exe', 'Visual C# Command Line Compiler'),
    image: 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe',
  },
  word: office('WINWORD.EXE', 'Microsoft Word'),
  excel: office('EXCEL.EXE', 'Microsoft Excel'),
  outlook: office('OUTLOOK.EXE', 'Microsoft Outlook'),
  edge: {
    image: 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    ...{
      original: 'msedge.exe',
      description: 'Microsoft Edge',
      company: 'Microsoft Corporation',
      version: '110.0.1587.50',
    },
  },
  edgeUpdate: {
    image: 'C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe',
    ...{ original: 'msedgeupdate.dll', description: 'Microsoft Edge Update', company: 'Microsoft Corporation' },
    version: '1.3.171.39',
  },
  reader: {
    image: 'C:\\Program Files\\PaperView\\paperview.exe',
    ...{ original: 'paperview.exe', description: 'PaperView PDF', company: 'PaperView Ltd', version: '11.2.0.4' },
  },
  guard: {
    image: 'C:\\Program Files\\Guard AV\\guardsvc.exe',
    ...{ original: 'guardsvc.exe', description: 'Guard AV Service', company: 'Guard AV', version: '22.4.1.0' },
  },
} as const satisfies Record<string, Program>;

const digests = new Map<string, string>();

/** Invented digests that stay the same for the same file; a given SHA-256 stands as it is. */
export function hashes(image: string, sha256?: string): string {
  const key = sha256 ?? image.toLowerCase();
  let text = digests.get(key);
  if (text === undefined) {
    const made = (name: string) => createHash('sha256').update(`${name} ${key}`).digest('hex').toUpperCase();
    text = `MD5=${made('md5').slice(0, 32)},SHA256=${sha256?.toUpperCase() ?? made('sha256')},IMPHASH=${made('imphash').slice(0, 32)}`;
    if (digests.size < 20_000) digests.set(key, text);
  }
  return text;
}
