/**
 * One family of names for Entra ID and Azure logs: those of the Log Analytics tables, which most Sigma rules use, filled
 * from Graph (camel case), diagnostic settings (the same inside `properties`) and the portal's CSV (words). Originals
 * stay. The last lines of each table are what single Sigma rules ask for besides.
 */
type Names = Readonly<Record<string, readonly string[]>>;

export const SIGN_IN: Names = {
  CreatedDateTime: ['createdDateTime', 'Date (UTC)', 'TimeGenerated', 'time'],
  Id: ['id', 'Request ID', 'OriginalRequestId'],
  CorrelationId: ['correlationId', 'Correlation ID'],
  UserPrincipalName: ['userPrincipalName', 'Username', 'Sign-in identifier'],
  UserDisplayName: ['userDisplayName', 'User'],
  UserId: ['userId', 'User ID'],
  UserType: ['userType', 'User type'],
  ServicePrincipalId: ['servicePrincipalId', 'Service principal ID'],
  ServicePrincipalName: ['servicePrincipalName', 'Service principal name'],
  AppDisplayName: ['appDisplayName', 'Application'],
  AppId: ['appId', 'Application ID'],
  ResourceDisplayName: ['resourceDisplayName', 'Resource'],
  ResourceIdentity: ['resourceId', 'Resource ID'],
  IPAddress: ['ipAddress', 'IP address', 'callerIpAddress'],
  AutonomousSystemNumber: ['autonomousSystemNumber', 'Autonomous system number', 'Autonomous system  number'],
  Location: ['location.countryOrRegion', 'LocationDetails.countryOrRegion'],
  ClientAppUsed: ['clientAppUsed', 'Client app'],
  UserAgent: ['userAgent', 'User agent'],
  AuthenticationRequirement: ['authenticationRequirement', 'Authentication requirement'],
  AuthenticationProtocol: ['authenticationProtocol', 'Authentication Protocol'],
  ConditionalAccessStatus: ['conditionalAccessStatus', 'Conditional Access'],
  IsInteractive: ['isInteractive'],
  RiskState: ['riskState'],
  RiskLevelDuringSignIn: ['riskLevelDuringSignIn'],
  ResultType: ['status.errorCode', 'Status.errorCode', 'resultType', 'Sign-in error code'],
  ResultDescription: ['status.failureReason', 'Status.failureReason', 'resultDescription', 'Failure reason'],
  SessionId: ['sessionId', 'Session ID'],
  UniqueTokenIdentifier: ['uniqueTokenIdentifier', 'Unique token identifier'],
  UniqueTokenId: ['UniqueTokenIdentifier', 'uniqueTokenIdentifier', 'Unique token identifier'],
  NetworkLocationDetails: ['networkLocationDetails'],
  'DeviceDetail.deviceId': ['deviceDetail.deviceId', 'Device ID'],
  'DeviceDetail.displayName': ['deviceDetail.displayName'],
  'DeviceDetail.operatingSystem': ['deviceDetail.operatingSystem', 'Operating System'],
  'DeviceDetail.browser': ['deviceDetail.browser', 'Browser'],
  'DeviceDetail.isCompliant': ['deviceDetail.isCompliant', 'Compliant'],
  'DeviceDetail.isManaged': ['deviceDetail.isManaged', 'Managed'],
  'DeviceDetail.trustType': ['deviceDetail.trustType', 'Join Type'],
  'DeviceDetail.trusttype': ['DeviceDetail.trustType', 'deviceDetail.trustType', 'Join Type'],
  Resultdescription: ['ResultDescription', 'status.failureReason', 'resultDescription', 'Failure reason'],
  conditionalAccessStatus: ['ConditionalAccessStatus', 'Conditional Access'],
  userAgent: ['UserAgent', 'User agent'],
  ClientApp: ['ClientAppUsed', 'clientAppUsed', 'Client app'],
  Username: ['UserPrincipalName', 'userPrincipalName'],
};

export const AUDIT: Names = {
  ActivityDateTime: ['activityDateTime', 'Date (UTC)', 'TimeGenerated', 'time'],
  Id: ['id'],
  CorrelationId: ['correlationId'],
  ActivityDisplayName: ['activityDisplayName', 'Activity', 'OperationName', 'operationName'],
  OperationName: ['activityDisplayName', 'operationName', 'Activity', 'ActivityDisplayName'],
  operationName: ['OperationName', 'activityDisplayName', 'Activity'],
  // inside `properties` of diagnostic settings stands the audit's own category
  Category: ['category'],
  category: ['Category'],
  LoggedByService: ['loggedByService', 'Service'],
  Result: ['result', 'resultType'],
  ResultReason: ['resultReason', 'ResultDescription'],
  'InitiatedBy.user.userPrincipalName': ['initiatedBy.user.userPrincipalName', 'ActorUserPrincipalName'],
  'InitiatedBy.user.ipAddress': ['initiatedBy.user.ipAddress', 'IPAddress'],
  'InitiatedBy.app.displayName': ['initiatedBy.app.displayName', 'ActorDisplayName'],
  TargetResources: ['targetResources'],
  'TargetResources.displayName': ['targetResources.displayName', 'Target1DisplayName'],
  'TargetResources.id': ['targetResources.id', 'Target1ObjectId'],
  'TargetResources.type': ['targetResources.type', 'Target1Type'],
  'TargetResources.userPrincipalName': ['targetResources.userPrincipalName', 'Target1UserPrincipalName'],
  'targetResources.type': ['TargetResources.type', 'Target1Type'],
  Status: ['Result', 'result', 'resultType'],
  activityType: ['ActivityDisplayName', 'activityDisplayName', 'OperationName', 'Activity'],
  ActivityType: ['ActivityDisplayName', 'activityDisplayName', 'OperationName', 'Activity'],
  'additionalDetails.additionalInfo': ['AdditionalDetails.additionalInfo'],
  'properties.targetResources': ['targetResources', 'TargetResources'],
  'properties.result': ['result', 'Result'],
  'properties.message': ['ActivityDisplayName', 'activityDisplayName', 'OperationName', 'operationName', 'Activity'],
};

export const RISK: Names = {
  riskEventType: ['RiskEventType'],
  ActivityDateTime: [
    'activityDateTime',
    'ActivityDateTime',
    'detectedDateTime',
    'DetectedDateTime',
    'riskLastUpdatedDateTime',
  ],
  UserPrincipalName: ['userPrincipalName'],
  IPAddress: ['ipAddress', 'IpAddress'],
  RiskState: ['riskState'],
  RiskLevel: ['riskLevel'],
  Id: ['id'],
};

export const ACTIVITY: Names = {
  operationName: ['operationName.value', 'OperationNameValue', 'OperationName'],
  OperationNameValue: ['operationName', 'operationName.value', 'OperationName'],
  CategoryValue: ['category.value', 'category', 'Category'],
  ResourceProviderValue: ['resourceProviderName.value', 'resourceProviderName', 'ResourceProvider'],
  ResourceId: ['resourceId', '_ResourceId'],
  Caller: ['caller', 'identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
  CallerIpAddress: ['callerIpAddress', 'httpRequest.clientIpAddress', 'claims.ipaddr'],
  ActivityStatusValue: ['status.value', 'resultType', 'ActivityStatus'],
  EventDataId: ['eventDataId', 'id'],
  'properties.message': ['operationName.localizedValue', 'OperationName', 'message'],
};

/** Where each log's time stands, in order. All are UTC. */
export const TIMES: readonly string[] = [
  'createdDateTime',
  'CreatedDateTime',
  'activityDateTime',
  'ActivityDateTime',
  'eventTimestamp',
  'EventTimestamp',
  'Date (UTC)',
  'TimeGenerated',
  'time',
  'detectedDateTime',
];

export const USERS: readonly string[] = [
  'UserPrincipalName',
  'InitiatedBy.user.userPrincipalName',
  'ServicePrincipalName',
  'Caller',
  'InitiatedBy.app.displayName',
  'UserDisplayName',
  'UserId',
  'ServicePrincipalId',
];
export const ADDRESSES: readonly string[] = ['IPAddress', 'CallerIpAddress', 'InitiatedBy.user.ipAddress'];
export const HOSTS: readonly string[] = ['DeviceDetail.displayName', 'DeviceDetail.deviceId'];
