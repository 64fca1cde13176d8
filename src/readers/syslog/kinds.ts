import type { LogSource } from '../../model/index.ts';
import type { Row, RowKind } from '../text/row.ts';
import { accounts, cron, pam, su, sudo, systemd } from './bodies/accounts.ts';
import { dnsmasq, named, unbound } from './bodies/dns.ts';
import { dovecot, dovecotLogin } from './bodies/dovecot.ts';
import { postfix } from './bodies/mail.ts';
import { netfilter } from './bodies/netfilter.ts';
import { openvpn } from './bodies/openvpn.ts';
import { sshd } from './bodies/sshd.ts';

/** What a program's messages are: their log source in Sigma's words, and how their body is read into fields. */
export interface Program {
  readonly kind: RowKind;
  body(row: Row, message: string): void;
}

function program(source: LogSource, stream: string, body: Program['body'] = () => {}): Program {
  return {
    kind: {
      source,
      stream,
      host: ['hostname'],
      user: ['user', 'ruser'],
      address: ['src_ip', 'rhost'],
    },
    body,
  };
}

/** PAM speaks through every program that asks it; what is not PAM goes to the program's own parser. */
function orPam(own: Program['body'] = () => {}): Program['body'] {
  return (row, message) => {
    if (!pam(row, message)) own(row, message);
  };
}

const linux = (service: string, body?: Program['body']) =>
  program({ product: 'linux', service }, `linux-${service}`, body);

const SYSLOG = linux('syslog', orPam());
const AUTH = linux('auth', orPam());
const SSHD = linux('sshd', orPam(sshd));
const CRON = linux('cron', orPam(cron));
const ACCOUNTS = linux('auth', orPam(accounts));
const SYSTEMD = linux('syslog', orPam(systemd));
const POSTFIX = program({ product: 'linux', service: 'postfix' }, 'mail-postfix', postfix);
const mailbox = (body: Program['body']) =>
  program({ product: 'linux', service: 'dovecot' }, 'mailbox-dovecot', orPam(body));
const KERNEL = program({ product: 'linux', service: 'syslog' }, 'linux-syslog');
const NETFILTER = program(
  { product: 'linux', service: 'iptables', category: 'firewall' },
  'firewall-netfilter',
  netfilter,
);

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['sshd', SSHD],
  ['sshd-session', SSHD],
  ['sshd-auth', SSHD],
  ['sudo', linux('sudo', orPam(sudo))],
  ['su', linux('auth', orPam(su))],
  ...['login', 'passwd', 'polkitd', 'pkexec', 'gdm-password]', 'gdm-password', 'chage', 'runuser', 'chpasswd'].map(
    (name) => [name, AUTH] as const,
  ),
  ['systemd-logind', linux('auth', orPam(systemd))],
  ['systemd', SYSTEMD],
  ...['cron', 'crond', 'anacron', 'crontab'].map((name) => [name, CRON] as const),
  ...['useradd', 'adduser', 'usermod', 'userdel', 'groupadd', 'groupdel', 'groupmod', 'gpasswd'].map(
    (name) => [name, ACCOUNTS] as const,
  ),
  ...['dovecot', 'dovecot-auth'].map((name) => [name, mailbox(dovecot)] as const),
  ...['imap', 'pop3', 'submission', 'managesieve'].map((p) => [`${p}-login`, mailbox(dovecotLogin(p))] as const),
  ['vsftpd', linux('vsftpd', orPam())],
  ...['clamd', 'clamav', 'freshclam', 'clamscan', 'clamonacc'].map((name) => [name, linux('clamav')] as const),
  ['guacd', linux('guacamole')],
  ['guacamole', linux('guacamole')],
  ['named', program({ product: 'linux', service: 'named', category: 'dns' }, 'dns-named', named)],
  ['dnsmasq', program({ product: 'linux', service: 'dnsmasq', category: 'dns' }, 'dns-dnsmasq', dnsmasq)],
  ['dnsmasq-dhcp', program({ product: 'linux', service: 'dnsmasq' }, 'dhcp-dnsmasq', dnsmasq)],
  ['unbound', program({ product: 'linux', service: 'unbound', category: 'dns' }, 'dns-unbound', unbound)],
  ['openvpn', program({ product: 'linux', service: 'openvpn' }, 'vpn-openvpn', openvpn)],
  ['ovpn-server', program({ product: 'linux', service: 'openvpn' }, 'vpn-openvpn', openvpn)],
]);

/** The program behind a tag: a path keeps its last part, postfix its first, case does not count. */
export function programOf(tag: string, facility: number, message: string): Program {
  const name = tag.toLowerCase();
  if (name === 'kernel') return message.includes(' SRC=') && message.includes(' DST=') ? NETFILTER : KERNEL;
  if (name.startsWith('postfix')) return POSTFIX;
  const slash = name.lastIndexOf('/');
  const module = name.indexOf('('); // `sshd(pam_unix)` of old PAM
  const found = PROGRAMS.get(name.slice(slash + 1, module < 0 ? undefined : module));
  if (found !== undefined) return found;
  return facility === 4 || facility === 10 ? AUTH : SYSLOG;
}

/** Cisco IOS and NX-OS: `%SYS-5-CONFIG_I: …`; commands logged by AAA or the parser belong to Sigma's cisco/aaa. */
const cisco = (service: string): RowKind => ({
  source: { product: 'cisco', service },
  stream: `network-cisco`,
  host: ['hostname'],
  user: ['user'],
  address: ['src_ip'],
});
export const CISCO_AAA = cisco('aaa');
export const CISCO_BGP = cisco('bgp');
export const CISCO_LDP = cisco('ldp');
export const CISCO_SYSLOG = cisco('syslog');
