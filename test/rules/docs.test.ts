/** docs/sigma.md says what the code does: same modifiers, same codes, same meanings. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NOTICE_CODES, REFUSAL_CODES } from '../../src/rules/index.ts';
import { MODIFIERS } from '../../src/rules/sigma/modifiers.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/sigma.md'), 'utf8');

/** Rows of the table under a heading, cells trimmed. */
function table(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((s) => s.startsWith(`${heading}\n`));
  assert.ok(section, heading);
  return section
    .split('\n')
    .filter((l) => l.startsWith('|'))
    .slice(2)
    .map((l) =>
      l
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((c) => c.trim().replaceAll('\\|', '|')),
    );
}

test('every modifier of the code has its row, and no other', () => {
  const rows = table('Modifiers');
  assert.deepEqual(rows.map((r) => r[0]!.replaceAll('`', '')).sort(), [...MODIFIERS].sort());
  for (const row of rows) assert.equal(row[1], 'yes');
});

for (const [heading, codes] of [
  ['Refusal codes', REFUSAL_CODES],
  ['Notices', NOTICE_CODES],
] as const)
  test(`${heading} with their meanings`, () => {
    assert.deepEqual(
      Object.fromEntries(table(heading).map(([code, meaning]) => [code!.replaceAll('`', ''), meaning])),
      codes,
    );
  });
