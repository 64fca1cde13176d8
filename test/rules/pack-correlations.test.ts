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
    yes: many(5, (i) => [
      i * 60,
      i % 2 ? 'czernin_mail_sync' : 'czernin_mail_api_read',
      { ClientIP: '192.0.2.7', MailboxOwnerUPN: `m${i}` },
    ]),
    no: many(50, (i) => [i, 'czernin_mail_sync', { ClientIP: '192.0.2.7', MailboxOwnerUPN: `m${i % 4}` }]),
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
