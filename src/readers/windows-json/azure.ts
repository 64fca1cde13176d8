import type { Json, JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import { parseTime } from '../text/times.ts';
import type { SystemField, WindowsFacts } from '../windows/facts.ts';
import { container } from '../windows/tree.ts';
import { parseXml } from '../windows/xml.ts';

/**
 * Rows of Azure Monitor's tables `SecurityEvent`, `Event` and `WindowsEvent` (Sentinel, Log Analytics), as JSON or CSV.
 * Event data comes as XML text, as JSON text, as a list without names, or spread over columns, by table and age.
 * A column that is empty in a row is a column of other events: the table has one for each field of all of them.
 */
export function isAzureTable(has: (name: string) => boolean): boolean {
  return has('TimeGenerated') && has('Computer') && has('EventID');
}

const SYSTEM: Readonly<Record<string, SystemField>> = {
  EventSourceName: 'Provider_Name',
  Provider: 'Provider_Name',
  Source: 'Provider_Name',
  EventID: 'EventID',
  Channel: 'Channel',
  EventLog: 'Channel',
  Computer: 'Computer',
  Version: 'Version',
  EventRecordId: 'EventRecordID',
  SystemProcessId: 'Execution_ProcessID',
  SystemThreadId: 'Execution_ThreadID',
  SystemUserId: 'Security_UserID',
  Correlation: 'Correlation_ActivityID',
  Task: 'Task',
  Opcode: 'Opcode',
  Keywords: 'Keywords',
  Level: 'Level',
  EventLevel: 'Level',
  TimeGenerated: 'TimeCreated',
};
/** what the platform says about its own handling */
const PLATFORM = new Set([
  'TenantId',
  'SourceSystem',
  'MG',
  'ManagementGroupName',
  'Type',
  '_ResourceId',
  'SourceComputerId',
  'EventOriginId',
  'TimeCollected',
  'EventData',
  'EventData_dynamic',
  'ParameterXml',
  'SubscriptionId',
  '_SubscriptionId',
  'PartitionKey',
  'RowKey',
  'StorageAccount',
  'AzureDeploymentID',
  'Role',
  '_ItemId',
  'ItemId',
  'InstanceId',
]);

export function azureTable(object: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): boolean {
  for (const key in SYSTEM) {
    const value = object[key];
    if (typeof value === 'string' || typeof value === 'number') facts.set(SYSTEM[key]!, value);
  }
  const time = typeof object.TimeGenerated === 'string' ? parseTime(object.TimeGenerated) : null;
  // The tables keep UTC.
  facts.time = time === null ? null : { ...time, zoned: true };
  dataOf(object.EventData ?? object.EventData_dynamic, facts, put);
  if (typeof object.ParameterXml === 'string' && facts.names.length === 0) {
    const xml = parseXml(`<Params>${object.ParameterXml}</Params>`);
    for (const child of xml?.children ?? []) facts.data('Data', child.value ?? '');
  }
  for (const key in object) {
    if (Object.hasOwn(SYSTEM, key) || PLATFORM.has(key)) continue;
    const value = object[key]!;
    if (value === null || value === '' || facts.names.includes(key)) continue;
    put(key === 'RenderedDescription' ? 'Message' : key, value);
  }
  return facts.system.has('EventID');
}

function dataOf(data: Json | undefined, facts: WindowsFacts, put: (key: string, value: Json) => void): void {
  if (typeof data === 'string') {
    const text = data.trimStart();
    if (text.startsWith('<')) {
      const xml = parseXml(text);
      // `Event` wraps it: <DataItem …><EventData>
      const part =
        xml?.name === 'EventData' ? xml : xml?.children.find((c) => c.name === 'EventData' || c.name === 'UserData');
      const whole = part ?? (xml?.name === 'UserData' ? xml : undefined);
      if (whole !== undefined) container(whole, facts);
      else put('EventData', data);
      return;
    }
    const value = parseJson(text);
    if (value === undefined || typeof value === 'string') {
      if (text !== '') put('EventData', data);
    } else dataOf(value, facts, put);
  } else if (Array.isArray(data)) for (const item of data) put('Data', item);
  else if (isObject(data)) for (const key in data) put(key, data[key]!);
}
