import type { LogSource } from '../../model/index.ts';
import type { JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';

/** One audit log of a cloud or service: how to know a record, and where its common attributes stand (dotted names). */
export interface CloudLog {
  readonly source: LogSource;
  readonly stream: string;
  /** the record is unmistakably of this log */
  is(object: JsonObject): boolean;
  readonly time: readonly string[];
  readonly id: readonly string[];
  readonly host: readonly string[];
  readonly user: readonly string[];
  readonly address: readonly string[];
  /** names Sigma's rules use besides the record's own */
  readonly alias?: Readonly<Record<string, readonly string[]>>;
  /** members that are also kept whole, as JSON text: rules look into them with `contains` */
  readonly whole?: readonly string[];
}

const text = (v: unknown): v is string => typeof v === 'string';

export const CLOUD_LOGS: readonly CloudLog[] = [
  {
    source: { product: 'aws', service: 'cloudtrail' },
    stream: 'aws-cloudtrail',
    is: (o) =>
      text(o.eventSource) && text(o.eventName) && text(o.eventTime) && ('awsRegion' in o || 'eventVersion' in o),
    time: ['eventTime'],
    id: ['eventID'],
    host: ['requestParameters.instanceId'],
    user: ['userIdentity.userName', 'userIdentity.arn', 'userIdentity.principalId', 'userIdentity.invokedBy'],
    address: ['sourceIPAddress'],
    whole: ['requestParameters', 'responseElements', 'userIdentity', 'additionalEventData'],
  },
  {
    source: { product: 'gcp', service: 'google_workspace.login' },
    stream: 'gcp-workspace-login',
    is: (o) => isObject(o.protoPayload) && o.protoPayload.serviceName === 'login.googleapis.com' && 'timestamp' in o,
    time: ['timestamp'],
    id: ['insertId'],
    host: [],
    user: ['protoPayload.authenticationInfo.principalEmail'],
    address: ['protoPayload.requestMetadata.callerIp'],
    alias: {
      'protoPayload.Servicename': ['protoPayload.serviceName'],
      'protoPayload.metadata.event.eventName': ['protoPayload.methodName'],
    },
  },
  {
    source: { product: 'gcp', service: 'google_workspace.admin' },
    stream: 'gcp-workspace-admin',
    is: (o) => isObject(o.protoPayload) && o.protoPayload.serviceName === 'admin.googleapis.com' && 'timestamp' in o,
    time: ['timestamp'],
    id: ['insertId'],
    host: [],
    user: ['protoPayload.authenticationInfo.principalEmail'],
    address: ['protoPayload.requestMetadata.callerIp'],
    alias: {
      eventService: ['protoPayload.serviceName'],
      eventName: ['protoPayload.metadata.event.eventName', 'protoPayload.methodName'],
      setting_name: ['protoPayload.metadata.event.parameter.SETTING_NAME'],
      new_value: ['protoPayload.metadata.event.parameter.NEW_VALUE'],
    },
  },
  {
    source: { product: 'gcp', service: 'gcp.audit' },
    stream: 'gcp-audit',
    is: (o) =>
      isObject(o.protoPayload) &&
      ('methodName' in o.protoPayload || 'serviceName' in o.protoPayload) &&
      'timestamp' in o,
    time: ['timestamp', 'receiveTimestamp'],
    id: ['insertId'],
    host: ['resource.labels.instance_id'],
    user: ['protoPayload.authenticationInfo.principalEmail'],
    address: ['protoPayload.requestMetadata.callerIp'],
    alias: {
      'gcp.audit.method_name': ['protoPayload.methodName'],
      'data.protoPayload.methodName': ['protoPayload.methodName'],
      'data.protoPayload.serviceName': ['protoPayload.serviceName'],
      'data.protoPayload.logName': ['logName'],
      'data.protoPayload.resource.type': ['resource.type'],
      'data.protoPayload.authorizationInfo.permission': ['protoPayload.authorizationInfo.permission'],
      'data.protoPayload.authorizationInfo.granted': ['protoPayload.authorizationInfo.granted'],
    },
  },
  {
    source: { product: 'gcp', service: 'google_workspace.admin' },
    stream: 'gcp-workspace-admin',
    is: (o) => o.kind === 'admin#reports#activity' && isObject(o.id) && 'time' in o.id,
    time: ['id.time'],
    id: ['id.uniqueQualifier'],
    host: [],
    user: ['actor.email', 'actor.profileId'],
    address: ['ipAddress'],
    alias: { eventName: ['events.name'], eventService: ['id.applicationName'] },
  },
  {
    source: { product: 'okta', service: 'okta' },
    stream: 'okta-okta',
    is: (o) => text(o.eventType) && text(o.published) && isObject(o.actor) && ('uuid' in o || 'displayMessage' in o),
    time: ['published'],
    id: ['uuid'],
    host: [],
    user: ['actor.alternateId', 'actor.displayName', 'actor.id'],
    address: ['client.ipAddress'],
    alias: { eventtype: ['eventType'], displaymessage: ['displayMessage'] },
  },
  {
    source: { product: 'github', service: 'audit' },
    stream: 'github-audit',
    is: (o) =>
      text(o.action) &&
      ('actor' in o || 'actor_id' in o) &&
      ('@timestamp' in o || 'created_at' in o) &&
      ('org' in o || 'business' in o || '_document_id' in o),
    time: ['@timestamp', 'created_at'],
    id: ['_document_id'],
    host: [],
    user: ['actor', 'user'],
    address: ['actor_ip'],
  },
  {
    source: { product: 'kubernetes', service: 'audit', category: 'application' },
    stream: 'kubernetes-audit',
    is: (o) => o.kind === 'Event' && text(o.apiVersion) && o.apiVersion.startsWith('audit.k8s.io/'),
    time: ['requestReceivedTimestamp', 'stageTimestamp', 'timestamp'],
    id: ['auditID'],
    host: ['objectRef.name'],
    user: ['user.username'],
    address: ['sourceIPs'],
    alias: {
      apiGroup: ['objectRef.apiGroup'],
      hostPath: ['requestObject.spec.volumes.hostPath.path'],
      capabilities: ['requestObject.spec.containers.securityContext.capabilities.add'],
    },
  },
  {
    source: { product: 'bitbucket', service: 'audit' },
    stream: 'bitbucket-audit',
    is: (o) => isObject(o.auditType) && 'action' in o.auditType && 'category' in o.auditType,
    time: ['timestamp', 'creationDate'],
    id: ['id'],
    host: ['node', 'system'],
    user: ['author.name', 'author.id'],
    address: ['source', 'affectedObjects.ip'],
  },
  {
    source: { product: 'onelogin', service: 'onelogin.events' },
    stream: 'onelogin-events',
    is: (o) => 'event_type_id' in o && ('account_id' in o || 'actor_user_name' in o),
    time: ['event_timestamp', 'created_at'],
    id: ['id', 'uuid'],
    host: [],
    user: ['user_name', 'actor_user_name'],
    address: ['ipaddr'],
  },
  {
    source: { product: 'opencanary', category: 'application' },
    stream: 'opencanary',
    is: (o) => typeof o.logtype === 'number' && 'logdata' in o && 'node_id' in o,
    time: ['utc_time', 'local_time_adjusted', 'local_time'],
    id: [],
    host: ['node_id'],
    user: ['logdata.USERNAME'],
    address: ['src_host'],
  },
  {
    // Defender XDR advanced hunting; Sigma has no service of its own for these tables
    source: { product: 'm365', service: 'defender_xdr' },
    stream: 'm365-defender-xdr',
    is: (o) =>
      text(o.Timestamp) && text(o.ActionType) && ('DeviceName' in o || 'AccountObjectId' in o || 'ReportId' in o),
    time: ['Timestamp'],
    id: ['ReportId', 'ReportId_long'],
    host: ['DeviceName'],
    user: ['AccountUpn', 'AccountName', 'InitiatingProcessAccountUpn', 'InitiatingProcessAccountName'],
    address: ['RemoteIP', 'IPAddress'],
  },
];

export function cloudLogOf(object: JsonObject): CloudLog | null {
  for (const log of CLOUD_LOGS) if (log.is(object)) return log;
  return null;
}
