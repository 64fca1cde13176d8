import type { CiscoHead } from '../../firewall/index.ts';
import type { Row, RowKind } from '../../text/row.ts';
import { CISCO_AAA, CISCO_BGP, CISCO_LDP, CISCO_SYSLOG } from '../kinds.ts';

/** Cisco IOS, IOS XE, NX-OS messages by their facility. */
export function iosKind(head: CiscoHead): RowKind {
  if (head.facility === 'PARSER' || head.facility.startsWith('AAA') || head.mnemonic.includes('LOGGEDCMD')) {
    return CISCO_AAA;
  }
  if (head.facility.startsWith('BGP')) return CISCO_BGP;
  if (head.facility.startsWith('LDP')) return CISCO_LDP;
  return CISCO_SYSLOG;
}

/** `User:admin  logged command:conf t` · `Configured from console by admin on vty0 (10.0.0.1)` · `Login Success [user: a] [Source: b]` */
export function putIos(row: Row, message: string, head: CiscoHead): void {
  row.put('message_id', `${head.facility}-${head.severity}-${head.mnemonic}`);
  const text = message.slice(head.body);
  const logged = text.indexOf('logged command:');
  if (text.startsWith('User:') && logged > 0) {
    row.put('user', text.slice(5, logged).trim());
    row.put('activity', 'command');
    row.put('command', text.slice(logged + 15));
  } else if (text.startsWith('Configured from ')) {
    row.put('activity', 'configure');
    const by = text.indexOf(' by ');
    const on = text.indexOf(' on ', by);
    if (by > 0) row.put('user', text.slice(by + 4, on < 0 ? undefined : on));
    const open = text.lastIndexOf('(');
    if (open > by && text.endsWith(')')) row.put('src_ip', text.slice(open + 1, -1));
  } else if (head.facility === 'SEC_LOGIN') {
    row.put('activity', 'logon');
    row.put('outcome', head.mnemonic.includes('SUCCESS') ? 'success' : 'failure');
    const value = (name: string) => {
      const at = text.indexOf(`[${name}: `);
      const close = at < 0 ? -1 : text.indexOf(']', at);
      return close < 0 ? undefined : text.slice(at + name.length + 3, close);
    };
    row.put('user', value('user'));
    row.put('src_ip', value('Source'));
    row.put('reason', value('Reason'));
  }
}
