import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import type { SystemField, WindowsFacts } from '../windows/facts.ts';
import { setTime } from '../windows/tree.ts';
import { renderedWord } from './words.ts';

/**
 * Winlogbeat and Elastic Agent: `winlog.*` (7 and later), the flat names of 6.x (`event_data`, `log_name`, …), nested or
 * with dots in the keys, bare or as a search hit (`_source`). The ECS copies (`process.*`, `source.*`, `host.*`, …) are
 * the same facts once more under other names and are left in the record's bytes.
 */
export function isBeat(object: JsonObject): boolean {
  const o = unwrap(object);
  if (isObject(o.winlog)) return 'channel' in o.winlog || 'event_id' in o.winlog;
  return 'winlog.channel' in o || 'winlog.event_id' in o || ('log_name' in o && 'event_id' in o);
}

const SYSTEM: Readonly<Record<string, SystemField>> = {
  provider_name: 'Provider_Name',
  source_name: 'Provider_Name',
  provider_guid: 'Provider_Guid',
  event_id: 'EventID',
  version: 'Version',
  record_id: 'EventRecordID',
  record_number: 'EventRecordID',
  channel: 'Channel',
  log_name: 'Channel',
  computer_name: 'Computer',
  activity_id: 'Correlation_ActivityID',
  related_activity_id: 'Correlation_RelatedActivityID',
  process_id: 'Execution_ProcessID',
  thread_id: 'Execution_ThreadID',
  'process.pid': 'Execution_ProcessID',
  'process.thread.id': 'Execution_ThreadID',
  'user.identifier': 'Security_UserID',
};
const WORDS: Readonly<Record<string, SystemField>> = {
  keywords: 'Keywords',
  opcode: 'Opcode',
  task: 'Task',
  level: 'Level',
};

export function beat(object: JsonObject, facts: WindowsFacts, put: (key: string, value: Json) => void): boolean {
  const o = unwrap(object);
  const log = winlogOf(o);
  for (const key in SYSTEM) {
    const value = at(log, key);
    if (typeof value === 'string' || typeof value === 'number') facts.set(SYSTEM[key]!, value);
  }
  const stamp = o['@timestamp'];
  if (typeof stamp === 'string' || typeof stamp === 'number') setTime(facts, stamp);
  for (const key in WORDS) {
    const word = at(log, key) ?? (key === 'level' ? (at(o, 'log.level') ?? o.level) : undefined);
    if (typeof word === 'number') facts.set(WORDS[key]!, word);
    else if (typeof word === 'string') renderedWord(facts, WORDS[key]!, word);
    else if (Array.isArray(word))
      renderedWord(
        facts,
        WORDS[key]!,
        word.filter((w) => typeof w === 'string'),
      );
  }
  for (const part of ['event_data', 'user_data']) {
    const data = log[part];
    if (!isObject(data)) continue;
    for (const key in data) if (!(part === 'user_data' && key === 'xml_name')) put(key, data[key]!);
  }
  for (const key in log) {
    const m = /^(?:event_data|user_data)\.(.+)$/.exec(key);
    if (m) put(m[1]!, log[key]!);
  }
  if (typeof o.message === 'string') put('Message', o.message);
  facts.unordered = true;
  return facts.system.has('EventID');
}

function unwrap(object: JsonObject): JsonObject {
  return isObject(object._source) ? object._source : object;
}

/** The winlog part: its own object, the members `winlog.…`, or in 6.x the whole record. */
function winlogOf(o: JsonObject): JsonObject {
  if (isObject(o.winlog)) return o.winlog;
  const out: JsonObject = Object.create(null);
  let dotted = false;
  for (const key in o) {
    if (!key.startsWith('winlog.')) continue;
    dotted = true;
    out[key.slice(7)] = o[key]!;
  }
  return dotted ? out : o;
}

/** A member by dotted path, nested or with dots in the key. */
function at(object: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(object, path)) return object[path];
  let value: Json | undefined = object;
  for (const key of path.split('.')) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
