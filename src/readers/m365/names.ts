/**
 * One family of names for the unified audit log, whatever the export path; every original name stays beside it.
 *
 * | canonical | Management API, Purview | Sentinel OfficeActivity | Graph auditLogRecord | old cmdlet CSV |
 * |---|---|---|---|---|
 * | Operation | Operation | Operation | operation | Operations |
 * | Workload | Workload | OfficeWorkload | service | – |
 * | UserId | UserId | UserId | userPrincipalName, userId | UserIds |
 * | ClientIP | ClientIP, ClientIPAddress, ActorIpAddress | Client_IPAddress, ClientIP | clientIp | – |
 * | SessionId | SessionId, AppAccessContext.AADSessionId | SessionId | – | – |
 *
 * ClientIP is the bare address: brackets and port are taken off, the port stands in ClientPort and the text as written
 * in ClientIPRaw when it differs. Sources: Office 365 Management Activity API schema; one real row of OfficeActivity.
 */
export const CANONICAL: Readonly<Record<string, readonly string[]>> = {
  Operation: ['Operations', 'operation', 'Activity', 'activity'],
  Workload: ['OfficeWorkload', 'service', 'workload', 'Workloads'],
  UserId: ['userPrincipalName', 'userId', 'UserIds', 'UserId_', 'User'],
  RecordType: ['auditLogRecordType', 'recordType', 'RecordTypes'],
  ResultStatus: ['resultStatus', 'ResultStatus_'],
  CreationTime: ['TimeGenerated', 'createdDateTime', 'CreationDate', 'creationTime'],
  Id: ['OfficeId', 'Identity', 'id', 'RecordId', 'SourceRecordId'],
  ClientIP: ['ClientIPAddress', 'Client_IPAddress', 'ActorIpAddress', 'clientIp', 'ClientIP_', 'ClientIp'],
  ObjectId: ['OfficeObjectId', 'objectId'],
  UserType: ['userType'],
  LogonType: ['Logon_Type'],
  MailAccessType: ['OperationProperties.MailAccessType'],
  IsThrottled: ['OperationProperties.IsThrottled'],
  SessionId: ['AppAccessContext.AADSessionId', 'DeviceProperties.SessionId', 'SessionID', 'sessionId'],
  UniqueTokenId: ['AppAccessContext.UniqueTokenId', 'UniqueTokenIdentifier'],
  ClientAppId: ['AppAccessContext.ClientAppId', 'ClientApplicationId', 'ClientAppID'],
  AppId: ['AppID', 'appId'],
  UserAgent: ['ExtendedProperties.UserAgent', 'userAgent', 'ClientInfoString'],
  RequestType: ['ExtendedProperties.RequestType', 'ExtendedProperties.requestType'],
  MailboxOwnerUPN: ['MailboxOwnerUPN_'],
};

/** What Sigma's older rules (Defender for Cloud Apps, exchange) call the same things. */
export const SIGMA: Readonly<Record<string, readonly string[]>> = {
  eventSource: ['Workload'],
  Payload: ['Data', 'Parameters', 'Cmdlet'],
};

export const USERS = ['UserId', 'UserKey', 'MailboxOwnerUPN'];
/** The user's device, when the record names one. Microsoft's own server (OriginatingServer) is nobody's host. */
export const HOSTS = ['DeviceName', 'DeviceProperties.DisplayName'];

/** Columns Purview and the cmdlet put around the record in `AuditData`. */
export const OUTER = ['AuditData', 'auditData'];
