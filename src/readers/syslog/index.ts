/**
 * syslog: messages of Unix machines, firewalls and network gear. In: lines with an RFC 3164, RFC 5424 or ISO head, or
 * JSON rows that hold such messages. Out: one Event a message with `hostname`, `program`, `pid`, `facility`, `severity`,
 * `message`, and what its body says as fields of its own; log source and stream by the program (sshd, sudo, auditd,
 * sysmon, cisco/asa, fortigate, …). A stamp without a year or zone says so in the event's flags (law 6).
 *
 * Shared by all bodies, so that one question meets every gateway and server: `user`, `src_ip`, `src_port`,
 * `assigned_ip`, `method`, `activity` (logon, vpn-start, vpn-end, session-open, command, account-create, …) and
 * `outcome` (success, failure).
 */
import type { Reader } from '../contract.ts';
import { lineReader } from '../text/line-reader.ts';
import { jsonFormat } from './json.ts';
import { lineFormat } from './lines.ts';

export const syslog: Reader = lineReader(lineFormat);
export const syslogJson: Reader = lineReader(jsonFormat);
