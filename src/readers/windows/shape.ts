import type { LogSource, Shape } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';

/**
 * Shapes of Windows events, shared by the binary and the JSON reader so that the same event gets the same stream and
 * the same common attributes whatever file it came in.
 */

/** Logon and ticket events: the account they are about is the target; the subject is the machine that wrote them. */
const ABOUT_TARGET = new Set([
  4624, 4625, 4626, 4627, 4634, 4646, 4647, 4649, 4740, 4768, 4769, 4770, 4771, 4772, 4773, 4774, 4775, 4776, 4777,
  4800, 4801, 4802, 4803, 4964,
]);
const TARGET_FIRST = ['TargetUserName', 'SubjectUserName'];
const SUBJECT_FIRST = ['SubjectUserName', 'TargetUserName'];
/** Other names an acting account goes by; the SID in the System part is what remains when nothing names it. */
const OTHER_USERS = [
  'User',
  'SourceUser',
  'UserName',
  'AccountName',
  'Detection User',
  'UserContext',
  'Param1',
  'user',
  'Security_UserID',
];
const ADDRESSES = [
  'IpAddress',
  'SourceIp',
  'SourceAddress',
  'ClientAddress',
  'ClientIP',
  'IPString',
  'Source_Network_Address',
  'Address',
  'Param3',
];
/** `Param1`, `Param3` mean user and address only in Remote Desktop's 1149; elsewhere they are anything. */
const RDP_CHANNEL = 'microsoft-windows-terminalservices-remoteconnectionmanager/operational';

function slots(fields: readonly string[], wanted: readonly string[]): readonly number[] {
  return wanted.map((name) => fields.indexOf(name)).filter((slot) => slot >= 0);
}

/** `windows-` and the service's or channel's name in `[a-z0-9-]`, at most 64 characters. */
export function windowsStream(source: LogSource): string {
  const name = source.service ?? source.channel ?? source.provider ?? 'unknown';
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^microsoft-windows-/, '')
    .slice(0, 56)
    .replace(/^-+|-+$/g, '');
  return `windows-${slug || 'unknown'}`;
}

function make(source: LogSource, fields: readonly string[]): Shape {
  const rdp = source.eventId === 1149 && source.channel?.toLowerCase() === RDP_CHANNEL;
  const usable = (name: string) => rdp || !name.startsWith('Param');
  const users = [...(ABOUT_TARGET.has(source.eventId ?? -1) ? TARGET_FIRST : SUBJECT_FIRST), ...OTHER_USERS];
  return {
    source,
    stream: windowsStream(source),
    fields,
    host: slots(fields, ['Computer']),
    user: slots(fields, users.filter(usable)),
    address: slots(fields, ADDRESSES.filter(usable)),
  };
}

/**
 * Interned Shapes. Two generations, each of LIMITS.shapes or GENERATION_CHARS of keys at most: names and sources are the
 * adversary's, so a file that makes a new Shape an event costs interning, never memory; what is in use survives a
 * change of generation.
 */
const GENERATION_CHARS = 16 * 1024 * 1024;
let young = new Map<string, Shape>();
let youngChars = 0;
let old = new Map<string, Shape>();

/** The Shape of a Windows log source with these fields (names in slot order, unique): the same object for the same question. */
export function windowsShape(source: LogSource, fields: readonly string[]): Shape {
  const key = JSON.stringify([source.channel, source.provider, source.eventId, source.service, source.product, fields]);
  let shape = young.get(key);
  if (shape !== undefined) return shape;
  shape = old.get(key) ?? make(source, fields);
  if (young.size >= LIMITS.shapes || youngChars >= GENERATION_CHARS) {
    old = young;
    young = new Map();
    youngChars = 0;
  }
  young.set(key, shape);
  youngChars += key.length;
  return shape;
}
