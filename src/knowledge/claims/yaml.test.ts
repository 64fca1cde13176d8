import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PREDICATES } from '../../model/index.ts';
import { CLAIM_CODES, type ClaimError, readClaimFile } from './index.ts';

const manual = readFileSync(join(import.meta.dirname, '../../../docs/knowledge.md'), 'utf8');

const FRAME = `format: czernin-knowledge/1
title: T
marking: { originator: X, tlp: green, pap: amber }
sources:
  s: { name: Source, published: 2024-05, url: 'https://example.org/a', reliability: C }
claims:
`;

const one = (line: string, subject = 'actor:a') => readClaimFile(`${FRAME}  '${subject}':\n    - { ${line} }\n`, 'f');

test('the example of the manual is read whole', () => {
  const example = /```yaml\n(format: czernin-knowledge[\s\S]*?)```/.exec(manual)?.[1] ?? '';
  const file = readClaimFile(example, 'manual');
  assert.deepEqual(file.faults, []);
  assert.deepEqual(
    file.claims.map((c) => [c.subject, c.predicate, c.object ?? c.value?.slice(0, 9), c.source.split(' ')[0], c.said]),
    [
      ['operation:czech-mfa-2022', 'described-as', 'Espionage', 'Government', '2025-05-28'],
      ['operation:czech-mfa-2022', 'attributed-to', 'actor:apt31', 'Government', '2025-05-28'],
      ['tool:jian', 'copy-of', 'tool:epme', 'Check', '2021-02-22'],
      ['tool:jian', 'held-by', 'actor:apt31', 'Check', '2021-02-22'],
    ],
  );
  assert.equal(file.claims[3]?.from, '2014'); // YAML reads a bare year as a number
  assert.equal(file.claims[1]?.wording, 'with a high degree of certainty');
});

test('the manual shows the predicates and the codes as they are', () => {
  for (const [name, rule] of Object.entries(PREDICATES)) {
    const of = typeof rule.of === 'string' ? rule.of : rule.of.join(', ');
    const takes = typeof rule.takes === 'string' ? rule.takes : rule.takes.join(', ');
    assert.ok(manual.includes(`| \`${name}\` | ${of} | ${takes} | ${rule.means} |`), name);
  }
  for (const [code, means] of Object.entries(CLAIM_CODES)) assert.ok(manual.includes(`| ${code} | ${means} |`), code);
});

test('what the source says stands on its claims; the line may say otherwise', () => {
  const [claim] = one('named: B, how: disputed, source: s, reliability: D, credibility: 2').claims;
  assert.deepEqual(
    { ...claim, id: '' },
    {
      id: '',
      subject: 'actor:a',
      predicate: 'named',
      value: 'B',
      how: 'disputed',
      source: 'Source',
      said: '2024-05',
      reference: 'https://example.org/a',
      reliability: 'D',
      credibility: 2,
      marking: { originator: 'X', tlp: 'green', pap: 'amber' },
    },
  );
  assert.equal(one('named: B, source: s').claims[0]?.id, one('source: s, named: B').claims[0]?.id);
});

const REFUSED: readonly [line: string, code: string, subject?: string][] = [
  ['named: B', 'UNKNOWN_SOURCE'],
  ['named: B, source: nobody', 'UNKNOWN_SOURCE'],
  ['named: B, source: __proto__', 'UNKNOWN_SOURCE'],
  ['known-as: B, source: s', 'UNKNOWN_PREDICATE'],
  ['toString: B, source: s', 'UNKNOWN_PREDICATE'],
  ['named: B, uses: "tool:x", source: s', 'UNKNOWN_PREDICATE'],
  ['source: s', 'UNKNOWN_PREDICATE'],
  ['uses: "actor:b", source: s', 'BAD_CLAIM'],
  ['uses: Mimikatz, source: s', 'BAD_CLAIM'],
  ['copy-of: "tool:x", source: s', 'BAD_CLAIM'],
  ['same-as: "actor:a", source: s', 'BAD_CLAIM'],
  ['same-as: "tool:a", source: s', 'BAD_CLAIM'],
  ['leaked: last spring, source: s', 'BAD_CLAIM', 'tool:t'],
  ['named: B, source: s, credibility: 7', 'BAD_CLAIM'],
  ['named: B, source: s, from: 2023-13', 'BAD_CLAIM'],
  ['uses: "tool:x", source: s, how: same', 'BAD_CLAIM'],
];

for (const [line, code, subject] of REFUSED) {
  test(`refused by code, the rest taken: ${line}`, () => {
    const key = subject ?? 'actor:a';
    const file = readClaimFile(`${FRAME}  '${key}':\n    - { ${line} }\n    - { named: Good, source: s }\n`, 'f.yaml');
    assert.deepEqual(
      file.faults.map((f) => [f.code, f.where]),
      [[code, `f.yaml: claims: ${key}[0]`]],
    );
    assert.deepEqual(
      file.claims.map((c) => c.value),
      ['Good'],
    );
  });
}

test('a bare year is a date', () => {
  const file = readClaimFile(`${FRAME.replace('2024-05', '2024')}  'actor:a':\n    - { named: B, source: s }\n`, 'f');
  assert.equal(file.claims[0]?.said, '2024');
});

const throws = (source: string, code: string) =>
  assert.throws(
    () => readClaimFile(source, 'f.yaml'),
    (error: ClaimError) => error.code === code && error.where !== undefined,
  );

test('documents that are none', () => {
  throws('a: [1', 'NOT_YAML');
  throws('a: 1', 'NOT_KNOWLEDGE');
  throws(`${FRAME}  'nonsense': []`, 'NOT_KNOWLEDGE');
  throws(FRAME.replace('reliability: C', 'reliability: Z'), 'NOT_KNOWLEDGE');
  throws('['.repeat(100_000), 'TOO_LARGE');
  throws(' '.repeat(5 * 1024 * 1024), 'TOO_LARGE');
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((n, i) => `${n}: &${n} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)
    .join('\n')}`;
  throws(bomb, 'TOO_LARGE');
});
