import type { JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';

/** Which log of Azure and Entra ID a record belongs to; the names are Sigma's services of product azure. */
export type EntraLog = 'signinlogs' | 'auditlogs' | 'riskdetection' | 'activitylogs' | 'microsoftgraphactivitylogs';

/** Categories of diagnostic settings and tables of Log Analytics, lower case, and what sign-ins they hold. */
const BY_NAME: Readonly<Record<string, readonly [EntraLog, string?]>> = {
  signinlogs: ['signinlogs', 'interactive'],
  noninteractiveusersigninlogs: ['signinlogs', 'nonInteractive'],
  aadnoninteractiveusersigninlogs: ['signinlogs', 'nonInteractive'],
  serviceprincipalsigninlogs: ['signinlogs', 'servicePrincipal'],
  aadserviceprincipalsigninlogs: ['signinlogs', 'servicePrincipal'],
  managedidentitysigninlogs: ['signinlogs', 'managedIdentity'],
  aadmanagedidentitysigninlogs: ['signinlogs', 'managedIdentity'],
  adfssigninlogs: ['signinlogs', 'adfs'],
  auditlogs: ['auditlogs'],
  userriskevents: ['riskdetection'],
  aaduserriskevents: ['riskdetection'],
  serviceprincipalriskevents: ['riskdetection'],
  aadserviceprincipalriskevents: ['riskdetection'],
  riskyusers: ['riskdetection'],
  aadriskyusers: ['riskdetection'],
  azureactivity: ['activitylogs'],
  administrative: ['activitylogs'],
  microsoftgraphactivitylogs: ['microsoftgraphactivitylogs'],
};

export interface Recognised {
  readonly log: EntraLog;
  /** interactive, nonInteractive, servicePrincipal, managedIdentity, adfs: for sign-ins, when the export says so */
  readonly signIn: string | undefined;
  /** contract's sniff scale */
  readonly confidence: number;
}

/** By table or category name where there is one, else by the fields only such a record has. */
export function recogniseEntra(object: JsonObject): Recognised | null {
  const has = (name: string) => Object.hasOwn(object, name);
  for (const name of [object.Type, object.category, object.Category]) {
    const known = typeof name === 'string' ? BY_NAME[name.toLowerCase()] : undefined;
    if (known === undefined) continue;
    const enveloped =
      isObject(object.properties) || has('TimeGenerated') || has('operationName') || has('OperationName');
    if (enveloped) return { log: known[0], signIn: known[1], confidence: 95 };
  }
  const log = byFields(has);
  if (log === null) return null;
  return { log, signIn: log === 'signinlogs' ? signInOf(object) : undefined, confidence: 93 };
}

function byFields(has: (name: string) => boolean): EntraLog | null {
  if (has('riskEventType') && (has('riskLevel') || has('detectedDateTime') || has('riskState'))) return 'riskdetection';
  if (has('RiskEventType') && has('DetectedDateTime')) return 'riskdetection';
  if (has('createdDateTime') && has('appId') && has('status') && (has('ipAddress') || has('conditionalAccessStatus')))
    return 'signinlogs';
  if (has('activityDateTime') && has('activityDisplayName') && has('initiatedBy')) return 'auditlogs';
  if (has('ResultType') && has('AppDisplayName') && (has('UserPrincipalName') || has('ServicePrincipalId')))
    return 'signinlogs';
  if (has('ActivityDateTime') && has('LoggedByService') && has('OperationName')) return 'auditlogs';
  if (has('OperationNameValue') && (has('Caller') || has('CategoryValue'))) return 'activitylogs';
  if (has('eventTimestamp') && has('operationName') && has('subscriptionId')) return 'activitylogs';
  // the portal's CSV
  if (has('Date (UTC)') && has('Request ID') && (has('Sign-in error code') || has('Application ID')))
    return 'signinlogs';
  if (has('Date (UTC)') && has('Activity') && (has('ActorType') || has('Target1Type'))) return 'auditlogs';
  return null;
}

function signInOf(object: JsonObject): string | undefined {
  const types = object.signInEventTypes;
  if (Array.isArray(types) && typeof types[0] === 'string') return types[0].replace(/User$/, '');
  const interactive = object.isInteractive ?? object.IsInteractive;
  if (typeof interactive === 'boolean') return interactive ? 'interactive' : 'nonInteractive';
  return undefined;
}
