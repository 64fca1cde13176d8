/** Our correlations, run by the engine of hunt: a sequence that must be found and one, close by, that must not. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { correlate } from '../../src/hunt/correlate/index.ts';
import { type CorrelationInput, loadRules } from '../../src/rules/index.ts';

const root = join(import.meta.dirname, '../../content/rules');
const { rules } = loadRules(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((d) => d.isFile() && d.name.endsWith('.yml'))
    .map((d) => join(d.parentPath, d.name))
    .map((path) => ({
      pack: 'czernin',
      path: relative(root, path).replaceAll('\\', '/'),
      text: readFileSync(path, 'utf8'),
    })),
);
const correlations = rules.filter((r) => r.$ === 'correlation');
const MINUTE = 60_000;
/** in minutes, as steps count */
const DAY = 24 * 60;

/** `[minute, name of the rule that fired, fields]` */
type Step = readonly [minute: number, name: string, fields: CorrelationInput['fields']];

function input([minute, name, fields]: Step, i: number): CorrelationInput {
  const rule = rules.find((r) => r.names.includes(name));
  assert.ok(rule, name);
  return {
    rule: rule.meta.id,
    ms: minute * MINUTE,
    ns: 0,
    address: `e${i}`,
    fields,
    host: 'h',
    user: 'u',
    source: '',
    stream: 's',
  };
}

/** Paths of the correlations that report on the steps. */
function found(steps: readonly Step[]): readonly string[] {
  const hits = [...correlate(correlations, steps.map(input))];
  const reporting = new Map(
    correlations.filter((c) => c.reports).map((c) => [c.meta.id, c.meta.origin.replace(/^czernin\//, '')]),
  );
  return [...new Set(hits.flatMap((h) => reporting.get(h.rule) ?? []))].sort();
}

const many = (n: number, step: (i: number) => Step) => Array.from({ length: n }, (_, i) => step(i));
const spray = (name: string, minutes: number, field: string, address: string) => (n: number) =>
  many(n, (i): Step => [i * minutes, name, { [address]: '192.0.2.7', [field]: `user${i}` }]);

/** path of the correlation → steps that it must find, steps that it must not */
const CASES: Readonly<Record<string, { readonly yes: readonly Step[]; readonly no: readonly Step[] }>> = {
  'm365/mail_many_boxes.yml': {
    yes: many(5, (i) => [i * 60, 'czernin_mail_taken', { ClientIP: '192.0.2.7', MailboxOwnerUPN: `m${i}` }]),
    no: many(50, (i) => [i, 'czernin_mail_taken', { ClientIP: '192.0.2.7', MailboxOwnerUPN: `m${i % 4}` }]),
  },
  'entra/password_spray.yml': {
    yes: spray('czernin_entra_wrong_password', 1, 'UserPrincipalName', 'IPAddress')(10),
    no: spray('czernin_entra_wrong_password', 10, 'UserPrincipalName', 'IPAddress')(20),
  },
  'windows/password_spray_logon.yml': {
    yes: spray('czernin_logon_failed', 1, 'TargetUserName', 'IpAddress')(10),
    no: spray('czernin_logon_failed', 1, 'TargetUserName', 'IpAddress')(9),
  },
  'windows/password_spray_kerberos.yml': {
    yes: spray('czernin_kerberos_wrong_password', 1, 'TargetUserName', 'IpAddress')(10),
    no: spray('czernin_kerberos_wrong_password', 5, 'TargetUserName', 'IpAddress')(20),
  },
  'windows/vpn_granted_after_denied.yml': {
    yes: [
      ...many(5, (i): Step => [i, 'czernin_vpn_denied', { SubjectUserName: 'eve' }]),
      [10, 'czernin_vpn_granted', { SubjectUserName: 'eve' }],
    ],
    no: [
      [0, 'czernin_vpn_granted', { SubjectUserName: 'eve' }],
      ...many(5, (i): Step => [i + 1, 'czernin_vpn_denied', { SubjectUserName: 'eve' }]),
    ],
  },
  'vpn/gateway_spray.yml': {
    yes: spray('czernin_asa_logon_failed', 5, 'user', 'src_ip')(8),
    no: spray('czernin_fortigate_logon_failed', 10, 'user', 'src_ip')(20),
  },
  'vpn/gateway_in_after_refusals_asa.yml': {
    yes: [
      ...many(5, (i): Step => [i, 'czernin_asa_logon_failed', { user: 'eve', src_ip: `192.0.2.${i}` }]),
      [40, 'czernin_asa_session', { user: 'eve', src_ip: '192.0.2.9' }],
    ],
    no: [
      [0, 'czernin_asa_session', { user: 'eve', src_ip: '192.0.2.9' }],
      ...many(5, (i): Step => [i + 1, 'czernin_asa_logon_failed', { user: 'eve', src_ip: `192.0.2.${i}` }]),
    ],
  },
  'vpn/gateway_in_after_refusals_fortigate.yml': {
    yes: [
      ...many(5, (i): Step => [i, 'czernin_fortigate_logon_failed', { user: 'eve', src_ip: `192.0.2.${i}` }]),
      [40, 'czernin_fortigate_session', { user: 'eve', src_ip: '192.0.2.9' }],
    ],
    no: [
      ...many(4, (i): Step => [i, 'czernin_fortigate_logon_failed', { user: 'eve', src_ip: `192.0.2.${i}` }]),
      [40, 'czernin_fortigate_session', { user: 'eve', src_ip: '192.0.2.9' }],
    ],
  },
  'vpn/account_many_addresses.yml': {
    yes: many(5, (i) => [i * 60, 'czernin_asa_session', { user: 'eve', src_ip: `198.51.100.${i}` }]),
    no: many(30, (i) => [i * 60, 'czernin_asa_session', { user: 'eve', src_ip: `198.51.100.${i % 4}` }]),
  },
  'vpn/address_many_accounts.yml': {
    yes: many(4, (i) => [i * 60, 'czernin_fortigate_session', { user: `u${i}`, src_ip: '198.51.100.9' }]),
    no: many(30, (i) => [i * 60, 'czernin_fortigate_session', { user: `u${i % 3}`, src_ip: '198.51.100.9' }]),
  },
  'm365/session_many_addresses.yml': {
    yes: many(3, (i) => [
      i * 60,
      'czernin_mail_taken',
      { SessionId: 's1', ClientIP: `198.51.100.${i}`, MailboxOwnerUPN: 'm' },
    ]),
    no: many(30, (i) => [
      i * 60,
      'czernin_mail_taken',
      { SessionId: `s${i}`, ClientIP: `198.51.100.${i}`, MailboxOwnerUPN: 'm' },
    ]),
  },
  'exchange/export_and_removal.yml': {
    yes: [
      [0, 'czernin_export_requested', { Computer: 'x' }],
      [600, 'czernin_export_removed', { Computer: 'x' }],
    ],
    no: [
      [0, 'czernin_export_requested', { Computer: 'x' }],
      [600, 'czernin_export_removed', { Computer: 'y' }],
    ],
  },
  'exchange/page_written_then_commands.yml': {
    yes: [
      [0, 'czernin_page_written', { Computer: 'x' }],
      [6 * DAY, 'czernin_web_worker_child', { Computer: 'x' }],
    ],
    no: [
      [0, 'czernin_web_worker_child', { Computer: 'x' }],
      [1, 'czernin_page_written', { Computer: 'x' }],
      [2, 'czernin_web_worker_child', { Computer: 'y' }],
      [8 * DAY, 'czernin_web_worker_child', { Computer: 'x' }],
    ],
  },
  'windows/secrets_copied_after_ntlm.yml': {
    yes: [
      [0, 'czernin_admin_logon_ntlm', { Computer: 'dc', TargetLogonId: '0x4a1' }],
      [6, 'czernin_dcsync', { Computer: 'dc', SubjectLogonId: '0x4a1' }],
    ],
    no: [
      [0, 'czernin_admin_logon_ntlm', { Computer: 'dc', TargetLogonId: '0x4a1' }],
      [6, 'czernin_dcsync', { Computer: 'dc', SubjectLogonId: '0x7b2' }],
      [7, 'czernin_dcsync', { Computer: 'dc2', SubjectLogonId: '0x4a1' }],
    ],
  },
  'windows/disk_then_archive.yml': {
    yes: [
      [0, 'czernin_disk_attached', { Computer: 'x' }],
      [59, 'czernin_archive_made', { Computer: 'x' }],
    ],
    no: [
      [0, 'czernin_disk_attached', { Computer: 'x' }],
      [61, 'czernin_archive_made', { Computer: 'x' }],
    ],
  },
};

for (const [path, { yes, no }] of Object.entries(CASES))
  test(path, () => {
    assert.deepEqual(found(yes), [path]);
    assert.deepEqual(found(no), []);
  });

test('every correlation that reports has its case', () => {
  const reporting = correlations.filter((c) => c.reports).map((c) => c.meta.origin.replace(/^czernin\//, ''));
  assert.deepEqual(reporting.sort(), Object.keys(CASES).sort());
});
