/** Our own rules: valid, complete in their attributes, firing where they should and silent next to it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { loadRules } from '../../src/rules/index.ts';
import { CASES } from './pack/cases.ts';
import { fires } from './support/evaluate.ts';

const root = join(import.meta.dirname, '../../content/rules');
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((d) => d.isFile() && d.name.endsWith('.yml'))
  .map((d) => join(d.parentPath, d.name))
  .map((path) => ({
    pack: 'czernin',
    path: relative(root, path).replaceAll('\\', '/'),
    text: readFileSync(path, 'utf8'),
  }));
const loaded = loadRules(files);

test('every rule is taken, and is whole', () => {
  assert.deepEqual(loaded.refusals, []);
  assert.equal(loaded.rules.length, files.length);
  for (const { meta } of loaded.rules) {
    assert.match(meta.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, meta.origin);
    assert.equal(meta.author, 'Czernin', meta.origin);
    assert.ok(
      meta.description && meta.falsePositives.length > 0 && meta.attack.length > 0 && meta.tactics.length > 0,
      meta.origin,
    );
    assert.match(meta.date ?? '', /^\d{4}-\d{2}-\d{2}$/);
  }
});

test('correlations count rules of this pack, each of which is tested', () => {
  const ids = new Set(loaded.rules.map((r) => r.meta.id));
  const correlations = loaded.rules.filter((r) => r.$ === 'correlation');
  assert.equal(correlations.length, 17);
  for (const c of correlations) for (const id of c.rules) assert.ok(ids.has(id));
});

describe('each event rule', () => {
  for (const rule of loaded.rules) {
    if (rule.$ !== 'event') continue;
    const path = rule.meta.origin.replace(/^czernin\//, '');
    test(path, () => {
      const cases = CASES[path];
      assert.ok(cases && cases.yes.length > 0 && cases.no.length > 0, 'has an event for and one against');
      for (const event of cases.yes) assert.ok(fires(rule, event).length > 0, `fires on ${JSON.stringify(event)}`);
      for (const event of cases.no) assert.deepEqual(fires(rule, event), [], `is silent on ${JSON.stringify(event)}`);
    });
  }
  test('no case without its rule', () => {
    const paths = new Set(files.map((f) => f.path));
    assert.deepEqual(
      Object.keys(CASES).filter((p) => !paths.has(p)),
      [],
    );
  });
});
