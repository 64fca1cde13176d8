import type { Account, CloudApp } from '../contract.ts';
import type { JsonRecord } from '../logs/encoder.ts';
import type { Random } from '../random.ts';
import { seconds } from './stamp.ts';

/** Records of the unified audit log (Management API shape) and of Entra ID (Graph shape). */
export const TENANT = '6b1f0b52-3c74-4c5e-9a55-0f3b7f2c9d11';
const SERVER = 'VI1PR07MB5120 (15.20.7362.031)';
const record = (id: string, body: Readonly<Record<string, unknown>>): JsonRecord => ({
  id,
  text: JSON.stringify(body),
});
const bracketed = (ip: string, port: number) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;

interface Common {
  readonly random: Random;
  readonly ms: number;
  readonly domain: string;
}

function audit(c: Common, id: string, operation: string, type: number, by: Account) {
  return {
    CreationTime: seconds(c.ms),
    Id: id,
    Operation: operation,
    OrganizationId: TENANT,
    RecordType: type,
    ResultStatus: 'Succeeded',
    UserKey: by.guid.replaceAll('-', '').slice(0, 16).toUpperCase(),
    UserType: by.kind === 'admin' ? 2 : 0,
    Version: 1,
    Workload: type === 8 ? 'AzureActiveDirectory' : 'Exchange',
    UserId: by.upn,
  };
}

export interface MailAct extends Common {
  readonly operation: string;
  readonly mailbox: Account;
  readonly by: Account;
  readonly ip: string;
  readonly app: CloudApp;
  readonly session: string;
}

function mailAct(a: MailAct, id: string, type: number) {
  const owner = a.mailbox.name === a.by.name;
  return {
    ...audit(a, id, a.operation, type, a.by),
    AppId: a.app.id,
    ClientAppId: a.app.id,
    ClientIPAddress: a.ip,
    ClientInfoString: a.app.client,
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: owner ? 0 : 2,
    LogonUserSid: a.by.sid,
    MailboxGuid: a.mailbox.mailbox?.guid ?? a.mailbox.guid,
    MailboxOwnerSid: a.mailbox.sid,
    MailboxOwnerUPN: a.mailbox.upn,
    OrganizationName: a.domain,
    OriginatingServer: SERVER,
    SessionId: a.session,
  };
}

export interface MailRead extends MailAct {
  readonly access: 'Bind' | 'Sync';
  readonly folder: string;
  readonly items: number;
  readonly throttled: boolean;
}

export function mailRead(r: MailRead): JsonRecord {
  const id = r.random.guid();
  const folder = `LgAAAAD${r.folder.replaceAll(' ', '')}`;
  const bind = r.access === 'Bind';
  const items = Array.from({ length: bind ? r.items : 0 }, () => ({
    InternetMessageId: `<${r.random.hex(24)}@${r.domain}>`,
  }));
  return record(id, {
    ...mailAct(r, id, 50),
    OperationProperties: [
      { Name: 'MailAccessType', Value: r.access },
      { Name: 'IsThrottled', Value: r.throttled ? 'True' : 'False' },
    ],
    ...(bind
      ? { Folders: [{ FolderItems: items, Id: folder, Path: `\\${r.folder}` }], OperationCount: items.length }
      : { Item: { Id: folder, ParentFolder: { Id: folder, Name: r.folder, Path: `\\${r.folder}` } } }),
  });
}

export function mailOperation(a: MailAct & { readonly subject?: string; readonly folder?: string }): JsonRecord {
  const id = a.random.guid();
  const folder = a.folder ?? 'Inbox';
  return record(id, {
    ...mailAct(a, id, 2),
    Item: {
      Id: a.random.hex(24),
      InternetMessageId: `<${a.random.hex(24)}@${a.domain}>`,
      ParentFolder: { Id: `LgAAAAD${folder.replaceAll(' ', '')}`, Path: `\\${folder}` },
      ...(a.subject === undefined ? {} : { Subject: a.subject }),
    },
  });
}

export interface Change extends Common {
  readonly operation: string;
  readonly by: Account;
  readonly ip: string;
  readonly object: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly session: string;
  readonly result: boolean;
}

/** A cmdlet, as the audit log of Exchange Online tells it. */
export function cmdletRun(c: Change): JsonRecord {
  const id = c.random.guid();
  return record(id, {
    ...audit(c, id, c.operation, 1, c.by),
    ResultStatus: c.result ? 'True' : 'False',
    ClientIP: bracketed(c.ip, c.random.int(10_000, 60_000)),
    ObjectId: c.object,
    AppId: '',
    ExternalAccess: false,
    OrganizationName: c.domain,
    OriginatingServer: SERVER,
    Parameters: Object.entries(c.parameters).map(([Name, Value]) => ({ Name, Value })),
    SessionId: c.session,
  });
}

export interface SignIn extends Common {
  readonly who: Account;
  readonly display: string;
  readonly ip: string;
  readonly asn: number;
  readonly city: string;
  readonly country: string;
  readonly app: CloudApp;
  readonly client: string;
  readonly agent: string;
  readonly error: number;
  readonly session: string;
  readonly deviceId: string;
  readonly system: string;
  readonly managed: boolean;
  readonly mfa: boolean;
  readonly interactive: boolean;
}

const REASONS: Readonly<Record<number, string>> = {
  0: 'Other.',
  50126: 'Error validating credentials due to invalid username or password.',
  50053: 'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  50074: 'Strong Authentication is required.',
  50076: 'Due to a configuration change made by your administrator, you must use multi-factor authentication.',
  53003: 'Access has been blocked by Conditional Access policies.',
};

export function signIn(s: SignIn): JsonRecord {
  const id = s.random.guid();
  const refused = s.error === 0 ? 'success' : s.error === 53003 ? 'failure' : 'notApplied';
  return record(id, {
    id,
    createdDateTime: `${seconds(s.ms)}Z`,
    userDisplayName: s.display,
    userPrincipalName: s.who.upn,
    userId: s.who.guid,
    appId: s.app.id,
    appDisplayName: s.app.name,
    ipAddress: s.ip,
    autonomousSystemNumber: s.asn,
    clientAppUsed: s.client,
    userAgent: s.agent,
    correlationId: s.random.guid(),
    conditionalAccessStatus: refused,
    isInteractive: s.interactive,
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: 'none',
    riskState: 'none',
    riskEventTypes_v2: [],
    resourceDisplayName: 'Office 365 Exchange Online',
    resourceId: '00000002-0000-0ff1-ce00-000000000000',
    authenticationRequirement: s.mfa ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    sessionId: s.session,
    status: { errorCode: s.error, failureReason: REASONS[s.error] ?? 'Other.', additionalDetails: null },
    deviceDetail: {
      deviceId: s.deviceId,
      displayName: '',
      operatingSystem: s.system,
      browser: '',
      isCompliant: s.managed,
      isManaged: s.managed,
      trustType: s.managed ? 'Hybrid Azure AD joined' : '',
    },
    location: { city: s.city, state: '', countryOrRegion: s.country },
    appliedConditionalAccessPolicies: [],
  });
}

export interface DirectoryAct extends Common {
  readonly activity: string;
  readonly category: string;
  readonly by: Account;
  readonly ip: string;
  readonly target: string;
  readonly changes: readonly (readonly [name: string, value: string])[];
}

export function directoryAct(d: DirectoryAct): JsonRecord {
  const id = `Directory_${d.random.guid()}`;
  const type =
    d.category === 'ApplicationManagement' ? 'ServicePrincipal' : d.category === 'Device' ? 'Device' : 'User';
  return record(id, {
    id,
    category: d.category,
    correlationId: d.random.guid(),
    result: 'success',
    resultReason: '',
    activityDisplayName: d.activity,
    activityDateTime: `${seconds(d.ms)}Z`,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: {
      app: null,
      user: { id: d.by.guid, displayName: null, userPrincipalName: d.by.upn, ipAddress: d.ip, roles: [] },
    },
    targetResources: [
      {
        id: d.random.guid(),
        displayName: d.target,
        type,
        userPrincipalName: null,
        groupType: null,
        modifiedProperties: d.changes.map(([displayName, newValue]) => ({ displayName, oldValue: '[]', newValue })),
      },
    ],
    additionalDetails: [],
  });
}

/** The same in the unified audit log. */
export function directoryAudit(d: DirectoryAct): JsonRecord {
  const id = d.random.guid();
  return record(id, {
    ...audit(d, id, `${d.activity}.`, 8, d.by),
    ResultStatus: 'Success',
    ActorIpAddress: d.ip,
    ClientIP: d.ip,
    ObjectId: d.target,
    AzureActiveDirectoryEventType: 1,
    ModifiedProperties: d.changes.map(([Name, NewValue]) => ({ Name, NewValue, OldValue: '[]' })),
    Target: [{ ID: d.target, Type: 1 }],
  });
}
