import type { Row } from '../../text/row.ts';

/** OpenVPN server: `[name/]ip:port …`. activity vpn-start, vpn-address, vpn-end, logon. */
export function openvpn(row: Row, message: string): void {
  const space = message.indexOf(' ');
  if (space < 0) return;
  const peer = message.slice(0, space);
  const colon = peer.lastIndexOf(':');
  const slash = peer.lastIndexOf('/');
  if (colon < 0 || !/^\d{1,5}$/.test(peer.slice(colon + 1))) {
    const unknown = /\[AF_INET6?\]([0-9A-Fa-f.:]{3,45}):(\d{1,5})(?!\S)/.exec(message.slice(0, 512));
    if (unknown !== null) {
      row.put('src_ip', unknown[1]);
      row.put('src_port', Number(unknown[2]));
    }
    return;
  }
  if (slash > 0) row.put('user', peer.slice(0, slash));
  row.put('src_ip', peer.slice(slash + 1, colon).replace(/^(tcp|udp)[46]?(-server)?:/, ''));
  row.put('src_port', Number(peer.slice(colon + 1)));
  const text = message.slice(space + 1);
  if (text.includes('Peer Connection Initiated with')) {
    row.put('activity', 'vpn-start');
    const open = text.indexOf('[');
    const close = text.indexOf('] Peer');
    if (slash < 0 && open >= 0 && close > open) row.put('user', text.slice(open + 1, close));
  } else if (text.startsWith('MULTI_sva: pool returned ')) {
    row.put('activity', 'vpn-address');
    const at = text.indexOf('IPv4=');
    if (at > 0) row.put('assigned_ip', text.slice(at + 5).split(/[, ]/, 1)[0]);
  } else if (text.includes('SIGTERM[') || text.includes('Connection reset, restarting') || text.includes('SIGUSR1[')) {
    row.put('activity', 'vpn-end');
  } else if (text.includes('Username/Password verification failed') || text.includes('AUTH_FAILED')) {
    row.put('activity', 'logon');
    row.put('outcome', 'failure');
  } else if (text.includes('Username/Password authentication succeeded')) {
    row.put('activity', 'logon');
    row.put('outcome', 'success');
    const name = text.split("'")[1];
    if (name !== undefined && slash < 0) row.put('user', name);
  }
}
