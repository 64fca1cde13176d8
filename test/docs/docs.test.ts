import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { Answer, Finding, RuleFate } from '../../src/model/index.ts';

const page = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

test('docs/exit-codes.md lists exactly the exit codes of the program', () => {
  const rows = [...page('exit-codes.md').matchAll(/^\| (\d+) \| (\w+) \|/gm)].map((m) => [m[2], Number(m[1])]);
  assert.deepEqual(Object.fromEntries(rows), { ...EXIT });
});

test('docs/findings.md names every field of a finding, of the answer, and every fate of a rule', () => {
  const text = page('findings.md');
  for (const field of [...Object.keys(Finding.shape), ...Object.keys(Answer.shape)]) {
    if (
      [
        'format',
        'program',
        'analysis',
        'found',
        'verdict',
        'moreHosts',
        'moreAccounts',
        'moreAddresses',
        'moreGaps',
      ].includes(field)
    )
      continue;
    assert.ok(text.includes(`\`${field}\``), `docs/findings.md does not name ${field}`);
  }
  for (const fate of RuleFate.shape.fate.options) assert.ok(text.includes(fate), fate);
});
