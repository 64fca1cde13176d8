import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalize } from '../../src/base/index.ts';
import {
  DEGREE,
  type Degree,
  type Journal,
  type JournalCopy,
  mergeCopies,
  mergeJournals,
  replay,
  withhold,
} from '../../src/journal/index.ts';
import { Agency, bytesOf, copyOf } from './world.ts';

/** Stations that write, seal, hand each other whole or partial copies in any order, and fork, end with one Case. */
const STATIONS = 3;

type Step =
  | { readonly do: 'write'; readonly who: number; readonly what: number }
  | { readonly do: 'give'; readonly who: number; readonly to: number; readonly seed: number; readonly part: boolean };

const station = fc.nat({ max: STATIONS - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), who: station, what: fc.nat({ max: 7 }) }),
  fc.record({ do: fc.constant('give' as const), who: station, to: station, seed: fc.nat(), part: fc.boolean() }),
);

class Station {
  readonly agency: Agency;
  known: Journal[] = [];
  constructor(name: string) {
    this.agency = new Agency(name);
  }
  /** everything it knows, its own journal included */
  all(): Journal[] {
    return mergeJournals(this.known, [this.agency.journal()]);
  }
}

function write(s: Station, what: number): void {
  const { agency: a } = s;
  const known = s.all().find((j) => j.id !== a.state.journal);
  if (what === 0) a.seal();
  else if (what === 1) a.rotate();
  else if (what === 2 && a.ids.length > 2) a.retract(a.ids[a.ids.length - 1]!);
  else if (what === 3 && known) a.judge(known.branches[0].size % 3, 'innocent');
  else if (what === 4) a.note(`seen so far: ${s.all().length} journals`);
  else a.judge(what % 3, 'accepted');
}

function give(from: Station, to: Station, seed: number, part: boolean): void {
  for (const journal of from.all()) {
    const degree = ({ index }: { index: number }): Degree => (((seed >> (index % 24)) & 3) % 3) as Degree;
    const copies: JournalCopy[] = [];
    if (part) {
      try {
        copies.push(copyOf(withhold(journal, degree)));
      } catch {
        // not covered by a checkpoint: withhold refuses, and at least the headers go
        copies.push(copyOf(withhold(journal, ({ index }) => (degree({ index }) === DEGREE.full ? 2 : 1))));
      }
    } else copies.push(...journal.branches.map((b) => b.withCheckpoints(journal.checkpoints)));
    to.known = mergeJournals(to.known, mergeCopies(copies));
  }
}

test('whatever was written, given, withheld and given again, all stations end with the same case', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, seed) => {
      const stations = ['A', 'B', 'C'].map((n) => new Station(n));
      for (const s of steps) {
        if (s.do === 'write') write(stations[s.who]!, s.what);
        else give(stations[s.who]!, stations[s.to]!, s.seed, s.part);
      }
      const sets = stations.map((s) => s.all());
      const [a, b, c] = sets as [Journal[], Journal[], Journal[]];
      const whole = mergeJournals(mergeJournals(a, b), c);
      const bytes = bytesOf(whole);
      assert.equal(bytesOf(mergeJournals(a, mergeJournals(b, c))), bytes, 'associative');
      assert.equal(bytesOf(mergeJournals(mergeJournals(c, a), b)), bytes, 'commutative');
      assert.equal(bytesOf(mergeJournals(whole, sets[seed % 3]!)), bytes, 'idempotent');
      const first = canonicalize(replay(whole));
      for (const set of sets) assert.equal(canonicalize(replay(mergeJournals(set, whole))), first, 'one case');
      assert.equal(canonicalize(replay([...whole].reverse())), first, 'in any order');
      // nothing that any station knew is missing
      for (const journal of sets.flat()) {
        const merged = whole.find((j) => j.id === journal.id)!;
        for (const branch of journal.branches) {
          const home = merged.branches.find((m) => m.size >= branch.size && m.root(branch.size) === branch.root());
          assert.ok(home);
          for (let i = 0; i < branch.size; i++) assert.ok(home.degree(i) >= branch.degree(i));
        }
      }
    }),
    { numRuns: process.env.CZERNIN_LONG === '1' ? 2000 : 40 },
  );
});

test('forks join too: any grouping and order of branches gives the same journal', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 2 })), { minLength: 2, maxLength: 14 }), (story) => {
      // a tree of twins: each step continues one of the branches so far, or leaves it
      const twins = [new Agency('A')];
      for (const [pick, act] of story) {
        const twin = twins[pick % twins.length]!;
        if (act === 0) twins.push(twin.twin());
        twins.at(act === 0 ? -1 : twins.indexOf(twin))!.note(`${pick} ${act}`);
        if (act === 2) twin.seal();
      }
      const copies = twins.map((t) => t.copy());
      const all = bytesOf(mergeCopies(copies));
      assert.equal(bytesOf(mergeCopies([...copies].reverse())), all);
      const oneByOne = copies.reduce((sum: Journal[], c) => mergeJournals(sum, mergeCopies([c])), []);
      assert.equal(bytesOf(oneByOne), all);
      const half = copies.length >> 1;
      const halves = mergeJournals(mergeCopies(copies.slice(half)), mergeCopies(copies.slice(0, half)));
      assert.equal(bytesOf(halves), all);
    }),
    { numRuns: process.env.CZERNIN_LONG === '1' ? 2000 : 60 },
  );
});
