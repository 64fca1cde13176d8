/**
 * What a behaviour found, kept under a key of all it depends on: its text and parameters, the views it reaches, the rows
 * of their streams, what it asks of the case (coverage, gaps, settings, networks) and the program. The same key gives the
 * same result, so an unchanged behaviour need not run again (law 7); anything else has another key.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { asksFor, type Behaviour, MACROS, type Views, viewsFor } from '../../hunt/behaviours/index.ts';
import { Finding } from '../../model/index.ts';
import type { CutValues, LakeContent, ResultShelf } from '../effects/index.ts';
import type { BehaviourFacts } from './engine.ts';
import type { BehaviourSet } from './set.ts';

/** What makes results comparable from run to run. */
export interface Ground {
  readonly shelf: ResultShelf;
  /** stands for the program that runs behaviours */
  readonly program: string;
  /** of the sealed lake */
  readonly content: LakeContent;
}

/** A behaviour that ran to its end. */
export interface Ran {
  readonly fate: 'found' | 'quiet' | 'blind';
  readonly left: number;
  readonly blind: readonly string[];
  /** of the streams it can read: values it saw only in part */
  readonly cut: readonly CutValues[];
  readonly findings: readonly Finding[];
}

const Kept: z.ZodType<Ran> = z.strictObject({
  fate: z.enum(['found', 'quiet', 'blind']),
  left: z.number().int(),
  blind: z.array(z.string()),
  cut: z.array(
    z.strictObject({ stream: z.string(), column: z.string(), length: z.number().int(), values: z.number().int() }),
  ),
  findings: z.array(Finding),
});

/** The views and tables that the behaviour's head names and its SQL, as one text that names all it may read. */
export const textOf = (behaviour: Behaviour): string =>
  [...behaviour.sources, ...behaviour.needs, behaviour.sql].join('\n');

/** Streams that it may read, of those asked for. */
export function streamsOf(behaviour: Behaviour, views: Views): (stream: string) => boolean {
  const text = textOf(behaviour);
  if (asksFor(text, 'events', views)) return () => true;
  const named = new Set(viewsFor(text, views).flatMap((v) => v.sections.flatMap((section) => section.streams)));
  return (stream) => named.has(stream);
}

/** Key of each behaviour's result, by id; one whose views cannot be told has none. */
export function resultKeys(set: BehaviourSet, facts: BehaviourFacts, ground: Ground): Map<string, string> {
  const program = sha256(JSON.stringify([ground.program, MACROS]));
  const networks = set.kept.filter((k) => k.kind === 'networks').map((k) => k.digest);
  const coverage = once(() => rowsDigest(facts.coverage()));
  const gaps = once(() => rowsDigest(facts.gaps()));
  const settings = [...facts.settings].sort(([a], [b]) => (a < b ? -1 : 1));
  const date = set.networks?.date ?? null;
  const keys = new Map<string, string>();
  for (const { behaviour, values } of set.behaviours) {
    const text = textOf(behaviour);
    try {
      const asks = (table: string): boolean => asksFor(text, table, set.views);
      const reads = streamsOf(behaviour, set.views);
      const depends = {
        program,
        behaviour: [behaviour.id, behaviour.digest],
        values: Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)),
        views: viewsFor(text, set.views).map((view) => [view.id, view.digest]),
        streams: [...ground.content].filter(([stream]) => reads(stream)).sort(([a], [b]) => (a < b ? -1 : 1)),
        coverage: asks('coverage') ? coverage() : null,
        gaps: asks('gaps') ? gaps() : null,
        settings: asks('settings') ? [settings, date] : null,
        networks: asks('address_networks') ? networks : null,
      };
      keys.set(behaviour.id, sha256(JSON.stringify(depends)));
    } catch {
      // views derived from each other in a circle: it fails when it runs, and says why
    }
  }
  return keys;
}

/** Whatever is not a whole result is none (fail closed). */
export function recallResult(shelf: ResultShelf, key: string | undefined): Ran | null {
  const text = key === undefined ? null : shelf.recall(key);
  if (text === null) return null;
  try {
    const ran: unknown = JSON.parse(text);
    return Kept.safeParse(ran).success ? (ran as Ran) : null; // as it was written: the order of keys is kept
  } catch {
    return null;
  }
}

function rowsDigest(rows: Iterable<readonly unknown[]>): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
