import { Random } from '../random.ts';
import { utc } from './calendar.ts';
import { type Gap, Log } from './log.ts';
import type { CloudRecord } from './records/cloud.ts';
import type { WindowsRecord } from './records/windows/index.ts';
import { type Person, people, SPAN } from './world.ts';

/**
 * All logs of the ministry before anything happened in it: how far each reaches back, and where it was silent.
 * The intruder was in before the oldest of them begins.
 */
export interface Ministry {
  readonly seed: number;
  readonly people: readonly Person[];
  readonly logs: Logs;
  /** a stream of chance of its own for each purpose */
  random(name: string): Random;
}

/** The night in which the intruder cleared logs and stopped a sensor. */
export const CLEARED = utc('2023-05-06 01:31');
/** The archived part of the domain controller's Security log ends here; the rest up to CLEARED is lost. */
export const ARCHIVED = utc('2023-04-01');
export const SENSOR_STOPPED = utc('2023-05-06 01:22');
export const SENSOR_BACK = utc('2023-05-20 08:00');
export const EVICTION = utc('2023-10-07 06:00');

function emptyLogs() {
  const windows = (from: string, ...gaps: Gap[]) => new Log<WindowsRecord>(utc(from), SPAN.to, gaps);
  const text = (from: string) => new Log<string>(utc(from), SPAN.to);
  const cloud = (from: string) => new Log<CloudRecord>(utc(from), SPAN.to);
  return {
    dcSecurity: windows('2022-10-01', { from: ARCHIVED, to: CLEARED, why: 'the log was cleared' }),
    dcSystem: windows('2022-10-01'),
    exSecurity: windows('2022-08-01'),
    exSystem: windows('2022-08-01'),
    exSysmon: windows('2022-08-01', { from: SENSOR_STOPPED, to: SENSOR_BACK, why: 'the sensor was stopped' }),
    exPowerShell: windows('2022-08-01'),
    exManagement: windows('2022-08-01'),
    exIis: windows('2022-08-01'),
    desk1Security: windows('2023-06-01'),
    desk1Sysmon: windows('2023-06-01'),
    desk2Security: windows('2023-09-01'),
    desk2Sysmon: windows('2023-09-01'),
    iis: text('2022-07-01'),
    vpn: text('2022-04-01'),
    jumpAuth: text('2023-01-01'),
    jumpAudit: text('2023-01-01'),
    proxy: text('2023-06-01'),
    conn: text('2023-09-01'),
    dns: text('2023-09-01'),
    mail: cloud('2023-01-15'),
    signIns: cloud('2024-03-03'),
    directory: cloud('2024-03-03'),
  };
}

export type Logs = ReturnType<typeof emptyLogs>;

export function emptyMinistry(seed: number): Ministry {
  const random = (name: string) => new Random(seed, name);
  return { seed, people: people(random('people')), logs: emptyLogs(), random };
}
