import type { Random } from '../../random.ts';
import { ORGANISATION, type Person, TENANT } from '../world.ts';

/** Records of the Microsoft 365 unified audit log (Management API shape) and of Entra ID sign-ins (Graph shape). */
export type CloudRecord = Readonly<Record<string, unknown>>;

export interface MailRead {
  readonly random: Random;
  readonly ms: number;
  readonly box: Person;
  readonly ip: string;
  readonly access: 'Bind' | 'Sync';
  readonly client: string;
  readonly app: string;
  readonly session: string;
  readonly folder: string;
  readonly items?: number;
  readonly throttled?: boolean;
}

const seconds = (ms: number) => new Date(ms).toISOString().slice(0, 19);

export function mailRead(r: MailRead): CloudRecord {
  const items = Array.from({ length: r.items ?? 0 }, () => ({
    InternetMessageId: `<${r.random.letters(24)}@${ORGANISATION}>`,
  }));
  return {
    CreationTime: seconds(r.ms),
    Id: r.random.guid(),
    Operation: 'MailItemsAccessed',
    OrganizationId: TENANT,
    RecordType: 50,
    ResultStatus: 'Succeeded',
    UserKey: r.box.guid.slice(0, 16).replaceAll('-', '').toUpperCase(),
    UserType: 0,
    Version: 1,
    Workload: 'Exchange',
    UserId: r.box.mail,
    AppId: r.app,
    ClientAppId: r.app,
    ClientIPAddress: r.ip,
    ClientInfoString: r.client,
    ExternalAccess: false,
    InternalLogonType: 0,
    LogonType: 0,
    LogonUserSid: r.box.sid,
    MailboxGuid: r.box.mailbox,
    MailboxOwnerSid: r.box.sid,
    MailboxOwnerUPN: r.box.mail,
    OperationProperties: [
      { Name: 'MailAccessType', Value: r.access },
      { Name: 'IsThrottled', Value: r.throttled ? 'True' : 'False' },
    ],
    OrganizationName: ORGANISATION,
    OriginatingServer: 'VI1PR07MB5120 (15.20.7362.031)',
    SessionId: r.session,
    ...(r.access === 'Bind'
      ? {
          Folders: [{ FolderItems: items, Id: `LgAAAAD${r.folder}`, Path: `\\${r.folder}` }],
          OperationCount: items.length,
        }
      : {
          Item: {
            Id: `LgAAAAD${r.folder}`,
            ParentFolder: { Id: `LgAAAAD${r.folder}`, Name: r.folder, Path: `\\${r.folder}` },
          },
        }),
  };
}

/** A cmdlet or a settings change, as the audit log of Exchange Online tells it. */
export function adminAct(
  random: Random,
  ms: number,
  operation: string,
  by: string,
  ip: string,
  object: string,
  parameters: Readonly<Record<string, string>>,
): CloudRecord {
  return {
    CreationTime: seconds(ms),
    Id: random.guid(),
    Operation: operation,
    OrganizationId: TENANT,
    RecordType: 1,
    ResultStatus: 'True',
    UserKey: random.hex(16).toUpperCase(),
    UserType: 2,
    Version: 1,
    Workload: 'Exchange',
    ClientIP: `${ip.includes(':') ? `[${ip}]` : ip}:${random.int(10_000, 60_000)}`,
    ObjectId: object,
    UserId: by,
    AppId: '',
    ExternalAccess: false,
    OrganizationName: ORGANISATION,
    OriginatingServer: 'VI1PR07MB5120 (15.20.7362.031)',
    Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })),
    SessionId: random.guid(),
  };
}

export interface SignIn {
  readonly random: Random;
  readonly ms: number;
  readonly who: Person;
  readonly ip: string;
  readonly app: string;
  readonly appId: string;
  readonly client: string;
  readonly agent: string;
  readonly error: 0 | 50126 | 50053;
  readonly system?: string;
  /** a device of the ministry; then a second factor is asked for as well */
  readonly managed?: boolean;
  readonly session?: string;
}

const REASONS = {
  0: 'Other.',
  50126: 'Error validating credentials due to invalid username or password.',
  50053: 'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
};

export function signIn(s: SignIn): CloudRecord {
  return {
    id: s.random.guid(),
    createdDateTime: `${seconds(s.ms)}Z`,
    userDisplayName: s.who.display,
    userPrincipalName: s.who.mail,
    userId: s.who.guid,
    appId: s.appId,
    appDisplayName: s.app,
    ipAddress: s.ip,
    clientAppUsed: s.client,
    userAgent: s.agent,
    correlationId: s.random.guid(),
    conditionalAccessStatus: s.error === 0 ? 'success' : 'notApplied',
    isInteractive: true,
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: 'none',
    riskState: 'none',
    riskEventTypes_v2: [],
    resourceDisplayName: 'Office 365 Exchange Online',
    resourceId: '00000002-0000-0ff1-ce00-000000000000',
    authenticationRequirement: s.managed ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    sessionId: s.session ?? s.random.guid(),
    status: { errorCode: s.error, failureReason: REASONS[s.error], additionalDetails: null },
    deviceDetail: {
      deviceId: s.managed ? s.who.guid : '',
      displayName: '',
      operatingSystem: s.system ?? '',
      browser: '',
      isCompliant: s.managed ?? false,
      isManaged: s.managed ?? false,
      trustType: s.managed ? 'Hybrid Azure AD joined' : '',
    },
    location: {
      city: 'Valdor',
      state: '',
      countryOrRegion: 'XX',
      geoCoordinates: { altitude: null, latitude: null, longitude: null },
    },
    appliedConditionalAccessPolicies: [],
  };
}

/** A record of the directory's audit log (Graph shape). `changes`: property, new value. */
export function directoryAct(
  random: Random,
  ms: number,
  activity: string,
  category: string,
  by: string,
  ip: string,
  target: string,
  changes: readonly (readonly [name: string, value: string])[],
): CloudRecord {
  return {
    id: `Directory_${random.guid()}`,
    category,
    correlationId: random.guid(),
    result: 'success',
    resultReason: '',
    activityDisplayName: activity,
    activityDateTime: `${seconds(ms)}Z`,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: {
      app: null,
      user: { id: random.guid(), displayName: null, userPrincipalName: by, ipAddress: ip, roles: [] },
    },
    targetResources: [
      {
        id: random.guid(),
        displayName: target,
        type: category === 'ApplicationManagement' ? 'ServicePrincipal' : 'User',
        userPrincipalName: null,
        groupType: null,
        modifiedProperties: changes.map(([displayName, newValue]) => ({ displayName, oldValue: '[]', newValue })),
      },
    ],
    additionalDetails: [],
  };
}
