import type { Instant } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import { AUDIT_KIND, auditHead, putAudit } from '../auditd/index.ts';
import { ASA_KIND, ciscoHead, isAsa, isFortigate, parseFortigate, putAsa, putFortigate } from '../firewall/index.ts';
import type { Row } from '../text/row.ts';
import { iosKind, putIos } from './bodies/ios.ts';
import { isSysmon, parseSysmon, putSysmon, sysmonKind } from './bodies/sysmon.ts';
import { facilityName, severityName } from './header.ts';
import { programOf } from './kinds.ts';

/** A syslog message out of its envelope, whatever that was: a line, or a row of a table exported as JSON. */
export interface Message {
  readonly hostname: string;
  readonly program: string;
  readonly pid: string;
  /** number of RFC 5424; -1: not said */
  readonly facility: number;
  readonly severity: number;
  readonly messageId: string;
  readonly text: string;
  readonly time: Instant;
  /** zoneAssumed, yearAssumed of the envelope's time */
  readonly timeFlags: number;
}

/**
 * Begin the row and put the message's fields. A body with a time of its own (audit, Sysmon, FortiGate) is dated by it:
 * it is exact, and says when it happened, not when it was sent.
 */
export function putMessage(row: Row, m: Message, assumedZone: number): void {
  const { text } = m;
  const head = text.charCodeAt(0) === 0x25 || text.includes('%') ? ciscoHead(text) : null;
  if (isSysmon(text)) {
    const event = parseSysmon(text);
    if (event !== null) {
      row.begin(sysmonKind(event.eventId));
      dated(row, Number.isNaN(event.time.ms) ? m : { time: event.time, timeFlags: 0 });
      putSysmon(row, event);
      row.put('hostname', m.hostname || undefined);
      return;
    }
  }
  const audit = auditHead(text);
  if (audit !== null) {
    row.begin(AUDIT_KIND);
    dated(row, Number.isNaN(audit.time.ms) ? m : { time: audit.time, timeFlags: 0 });
    const node = audit.node || m.hostname;
    if (node !== '') row.put('node', node);
    putAudit(row, text, audit);
    return;
  }
  if (isFortigate(text)) {
    const record = parseFortigate(text, assumedZone);
    if (record !== null) {
      row.begin(record.kind);
      if (m.hostname !== '') row.put('syslog_host', m.hostname);
      putFortigate(row, record);
      if (Number.isNaN(row.ms)) dated(row, m);
      return;
    }
  }
  if (head !== null) {
    row.begin(isAsa(head) ? ASA_KIND : iosKind(head));
    dated(row, m);
    // Cisco writes `fw01: %ASA-…`: what stands where a program would is the device.
    const named = m.hostname === '' && m.program !== '' && m.pid === '';
    putCommon(row, named ? { ...m, hostname: m.program, program: '' } : m, head.severity);
    if (isAsa(head)) putAsa(row, text, head);
    else putIos(row, text, head);
    return;
  }
  const program = programOf(m.program, m.facility, text);
  row.begin(program.kind);
  dated(row, m);
  putCommon(row, m, m.severity);
  program.body(row, withoutMessageId(text));
}

/** Solaris puts `[ID 800047 auth.info] ` before what the program said. */
function withoutMessageId(text: string): string {
  return text.startsWith('[ID ') ? text.replace(/^\[ID \d{1,10} [a-z0-9]{1,12}\.[a-z]{1,8}\] /, '') : text;
}

function dated(row: Row, m: Pick<Message, 'time' | 'timeFlags'>): void {
  row.ms = m.time.ms;
  row.ns = m.time.ns;
  row.flags |= m.timeFlags & (EventFlag.zoneAssumed | EventFlag.yearAssumed);
}

function putCommon(row: Row, m: Message, severity: number): void {
  if (m.hostname !== '') row.put('hostname', m.hostname);
  if (m.program !== '') row.put('program', m.program);
  if (m.pid !== '') row.put('pid', /^\d{1,10}$/.test(m.pid) ? Number(m.pid) : m.pid);
  row.put('facility', facilityName(m.facility));
  row.put('severity', severityName(severity));
  if (m.messageId !== '') row.put('msgid', m.messageId);
  row.put('message', m.text);
}
