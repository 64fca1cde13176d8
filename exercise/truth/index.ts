/**
 * What really happened in an exercise. In: what the generator tells while it writes (`Telling`). Out: truth.json, for
 * benches, tests and teachers. Law: it lies beside the logs, never among them, and nothing of the product reads it.
 */
import type { Act, Telling, World } from '../contract.ts';
import { lookAlikes, ROUTINE } from '../innocent/index.ts';
import { datesOf } from '../story/index.ts';
import { Gathered, iso } from './gather.ts';
import { PARTIES } from './parties.ts';
import type { Deed, FileTruth, Planted, SourceTruth, Truth, Unlogged } from './schema.ts';

export type { Party, Seen, Victim } from './schema.ts';
export { Truth } from './schema.ts';

const NOTICE =
  'INVENTED: made by a generator for exercises. The ministry, its people, its intruders and every address are fictional.';

export function truthOf(world: World): Telling & { truth(): Truth; json(): string } {
  const parties = new Map(PARTIES.map((p) => [p.id, new Gathered()]));
  const deeds = new Deeds();
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
    deeds: deeds.list,
    planted: planted.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    unlogged: [...unlogged.values()].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0)),
    ...{ files, sources },
  });
  return {
    planted(p) {
      party(p.act.party).planted(p);
      if (p.act.phase === ROUTINE) return;
      const { file, record, account, host, address } = p;
      const known = { ...(account ? { account } : {}), ...(host ? { host } : {}), ...(address ? { address } : {}) };
      planted.push({ deed: deeds.of(p.act), time: iso(p.ms), file, record, ...known });
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
    json: () => linesOf(truth()),
  };
}

function decisionsOf(world: World): Truth['decisions'] {
  const { detected, watchedFrom, evicted, moved } = datesOf(world);
  return { detected: iso(detected), watchedFrom: iso(watchedFrom), evicted: iso(evicted), moved: iso(moved) };
}

/** Deeds that are told alike are one. */
class Deeds {
  readonly list: Deed[] = [];
  readonly #index = new Map<string, number>();

  of({ party, phase, technique: id, what }: Act): number {
    const technique = id ?? null;
    const key = `${party}\n${phase}\n${technique}\n${what}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#index.set(key, this.list.length);
    return this.list.push({ party, phase, technique, what }) - 1;
  }
}

/** JSON with one line an entry of each list: it stays readable, and small. */
function linesOf(truth: Truth): string {
  const fields = Object.entries(truth).map(([name, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((v) => JSON.stringify(v)).join(',\n')}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}
