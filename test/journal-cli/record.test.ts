/** What a journey did becomes entries: evidence once, a run unless the last one was the same. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { logOf, openCaseIndex, openRecorder, type RecordedRun } from '../../src/app/case/index.ts';
import type { Payload } from '../../src/model/index.ts';
import { hand, remove, station, temporaryFolder, verdictOf, worldAt } from './support/stations.ts';

const root = temporaryFolder('record');
after(() => remove(root));
const digest = (n: number): string => n.toString(16).padStart(64, '0');
const custody = { from: 'the ministry', how: 'disk 7, sealed', receivedAt: '2024-07-01T07:00:00.000Z' };
const files = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    digest: digest(from + i),
    size: 10,
    name: `f${from + i}.log`,
    format: 'syslog',
  }));

function run(more: Partial<RecordedRun> = {}): RecordedRun {
  return {
    program: { name: 'czernin', version: '0.1.0' },
    command: 'investigate',
    inputs: [digest(1), digest(2)],
    packs: [{ name: 'own', digest: digest(9) }],
    parameters: { zone: 'UTC' },
    results: digest(77),
    counts: { findings: 3 },
    startedAt: '2024-07-01T08:00:00.000Z',
    endedAt: '2024-07-01T08:01:00.000Z',
    ...more,
  };
}

test('the same evidence and the same run again write nothing; what is new is written', async () => {
  const open = () => openRecorder(worldAt(root), station('CSIRT'), hand('CSIRT'));
  const first = open();
  assert.equal(first.evidence([...files(1, 4), ...files(1, 2)], custody), 1);
  assert.equal(first.analysis(run()), 1);
  first.close();
  const again = open();
  assert.equal(again.evidence(files(1, 4), custody), 0);
  assert.equal(again.analysis(run({ startedAt: '2024-07-02T08:00:00.000Z', endedAt: '2024-07-02T08:01:00.000Z' })), 0);
  assert.equal(again.evidence(files(3, 6), custody), 1);
  assert.equal(again.analysis(run({ inputs: [digest(1), digest(2), digest(5)], results: digest(78) })), 1);
  again.close();
  const index = openCaseIndex(worldAt(root));
  const received = logOf(worldAt(root), index, { kind: 'evidence-received' }).map((l) =>
    (l.payload as Payload<'evidence-received'>).files.map((f) => f.name),
  );
  assert.deepEqual(received, [
    ['f1.log', 'f2.log', 'f3.log'],
    ['f4.log', 'f5.log'],
  ]);
  assert.deepEqual(
    index.items({ refs: digest(5) }).map((i) => i.kind),
    ['evidence-received'],
  );
  index.close();
  assert.deepEqual((await verdictOf(root)).problems, []);
});

test('lists beyond what one entry holds: evidence in several entries, inputs by the digest of the list', () => {
  const recorder = openRecorder(worldAt(root), station('CSIRT'), hand('CSIRT'));
  assert.equal(recorder.evidence(files(1000, 3500), custody), 3);
  const inputs = files(1000, 7000).map((f) => f.digest);
  assert.equal(recorder.analysis(run({ inputs })), 1);
  assert.equal(recorder.analysis(run({ inputs: inputs.toReversed() })), 0);
  recorder.close();
});
