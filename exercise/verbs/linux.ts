import { SECOND } from '../calendar.ts';
import type { Account, Verbs } from '../contract.ts';
import { epoch } from '../records/stamp.ts';
import { type AuditUser, execLines, loginLine, syslogLine } from '../records/syslog.ts';
import { flows } from './flows.ts';
import { addressOf, factsOf, isInside, port, type Stage } from './stage.ts';

type Linux = Pick<Verbs, 'ssh' | 'sudo' | 'exec'>;

/** The Linux hosts: what sshd, PAM and sudo say, and auditd. */
export function linux(stage: Stage): Linux {
  const { random } = stage;
  const { flow } = flows(stage);
  let serial = 4000;
  const userOf = (account: Account | 'root'): AuditUser =>
    account === 'root'
      ? { uid: 0, name: 'root' }
      : { uid: 1000 + (Number(account.sid.slice(account.sid.lastIndexOf('-') + 1)) % 900), name: account.name };
  return {
    ssh({ ms, act, host, account, from, ok, method, seconds }) {
      const name = typeof account === 'string' ? account : account.name;
      const { uid } = typeof account === 'string' ? { uid: 1000 } : userOf(account);
      const address = addressOf(from);
      const outside = isInside(address) ? undefined : address;
      const facts = factsOf(name, host, outside);
      const id = random.int(900, 30_000);
      const say = (after: number, text: string) =>
        stage
          .text(host.name, 'secure')
          .put(ms + after, (at) => syslogLine(at, host.name, `sshd[${id}]`, text), act, facts);
      const key = method === 'publickey' ? ': ED25519 SHA256:q0Zr7mD2cVt1xYwKb5uJ9nLs3hFg8eAoPiRzQy6TlUk' : '';
      const peer = `from ${address} port ${port(random)} ssh2`;
      if (ok) {
        say(0, `Accepted ${method} for ${name} ${peer}${key}`);
        say(20, `pam_unix(sshd:session): session opened for user ${name}(uid=${uid}) by (uid=0)`);
        if (seconds !== undefined) say(seconds * SECOND, `pam_unix(sshd:session): session closed for user ${name}`);
      } else say(0, `Failed ${method} for ${typeof account === 'string' ? 'invalid user ' : ''}${name} ${peer}`);
      const number = serial++;
      stage
        .text(host.name, 'audit')
        .put(ms, (at) => loginLine(`${epoch(at)}:${number}`, id, uid, name, address, ok), act, facts);
      const line = {
        port: 22,
        service: 'ssh',
        seconds: seconds ?? 3,
        sent: 4000 + 40 * (seconds ?? 0),
        received: 6000 + 90 * (seconds ?? 0),
      };
      flow(
        { ms, act, from: address, to: host.address, ...line },
        { host: typeof from === 'object' ? from.name : undefined, address: outside },
      );
    },
    sudo({ ms, act, host, account, command }) {
      const text = `${account.name} : TTY=pts/0 ; PWD=/home/${account.name} ; USER=root ; COMMAND=${command}`;
      stage
        .text(host.name, 'secure')
        .put(ms, (at) => syslogLine(at, host.name, 'sudo', text), act, factsOf(account, host));
    },
    exec({ ms, act, host, account, argv }) {
      const number = serial++;
      const facts = factsOf(account === 'root' ? 'root' : account, host);
      stage
        .text(host.name, 'audit')
        .put(ms, (at) => execLines(`${epoch(at)}:${number}`, number, userOf(account), argv), act, facts);
    },
  };
}
