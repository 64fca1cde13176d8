import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Terminal } from './command.ts';
import { progressLine, type Standing } from './progress.ts';

const MIB = 1024 * 1024;
const NOTHING: Omit<Standing, 'phase'> = {
  ...{ filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 },
  ...{ handedIn: null, found: 0, events: 0, findings: 0 },
};

/** What one line says of a standing, 100 seconds after the start. */
function lineOf(standing: Partial<Standing>): string {
  let now = 0;
  let said = '';
  const terminal = { interactive: false, columns: 200, err: (text: string) => (said += text) } as unknown as Terminal;
  const line = progressLine(terminal, () => now);
  now = 100_000;
  line.show({
    phase: 'reading',
    ...NOTHING,
    ...{ filesDone: 1, filesTotal: 2, bytesDone: 100 * MIB, bytesTotal: 200 * MIB, events: 5 },
    ...standing,
  });
  return said;
}

test('nothing is said of the time left before everything handed in was walked', () => {
  const line = lineOf({});
  assert.match(line, /100\.0 MiB of 200\.0 MiB so far/);
  assert.doesNotMatch(line, /left/);
});

test('what is found so far stands for the rest: archives hold more than they weigh', () => {
  const line = lineOf({ handedIn: 1000 * MIB, found: 100 * MIB });
  assert.match(line, /of about 1\.95 GiB/);
  assert.match(line, /31 min 40 s left/);
});

test('when all is read the rate is over, and where nothing was to be read only what is being done is told', () => {
  const all = { filesDone: 2, filesTotal: 2, bytesDone: 200 * MIB, handedIn: 150 * MIB, found: 150 * MIB };
  assert.equal(lineOf({ ...all, phase: 'concluding' }), 'concluding · 2 files · 200.0 MiB · 5 events · 0 findings\n');
  assert.equal(lineOf({ ...all, phase: 'concluding', filesDone: 0, filesTotal: 0 }), 'concluding\n');
});

test('once everything is found the whole is known', () => {
  const line = lineOf({ handedIn: 150 * MIB, found: 150 * MIB });
  assert.match(line, /100\.0 MiB of 200\.0 MiB ·/);
  assert.match(line, /1 min 40 s left/);
});

test('a new kind of work is told at once, its counts every ten seconds', () => {
  let now = 0;
  const said: string[] = [];
  const terminal = { interactive: false, columns: 200, err: (text: string) => said.push(text) } as unknown as Terminal;
  const line = progressLine(terminal, () => now);
  for (const [at, phase] of [
    [1, 'reading'],
    [11, 'reading'],
    [12, 'settling the lake 0/9'],
    [13, 'settling the lake 1/9'],
    [23, 'settling the lake 5/9'],
    [24, 'behaviours 1/27'],
  ] as const) {
    now = at * 1000;
    line.show({ ...NOTHING, phase });
  }
  assert.deepEqual(said, ['reading\n', 'settling the lake 0/9\n', 'settling the lake 5/9\n', 'behaviours 1/27\n']);
});
