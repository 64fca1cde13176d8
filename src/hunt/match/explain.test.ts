import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventOf, events, rule, ruleOf, shapeOf } from '../../../test/hunt/support/random.ts';
import { CodedError } from '../../base/index.ts';
import type { Value } from '../../model/index.ts';
import type { Expr, Test } from '../../rules/index.ts';
import { evaluate, explain, matchedFields } from './index.ts';

const on = (field: string, test: Test, item = 'selection'): Expr => ({
  $: 'test',
  field,
  test,
  from: { item, key: field, value: '' },
});
const ends = (text: string): Test => ({ $: 'endsWith', text, cased: false });
const has = (text: string): Test => ({ $: 'contains', text, cased: false });
const event = (fields: Record<string, Value>) =>
  eventOf(shapeOf({ product: 'windows', channel: 'Security', eventId: 1 }, Object.keys(fields)), Object.values(fields));

const dump = ruleOf([
  {
    name: 'sysmon/1',
    gate: { product: 'windows', channels: ['security'] },
    expr: {
      $: 'and',
      of: [
        {
          $: 'or',
          of: [
            on('Image', ends('\\rundll32.exe')),
            on('OriginalFileName', { $: 'equals', text: 'RUNDLL32.EXE', cased: false }),
          ],
        },
        on('CommandLine', has('comsvcs')),
        { $: 'not', of: on('ParentImage', ends('\\updater.exe'), 'filter_main') },
      ],
    },
    unknown: [],
  },
]);

test('why: one sentence, the fields that carried it, and that no filter applied', () => {
  const fields = { Image: 'C:\\Windows\\RUNDLL32.exe', CommandLine: 'rundll32 COMSVCS.dll', ParentImage: 'C:\\x.exe' };
  assert.deepEqual(matchedFields(dump, event(fields)), {
    matched: [
      { field: 'Image', value: 'C:\\Windows\\RUNDLL32.exe' },
      { field: 'CommandLine', value: 'rundll32 COMSVCS.dll' },
    ],
    why: "Image ends with '\\rundll32.exe' and CommandLine contains 'comsvcs'; no filter applied",
  });
  assert.equal(matchedFields(dump, event({ ...fields, ParentImage: 'c:\\UPDATER.EXE' })), null);
});

test('why: of a negated `and` one false part is enough; foreign text is made safe', () => {
  const not: Expr = { $: 'not', of: { $: 'and', of: [on('A', has('x')), on('B', { $: 'isNull' })] } };
  const r = ruleOf([{ name: 'v', gate: {}, expr: { $: 'and', of: [on('A', has('\u202ex\n')), not] }, unknown: [] }]);
  assert.equal(
    matchedFields(r, event({ A: '\u202ex\n', B: 'b' }))?.why,
    "A contains '\\u202ex\\x0a'; no filter applied",
  );
});

test('a keyword names the fields it was found in', () => {
  const keyword: Expr = { $: 'keyword', test: has('mimikatz'), from: { item: 'keywords', key: '', value: 'mimikatz' } };
  const r = ruleOf([{ name: 'v', gate: {}, expr: keyword, unknown: [] }]);
  assert.deepEqual(matchedFields(r, event({ A: 'none', B: 'Invoke-MIMIKATZ' })), {
    matched: [{ field: 'B', value: 'Invoke-MIMIKATZ' }],
    why: "some field contains 'mimikatz'",
  });
});

test('explain shows the gate that did not pass, and every verdict where it did', () => {
  const other = { ...event({}), shape: shapeOf({ product: 'windows', channel: 'System' }, []) };
  const closed = explain(dump, other);
  assert.equal(closed.fires, false);
  assert.equal(closed.variants[0]?.tree, null);
  assert.deepEqual(closed.variants[0]?.gate[1], { part: 'channel', wanted: 'security', seen: 'System', met: false });

  const unknown = ruleOf(dump.variants.map((v) => ({ ...v, unknown: ['ParentImage'] })));
  const open = explain(unknown, event({ Image: 'a\\rundll32.exe', CommandLine: 'comsvcs' }));
  assert.equal(open.fires, false, 'a filter that cannot be judged holds the rule back');
  const tree = open.variants[0]?.tree;
  assert.ok(tree?.$ === 'and');
  assert.deepEqual(
    tree.of.map((n) => [n.$, n.truth]),
    [
      ['or', 'true'],
      ['test', 'true'],
      ['not', 'unknown'],
    ],
  );
});

test('explain and matchedFields agree with the twin on random rules and events', () => {
  fc.assert(
    fc.property(rule, events, (r, evs) => {
      for (const e of evs) {
        let fires: boolean;
        try {
          fires = evaluate(r, e);
          assert.equal(explain(r, e).fires, fires);
        } catch (error) {
          assert.ok(error instanceof CodedError);
          continue;
        }
        const reason = matchedFields(r, e);
        assert.equal(reason !== null, fires);
        if (reason !== null) assert.ok(reason.why.length > 0 && !reason.why.includes('\n'));
      }
    }),
    { numRuns: Number(process.env.CZERNIN_FUZZ_RUNS ?? 1_000) / 2 },
  );
});
