/**
 * Recorded hosts that logged the same process twice, by Sysmon 1 and by Security 4688: the two variants of a rule must agree,
 * except that 4688 may be silent about what it cannot carry. It may never say more.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type EventRule, loadRules } from '../../src/rules/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { unzip } from '../support/zip.ts';
import { fires, type Plain } from './support/evaluate.ts';

const PAIRS = 40;
const FOLDER = ['otrf', 'datasets', 'atomic', 'windows'] as const;

function pairs(): readonly (readonly [sysmon: Plain, audit: Plain])[] {
  const out: (readonly [Plain, Plain])[] = [];
  const zips = readdirSync(shared(...FOLDER), { recursive: true, withFileTypes: true })
    .filter((d) => d.isFile() && d.name.endsWith('.zip'))
    .map((d) => join(d.parentPath, d.name))
    .sort();
  for (const zip of zips) {
    const sysmon = new Map<string, Plain>();
    const audit: Plain[] = [];
    for (const [name, bytes] of unzip(readFileSync(zip)))
      for (const line of name.endsWith('.json') ? bytes.toString('utf8').split('\n') : []) {
        if (!/"EventID":\s*(1|4688)\b/.test(line)) continue;
        const event = JSON.parse(line) as Plain;
        if (event.EventID === 4688) audit.push(event);
        else if (String(event.Channel).includes('Sysmon'))
          sysmon.set(`${event.Image}|${Number(event.ProcessId)}`, event);
      }
    for (const event of audit) {
      const twin = sysmon.get(`${event.NewProcessName}|${Number(event.NewProcessId)}`);
      if (twin) out.push([twin, event]);
      if (out.length === PAIRS) return out;
    }
  }
  return out;
}

test('Sysmon 1 and Security 4688 say the same of the same process', {
  skip: withoutShared(...FOLDER) || withoutShared('sigma', 'rules'),
}, () => {
  const folder = shared('sigma', 'rules', 'windows', 'process_creation');
  const rules = loadRules(
    readdirSync(folder).map((path) => ({ pack: 'sigmahq', path, text: readFileSync(join(folder, path), 'utf8') })),
  ).rules.filter((r): r is EventRule => r.$ === 'event' && r.variants.some((v) => v.name === 'security/4688'));
  const recorded = pairs();
  assert.equal(recorded.length, PAIRS);
  let both = 0;
  for (const [sysmon, audit] of recorded)
    for (const rule of rules) {
      const [s, a] = [fires(rule, sysmon).length > 0, fires(rule, audit).length > 0];
      if (s && a) both++;
      assert.ok(s || !a, `${rule.meta.title} fires on 4688 only: ${JSON.stringify(audit)}`);
    }
  assert.ok(both > 0, 'some rule fires on both');
});
