/** Names as SQL makes them and as `entityKey` does: one thing has one name, whoever reads it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { BehaviourLake } from '../../src/app/effects/index.ts';
import { MACROS } from '../../src/hunt/behaviours/index.ts';
import { type EntityType, entityKey } from '../../src/model/index.ts';
import { openBehaviourLake } from '../../src/platform/lake/index.ts';

let lake: BehaviourLake;
before(async () => {
  lake = (await openBehaviourLake(null, new Map(), { spill: null, memoryMegabytes: 256, threads: 1 }))!;
  for (const macro of MACROS) await lake.make(macro);
});
after(() => lake.close());

async function each(expression: string, texts: readonly string[]): Promise<unknown[]> {
  const out: unknown[] = [];
  const sql = `SELECT ${expression} AS y FROM (SELECT unnest($texts) AS x, generate_subscripts($texts, 1) AS n) ORDER BY n`;
  for await (const row of lake.ask(sql, { texts }, 60)) out.push(row.y);
  return out;
}

const name = fc.oneof(
  fc.constantFrom(
    '-',
    '',
    'NULL',
    'N/A',
    'nobody',
    'ANONYMOUS LOGON',
    '127.0.0.1',
    '::1',
    '0.0.0.0',
    '::ffff:10.1.2.3',
    'fe80::1%eth0',
    '!%:',
    '& %',
    'a: %x',
  ),
  fc.constantFrom(
    'MEA\\J.Doe',
    'j.doe@mea.example',
    'WS1$',
    'WS1 $',
    '\\\\ WS1$ $',
    '\\\\FS01',
    'EX01.mea.example',
    'a\\b\\c',
    ' padded ',
    '[2001:DB8::1]:443',
    '10.0.0.9:51000',
  ),
  fc.ipV4(),
  fc.ipV6(),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).filter((s) => !/[\t\n\v\f\r]/.test(s)),
);

test('account, host and address are named as entityKey names them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 30 }), async (texts) => {
      for (const [macro, type] of [
        ['bare_account', 'account'],
        ['bare_host', 'host'],
        ['bare_address', 'address'],
      ] as const) {
        const got = await each(`${macro}(x)`, texts);
        for (const [i, text] of texts.entries()) {
          const again = got[i] === null ? null : entityKey(type as EntityType, String(got[i]));
          assert.equal(
            again,
            entityKey(type as EntityType, text),
            `${macro}(${JSON.stringify(text)}) = ${JSON.stringify(got[i])}`,
          );
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('outside, prefix, site, file name, first of a list, shapes of scores', async () => {
  const outside = ['8.8.8.8', '198.51.100.1', '2001:db8::1', '100.128.0.1', '172.32.0.1'];
  const inside = [
    '10.1.1.1',
    '172.16.0.1',
    '172.31.9.9',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.1.1',
    '100.64.0.1',
    '100.127.255.1',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::1',
    '224.0.0.1',
    'name',
    '',
  ];
  assert.deepEqual(await each('is_external(x)', [...outside, ...inside]), [
    ...outside.map(() => true),
    ...inside.map(() => false),
  ]);
  assert.deepEqual(await each('line_prefix(x)', ['198.51.100.7', '2001:db8:5::1']), [
    '198.51.100.0/24',
    '2001:db8:5::/48',
  ]);
  assert.deepEqual(await each('site_of(x)', ['a.b.Example.co.uk.', 'x.example', 'example', '198.51.100.7']), [
    'example.co.uk',
    'x.example',
    'example',
    '198.51.100.7',
  ]);
  assert.deepEqual(await each('file_name(x)', ['C:\\A\\B.EXE', '/usr/bin/ssh', 'x']), ['b.exe', 'ssh', 'x']);
  assert.deepEqual(await each('unjson_first(x)', ['["a","b"]', 'a', '[broken']), ['a', 'a', '[broken']);
  assert.deepEqual(await each('ramp(CAST(x AS DOUBLE), 2, 4)', ['0', '3', '9']), [0, 0.5, 1]);
});
