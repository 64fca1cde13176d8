/** Logs of the exercise: silences, retention, rotation, numbers; and the packer's stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { DAY, HOUR, utc } from '../../exercise/calendar.ts';
import type { Act, FileTold, Planted, Silence, SourceTold, Unlogged } from '../../exercise/contract.ts';
import { openLog } from '../../exercise/logs/files.ts';
import { type Log, Uncollected } from '../../exercise/logs/log.ts';
import { MemoryOutput } from '../../exercise/logs/output.ts';
import { Gzip } from '../../exercise/pack/archives.ts';
import { SERVICE_STATE } from '../../exercise/records/windows.ts';

const ACT: Act = { party: 'intruder', phase: 'x', what: 'a deed' };
const from = utc('2022-01-10');
const to = utc('2022-04-01');

function teller() {
  const told = {
    planted: [] as Planted[],
    unlogged: [] as Unlogged[],
    files: [] as FileTold[],
    sources: [] as SourceTold[],
  };
  return {
    told,
    planted: (p: Planted) => void told.planted.push(p),
    unlogged: (u: Unlogged) => void told.unlogged.push(u),
    file: (f: FileTold) => void told.files.push(f),
    source: (s: SourceTold) => void told.sources.push(s),
  };
}

function windowsLog(silences: readonly Silence[]) {
  const telling = teller();
  const output = new MemoryOutput();
  const kept = { log: 'FS01/System', host: 'FS01', channel: 'System', family: 'server-windows', from, to } as const;
  const ground = { output, telling, silences, host: () => undefined, firstId: () => 100 };
  const opened = openLog(kept, ground);
  assert.equal(opened.kind, 'windows');
  const log = opened.log as Log<{ kind: typeof SERVICE_STATE; values: string[] }>;
  const put = (ms: number, act?: Act) => log.put(ms, () => ({ kind: SERVICE_STATE, values: ['x', 'running'] }), act);
  return { log, put, output, ...telling };
}

test('records outside a log’s reach are unlogged, with the reason; those without an act are forgotten', () => {
  const { log, put, told } = windowsLog([]);
  put(from - 1, ACT);
  put(from - 1);
  put(to, ACT);
  put(from, ACT);
  log.close();
  assert.deepEqual(
    told.planted.map((p) => [p.ms, p.file, p.record]),
    [[from, 'logs/FS01/System.evtx', 100]],
  );
  assert.match(told.unlogged[0]!.reason, /begins on 2022-01-10/);
  assert.match(told.unlogged[1]!.reason, /taken on 2022-04-01/);
  assert.equal(told.unlogged.length, 2);
});

test('what was stopped leaves no number, what was cleared or cut leaves numbers missing', () => {
  const silence = (kind: Silence['kind'], day: number, count?: number): Silence => ({
    ...{ log: 'FS01/System', kind, from: from + day * DAY, to: from + (day + 1) * DAY, why: kind },
    ...(count === undefined ? {} : { count }),
  });
  const { log, put, told } = windowsLog([silence('stopped', 2), silence('cleared', 4), silence('cut', 6, 500)]);
  for (let day = 0; day < 9; day++) {
    put(from + day * DAY + HOUR, ACT);
    put(from + day * DAY + 2 * HOUR, ACT);
    log.flush(from + (day + 1) * DAY);
  }
  log.close();
  // days 0 1 3 | 5 after two lost | 7 8 after 500 lost
  assert.deepEqual(
    told.planted.map((p) => p.record),
    [100, 101, 102, 103, 104, 105, 108, 109, 610, 611, 612, 613],
  );
  assert.equal(told.unlogged.length, 6);
  assert.deepEqual(
    told.sources[0]!.gaps.map((g) => g.why),
    ['stopped', 'cleared', 'cut'],
  );
});

test('a day’s records are put in order; what lies ahead waits for its day', () => {
  const { log, put, told } = windowsLog([]);
  put(from + 3 * DAY, ACT);
  put(from + 5 * HOUR, ACT);
  put(from + 2 * HOUR, ACT);
  log.flush(from + DAY);
  assert.deepEqual(
    told.planted.map((p) => p.ms),
    [from + 2 * HOUR, from + 5 * HOUR],
  );
  log.flush(from + 4 * DAY);
  assert.equal(told.planted[2]?.record, 102);
});

test('text logs turn each month; lines are numbered from the head on, in the compressed file’s inner name', () => {
  const telling = teller();
  const output = new MemoryOutput();
  const kept = { log: 'sensor01/conn', host: 'sensor01', channel: 'conn', family: 'zeek', from, to } as const;
  const opened = openLog(kept, { output, telling, silences: [], host: () => undefined, firstId: () => 1 });
  const log = opened.log as Log<string>;
  log.put(from, () => 'first', ACT);
  log.put(from + HOUR, () => 'second');
  log.put(from + 2 * HOUR, () => 'third', ACT);
  log.put(utc('2022-03-05'), () => 'live', ACT);
  log.close();
  assert.deepEqual([...output.files.keys()], ['logs/sensor01/2022-01/conn.log.gz', 'logs/sensor01/2022-03/conn.log']);
  assert.deepEqual(
    telling.told.planted.map((p) => [p.file, p.record]),
    [
      ['logs/sensor01/2022-01/conn.log.gz!conn.log', 9],
      ['logs/sensor01/2022-01/conn.log.gz!conn.log', 11],
      ['logs/sensor01/2022-03/conn.log', 9],
    ],
  );
  const lines = gunzipSync(output.files.get('logs/sensor01/2022-01/conn.log.gz')!).toString().split('\n');
  assert.equal(lines[8], 'first');
  assert.equal(lines[10], 'third');
  assert.match(lines[11]!, /^#close\t2022-01-10-02-00-01$/);
});

test('a log nobody collected tells only of acts', () => {
  const { told, unlogged } = teller();
  const book = new Uncollected<string>({ log: 'WS-1/Security', family: 'desk-windows' }, { ...teller(), unlogged });
  book.put(from, () => assert.fail('nothing is made'), undefined);
  book.put(from, () => assert.fail('nothing is made'), ACT, { host: 'WS-1' });
  assert.equal(told.unlogged[0]?.reason, 'this log was not collected');
  assert.equal(told.unlogged[0]?.host, 'WS-1');
});

test('the packer’s stream gives back what went in, whatever the pieces', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 20 }).map((s) => Buffer.from(s.repeat(40))),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const out: Uint8Array[] = [];
      const gzip = new Gzip({ write: (b) => void out.push(b), close() {} }, 0);
      for (const p of pieces) gzip.write(p);
      gzip.close();
      assert.deepEqual(gunzipSync(Buffer.concat(out)), Buffer.concat(pieces));
    }),
    { numRuns: 200 },
  );
});
