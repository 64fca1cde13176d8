/**
 * Which fields of a log can hold what. Names are those of the readers (docs/lake.md); a field of a log we do not know is
 * judged by the words of its name. What is not listed cannot show an indicator, and the sweep says so.
 */
import type { Form } from '../../model/index.ts';

const WORDS: readonly (readonly [RegExp, readonly Form[]])[] = [
  // The lake's own columns first: they stand in for fields whose names say nothing.
  [/^_host$/, ['name']],
  [/^_address$/, ['address']],
  [/^_user$/, ['account']],
  [/^_more$/, ['text']],
  [/^_/, []],
  [/^(?:hashes|.*[._-]?(?:md5|sha1|sha256|sha512)|filehash|hash|imphash)$/, ['hash']],
  [/^(?:ja3|ja3s)$|[._]ja3s?$/, ['ja3']],
  [/^ja4|[._]ja4$/, ['ja4']],
  [/(?:fingerprint|thumbprint)$/, ['certificate']],
  [/^(?:certificate\.serial|certserialnumber|serialnumber|cert_serial)$/, ['serial']],
  [/(?:user[-_. ]?agent\)?|useragent|clientinfostring)$/, ['agent']],
  [/^(?:cs\(referer\)|.*(?:url|uri)|.*referr?er|requesturi)$/, ['url']],
  [
    /^(?:.*(?:^|[._-])(?:query|queryname|server_name|sni|fqdn|domain|r-dns|qname)|queryname|destinationhostname|sourcehostname|workstationname|workstation|clientname|remotehost|r-host|cs-host|urlhost|dhcp_host_name|client_fqdn)$/,
    ['name'],
  ],
  [/^(?:host|hostname|computer|src_host|host_name|server_dns_computer_name|relay_host|relay|helo)$/, ['name']],
  [/^(?:answers|queryresults|tx_hosts|rx_hosts)$/, ['address', 'text']],
  [
    /^(?:id\.orig_h|id\.resp_h|.*ip|.*ipv[46]|.*ip_?addr(?:ess)?|.*(?:^|[._-])addr(?:ess)?|.*ipaddress|saddr|daddr|laddr|faddr|raddr|rhost|clientipraw|clientip_|callingstationid|calledstationid|x-forwarded-for|nasipv[46]address|sourceaddress|destaddress|destinationaddress|client_addr|assigned_addr|requested_addr|source_network_address|ip_address)$/,
    ['address'],
  ],
  [/^(?:mac|.*mac_?addr(?:ess)?|orig_l2_addr|resp_l2_addr)$/, ['mac']],
  [
    /^(?:sender|from|mailfrom|rcptto|to|recipients?|reply_to|.*email|sender-address|recipient-address|mailboxownerupn|return_path|cc|.*senderaddress|.*recipientaddress|parameters\.(?:from|forwardto|redirectto))$/,
    ['email'],
  ],
  [/^(?:subject|message_subject|message-subject|parameters\.subject.*|item\.subject)$/, ['subject']],
  [
    /^(?:.*username|.*user_name|user|userid|userkey|.*userprincipalname|account|accountname|account_name|ruser|auid_name|acct|target_user|invalid_user|authenticateduser|cs-username|srcuser|.*accountupn)$/,
    ['account'],
  ],
  [/^(?:targetobject|registrykey|registry_key|.*registrypath)$/, ['registry']],
  [/^objectname$/, ['registry', 'path']],
  [/^(?:pipename|named_pipe)$/, ['pipe']],
  [/^(?:servicename|service_name|param1)$/, ['service']],
  [/^(?:taskname|task_name)$/, ['task']],
  [
    /^(?:image|.*image|imageloaded|targetfilename|.*processname|process_name|newprocessname|exe|filename|file_name|.*filepath|file_path|sourcefile|name|path|physicalpath|sourcefilename|objectid|originalfilename|relativetargetname|scriptname)$/,
    ['path'],
  ],
  [
    /^(?:imagepath|servicefilename|.*commandline|cmdline|command|proctitle|scriptblocktext|taskcontent|message|details|data|payload|newvalue|arguments|parameters|operationproperties|contextinfo|cs-uri-query|c-uri-query|txt|banner|reason|additionalinfo|hostapplication)$/,
    ['text'],
  ],
];

/** The forms in which a field may be read; none: it shows nothing an indicator could name. */
export function formsOf(column: string): readonly Form[] {
  const name = column.toLowerCase();
  return WORDS.find(([words]) => words.test(name))?.[1] ?? [];
}

/** Counts up when this table or the reading of texts (keys.ts) changes: indexes made before are then made anew. */
export const KEYS_VERSION = 2;

/** A value that a log keeps in two fields. `sql` names the columns in double quotes; joined as text. */
export interface JoinedField {
  readonly name: string;
  readonly needs: readonly string[];
  readonly form: Form;
  readonly stream: RegExp;
  /** texts and columns in turn */
  readonly parts: readonly ({ readonly text: string } | { readonly column: string })[];
}

export const JOINED: readonly JoinedField[] = [
  {
    name: 'host+uri',
    needs: ['host', 'uri'],
    form: 'url',
    stream: /^zeek-http$/,
    parts: [{ text: 'http://' }, { column: 'host' }, { column: 'uri' }],
  },
];
