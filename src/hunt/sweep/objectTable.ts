/** Which of our fields are which properties of which STIX objects: the table behind objects.ts. */

/** How a field's text becomes a property. */
export type Reading =
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

export interface Source {
  readonly column: string;
  readonly reading: Reading;
}

/** One object of an event: its type and where its properties come from; the first field that has a value counts. */
export interface Template {
  readonly type: string;
  readonly properties: Readonly<Record<string, readonly Source[]>>;
}

export const of = (reading: Reading, ...columns: string[]): Source[] => columns.map((column) => ({ column, reading }));

const USER = ['User', 'SubjectUserName', 'user', 'auid_name'];

/** Objects whose properties come from several fields. Paths as patterns write them; `hashes` is a whole dictionary. */
export const COMPOSED: readonly { readonly stream: RegExp; readonly template: Template }[] = [
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
export const SIMPLE: readonly {
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
export const RENAMED: Readonly<Record<string, string>> = {
  'win-registry-key': 'windows-registry-key',
  ipv4addr: 'ipv4-addr',
  emailaddr: 'email-addr',
};
