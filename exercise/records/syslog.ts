import { millis, seconds } from './stamp.ts';

/** Lines of the syslog sources: VPN gateway, mail gateway, Linux hosts; and auditd's records. */

/** The gateway as the syslog server kept it (`logging timestamp rfc5424`). `text` begins with `%ASA-`. */
export function asaLine(ms: number, text: string): string {
  return `<166>${seconds(ms)}Z vpn-gw01 : ${text}`;
}

/** `1h:02m:03s`, as the gateway writes durations. */
export function asaDuration(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}h:${two(Math.floor(seconds / 60) % 60)}m:${two(seconds % 60)}s`;
}

/** rsyslog's file format; the servers keep the winter offset the year round. */
export function syslogLine(ms: number, host: string, tag: string, text: string): string {
  return `${millis(ms + 3_600_000)}000+01:00 ${host} ${tag}: ${text}`;
}

export interface AuditUser {
  readonly uid: number;
  readonly name: string;
}

/** The records of one command: SYSCALL, EXECVE, CWD, PROCTITLE. `stamp`: `1641024000.123:4711`. */
export function execLines(stamp: string, serial: number, user: AuditUser, argv: readonly string[]): string {
  const at = `msg=audit(${stamp}):`;
  const exe = argv[0] ?? '';
  const comm = exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15);
  const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();
  const args = argv.map((a, i) => `a${i}=${/[\s"]/.test(a) ? hex(a) : `"${a}"`}`);
  const { uid, name } = user;
  return [
    `type=SYSCALL ${at} arch=c000003e syscall=59 success=yes exit=0 a0=55d0c6f2 a1=55d0c701 a2=55d0c7aa a3=8 items=2 ppid=${3000 + (serial % 400)} pid=${4000 + (serial % 900)} auid=${uid} uid=${uid} gid=${uid} euid=${uid} suid=${uid} fsuid=${uid} egid=${uid} sgid=${uid} fsgid=${uid} tty=pts0 ses=${serial % 700} comm="${comm}" exe="${exe}" subj=unconfined key="exec"`,
    `type=EXECVE ${at} argc=${argv.length} ${args.join(' ')}`,
    `type=CWD ${at} cwd="${name === 'root' ? '/root' : `/home/${name}`}"`,
    `type=PROCTITLE ${at} proctitle=${hex(argv.join('\0'))}`,
  ].join('\n');
}

export function loginLine(stamp: string, pid: number, uid: number, name: string, from: string, ok: boolean): string {
  const who = ok ? `id=${uid}` : `acct="${name}"`;
  return `type=USER_LOGIN msg=audit(${stamp}): pid=${pid} uid=0 auid=${ok ? uid : 4_294_967_295} ses=${pid % 700} msg='op=login ${who} exe="/usr/sbin/sshd" hostname=${from} addr=${from} terminal=ssh res=${ok ? 'success' : 'failed'}'`;
}
