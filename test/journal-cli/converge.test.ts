/** Any interleaving of writing and merging over three stations comes to the same case on all their disks. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeInto } from '../../src/app/case/index.ts';
import {
  hand,
  journalBytes,
  judged,
  note,
  remove,
  sourceOf,
  station,
  temporaryFolder,
  verdictOf,
  worldAt,
  write,
} from './support/stations.ts';

const NAMES = ['CSIRT', 'Ministry', 'Ally'] as const;
const who = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  fc.record({ do: fc.constant('write' as const), who, finding: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('merge' as const), who, from: who }),
);

test('three stations write and merge as they like; after merging all around they hold the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const folder = temporaryFolder('converge');
      const stations = NAMES.map((n) => station(n));
      const worlds = NAMES.map((n) => worldAt(join(folder, n)));
      const merge = (to: number, from: number): number => {
        const options = { admit: () => true, station: stations[to]!, hand: hand(NAMES[to]!) };
        const { news, refused, contradictions } = mergeInto(worlds[to]!, [sourceOf(worlds[from]!)], options);
        assert.deepEqual([refused, contradictions], [[], []]);
        return news.length;
      };
      try {
        for (const s of steps) {
          if (s.do === 'write') write(worlds[s.who]!, stations[s.who]!, [judged(s.finding, 'accepted'), note('n')]);
          else if (s.who !== s.from) merge(s.who, s.from);
        }
        let rounds = 0;
        for (let news = 1; news > 0; rounds++) {
          news = 0;
          for (let to = 0; to < 3; to++) for (let from = 0; from < 3; from++) if (to !== from) news += merge(to, from);
          assert.ok(rounds < 6, 'the stations come to rest');
        }
        for (const name of NAMES.slice(1)) {
          assert.equal(journalBytes(join(folder, name)), journalBytes(join(folder, NAMES[0])));
          const index = (n: string): Buffer => readFileSync(join(folder, n, 'index.sqlite'));
          assert.ok(index(name).equals(index(NAMES[0])));
        }
        assert.deepEqual(
          (await verdictOf(join(folder, NAMES[0]))).problems.filter((p) => p.severity !== 'suspect'),
          [],
        );
      } finally {
        remove(folder);
      }
    }),
    { numRuns: Number(process.env.CZERNIN_RUNS ?? 4) },
  );
});
