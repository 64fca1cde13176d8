/**
 * What really happened in an exercise. In: what the generator tells while it writes (`Telling`). Out: truth.json, for
 * benches, tests and teachers. Law: it lies beside the logs, never among them, and nothing of the product reads it.
 */
import type { Telling, World } from '../contract.ts';
import { lookAlikes } from '../innocent/index.ts';
import { datesOf } from '../story/index.ts';
import { Gathered, iso } from './gather.ts';
import { PARTIES } from './parties.ts';
import type { FileTruth, Planted, SourceTruth, Truth, Unlogged } from './schema.ts';

export type { Party, Seen, Victim } from './schema.ts';
export { Truth } from './schema.ts';

const NOTICE =
  'INVENTED: made by a generator for exercises. The ministry, its people, its intruders and every address are fictional.';

export function truthOf(world: World): Telling & { truth(): Truth; json(): string } {
  const parties = new Map(PARTIES.map((p) => [p.id, new Gathered()]));
  const planted: Planted[] = [];
  const unlogged = new Map<string, Unlogged & { first: string; last: string; count: number }>();
  const files: FileTruth[] = [];
  const sources: SourceTruth[] = [];
  const party = (id: string): Gathered => {
    const known = parties.get(id);
    if (!known) throw new RangeError(`the truth knows no party ${id}`);
    return known;
  };
  for (const [id, own] of lookAlikes(world)) {
    for (const kind of ['accounts', 'hosts', 'addresses'] as const)
      for (const name of own[kind] ?? []) party(id).own(kind, name);
  }
  const truth = (): Truth => ({
    ...{ format: 'czernin-exercise-truth/1', notice: NOTICE, seed: world.seed },
    ...{ from: iso(world.span.from), to: iso(world.span.to), decisions: decisionsOf(world) },
    parties: PARTIES.map((p) => party(p.id).party(p)),
    planted: planted.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    unlogged: [...unlogged.values()].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)),
    ...{ files, sources },
  });
  return {
    planted(p) {
      party(p.act.party).planted(p);
      const { act, file, record, family, account = null, host = null, address = null } = p;
      const technique = act.technique ?? null;
      const told = { party: act.party, phase: act.phase, technique, what: act.what, time: iso(p.ms) };
      planted.push({ ...told, file, record, family, account, host, address });
    },
    unlogged({ act, ms, log, family, reason, ...facts }) {
      party(act.party).unlogged({ act, ms, log, family, reason, ...facts });
      const key = JSON.stringify([act.party, act.phase, log, reason]);
      const known = unlogged.get(key);
      const time = iso(ms);
      if (known) {
        known.count += 1;
        if (time < known.first) Object.assign(known, { first: time, what: act.what });
        if (time > known.last) known.last = time;
      } else {
        const told = { party: act.party, phase: act.phase, what: act.what, log, reason };
        unlogged.set(key, { ...told, first: time, last: time, count: 1 });
      }
    },
    file({ path, family, format, records, faults, note }) {
      files.push({ path, family, format, records, faults: [...faults], note });
    },
    source({ log, family, host, from, to, gaps, skewMs }) {
      const silent = gaps.map((g) => ({ from: iso(g.from), to: iso(g.to), why: g.why }));
      sources.push({ log, family, host, from: iso(from), to: iso(to), gaps: silent, skewSeconds: skewMs / 1000 });
    },
    truth,
    json: () => `${JSON.stringify(truth(), null, 1)}\n`,
  };
}

function decisionsOf(world: World): Truth['decisions'] {
  const { detected, watchedFrom, evicted, moved } = datesOf(world);
  return { detected: iso(detected), watchedFrom: iso(watchedFrom), evicted: iso(evicted), moved: iso(moved) };
}
