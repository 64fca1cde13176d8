import { eachPair } from '../../text/pairs.ts';
import type { Row } from '../../text/row.ts';

/** PAM, sudo, su, cron, account tools, systemd: who became whom, and which accounts changed. */

/** `pam_unix(sshd:session): session opened for user bob(uid=1000) by (uid=0)`. True: it was a PAM message. */
export function pam(row: Row, message: string): boolean {
  const old = OLD_MODULE.exec(message)?.[0].length ?? 0;
  if (BARE.some((start) => message.startsWith(start, old))) {
    pamText(row, message.slice(old));
    return true;
  }
  if (!message.startsWith('pam_')) return false;
  const open = message.indexOf('(');
  const close = message.indexOf('):', open);
  if (open < 0 || close < 0 || close > 200) return false;
  row.put('pam_module', message.slice(0, open));
  const colon = message.indexOf(':', open);
  row.put('pam_service', message.slice(open + 1, colon));
  if (colon < close) row.put('pam_type', message.slice(colon + 1, close));
  pamText(row, message.slice(close + 2).trimStart());
  return true;
}

/** What old PAM puts before its message when it names its module there. */
const OLD_MODULE = /^(?:\(pam_unix\) |pam_unix(?:\(auth\))?: )/;

/** How messages of old PAM begin, which names its module in the tag instead (`sshd(pam_unix)[1]:`). */
const BARE = ['session opened for user ', 'session closed for user ', 'authentication failure; logname='];

function pamText(row: Row, text: string): void {
  if (text.startsWith('session opened for user ')) {
    row.put('activity', 'session-open');
    const by = text.indexOf(' by ', 24);
    row.put('user', bare(text.slice(24, by < 0 ? undefined : by)));
    if (by > 0) row.put('by_user', bare(text.slice(by + 4)));
  } else if (text.startsWith('session closed for user ')) {
    row.put('activity', 'session-close');
    row.put('user', bare(text.slice(24)));
  } else if (text.startsWith('authentication failure;') || text.startsWith('authentication success;')) {
    row.put('activity', 'logon');
    row.put('outcome', text.charCodeAt(15) === 0x66 ? 'failure' : 'success');
    // ruser and user are what somebody typed: rhost is the last before the user, and the user all that follows.
    const user = text.indexOf(' user=');
    const head = user < 0 ? text : text.slice(0, user);
    const rhost = head.lastIndexOf(' rhost=');
    eachPair(rhost < 0 ? head : head.slice(0, rhost), 23, (name, value) => {
      if (value !== '') row.put(name, value);
    });
    const from = rhost < 0 ? '' : head.slice(rhost + 7).trim();
    if (from !== '') {
      row.put('src_ip', from);
      row.put('rhost', from);
    }
    if (user >= 0 && user + 6 < text.length) row.put('user', text.slice(user + 6));
  } else if (text.startsWith('password changed for ')) {
    row.put('activity', 'password-change');
    row.put('user', text.slice(21));
  }
}

/** `bob(uid=1000)` → bob; `(uid=0)` → '' */
function bare(name: string): string {
  const open = name.indexOf('(');
  return open < 0 ? name.trim() : name.slice(0, open);
}

/** `bob : [complaint ;] TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/bin/sh`, under sudo's own names. */
export function sudo(row: Row, message: string): void {
  const colon = message.indexOf(' : ');
  if (colon < 0) return;
  row.put('user', message.slice(0, colon).trim());
  let at = colon + 3;
  let complaint = '';
  while (at < message.length) {
    let end = message.indexOf(' ; ', at);
    if (end < 0) end = message.length;
    if (message.startsWith('COMMAND=', at)) end = message.length; // a command may contain " ; "
    const [name] = /^[A-Z]{2,12}(?==)/.exec(message.slice(at, Math.min(end, at + 14))) ?? [''];
    if (name !== '') row.put(name, message.slice(at + name.length + 1, end));
    else complaint = message.slice(at, end);
    at = end + 3;
  }
  row.put('activity', 'command');
  row.put('outcome', complaint === '' ? 'success' : 'failure');
  if (complaint !== '') row.put('reason', complaint);
}

/** The three dialects of su. */
export function su(row: Row, message: string): void {
  const to = message.indexOf('(to ');
  const close = message.indexOf(') ', to);
  if (to >= 0 && close > 0) {
    const on = message.lastIndexOf(' on ');
    row.put('user', message.slice(close + 2, on > close ? on : undefined));
    row.put('target_user', message.slice(to + 4, close));
    row.put('activity', 'switch-user');
    row.put('outcome', message.startsWith('FAILED') ? 'failure' : 'success');
    return;
  }
  const by = message.lastIndexOf(' by ');
  const on = message.indexOf(' su for ');
  if (on > 0 && by > on) {
    row.put('user', message.slice(by + 4));
    row.put('target_user', message.slice(on + 8, by));
    row.put('activity', 'switch-user');
    row.put('outcome', message.startsWith('FAILED') ? 'failure' : 'success');
  }
}

/** `(root) CMD (run-parts /etc/cron.hourly)`, `(bob) REPLACE (bob)` */
export function cron(row: Row, message: string): void {
  const close = message.indexOf(') ');
  if (message.charCodeAt(0) !== 40 || close < 0) return;
  const open = message.indexOf(' (', close);
  if (open < 0) return;
  row.put('user', message.slice(1, close));
  row.put(
    'activity',
    `cron-${message
      .slice(close + 2, open)
      .toLowerCase()
      .replaceAll(' ', '-')}`,
  );
  const end = message.endsWith(')') ? message.length - 1 : message.length;
  row.put('command', message.slice(open + 2, end));
}

/** useradd, groupadd, usermod, userdel, … of shadow-utils. */
export function accounts(row: Row, message: string): void {
  if (message.startsWith('new user: ') || message.startsWith('new group: ')) {
    row.put('activity', message.charCodeAt(4) === 0x75 ? 'account-create' : 'group-create');
    eachPair(
      message,
      10,
      (name, value) => row.put(name === 'name' ? (message.charCodeAt(4) === 0x75 ? 'user' : 'group') : name, value),
      { commas: true },
    );
    return;
  }
  const quoted = message.split("'");
  const first = quoted[1];
  if (first === undefined) return;
  const words = (quoted[0] ?? '').trim();
  if (words === 'add' || words === 'delete') {
    if ((quoted[2] ?? '').includes('group')) {
      row.put('activity', words === 'add' ? 'group-member-add' : 'group-member-remove');
      row.put('user', first);
      row.put('group', quoted[3]);
      return;
    }
  }
  if (words === 'delete user') row.put('activity', 'account-delete');
  else if (words.startsWith('change user')) row.put('activity', 'account-change');
  else if (words.startsWith('removed group')) {
    row.put('activity', 'group-delete');
    row.put('group', first);
    return;
  } else if (words.startsWith('lock user') || words.startsWith('unlock user')) row.put('activity', 'account-change');
  else return;
  row.put('user', first);
}

/** systemd units and logind sessions. */
export function systemd(row: Row, message: string): void {
  if (message.startsWith('New session ')) {
    const of = message.indexOf(' of user ');
    if (of < 0) return;
    row.put('activity', 'session-open');
    row.put('session', message.slice(12, of));
    row.put('user', message.slice(of + 9).replace(/\.$/, ''));
    return;
  }
  for (const verb of ['Started ', 'Stopped ', 'Starting ', 'Stopping ', 'Reloaded ', 'Created slice ']) {
    if (!message.startsWith(verb)) continue;
    row.put('activity', `unit-${verb.trim().toLowerCase().replace(' ', '-')}`);
    row.put('unit', message.slice(verb.length).replace(/(\.\.\.|\.)$/, ''));
    return;
  }
}
