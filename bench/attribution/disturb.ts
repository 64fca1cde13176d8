import type { Observed } from '../../src/attribution/index.ts';
import type { ProfileView } from '../../src/knowledge/profiles/index.ts';
import type { Case, Corpus } from './corpus.ts';

/** What telemetry loses and analysts mistake, and what a forger plants: seeded, so that a table is the same every time. */
export function random(seed: number): () => number {
  let s = (seed * 2654435761 + 97) >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Noise {
  readonly loseTechniques?: number;
  readonly loseSoftware?: number;
  /** false techniques, as a share of the true ones, drawn as often as reports name them */
  readonly add?: number;
  /** share of techniques told as a sibling or the parent */
  readonly confuse?: number;
}

export const REALISTIC: Noise = { loseTechniques: 0.5, loseSoftware: 0.5, add: 0.25, confuse: 0.2 };

export function noisy(
  corpus: Corpus,
  noise: Noise,
  salt: number,
): (o: Observed, view: ProfileView, c: Case) => Observed {
  const { things, actors } = corpus.knowledge;
  const pool: number[] = [];
  for (const a of actors) for (const u of a.uses) if (things[u.thing]!.kind === 'technique') pool.push(u.thing);
  const kin = things.map((t, i) =>
    things.flatMap((o, j) =>
      j !== i &&
      t.kind === 'technique' &&
      (o.parent === i || t.parent === j || (t.parent !== undefined && o.parent === t.parent))
        ? [j]
        : [],
    ),
  );
  return (o, _view, c) => {
    const r = random(c.actor * 7919 + c.report * 104729 + salt);
    let techniques = o.techniques.filter(() => r() >= (noise.loseTechniques ?? 0));
    if (techniques.length === 0)
      techniques = [o.techniques[Math.floor(r() * o.techniques.length)]!].filter((x) => x !== undefined);
    techniques = techniques.map((x) =>
      r() < (noise.confuse ?? 0) && kin[x]!.length > 0 ? kin[x]![Math.floor(r() * kin[x]!.length)]! : x,
    );
    const added = Math.round((noise.add ?? 0) * techniques.length);
    for (let i = 0; i < added; i++) techniques.push(pool[Math.floor(r() * pool.length)]!);
    return {
      techniques: [...new Set(techniques)],
      software: o.software.filter(() => r() >= (noise.loseSoftware ?? 0)),
      victims: o.victims,
      day: o.day,
    };
  };
}

export interface Flag {
  readonly tools: number;
  readonly techniques: number;
  /** the true actor's own software withheld */
  readonly withhold: boolean;
}

/** Makes a case look like a decoy of another cluster with tools known to at most two actors; null when nobody serves. */
export function planted(
  corpus: Corpus,
  flag: Flag,
  c: Case,
  o: Observed,
  view: ProfileView,
): { observed: Observed; decoy: number } | null {
  const { actors, things } = corpus.knowledge;
  const N = things.length;
  const r = random(c.actor * 31 + c.report * 17 + flag.tools);
  const rare = (g: number, software: boolean, most: number) => {
    const out: number[] = [];
    for (let x = 0; x < N; x++)
      if (
        view.reportsOf[g * N + x]! > 0 &&
        (things[x]!.kind !== 'technique') === software &&
        view.users[x]! <= most &&
        view.reportsOf[c.actor * N + x] === 0
      )
        out.push(x);
    return out;
  };
  const order = actors.map((_, g) => ({ g, at: r() })).sort((a, b) => a.at - b.at);
  for (const { g } of order) {
    if (g === c.actor || actors[g]!.cluster === actors[c.actor]!.cluster || view.size[g] === 0) continue;
    const tools = rare(g, true, 2);
    const techniques = rare(g, false, 8);
    if (tools.length < flag.tools || techniques.length < flag.techniques) continue;
    const take = (from: number[], n: number) =>
      from
        .map((x) => ({ x, at: r() }))
        .sort((a, b) => a.at - b.at)
        .slice(0, n)
        .map((v) => v.x);
    return {
      decoy: g,
      observed: {
        ...o,
        techniques: [...new Set([...o.techniques, ...take(techniques, flag.techniques)])],
        software: [...new Set([...(flag.withhold ? [] : o.software), ...take(tools, flag.tools)])],
      },
    };
  }
  return null;
}
