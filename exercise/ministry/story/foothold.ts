import { MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { iisConfigured } from '../records/channels.ts';
import { PROGRAMS } from '../records/programs.ts';
import { registrySet } from '../records/sysmon.ts';
import { SYSTEM, serviceInstalled, taskCreated } from '../records/windows/index.ts';
import { HOSTS, NETBIOS } from '../world.ts';
import { typed } from './shell.ts';

/** Ways back in that look like updaters. */
const PHASE = 'foothold';
const START = utc('2022-09-20 01:31');

export function foothold(m: Ministry): void {
  const { exchange, desk1 } = HOSTS;
  const task = '\\MicrosoftEdgeUpdateTaskMachineUA';
  const file = 'C:\\ProgramData\\EdgeUpdate\\msedgeupdate.exe';
  typed(m, START, {
    phase: PHASE,
    program: PROGRAMS.schtasks,
    command: `schtasks /create /tn "${task.slice(1)}" /tr "${file} /ua" /sc daily /st 09:10 /ru SYSTEM /f`,
    what: 'A task named like the updater of Edge is made',
    technique: 'T1053.005',
    rules: ['windows/task_command_writable_folder.yml'],
    sigma: ['89ca78fd-b37c-4310-b3d3-81a023f83936'],
  });
  m.logs.exSecurity.add(START + 2 * SECOND, taskCreated(exchange, SYSTEM, 0x3e7, task, file, '/ua'), {
    phase: PHASE,
    what: 'The task runs a program from ProgramData',
    technique: 'T1053.005',
    rules: ['windows/task_updater_elsewhere.yml'],
  });
  m.logs.exSystem.add(
    START + 11 * MINUTE,
    serviceInstalled(exchange, SYSTEM, 'GoogleUpdaterService', 'C:\\ProgramData\\Google\\gupdate.exe /svc'),
    {
      phase: PHASE,
      what: 'A service named like the updater of Chrome is installed',
      technique: 'T1543.003',
      rules: ['windows/service_updater_elsewhere.yml'],
    },
  );
  const library = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\owa\\auth\\ExtAuth.dll';
  const module = START + 26 * MINUTE;
  typed(m, module, {
    phase: PHASE,
    program: PROGRAMS.appcmd,
    command: `C:\\Windows\\System32\\inetsrv\\appcmd.exe install module /name:ExtendedAuth /image:"${library}"`,
    what: 'A module that reads passwords of the web mail is registered',
    technique: 'T1505.004',
    sigma: ['9465ddf4-f9e4-4ebd-8d98-702df3a93239'],
    rules: ['exchange/iis_module_command.yml'],
  });
  m.logs.exIis.add(
    module + 2 * SECOND,
    iisConfigured("/system.webServer/globalModules/add[@name='ExtendedAuth']/@image", library),
    {
      phase: PHASE,
      what: 'The configuration of IIS takes the module in',
      technique: 'T1505.004',
      rules: ['exchange/iis_native_module.yml'],
    },
  );
  // nine months later, on a desk
  const owner = m.people[3];
  const run = utc('2023-06-27 02:14');
  m.logs.desk1Sysmon.add(
    run,
    registrySet(
      run,
      desk1,
      'C:\\Windows\\system32\\reg.exe',
      8844,
      `${NETBIOS}\\${owner?.name}`,
      `HKU\\${owner?.sid}\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Dropbox Update Setup`,
      `C:\\Users\\${owner?.name}\\AppData\\Roaming\\Dropbox\\DropboxUpdateSetup.exe`,
    ),
    {
      phase: PHASE,
      what: 'A Run value named like the updater of Dropbox is set on a desk',
      technique: 'T1547.001',
      rules: ['windows/run_dropbox_update_setup.yml'],
      sigma: ['02ee49e2-e294-4d0f-9278-f5b3212fc588'],
    },
  );
}
