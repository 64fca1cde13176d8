import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryFor } from './behaviours.ts';

const GB = 1e9;

test('the engine gets memory by the size of the lake, within bounds', () => {
  assert.equal(memoryFor(0, 64 * GB), 512);
  assert.equal(memoryFor(0.4 * GB, 64 * GB), 660);
  assert.equal(memoryFor(400 * GB, 64 * GB), 1600, 'never more than this, however large the lake');
  assert.equal(memoryFor(400 * GB, 3 * GB), 1500, 'half of a small machine');
  assert.equal(memoryFor(400 * GB, 0.5 * GB), 512);
});
