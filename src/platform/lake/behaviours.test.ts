import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryFor } from './behaviours.ts';

const GB = 1e9;

test('the engine gets memory by the size of the lake, within bounds', () => {
  assert.equal(memoryFor(0, 64 * GB), 512);
  assert.equal(memoryFor(0.4 * GB, 64 * GB), 762);
  assert.equal(memoryFor(400 * GB, 64 * GB), 3000, 'never more than this, however large the lake');
  assert.equal(memoryFor(400 * GB, 4 * GB), 2000, 'half of a small machine');
  assert.equal(memoryFor(400 * GB, 0.5 * GB), 512);
});
