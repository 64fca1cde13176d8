import { memorySource } from '../../src/base/index.ts';
import type { Event } from '../../src/model/index.ts';
import { LIMITS } from '../../src/readers/contract.ts';
import { READERS } from '../../src/readers/index.ts';
import { eachLine, lineText } from '../../src/readers/text/lines.ts';
import { SAMPLES, sampleBytes } from './samples.ts';

/**
 * How fast the line readers are: MB/s of reading whole logs, without looking at fields and looking at every one, and as
 * a share of what cutting the same bytes into decoded lines takes. Machines differ: compare the shares.
 *
 *   npm run bench:text -- [megabytes per format]
 */
const MEGABYTES = Number(process.argv[2] ?? 16);
/** Something to do with every line and value, so that no engine leaves the work out. */
let kept = 0;
const out = (line: string) => process.stdout.write(`${line}\n`);

/** Best of three, in MB per second of processor time, so that a busy machine matters less. */
function speed(size: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, user + system);
  }
  return size / best;
}

out('format       events   lines MB/s   read MB/s  share   all fields MB/s  share');
for (const sample of SAMPLES) {
  const reader = READERS.find((r) => r.format === sample.format);
  if (reader === undefined) throw new Error(`no reader ${sample.format}`);
  const bytes = sampleBytes(sample, MEGABYTES * 1e6);
  const source = memorySource(bytes);
  const options = { assumedZoneMinutes: 0, referenceMs: Date.UTC(2022, 2, 5) };
  const read = (event: (e: Event) => void) => {
    let faults = 0;
    reader.read(source, { event, fault: () => faults++, progress() {} }, options);
    if (faults > 1) throw new Error(`${sample.format}: ${faults} faults in the sample`);
  };
  const lines = speed(bytes.length, () =>
    eachLine(source, LIMITS.lineBytes, (l) => {
      kept += lineText(l).length;
    }),
  );
  let events = 0;
  const plain = speed(bytes.length, () => {
    events = 0;
    read(() => events++);
  });
  const full = speed(bytes.length, () =>
    read((e) => {
      for (let slot = 0; slot < e.shape.fields.length; slot++) if (e.value(slot) !== undefined) kept++;
    }),
  );
  const share = (n: number) => (n / lines).toFixed(2).padStart(5);
  out(
    `${sample.format.padEnd(12)}${String(events).padStart(7)}${lines.toFixed(0).padStart(13)}${plain.toFixed(0).padStart(12)}  ${share(plain)}${full.toFixed(0).padStart(18)}  ${share(full)}`,
  );
}
out(`(${kept} characters and values seen)`);
