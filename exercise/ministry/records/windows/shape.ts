import { type EventRecord, value } from '../../../evtx/writer.ts';
import type { Host } from '../../world.ts';
import { NETBIOS } from '../../world.ts';

/** A record of any Windows log, without its time. */
export type WindowsRecord = Omit<EventRecord, 'ms'>;
export interface Subject {
  readonly name: string;
  readonly sid: string;
  readonly domain?: string;
}

/** Numbers that the product writes in hexadecimal: log-on ids, process ids. */
export const hex = (n: number) => value.hex64(BigInt(n));
export const pid = (n: number) => hex(n);
export const ZERO_GUID = '{00000000-0000-0000-0000-000000000000}';
const SUCCESS = 0x8020000000000000n;
const FAILURE = 0x8010000000000000n;

export const SYSTEM: Subject = { name: 'SYSTEM', sid: 'S-1-5-18', domain: 'NT AUTHORITY' };
/** The computer itself, as it appears as a subject. */
export const machine = (host: Host): Subject => ({ name: `${host.name}$`, sid: 'S-1-5-18', domain: NETBIOS });

export type Data = NonNullable<EventRecord['data']>;

/** A record of the Security log. `task`: its category; `failed`: an audit of failure. */
export function audit(
  host: Host,
  eventId: number,
  task: number,
  data: Data,
  failed = false,
  version = 0,
): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-Security-Auditing',
    providerGuid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
    channel: 'Security',
    eventId,
    computer: host.fqdn,
    version,
    level: 0,
    task,
    keywords: failed ? FAILURE : SUCCESS,
    processId: 620,
    threadId: 3000 + (eventId % 900),
    data,
  };
}

/** Who did it: the first four fields of most records. */
export function subject(who: Subject, logonId: number): Data {
  return {
    SubjectUserSid: value.sid(who.sid),
    SubjectUserName: who.name,
    SubjectDomainName: who.domain ?? NETBIOS,
    SubjectLogonId: hex(logonId),
  };
}
