import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { utc } from '../../exercise/calendar.ts';
import { makeExercise } from '../../exercise/index.ts';
import { MemoryOutput } from '../../exercise/logs/output.ts';
import { Truth } from '../../exercise/truth/index.ts';
import { entityKey } from '../../src/model/index.ts';
import { READERS } from '../../src/readers/index.ts';
import { type ReadEvent, readText } from '../support/read.ts';

/** Nine weeks in which he walks from the mail server to desks and hides his traces. */
const MADE = { seed: 1, scale: 0.05, from: utc('2022-10-20'), to: utc('2022-12-20') } as const;
const output = new MemoryOutput();
let truth: Truth;
const read = new Map<string, Map<number | string, ReadEvent>>();

before(() => {
  truth = makeExercise(MADE, output).truth;
});

/** What every record of a source names, when the truth says it shows it; other sources name it in some of their records. */
const NAMED = new Set([
  ...['vpn', 'dc-windows', 'iis', 'httpproxy', 'unified-audit', 'entra'].map((f) => `${f} account`),
  ...['iis', 'httpproxy', 'unified-audit', 'entra', 'squid', 'server-windows'].map((f) => `${f} address`),
  ...['server-windows', 'desk-windows', 'httpproxy'].map((f) => `${f} host`),
]);

/** Records of a file as its reader numbers them; members of compressed files by their address. */
function recordsOf(path: string): Map<number | string, ReadEvent> {
  const known = read.get(path);
  if (known) return known;
  const [outer = '', member] = path.split('!');
  const bytes = output.files.get(outer);
  assert.ok(bytes, `the truth names ${outer}, which was not written`);
  const format = truth.files.find((f) => f.path === path)?.format;
  const reader = READERS.find((r) => r.format === format);
  assert.ok(reader, `no reader ${format} for ${path}`);
  const { events, faults } = readText(reader, member === undefined ? bytes : gunzipSync(bytes), {
    referenceMs: MADE.to,
  });
  assert.deepEqual(faults, [], path);
  const records = new Map(events.map((e) => [e.record, e]));
  read.set(path, records);
  return records;
}

test('every planted record is where the truth says, at its time, and shows whom and what the truth says it shows', () => {
  const skews = new Map(truth.sources.map((s) => [s.log.split('/')[0] as string, Math.abs(s.skewSeconds)]));
  const family = new Map(truth.files.map((f) => [f.path, f.family]));
  const shown = new Set<string>();
  for (const p of truth.planted) {
    const event = recordsOf(p.file).get(p.record);
    const where = `${p.file} ${p.record}: ${truth.deeds[p.deed]?.what}`;
    assert.ok(event, where);
    const skew = skews.get(p.file.split('/')[1] as string) ?? 0;
    const off = Math.abs(Date.parse(event.time) - Date.parse(p.time)) / 1000;
    assert.ok(off <= skew + 1, `${where}: ${event.time} for ${p.time}`);
    const text = `${event.host} ${JSON.stringify(event.fields)}`.toLowerCase();
    for (const [type, name] of [
      ['account', p.account],
      ['host', p.host],
      ['address', p.address],
    ] as const) {
      const key = name === undefined ? null : entityKey(type, name);
      if (key === null) continue;
      const cell = `${family.get(p.file)} ${type}`;
      if (!NAMED.has(cell)) continue;
      assert.ok(text.includes(key.slice(key.indexOf(':') + 1)), `${where}: ${key} not in ${text}`);
      shown.add(cell);
    }
  }
  assert.deepEqual([...shown].sort(), [...NAMED].sort());
});

test('the files are those the truth lists, with as many records, and whatever was planted has a deed and a party', () => {
  assert.deepEqual(
    truth.files.map((f) => f.path.split('!')[0]).sort(),
    [...output.files.keys()].filter((f) => f.startsWith('logs/')).sort(),
  );
  for (const f of truth.files.filter((_, i) => i % 5 === 0)) assert.equal(recordsOf(f.path).size, f.records, f.path);
  const parties = new Set(truth.parties.map((p) => p.id));
  for (const { deed } of truth.planted) assert.ok(parties.has(truth.deeds[deed]?.party ?? ''));
});

test('truth.json is its own schema, lies beside the logs, and no log speaks of it', () => {
  const written = output.files.get('truth.json');
  assert.ok(written);
  assert.deepEqual(Truth.parse(JSON.parse(written.toString())), truth);
  for (const [path, bytes] of output.files) {
    if (!path.startsWith('logs/')) continue;
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    assert.doesNotMatch(text, /second-actor|travelling-diplomats|look-alike|misuse/i, path);
  }
});

test('what left no record is told with its reason', () => {
  const reasons = truth.unlogged.filter((u) => u.party === 'intruder').map((u) => u.reason);
  assert.ok(
    reasons.some((r) => /clear/.test(r)),
    'the cleared log',
  );
  assert.ok(
    reasons.some((r) => /begin|collect/.test(r)),
    'logs that begin later, hosts nobody collected',
  );
});
