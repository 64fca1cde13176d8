import type { EntityKey, EntityType, Value } from '../../model/index.ts';

/** How a field's value names entities: the way each kind of log writes them. */

/** Values read of one field: lists of hashes or recipients made long on purpose cost no more. */
const MAX_VALUES = 8;

/** Built-in identities and parts of the system: they take part in everything and tie nothing together. */
const BUILT_IN = new Set([
  'account:system',
  'account:système',
  'account:localsystem',
  'account:local system',
  'account:local service',
  'account:localservice',
  'account:network service',
  'account:networkservice',
  'account:s-1-5-18',
  'account:s-1-5-19',
  'account:s-1-5-20',
  'account:nt authority',
  'account:iusr',
  'account:defaultapppool',
  'account:unset',
  'account:default',
  'account:anonymous',
  'account:4294967295',
  'host:local',
  'host:localhost',
  'domain:localhost',
]);
const BUILT_IN_FORMS = /^account:(dwm|umfd)-\d+$/;

export function saysNothing(key: EntityKey): boolean {
  return BUILT_IN.has(key) || BUILT_IN_FORMS.test(key);
}

/**
 * The mailbox an entity stands for: `h.brandt@mea.example:\\inbox` and `mea.example/i.castor\\.` name folders of one, as
 * Exchange writes them.
 */
export function mailboxOf(key: EntityKey): EntityKey {
  const name = key
    .slice('mailbox:'.length)
    .replace(/^smtp:/, '')
    .replace(/:?\\.*$/s, '');
  const path = /^([^/@\s]+\.[^/@\s]+)\/(?:[^/]*\/)*([^/@]+)$/.exec(name);
  return `mailbox:${path ? `${path[2]}@${path[1]}` : name || key.slice('mailbox:'.length)}`;
}

/** The names in a value, as they are handed to entityKey. */
export function namesOf(type: EntityType, field: string, value: Value): string[] {
  if (Array.isArray(value)) return value.slice(0, MAX_VALUES).flatMap((v) => namesOf(type, field, v as Value));
  if (typeof value === 'number') return type === 'account' || type === 'session' ? [String(value)] : [];
  if (typeof value !== 'string') return [];
  if (field === 'Hashes') return hashes(value);
  switch (type) {
    case 'file':
      return isSystemProgram(value) ? [] : [programOf(value)];
    case 'mailbox':
      return value.includes('@') ? [value.replace(/^smtp:/i, '').replace(/:\\.*$/s, '')] : [];
    case 'client':
      return [value.includes(' ') ? value : value.replaceAll('+', ' ')]; // IIS writes blanks as plus signs
    case 'service':
      return [value.replace(/^\\+/, '')];
    case 'account':
      return [accountName(value)];
    case 'process':
      return /^\{0+(-0+)*\}$/.test(value) ? [] : [value.replace(/[{}]/g, '')];
    default:
      return [value];
  }
}

/** Sysmon's `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`: the strongest hash there names the file. */
function hashes(value: string): string[] {
  const found = new Map(value.split(',', 8).map((part) => part.split('=', 2) as [string, string]));
  const best = found.get('SHA256') ?? found.get('SHA1') ?? found.get('MD5');
  return best === undefined || !/^[0-9A-Fa-f]{32,64}$/.test(best) || /^0+$/.test(best) ? [] : [best];
}

/** `uid=0(root)` and distinguished names: the account in them. */
function accountName(value: string): string {
  const common = /^CN=([^,]+),/i.exec(value);
  return common ? (common[1] as string) : value;
}

/** The program of a service's command line: what stands in quotes, or up to its extension. */
function programOf(value: string): string {
  const quoted = /^"([^"]+)"/.exec(value);
  if (quoted) return quoted[1] as string;
  return /^(.{1,260}?\.(?:exe|dll|sys|ps1|bat|cmd|vbs|js|aspx?|ashx))(?=\s|$)/i.exec(value)?.[1] ?? value;
}

/**
 * A path of the system's own programs names no tool of anybody's: it is on every machine. Only folders ordinary users
 * cannot write to; a name alone would be easy to take.
 */
export function isSystemProgram(path: string): boolean {
  return (
    /^["\s]*(\\\?\?\\)?(%systemroot%|\\systemroot|[a-z]:\\windows)\\(system32|syswow64|winsxs|microsoft\.net|servicing)\\(?!tasks\\|spool\\drivers\\color\\)/i.test(
      path,
    ) || /^["\s]*[a-z]:\\(windows\\explorer\.exe|program files( \(x86\))?\\)/i.test(path)
  );
}

/** Logons that every machine has from its start: SYSTEM, NETWORK SERVICE, LOCAL SERVICE, anonymous, none. */
const STANDING_LOGONS = new Set([0, 0x3e3, 0x3e4, 0x3e5, 0x3e6, 0x3e7]);

/** A logon's number counts on its own machine only: `ex01/0x1a2b3c`; null for the standing ones. */
export function logonSession(host: string, value: Value): string | null {
  const text = String(value);
  if (host === '' || !/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text)) return null;
  const number = BigInt(text);
  if (number <= 0x3e7n && STANDING_LOGONS.has(Number(number))) return null;
  return `${host.toLowerCase().split('.')[0]}/0x${number.toString(16)}`;
}
