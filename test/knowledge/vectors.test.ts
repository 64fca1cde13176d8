import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkObject } from '../../src/knowledge/stix/index.ts';
import { parsePattern } from '../../src/rules/stix/index.ts';
import { shared, withoutShared } from '../support/shared.ts';

/**
 * OASIS' example bundles with the verdicts of stix2-validator 3.3.1 (bench/knowledge/NOTES.md says how they were got):
 * all valid; warnings 302 (extref-hashes) and 103 (uuid-check) as counted here.
 */
const WARNINGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'threat-reports/apt1.json': { 'extref-hashes': 6 },
  'threat-reports/poisonivy.json': { 'extref-hashes': 1 },
  'infrastructure.json': { 'uuid-check': 2 },
};

const pattern = (text: string): string | null => {
  try {
    parsePattern(text);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

test('the example bundles have the verdicts of the OASIS validator', { skip: withoutShared('vectors', 'stix') }, () => {
  const folder = shared('vectors', 'stix', 'examples');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  assert.equal(files.length, 8);
  for (const name of files) {
    const bundle = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as { objects?: unknown[] };
    const counts: Record<string, number> = {};
    for (const object of [bundle, ...(bundle.objects ?? [])]) {
      const { musts, shoulds } = checkObject(object, { pattern });
      assert.deepEqual(musts, [], name);
      // one for each object and code, as the validator counts; ids it does not compute
      for (const code of new Set(shoulds.map((s) => s.code)))
        if (code !== 'sco-id') counts[code] = (counts[code] ?? 0) + 1;
    }
    assert.deepEqual(counts, WARNINGS[name.replaceAll('\\', '/')] ?? {}, name);
  }
});
