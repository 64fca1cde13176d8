import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONSENT, FAILED, fixtures, SIGN_IN } from '../../../test/readers/fixtures/entra.ts';
import { readText } from '../../../test/support/read.ts';
import { entraCsv, entraJson } from './index.ts';

const sample = (format: string, name: string) =>
  fixtures.find((f) => f.format === format)!.samples.find((s) => s.name === name)!.content as string;

test('a sign-in from Graph, from diagnostic settings and from the portal has the same names', () => {
  const NAMES = [
    'UserPrincipalName',
    'IPAddress',
    'AppDisplayName',
    'ClientAppUsed',
    'AuthenticationRequirement',
    'SessionId',
    'UniqueTokenId',
    'UserAgent',
    'userAgent',
  ];
  const pick = (fields: Record<string, unknown>) => NAMES.map((n) => fields[n]);
  const graph = readText(entraJson, JSON.stringify([SIGN_IN])).events[0]!;
  assert.deepEqual(graph.source, { product: 'azure', service: 'signinlogs' });
  assert.equal(graph.stream, 'azure-signinlogs');
  assert.equal(graph.time, '2022-03-04T05:06:07.1234567Z');
  assert.equal(graph.user, 'jana.novak@ministry.example');
  assert.equal(graph.address, '203.0.113.5');
  assert.equal(graph.fields.ResultType, 0);
  assert.equal(graph.fields.SignInType, 'interactive');
  assert.equal(graph.fields['properties.message'], 'ROPC');
  assert.equal(graph.fields.NetworkLocationDetails, '[]');
  assert.equal(graph.fields['DeviceDetail.deviceId'], '', 'rules ask for the empty value');
  assert.equal(graph.fields['DeviceDetail.isCompliant'], false);
  const wanted = pick(graph.fields);
  const settings = readText(entraJson, sample('entra-json', 'diagnostic settings')).events;
  assert.deepEqual(pick(settings[0]!.fields), wanted);
  assert.equal(settings[0]!.fields.SignInType, 'nonInteractive');
  assert.equal(settings[0]!.fields.category, 'NonInteractiveUserSignInLogs');
  const portal = readText(entraCsv, sample('entra-csv', 'portal sign-ins')).events;
  assert.deepEqual(pick(portal[0]!.fields), wanted);
  assert.equal(portal[1]!.fields.ResultType, '50053');
});

test('status answers what rules ask of it: outcome, reason, MFA', () => {
  const [event] = readText(entraJson, JSON.stringify([FAILED])).events;
  assert.deepEqual(event?.fields.Status, ['Failure', 'MFA denied; declined', 'Locked.']);
  assert.equal(event?.fields.ResultDescription, 'Locked.');
});

test('a consent: what was changed, by whom, in the names of the rules', () => {
  const [event] = readText(entraJson, JSON.stringify([CONSENT])).events;
  assert.deepEqual(event?.source, { product: 'azure', service: 'auditlogs' });
  assert.equal(event?.fields['ConsentContext.IsAdminConsent'], 'False');
  assert.equal(
    event?.fields['properties.message'],
    'Consent to application',
    'without the blank Microsoft leaves behind it',
  );
  assert.deepEqual(event?.fields['TargetResources.modifiedProperties.newValue'], ['"False"', '["Mail.Read"]']);
  assert.match(String(event?.fields['TargetResources.modifiedProperties']), /ConsentAction\.Permissions/);
  assert.equal(event?.user, 'jana.novak@ministry.example');
  assert.equal(event?.address, '203.0.113.5');
});

test('tables, risks and activities are told apart', () => {
  const services = (name: string) =>
    readText(entraJson, sample('entra-json', name)).events.map((e) => e.source.service);
  assert.deepEqual(services('Sentinel'), ['signinlogs', 'signinlogs']);
  assert.deepEqual(services('activity log'), ['activitylogs', 'activitylogs']);
  assert.deepEqual(services('risk detections'), ['riskdetection', 'pim']);
  const [activity] = readText(entraJson, sample('entra-json', 'activity log')).events;
  assert.equal(activity?.fields.operationName, 'MICROSOFT.KEYVAULT/VAULTS/DELETE');
  assert.equal(activity?.address, '203.0.113.5');
  const [row] = readText(entraJson, sample('entra-json', 'Sentinel')).events;
  assert.equal(row?.fields['DeviceDetail.deviceId'], 'd1');
  assert.equal(row?.fields.SignInType, 'nonInteractive');
});
