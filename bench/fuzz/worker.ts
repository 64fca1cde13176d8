/**
 * The thread that may hang or run out of memory: does round after round, says which one it is in before it begins, and
 * what came of it. `fuzz.ts` watches it from outside and stops it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { READERS } from '../../src/readers/index.ts';
import { checkReader, checkRules } from './check.ts';
import { type Corpus, KEPT_BYTES } from './corpus.ts';
import { mutate, random } from './mutate.ts';

export interface Order {
  readonly corpus: Corpus;
  readonly seed: number;
  readonly from: number;
  /** only this format */
  readonly only: string;
  /** one round, whose input is sent back */
  readonly single: boolean;
  /** [0]: the round that runs */
  readonly round: Int32Array;
}

export type Told =
  | {
      readonly kind: 'done';
      readonly format: string;
      readonly ms: number;
      readonly bytes: number;
      readonly out: number;
    }
  | { readonly kind: 'failed'; readonly round: number; readonly format: string; readonly error: string }
  | { readonly kind: 'input'; readonly bytes: Uint8Array; readonly format: string };

/** One in so many inputs goes to every reader, not only to its own. */
const ALL_READERS = 12;

const order = workerData as Order;
const tell = (told: Told) => parentPort!.postMessage(told);
const formats = [...order.corpus.keys()].sort().filter((f) => order.only === '' || f === order.only);

for (let round = order.from; ; round++) {
  const pick = random(Math.imul(order.seed, 0x9e37_79b1) ^ round);
  const format = formats[pick(formats.length)]!;
  const files = order.corpus.get(format)!;
  const other = order.corpus.get(formats[pick(formats.length)]!)!;
  const input = mutate(files[pick(files.length)]!, other[pick(other.length)]!, pick, 1024 + pick(KEPT_BYTES));
  const all = pick(ALL_READERS) === 0;
  if (order.single) tell({ kind: 'input', bytes: input, format });
  for (const reader of READERS) {
    if (reader.format !== format && !(all && format !== 'rules')) continue;
    run(round, reader.format, input, () => checkReader(reader, input));
  }
  if (format === 'rules') run(round, format, input, () => checkRules(input));
  if (order.single) break;
}

function run(round: number, format: string, input: Uint8Array, check: () => number): void {
  Atomics.store(order.round, 0, round);
  const started = performance.now();
  try {
    const out = check();
    tell({ kind: 'done', format, ms: performance.now() - started, bytes: input.length, out });
  } catch (error) {
    tell({
      kind: 'failed',
      round,
      format,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
