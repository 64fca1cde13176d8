import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layout } from './layout.ts';

const MB = 1024 * 1024;
const part = fc.record({
  rows: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 65_536 })),
  plainBytes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * MB - 1 }), fc.integer({ min: 0, max: 64 * MB })),
});

test('row groups: every part once and in order, bounded in rows and bytes, large parts alone', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (entries) => {
      const groups = layout(entries.map((entry) => ({ entry })));
      assert.deepEqual(
        groups.flat().map((p) => p.entry),
        entries,
      );
      for (const group of groups) {
        if (group.length === 1) continue;
        assert.ok(group.every(({ entry }) => entry.rows < 8_192 && entry.plainBytes < 4 * MB));
        assert.ok(group.reduce((n, p) => n + p.entry.rows, 0) <= 65_536);
        assert.ok(group.reduce((n, p) => n + p.entry.plainBytes, 0) <= 16 * MB);
      }
    }),
  );
});
