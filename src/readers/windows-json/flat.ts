import type { ParsedTime } from '../../base/index.ts';
import { parseIso } from '../../base/index.ts';
import type { Value } from '../../model/index.ts';
import type { ReadOptions } from '../contract.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { parseTime } from '../text/times.ts';
import type { SystemField, WindowsFacts } from '../windows/facts.ts';
import { renderedWord } from './words.ts';

/**
 * All fields on one level: NXLog, the OTRF data sets, `Get-WinEvent | ConvertTo-Json`, Event Viewer's and PowerShell's
 * CSV. System fields go by the names below; everything else is event data under its own name.
 */
const SYSTEM_NAMES: Readonly<Record<string, SystemField>> = {
  EventID: 'EventID',
  EventId: 'EventID',
  'Event ID': 'EventID',
  Id: 'EventID',
  Channel: 'Channel',
  LogName: 'Channel',
  'Log Name': 'Channel',
  SourceName: 'Provider_Name',
  Provider_Name: 'Provider_Name',
  ProviderName: 'Provider_Name',
  Provider: 'Provider_Name',
  Source: 'Provider_Name',
  EventSourceName: 'Provider_Name',
  ProviderGuid: 'Provider_Guid',
  Provider_Guid: 'Provider_Guid',
  ProviderId: 'Provider_Guid',
  Hostname: 'Computer',
  Computer: 'Computer',
  ComputerName: 'Computer',
  MachineName: 'Computer',
  RecordNumber: 'EventRecordID',
  EventRecordID: 'EventRecordID',
  RecordId: 'EventRecordID',
  ExecutionProcessID: 'Execution_ProcessID',
  Execution_ProcessID: 'Execution_ProcessID',
  ThreadID: 'Execution_ThreadID',
  ExecutionThreadID: 'Execution_ThreadID',
  Execution_ThreadID: 'Execution_ThreadID',
  ActivityID: 'Correlation_ActivityID',
  RelatedActivityID: 'Correlation_RelatedActivityID',
  Correlation_ActivityID: 'Correlation_ActivityID',
  Correlation_RelatedActivityID: 'Correlation_RelatedActivityID',
  Security_UserID: 'Security_UserID',
  Keywords: 'Keywords',
  Version: 'Version',
  Qualifiers: 'Qualifiers',
  Level: 'Level',
  LevelValue: 'Level',
  Task: 'Task',
  TaskValue: 'Task',
  'Task Category': 'Task',
  Opcode: 'Opcode',
  OpcodeValue: 'Opcode',
};
/** `Level`, `Task`, `Opcode`, `Keywords` may carry the number or the word for it. */
const WORDS = new Set<SystemField>(['Level', 'Task', 'Opcode', 'Keywords']);
/** Names that mean System fields only in NXLog's records or PowerShell's objects, where these stand beside them. */
const NXLOG = ['EventReceivedTime', 'SourceModuleName', 'SeverityValue'];
const POWERSHELL = ['ProviderName', 'LogName', 'MachineName'];
const TIMES = ['TimeCreated', 'EventTime', 'Date and Time', 'UtcTime', '@timestamp', 'TimeGenerated', 'timestamp'];

/** Event Viewer's CSV names no channel; these providers write to one only. */
const ONE_CHANNEL: ReadonlyMap<string, string> = new Map([
  ['Microsoft-Windows-Security-Auditing', 'Security'],
  ['Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational'],
  ['Service Control Manager', 'System'],
]);

export function isFlat(object: JsonObject): number {
  const id = object.EventID ?? object.EventId ?? object.Id ?? object['Event ID'];
  if (typeof id !== 'number' && !(typeof id === 'string' && /^\d{1,6}$/.test(id))) return 0;
  const where = ['Channel', 'LogName', 'Log Name'].filter((k) => typeof object[k] === 'string').length;
  const who = ['SourceName', 'ProviderName', 'Provider_Name', 'Provider', 'Source', 'EventSourceName', 'ProviderGuid'];
  const from = who.filter((k) => typeof object[k] === 'string').length;
  if (where > 0 && from > 0) return 90;
  return where > 0 ? 75 : from > 0 && TIMES.some((k) => k in object) ? 62 : 0;
}

/** `put`: what to do with a member that is an object or an array of them. */
export function flat(
  object: JsonObject,
  facts: WindowsFacts,
  options: ReadOptions,
  put: (k: string, v: Json) => void,
): boolean {
  const nxlog = NXLOG.some((k) => k in object);
  const powershell = POWERSHELL.filter((k) => k in object).length >= 2;
  facts.time = timeOf(object, options);
  const dated = TIMES.find((k) => typeof object[k] === 'string' && object[k] !== '');
  for (const key in object) {
    const field = systemName(key, object, nxlog, powershell);
    if (field !== undefined) setField(facts, field, object[key]!);
  }
  facts.impliedChannel = ONE_CHANNEL.get(String(facts.system.get('Provider_Name') ?? '')) ?? '';
  if (dated !== undefined) facts.set('TimeCreated', object[dated] as string);
  for (const key in object) {
    const field = systemName(key, object, nxlog, powershell);
    if (field !== undefined && (WORDS.has(field) || facts.system.has(field))) continue;
    if (key === dated && key !== 'UtcTime') continue;
    const value = object[key]!;
    if (powershell && key === 'Properties' && Array.isArray(value)) nameless(value, facts);
    else put(key, value);
  }
  facts.unordered = true;
  return facts.system.has('EventID');
}

function systemName(key: string, object: JsonObject, nxlog: boolean, powershell: boolean): SystemField | undefined {
  if (key === 'Id') return powershell ? 'EventID' : undefined;
  if (key === 'ProcessID' && nxlog && !('ExecutionProcessID' in object)) return 'Execution_ProcessID';
  if (key === 'UserID' && nxlog) return 'Security_UserID';
  if (powershell && key === 'ProcessId') return 'Execution_ProcessID';
  if (powershell && key === 'ThreadId') return 'Execution_ThreadID';
  if (powershell && key === 'UserId') return 'Security_UserID';
  // `Source`, `Computer` … may be event data where a more telling name stands beside them.
  if (key === 'Source' && ('SourceName' in object || 'ProviderName' in object)) return undefined;
  if (key === 'Provider' && ('SourceName' in object || 'Provider_Name' in object)) return undefined;
  return Object.hasOwn(SYSTEM_NAMES, key) ? SYSTEM_NAMES[key] : undefined;
}

function setField(facts: WindowsFacts, field: SystemField, value: Json): void {
  if (typeof value === 'object' && value !== null) {
    // `UserId: {Value: "S-1-5-18"}` of PowerShell
    if (isObject(value) && typeof value.Value === 'string') facts.set(field, value.Value);
    return;
  }
  const decimal = typeof value === 'number' || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  if (field === 'Keywords' && decimal) facts.set(field, hexKeywords(value));
  else if (WORDS.has(field) && typeof value === 'string' && !decimal && !/^0x[0-9a-f]+$/i.test(value)) {
    renderedWord(facts, field, value);
  } else facts.set(field, value);
}

/** NXLog and PowerShell write the 64-bit mask as a (signed) number. */
function hexKeywords(value: string | number): string {
  return `0x${BigInt.asUintN(64, BigInt(typeof value === 'number' ? Math.trunc(value) : value)).toString(16)}`;
}

function nameless(list: readonly Json[], facts: WindowsFacts): void {
  for (const item of list) {
    const value = isObject(item) ? (item.Value ?? null) : item;
    facts.data('Data', (typeof value === 'object' && value !== null ? JSON.stringify(value) : value) as Value);
  }
}

const QUARTER = 900_000;

/**
 * NXLog writes EventTime in the collector's local time without saying its zone, and the shipper adds `@timestamp` in
 * UTC at about the moment of EventReceivedTime: the difference, to a quarter of an hour, is the zone. It is used only
 * when nobody named a zone, and stays flagged as assumed.
 */
function timeOf(object: JsonObject, options: ReadOptions): ParsedTime | null {
  for (const key of TIMES) {
    const text = object[key];
    if (typeof text !== 'string' || text === '') continue;
    const time = parseTime(text, options.assumedZoneMinutes);
    if (time === null) continue;
    if (time.zoned || key === 'UtcTime') return { ...time, zoned: true };
    const stamp = typeof object['@timestamp'] === 'string' ? parseIso(object['@timestamp']) : null;
    const near = typeof object.EventReceivedTime === 'string' ? parseIso(object.EventReceivedTime) : null;
    if (options.assumedZoneMinutes !== 0 || !stamp?.zoned || near === null) return time;
    const zone = Math.round((near.ms - stamp.ms) / QUARTER) * QUARTER;
    const sure = Math.abs(near.ms - stamp.ms - zone) < 60_000 && Math.abs(zone) <= 14 * 3_600_000;
    return sure ? { ...time, ms: time.ms - zone } : time;
  }
  return null;
}
