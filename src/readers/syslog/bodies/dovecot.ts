import type { Row } from '../../text/row.ts';

/**
 * Dovecot: who opened a mailbox over IMAP, POP3, Submission or ManageSieve, or tried to.
 * `imap-login: Login: user=<bob>, method=PLAIN, rip=203.0.113.9, lip=10.0.0.5, mpid=7, TLS, session=<x>`,
 * `imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<bob>, …`,
 * `imap(bob)<7><x>: Disconnected: Logged out in=90 out=5120 …`.
 * What the back ends say of the same try (`auth: passwd-file(bob,203.0.113.9): unknown user`) stays a message.
 */
export function dovecot(row: Row, message: string): void {
  const login = /^([a-z0-9]{1,16})-login: /.exec(message);
  if (login !== null) {
    row.put('protocol', login[1]);
    loggedOn(row, message.slice(login[0].length));
    return;
  }
  const session = /^([a-z0-9]{1,16})\(([^()]{1,256})\)(?:<\d+>)?(?:<([^<> ]{1,64})>)?: (?:Info: )?/.exec(message);
  if (session === null || session[1]!.startsWith('auth')) return;
  row.put('protocol', session[1]);
  row.put('user', session[2]);
  if (session[3] !== undefined) row.put('session', session[3]);
  const text = message.slice(session[0].length);
  if (text.startsWith('Disconnected') || text.startsWith('Connection closed') || text.startsWith('Logged out')) {
    row.put('activity', 'disconnect');
    const sent =
      /\bout=(\d{1,15})\b/.exec(text.slice(0, 512)) ?? /\bbytes=\d{1,15}\/(\d{1,15})\b/.exec(text.slice(0, 512));
    if (sent !== null) row.put('bytes_out', Number(sent[1]));
  }
}

/** The same where the program is its own tag: `imap-login: Info: Login: user=<bob>, …`. */
export function dovecotLogin(protocol: string): (row: Row, message: string) => void {
  return (row, message) => {
    row.put('protocol', protocol);
    loggedOn(row, message);
  };
}

/** The user is what a client typed and may hold `rip=`: the address is the last one. */
function loggedOn(row: Row, said: string): void {
  const text = said.startsWith('Info: ') ? said.slice(6) : said;
  const rip = text.lastIndexOf('rip=');
  const user = text.indexOf('user=<');
  const failed = text.includes('(auth failed') || text.includes('auth failed)');
  const done = text.startsWith('Login: ');
  row.put('activity', done || failed ? 'logon' : 'disconnect');
  if (done || failed) row.put('outcome', done ? 'success' : 'failure');
  if (rip >= 0) row.put('src_ip', upToComma(text, rip + 4));
  const end = rip < 0 ? text.indexOf('>', user) : text.lastIndexOf('>', rip);
  if (user >= 0 && end > user + 6) row.put('user', text.slice(user + 6, end));
  const method = text.lastIndexOf(' method=', rip < 0 ? undefined : rip);
  if (method > end) row.put('method', upToComma(text, method + 8));
  const session = text.lastIndexOf('session=<');
  if (session > rip) row.put('session', text.slice(session + 9, text.indexOf('>', session)));
}

function upToComma(text: string, from: number): string {
  const comma = text.indexOf(',', from);
  return text.slice(from, comma < 0 ? undefined : comma);
}
