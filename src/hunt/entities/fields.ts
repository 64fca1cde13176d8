import type { EntityType } from '../../model/index.ts';

/**
 * Which fields of which logs name an entity, and as what it took part.
 *
 * as: somebody acted as it (an account), by it (a program, a session) or from it; an account only when the event says
 *     that the act was let through
 * on: the machine an act took place on
 * to: what was tried, reached, changed or merely named
 */
export type Part = 'as' | 'on' | 'to';
export interface Naming {
  readonly type: EntityType;
  readonly part: Part;
}

const as = (type: EntityType): Naming => ({ type, part: 'as' });
const to = (type: EntityType): Naming => ({ type, part: 'to' });

/** Field names mean the same in every log that has them, but for the few in SPECIAL. */
export const FIELDS: ReadonlyMap<string, Naming> = new Map(
  Object.entries({
    // accounts
    SubjectUserName: as('account'),
    TargetUserName: to('account'),
    TargetOutboundUserName: as('account'),
    SourceUser: as('account'),
    User: as('account'),
    UserId: as('account'),
    UserPrincipalName: as('account'),
    user: as('account'),
    auid: as('account'),
    'cs-username': as('account'),
    AuthenticatedUser: as('account'),
    Caller: as('account'),
    'InitiatedBy.user.userPrincipalName': as('account'),
    'TargetResources.userPrincipalName': to('account'),
    MemberName: to('account'),
    // mailboxes
    MailboxOwnerUPN: to('mailbox'),
    'Parameters.Identity': to('mailbox'),
    'Parameters.ForwardTo': to('mailbox'),
    'Parameters.RedirectTo': to('mailbox'),
    'Parameters.ForwardingSmtpAddress': to('mailbox'),
    'Parameters.User': to('account'),
    // machines
    WorkstationName: to('host'),
    TargetServerName: to('host'),
    DestinationHostname: to('host'),
    // addresses
    IpAddress: to('address'),
    ClientIP: to('address'),
    ClientIPAddress: to('address'),
    ClientIpAddress: to('address'),
    IPAddress: to('address'),
    CallerIpAddress: to('address'),
    'InitiatedBy.user.ipAddress': to('address'),
    'c-ip': to('address'),
    src_ip: to('address'),
    SourceIp: to('address'),
    DestinationIp: to('address'),
    'id.orig_h': to('address'),
    'id.resp_h': to('address'),
    // clients: what a person or a program says it is
    UserAgent: to('client'),
    userAgent: to('client'),
    ClientInfoString: to('client'),
    ClientAppId: to('client'),
    AppDisplayName: to('client'),
    'cs-user-agent': to('client'),
    'cs(User-Agent)': to('client'),
    user_agent: to('client'),
    client: to('client'),
    // sessions
    SessionId: to('session'),
    UniqueTokenId: to('session'),
    UniqueTokenIdentifier: to('session'),
    TargetLogonId: to('session'),
    SubjectLogonId: to('session'),
    LogonId: to('session'),
    // names asked for
    QueryName: to('domain'),
    query: to('domain'),
    server_name: to('domain'),
    'cs-host': to('domain'),
    'r-dns': to('domain'),
    // programs and files
    Image: to('file'),
    NewProcessName: to('file'),
    SourceImage: to('file'),
    TargetFilename: to('file'),
    ImageLoaded: to('file'),
    ImagePath: to('file'),
    ServiceFileName: to('file'),
    Hashes: to('file'),
    exe: to('file'),
    'cs-uri-stem': to('file'),
    ProcessGuid: to('process'),
    ParentProcessGuid: to('process'),
    SourceProcessGUID: to('process'),
    TargetProcessGUID: to('process'),
    // services, tasks, devices
    ServiceName: to('service'),
    TaskName: to('service'),
    DeviceId: to('device'),
    DeviceInstanceId: to('device'),
  } satisfies Record<string, Naming>),
);

/** Logs in which a field of FIELDS means something else: no entity there. */
export const NOT_THERE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  // the target host of a file copy or a remote registry key, not of a logon
  ['linux-auditd', new Set(['exe'])],
  // a page asked for is an entity only on our own servers
  ['proxy-squid', new Set(['cs-uri-stem'])],
  // what a visitor's browser asked a server of ours: the server's own name
  ['web-iis', new Set(['cs-host'])],
]);

/** Windows Security: the event is written where somebody is known or changed, not where he acts. */
export const WRITTEN_ELSEWHERE: ReadonlySet<number> = new Set([
  4625, 4662, 4720, 4722, 4723, 4724, 4725, 4726, 4728, 4729, 4732, 4733, 4738, 4740, 4741, 4742, 4743, 4756, 4757,
  4767, 4768, 4769, 4770, 4771, 4772, 4773, 4774, 4775, 4776, 4777, 5136, 5137, 5140, 5141, 5145, 5156, 5157, 6272,
  6273, 6416,
]);
/** Windows Security: the account meant is TargetUserName, and the event says it got in. */
export const LET_IN: ReadonlySet<number> = new Set([4624, 4648, 4768, 4769, 4770, 4776, 4964]);
/** … and that it did not, whatever a status says. */
export const REFUSED: ReadonlySet<number> = new Set([4625, 4771, 4772, 4773, 4775, 4777]);

/** Streams whose events take place on the machine that wrote them. */
export const ON_ITS_HOST: readonly string[] = ['windows-', 'linux-'];
