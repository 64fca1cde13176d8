import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { WITHHELD } from '../../src/knowledge/export/index.ts';
import { IMPORT_CODES } from '../../src/knowledge/import/index.ts';
import { MUST_CODES, SHOULD_CODES } from '../../src/knowledge/stix/index.ts';

/** The manual is all that somebody without the Internet has: its lists of codes are the program's. */
const LISTS: readonly [page: string, mark: string, codes: Readonly<Record<string, string>>][] = [
  ['knowledge.md', 'import codes', IMPORT_CODES],
  ['knowledge.md', 'withheld codes', WITHHELD],
  ['stix.md', 'must codes', MUST_CODES],
  ['stix.md', 'should codes', SHOULD_CODES],
];

for (const [page, mark, codes] of LISTS) {
  test(`docs/${page} lists the ${mark} as they are`, () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8');
    const between = text.slice(text.indexOf(`<!-- ${mark} -->`), text.indexOf(`<!-- /${mark} -->`));
    const rows = [...between.matchAll(/^\| (\S+) \| (.*) \|$/gm)].map((m) => [m[1], m[2]]);
    assert.deepEqual(
      rows.filter(([code]) => code !== 'code' && !code?.startsWith('---')),
      Object.entries(codes),
    );
  });
}
