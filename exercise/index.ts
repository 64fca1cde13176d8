/**
 * The worked example: the logs of an invented ministry over thirty-three months, with an intruder, a second actor and
 * innocent look-alikes in them. In: seed, scale, span. Out: below a folder `logs/`, README.md, networks.tsv, what others know of the actors
 * (knowledge.yaml, indicators.csv), and truth.json, which says where every planted record lies. Law: the same seed, span and scale give the same bytes on
 * every machine; scale multiplies routine and changes nothing that was planted; nothing in it exists.
 */
import { diskOutput } from './disk.ts';
import { generate, type Progress } from './generate.ts';
import { plots as innocent } from './innocent/index.ts';
import { indicatorsCsv, knowledgeYaml } from './knowledge/index.ts';
import type { Output } from './logs/output.ts';
import { armoury, plots as story } from './story/index.ts';
import { type Truth, truthOf } from './truth/index.ts';
import { DEFAULT_SPAN, NOTICE } from './world/index.ts';

export interface Exercise {
  readonly seed: number;
  readonly scale: number;
  /** epoch milliseconds, whole days; default 2022-01-01 to 2024-10-01 */
  readonly from?: number;
  readonly to?: number;
  /** false: the same ministry on its own, to see what noise alone raises */
  readonly plots?: boolean;
  /** what others know says nothing of the one who did it */
  readonly absentActor?: boolean;
  readonly progress?: (p: Progress) => void;
}

export interface Written {
  readonly records: number;
  readonly truth: Truth;
  /** stands at the head of everything made of it */
  readonly notice: string;
}

/** Throws RangeError for a span without days or a scale that is no positive number. */
export function makeExercise(exercise: Exercise, output: Output): Written {
  const { seed, scale, from = DEFAULT_SPAN.from, to = DEFAULT_SPAN.to, progress } = exercise;
  if (!(to - from >= 86_400_000)) throw new RangeError('the span is shorter than a day');
  if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError('the scale is no positive number');
  let truth: ReturnType<typeof truthOf> | undefined;
  const plots = exercise.plots === false ? [] : [...story, ...innocent];
  const telling = (world: Parameters<typeof truthOf>[0]) => {
    truth = truthOf(world);
    return truth;
  };
  const { records, world } = generate(
    { seed, scale, span: { from, to }, plots, telling, ...(progress ? { progress } : {}) },
    output,
  );
  const sheet = (path: string, text: string) => {
    const sink = output.open(path);
    sink.write(Buffer.from(text));
    sink.close();
  };
  const known = { absentActor: exercise.absentActor ?? false };
  const arms = armoury(world);
  sheet('knowledge.yaml', knowledgeYaml(arms, world.random('knowledge'), known));
  sheet('indicators.csv', indicatorsCsv(arms, known));
  sheet('truth.json', truth!.json());
  return { records, truth: truth!.truth(), notice: NOTICE };
}

/** The same, below a folder. */
export function writeExercise(folder: string, exercise: Exercise): Written {
  return makeExercise(exercise, diskOutput(folder));
}
