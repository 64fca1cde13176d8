/**
 * The worked example: the logs of an invented ministry over twenty-six months, with an intruder in them and the truth
 * about him. In: a seed. Out: files by path, and what was planted where. Law: pure and deterministic: the same seed
 * gives the same bytes on every machine; nothing is read or written here (write.ts does that).
 */

import { gzip, zip } from '../pack/archives.ts';
import { cloudBackground } from './background/cloud.ts';
import { desksBackground } from './background/desks.ts';
import { networkBackground } from './background/network.ts';
import { serversBackground } from './background/servers.ts';
import { trafficBackground } from './background/traffic.ts';
import { EVICTION, emptyMinistry, type Ministry } from './ministry.ts';
import { COLLECTED, filesOf, GZIP, type OutFile } from './pack/files.ts';
import { readme } from './pack/readme.ts';
import { intruder } from './story/index.ts';
import { PHASES, type Planted, type Truth, type Unlogged } from './truth.ts';
import { NOTICE } from './world.ts';

export type { FileTruth, Planted, Truth, Unlogged } from './truth.ts';

export interface SampleOptions {
  /** false: the same ministry without an intruder, to see what noise alone raises */
  readonly plantIntruder?: boolean;
}

export interface Sample {
  /** `README.md` and everything below `logs/`; paths with forward slashes */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly truth: Truth;
}

export const DEFAULT_SEED = 2022;

export function generateSample(seed: number = DEFAULT_SEED, { plantIntruder = true }: SampleOptions = {}): Sample {
  const ministry = emptyMinistry(seed);
  for (const background of [serversBackground, desksBackground, networkBackground, trafficBackground, cloudBackground])
    background(ministry);
  if (plantIntruder) intruder(ministry);
  const made = filesOf(ministry);
  return { files: [readme(seed), ...packed(made)], truth: truthOf(ministry, made) };
}

/** Open files, compressed files, and archives of those that lie together. */
function packed(made: readonly OutFile[]): Sample['files'] {
  const open = made.filter((f) => !f.within).map(({ path, bytes }) => ({ path, bytes }));
  const zipped = made
    .filter((f) => f.within === GZIP)
    .map(({ path, bytes }) => ({ path, bytes: gzip(bytes, COLLECTED) }));
  const archives = Map.groupBy(
    made.filter((f) => f.within && f.within !== GZIP),
    (f) => f.within as string,
  );
  const zips = [...archives].map(([path, members]) => ({
    path,
    bytes: zip(members.map((m) => ({ path: m.path, bytes: m.bytes, modifiedMs: COLLECTED }))),
  }));
  return [...open, ...zipped, ...zips].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As intake names it: a member stands behind its archive's path and `!`. */
function addressOf({ path, within }: OutFile): string {
  if (!within) return path;
  return within === GZIP ? `${path}!${path.slice(path.lastIndexOf('/') + 1, -'.gz'.length)}` : `${within}!${path}`;
}

const time = (ms: number) => new Date(ms).toISOString();
const byTime = (a: { time: string }, b: { time: string }) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0);

function truthOf(ministry: Ministry, made: readonly OutFile[]): Truth {
  const planted = made
    .flatMap((f) => f.marks.map(({ ms, act, record }) => ({ ...act, time: time(ms), file: addressOf(f), record })))
    .sort(byTime)
    .map((p, i): Planted => ({ id: `P${String(i + 1).padStart(4, '0')}`, ...p }));
  const unlogged = Object.values(ministry.logs)
    .flatMap((log) => log.unlogged)
    .map(
      ({ ms, reason, act: { phase, what, technique } }): Unlogged => ({
        time: time(ms),
        phase,
        what,
        technique,
        reason,
      }),
    )
    .sort(byTime);
  return {
    notice: NOTICE,
    seed: ministry.seed,
    trueStart: unlogged[0]?.time ?? '',
    eviction: time(EVICTION),
    phases: PHASES,
    planted,
    unlogged,
    files: made.map((f) => {
      const { format, records, faults, note } = f;
      return { path: addressOf(f), format, records, faults, note };
    }),
  };
}
