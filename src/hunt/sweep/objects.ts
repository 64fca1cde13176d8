/**
 * Which STIX objects an event of ours holds: from its fields, by stream. A pattern over the lake is evaluated by the same
 * matcher as one over observed-data, on the objects made here; only the fields that its paths need are read.
 */
import { parseAddress } from '../../base/index.ts';
import { lastPart, registryKey } from '../../knowledge/indicators/index.ts';
import type { Bracket, ComparisonExpression, ObjectPath, Objects, Property } from '../../rules/stix/index.ts';
import { formsOf } from './columns.ts';

/** How a field's text becomes a property. */
type Reading =
  | 'text'
  | 'number'
  | 'name'
  | 'folder'
  | 'account'
  | 'hashes'
  | 'registry'
  | 'value-name'
  | 'list'
  | 'protocol';

interface Source {
  readonly column: string;
  readonly reading: Reading;
}

/** One object of an event: its type and where its properties come from; the first field that has a value counts. */
interface Template {
  readonly type: string;
  readonly properties: Readonly<Record<string, readonly Source[]>>;
}

const of = (reading: Reading, ...columns: string[]): Source[] => columns.map((column) => ({ column, reading }));

const USER = ['User', 'SubjectUserName', 'user', 'auid_name'];

/** Objects whose properties come from several fields. Paths as patterns write them; `hashes` is a whole dictionary. */
const COMPOSED: readonly { readonly stream: RegExp; readonly template: Template }[] = [
  {
    stream: /^(?:windows-|linux-auditd)/,
    template: {
      type: 'process',
      properties: {
        command_line: of('text', 'CommandLine', 'ProcessCommandLine', 'proctitle'),
        cwd: of('text', 'CurrentDirectory', 'cwd'),
        name: of('name', 'Image', 'NewProcessName', 'exe', 'ProcessName'),
        pid: of('number', 'ProcessId', 'NewProcessId', 'pid'),
        'image_ref.name': of('name', 'Image', 'NewProcessName', 'exe'),
        'image_ref.parent_directory_ref.path': of('folder', 'Image', 'NewProcessName', 'exe'),
        'image_ref.hashes': of('hashes', 'Hashes'),
        'binary_ref.name': of('name', 'Image', 'NewProcessName', 'exe'),
        'creator_user_ref.account_login': of('account', ...USER),
        'creator_user_ref.user_id': of('text', 'SubjectUserSid', 'auid', 'uid'),
        'parent_ref.command_line': of('text', 'ParentCommandLine'),
        'parent_ref.name': of('name', 'ParentImage', 'ParentProcessName'),
        'parent_ref.image_ref.name': of('name', 'ParentImage', 'ParentProcessName'),
        'parent_ref.pid': of('number', 'ParentProcessId', 'ppid'),
        'extensions.windows-service-ext.service_name': of('text', 'ServiceName'),
      },
    },
  },
  ...(
    [
      'Image',
      'NewProcessName',
      'exe',
      'TargetFilename',
      'ImageLoaded',
      'filename',
      'ParentImage',
      'ParentProcessName',
      'ServiceFileName',
      'SourceFileName',
      'RelativeTargetName',
      'Path',
      'name',
      'path',
    ] as const
  ).map((column) => ({
    stream: /^(?:windows-|linux-|zeek-(?:files|smb_files)$|m365-)/,
    template: {
      type: 'file',
      properties: {
        name: of('name', column),
        'parent_directory_ref.path': of('folder', column),
        // The digests of a record are those of the file it is about.
        ...(['Image', 'TargetFilename', 'ImageLoaded', 'filename'].includes(column)
          ? { hashes: [...of('hashes', 'Hashes'), ...of('hashes', 'Hash', 'sha256', 'sha1', 'md5')] }
          : {}),
      },
    } satisfies Template,
  })),
  {
    stream: /^windows-/,
    template: {
      type: 'windows-registry-key',
      properties: {
        key: of('registry', 'TargetObject', 'ObjectName'),
        'values[].name': of('value-name', 'TargetObject', 'ObjectValueName'),
        'values[].data': of('text', 'Details', 'NewValue'),
      },
    },
  },
  {
    stream: /./,
    template: {
      type: 'network-traffic',
      properties: {
        'src_ref.value': of('text', 'id.orig_h', 'SourceIp', 'src_ip', 'c-ip', 'srcip', 'SourceAddress', 'saddr'),
        'dst_ref.value': of('text', 'id.resp_h', 'DestinationIp', 'dst_ip', 's-ip', 'dstip', 'DestAddress', 'daddr'),
        src_port: of('number', 'id.orig_p', 'SourcePort', 'src_port', 'srcport'),
        dst_port: of('number', 'id.resp_p', 'DestinationPort', 'dst_port', 'dstport', 'DestPort', 'r-port', 's-port'),
        'protocols[]': of('protocol', 'proto', 'Protocol', 'service'),
        src_byte_count: of('number', 'orig_bytes', 'bytes_sent', 'cs-bytes'),
        dst_byte_count: of('number', 'resp_bytes', 'bytes_received', 'sc-bytes'),
        src_packets: of('number', 'orig_pkts'),
        dst_packets: of('number', 'resp_pkts'),
        'extensions.http-request-ext.request_method': of('text', 'method', 'cs-method'),
        'extensions.http-request-ext.request_value': of('text', 'uri', 'cs-uri', 'c-uri', 'url'),
        'extensions.http-request-ext.request_header.User-Agent': of(
          'text',
          'user_agent',
          'cs-user-agent',
          'cs(User-Agent)',
          'c-useragent',
        ),
        'extensions.http-request-ext.request_header.Host': of('text', 'host', 'cs-host'),
      },
    },
  },
  {
    stream: /^zeek-(?:x509|ssl)$/,
    template: {
      type: 'x509-certificate',
      properties: {
        serial_number: of('text', 'certificate.serial', 'serial'),
        subject: of('text', 'certificate.subject', 'subject'),
        issuer: of('text', 'certificate.issuer', 'issuer'),
      },
    },
  },
  {
    stream: /^(?:mail-|m365-|.*exchange|smtp|zeek-smtp)/,
    template: {
      type: 'email-message',
      properties: {
        subject: of('text', 'subject', 'Subject', 'message_subject', 'message-subject', 'Item.Subject'),
        'from_ref.value': of('text', 'from', 'sender', 'sender-address', 'SenderAddress', 'mailfrom'),
        'sender_ref.value': of('text', 'sender', 'from', 'sender-address', 'SenderAddress', 'mailfrom'),
        'to_refs[].value': of('list', 'to', 'recipient', 'recipient-address', 'RecipientAddress', 'rcptto'),
      },
    },
  },
  {
    stream: /^zeek-dns$/,
    template: {
      type: 'domain-name',
      properties: { value: of('text', 'query'), 'resolves_to_refs[].value': of('list', 'answers') },
    },
  },
];

/** Objects with one value, for every field of the form. */
const SIMPLE: readonly {
  readonly types: readonly string[];
  readonly form: string;
  readonly property: string;
  readonly reading: Reading;
}[] = [
  { types: ['ipv4-addr', 'ipv6-addr'], form: 'address', property: 'value', reading: 'text' },
  { types: ['domain-name'], form: 'name', property: 'value', reading: 'text' },
  { types: ['url'], form: 'url', property: 'value', reading: 'text' },
  { types: ['email-addr'], form: 'email', property: 'value', reading: 'text' },
  { types: ['mac-addr'], form: 'mac', property: 'value', reading: 'text' },
  { types: ['user-account'], form: 'account', property: 'account_login', reading: 'account' },
];

/** Old names that patterns still use. */
const RENAMED: Readonly<Record<string, string>> = {
  'win-registry-key': 'windows-registry-key',
  ipv4addr: 'ipv4-addr',
  emailaddr: 'email-addr',
};

export interface BracketReading {
  /** columns whose texts decide, as the stream spells them */
  readonly columns: readonly string[];
  /** the objects of a row from its texts of those columns */
  objects(texts: readonly (string | null)[]): Objects;
}

/** What a bracket has to read of a stream; null: no object there has any property that it asks about. */
export function readingOf(bracket: Bracket, stream: string, columns: readonly string[]): BracketReading | null {
  const spelled = new Map(columns.map((column) => [column.toLowerCase(), column]));
  const wanted = pathsOf(bracket.where);
  const templates: Template[] = [];
  for (const type of new Set(wanted.map((p) => p.object))) {
    const own = RENAMED[type] ?? type;
    const asked = wanted.filter((p) => p.object === type).map(pathText);
    for (const template of templatesOf(own, stream, columns)) {
      const properties = Object.entries(template.properties).flatMap(([path, sources]) => {
        const there = sources.filter((s) => spelled.has(s.column.toLowerCase()));
        return there.length > 0 && asked.some((a) => touches(a, path)) ? [[path, there] as const] : [];
      });
      if (properties.length > 0) templates.push({ type, properties: Object.fromEntries(properties) });
    }
  }
  if (templates.length === 0) return null;
  const needed = [
    ...new Set(
      templates.flatMap((t) => Object.values(t.properties).flat()).map((s) => spelled.get(s.column.toLowerCase())!),
    ),
  ].sort();
  const at = new Map(needed.map((column, i) => [column.toLowerCase(), i]));
  return {
    columns: needed,
    objects: (texts) => objectsOf(templates, (column) => texts[at.get(column.toLowerCase())!] ?? null),
  };
}

function templatesOf(type: string, stream: string, columns: readonly string[]): Template[] {
  const composed = COMPOSED.filter((c) => c.template.type === type && c.stream.test(stream)).map((c) => c.template);
  const simple = SIMPLE.filter((s) => s.types.includes(type)).flatMap(({ form, property, reading }) =>
    columns
      .filter((column) => !column.startsWith('_') && formsOf(column).includes(form as never))
      .map(
        (column): Template => ({
          type,
          properties: {
            [property]: of(reading, column),
            ...(property === 'account_login'
              ? { user_id: of(reading, column), display_name: of(reading, column) }
              : {}),
          },
        }),
      ),
  );
  return [...composed, ...simple];
}

function pathsOf(e: ComparisonExpression): ObjectPath[] {
  return 'parts' in e ? e.parts.flatMap(pathsOf) : [e.path];
}

/** `values[*].name` → `values[].name`: as templates write paths. */
function pathText(path: ObjectPath): string {
  return path.steps.map((step, i) => ('key' in step ? (i === 0 ? step.key : `.${step.key}`) : '[]')).join('');
}

/** A property that lies on the way to, or below, what is asked. `parent_ref.type` touches every property of the parent. */
function touches(asked: string, path: string): boolean {
  if (
    asked === path ||
    asked.startsWith(`${path}.`) ||
    asked.startsWith(`${path}[`) ||
    path.startsWith(`${asked}.`) ||
    path.startsWith(`${asked}[`)
  )
    return true;
  const type = /^(.*)\.type$/.exec(asked)?.[1];
  return type !== undefined && path.startsWith(`${type}.`);
}

type Building = Record<string, unknown>;

function objectsOf(templates: readonly Template[], text: (column: string) => string | null): Objects {
  const objects = new Map<string, Property>();
  for (const template of templates) {
    const root: Building = { type: template.type };
    let filled = false;
    for (const [path, sources] of Object.entries(template.properties)) {
      for (const { column, reading } of sources) {
        const raw = text(column);
        const value = raw === null || raw === '' || raw === '-' ? null : read(reading, raw);
        if (value === null) continue;
        place(root, path, value, `${objects.size}`, objects);
        filled = true;
        break;
      }
    }
    if (!filled) continue;
    const value = root.value;
    // A field that may hold either kind of address makes the object that fits.
    if (
      (template.type === 'ipv4-addr' || template.type === 'ipv6-addr') &&
      addressType(String(value)) !== template.type
    )
      continue;
    objects.set(`${objects.size}`, root as Property);
  }
  return objects;
}

/** Puts a value at its path, making objects for references on the way. */
function place(root: Building, path: string, value: Property, id: string, objects: Map<string, Property>): void {
  const keys = path.split('.');
  let here = root;
  for (const [i, key] of keys.entries()) {
    const last = i === keys.length - 1;
    const list = key.endsWith('[]');
    const name = list ? key.slice(0, -2) : key;
    if (last) {
      here[name] = list ? (Array.isArray(value) ? value : [value]) : value;
      return;
    }
    if (name.endsWith('_refs')) {
      const all = (Array.isArray(value) ? value : [value]) as Property[];
      here[name] = all.map((one, n) => {
        const ref = `${id}.${name}.${n}`;
        objects.set(ref, { type: refType(name, one), [keys[i + 1]!]: one });
        return ref;
      });
      return;
    }
    if (name.endsWith('_ref')) {
      const ref = `${id}.${keys.slice(0, i + 1).join('.')}`;
      const there = (objects.get(ref) as Building | undefined) ?? { type: refType(name, value) };
      objects.set(ref, there as Property);
      here[name] = ref;
      here = there;
    } else if (list) {
      const items = (here[name] as Building[] | undefined) ?? [{}];
      here[name] = items;
      here = items[0]!;
    } else {
      here[name] = here[name] ?? {};
      here = here[name] as Building;
    }
  }
}

function refType(name: string, value: Property): string {
  if (name === 'src_ref' || name === 'dst_ref' || name === 'resolves_to_refs')
    return addressType(String(value)) ?? 'domain-name';
  if (name === 'image_ref' || name === 'binary_ref') return 'file';
  if (name === 'parent_ref') return 'process';
  if (name === 'parent_directory_ref') return 'directory';
  if (name === 'creator_user_ref') return 'user-account';
  return 'email-addr';
}

function addressType(text: string): 'ipv4-addr' | 'ipv6-addr' | null {
  const address = parseAddress(text);
  return address === null ? null : address.family === 4 ? 'ipv4-addr' : 'ipv6-addr';
}

function read(reading: Reading, raw: string): Property | null {
  switch (reading) {
    case 'text':
      return raw;
    case 'number': {
      const n = /^0x[0-9a-f]{1,13}$/i.test(raw)
        ? Number.parseInt(raw, 16)
        : /^-?\d{1,15}(?:\.\d+)?$/.test(raw)
          ? Number(raw)
          : Number.NaN;
      return Number.isNaN(n) ? null : n;
    }
    case 'name':
      return lastPart(raw) || null;
    case 'folder': {
      const folder = raw.slice(0, raw.length - lastPart(raw).length - 1);
      return folder || null;
    }
    case 'account':
      return raw.slice(raw.lastIndexOf('\\') + 1);
    case 'hashes':
      return hashesOf(raw);
    case 'registry':
      return registryText(raw);
    case 'value-name':
      return /\\/.test(raw) ? lastPart(raw) : raw;
    case 'list': {
      const items = raw.startsWith('[') ? jsonTexts(raw) : raw.split(/[;,\s]+/).filter(Boolean);
      return items.length > 0 ? items : null;
    }
    case 'protocol':
      return raw.toLowerCase();
  }
}

const HASH_NAMES: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
  imphash: 'IMPHASH',
};
const BY_DIGITS: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA-1', 64: 'SHA-256', 128: 'SHA-512' };

/** `MD5=…,SHA256=…` or one bare digest; digests in lower case, under STIX' names. */
function hashesOf(raw: string): Property | null {
  const out: Record<string, string> = {};
  for (const part of raw.split(',')) {
    const [name = '', digest = ''] = part.includes('=') ? part.split('=') : ['', part];
    const known = HASH_NAMES[name.trim().toLowerCase()] ?? BY_DIGITS[digest.trim().length];
    if (known !== undefined && /^[0-9a-f]+$/i.test(digest.trim())) out[known] = digest.trim().toLowerCase();
  }
  return Object.keys(out).length > 0 ? out : null;
}

/** The hive's whole name, as STIX writes keys. */
function registryText(raw: string): string | null {
  if (registryKey(raw) === null) return null;
  return raw
    .replace(/^(?:HKLM|\\REGISTRY\\MACHINE)(?=\\|$)/i, 'HKEY_LOCAL_MACHINE')
    .replace(/^HKCR(?=\\|$)/i, 'HKEY_CLASSES_ROOT')
    .replace(/^HKCU(?=\\|$)/i, 'HKEY_CURRENT_USER')
    .replace(/^(?:HKU|\\REGISTRY\\USER)(?=\\|$)/i, 'HKEY_USERS');
}

function jsonTexts(raw: string): string[] {
  try {
    const list: unknown = JSON.parse(raw);
    return Array.isArray(list) ? list.slice(0, 1000).map(String) : [];
  } catch {
    return [];
  }
}
