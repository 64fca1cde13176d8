import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoverRow, RecordRange } from '../effects/index.ts';
import { readCoverage } from './coverage.ts';

const DAY = 86_400_000;
const FIRST = Math.floor(Date.UTC(2024, 0, 1) / DAY);
const NONE = { holes: [], moreHoles: 0, ranges: [] };

function rows(stream: string, host: string, days: readonly number[]): CoverRow[] {
  return days.map((d) => ({
    stream,
    host,
    day: FIRST + d,
    events: 3,
    firstMs: (FIRST + d) * DAY + 1000,
    lastMs: (FIRST + d) * DAY + 5000,
  }));
}
const upTo = (n: number, without: readonly number[] = []) =>
  Array.from({ length: n }, (_, i) => i).filter((d) => !without.includes(d));

test('a source that speaks every day is silent after two days, not after one', () => {
  assert.equal(readCoverage(rows('windows-security', 'dc', upTo(30, [10])), NONE).gaps.length, 0);
  const [gap] = readCoverage(rows('windows-security', 'dc', upTo(30, [10, 11])), NONE).gaps;
  assert.equal(gap?.missing, 2);
  assert.equal(gap?.from, '2024-01-10T00:00:05.000Z');
  assert.equal(gap?.to, '2024-01-13T00:00:01.000Z');
});

test('a source that speaks rarely is silent only when it is far beyond its habit', () => {
  const weekly = [0, 7, 14, 21, 28];
  assert.equal(readCoverage(rows('windows-application', 'dc', [...weekly, 49]), NONE).gaps.length, 0);
  assert.equal(readCoverage(rows('windows-application', 'dc', [...weekly, 70]), NONE).gaps.length, 1);
});

test('somebody not seen for a while in a log of others is no gap; the log itself silent is one', () => {
  const both = [...rows('zeek-conn', 'a', upTo(30, [8, 9, 10])), ...rows('zeek-conn', 'b', upTo(30, [20, 21, 22]))];
  assert.equal(readCoverage(both, NONE).gaps.length, 0);
  const silent = [...rows('zeek-conn', 'a', upTo(30, [8, 9, 10])), ...rows('zeek-conn', 'b', upTo(30, [8, 9, 10]))];
  assert.deepEqual(
    readCoverage(silent, NONE).gaps.map((g) => [g.host, g.missing]),
    [['', 3]],
  );
});

test('a log in several files counts on: what is missing between them is a hole; another log is not', () => {
  const range = (first: number, last: number, day: number, host = 'dc'): RecordRange => ({
    stream: 'windows-security',
    host,
    first,
    firstMs: (FIRST + day) * DAY,
    last,
    lastMs: (FIRST + day + 1) * DAY,
  });
  const gaps = (ranges: RecordRange[]) => readCoverage([], { ...NONE, ranges }).gaps.map((g) => g.missing);
  assert.deepEqual(gaps([range(201, 300, 5), range(1, 100, 0)]), [100]);
  assert.deepEqual(gaps([range(1, 100, 0), range(101, 200, 5)]), []);
  assert.deepEqual(gaps([range(1, 100, 0), range(50, 150, 0), range(151, 200, 5)]), []);
  assert.deepEqual(gaps([range(1, 100, 0), range(201, 300, 5, 'other')]), []);
  assert.deepEqual(gaps([range(201, 300, 0), range(1, 100, 5)]), []); // set up anew: it counts from 1 again
});

test('where a source begins, per host and as a whole', () => {
  const c = readCoverage(
    [...rows('windows-security', 'a', upTo(3)), ...rows('windows-security', 'b', [5, 6, 7])],
    NONE,
  );
  assert.equal(c.begins('windows-security', 'b'), (FIRST + 5) * DAY + 1000);
  assert.equal(c.beginnings.get('windows-security'), FIRST * DAY + 1000);
  assert.equal(c.sources[0]?.hosts, 2);
});
