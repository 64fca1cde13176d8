import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import { zeekJson, zeekTsv } from './index.ts';
import { inferPath } from './infer.ts';

const CONN =
  '{"ts":1588205199.824370123,"uid":"Cv1","id.orig_h":"10.0.1.6","id.orig_p":54243,"id.resp_h":"10.0.0.4","id.resp_p":53,"proto":"udp","conn_state":"SF"}';

test('nanoseconds come from the digits, not from the double', () => {
  const e = readOne(zeekJson, CONN);
  assert.deepEqual([e.ms, e.ns], [1588205199824, 370123]);
  assert.deepEqual([e.stream, e.host, e.address], ['zeek-conn', '10.0.0.4', '10.0.1.6']);
});

test('ISO times, and a "ts" inside a text is not taken for the key', () => {
  const iso = readOne(zeekJson, CONN.replace('1588205199.824370123', '"2020-04-30T00:06:39.824370Z"'));
  assert.deepEqual([iso.ms, iso.ns], [1588205199824, 370000]);
  const sly = readOne(zeekJson, `{"note":"\\"ts\\":1.5","x":{"ts":2.5},"ts":1588205199.5,"uid":"C","conn_state":"S0"}`);
  assert.equal(sly.ms, 1588205199500);
});

test('flattened, nested and native names are one', () => {
  const flat = CONN.replaceAll('id.', 'id_');
  const nested = CONN.replace(
    '"id.orig_h":"10.0.1.6","id.orig_p":54243,"id.resp_h":"10.0.0.4","id.resp_p":53',
    '"id":{"orig_h":"10.0.1.6","orig_p":54243,"resp_h":"10.0.0.4","resp_p":53}',
  );
  const want = readOne(zeekJson, CONN).fields;
  assert.deepEqual(readOne(zeekJson, flat).fields, want);
  assert.deepEqual(readOne(zeekJson, nested).fields, want);
});

test('the same record as TSV and as JSON gives the same fields', () => {
  const tsv = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tdns',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tquery\tAA\tTTLs\tanswers\trcode',
    '#types\ttime\tstring\taddr\tport\taddr\tstring\tbool\tvector[interval]\tvector[string]\tcount',
    '1588205199.824370\tC1\t10.0.1.6\t5353\t10.0.0.4\tcaf\\xc3\\xa9.example\tF\t3600.000000,1.500000\t(empty)\t-',
    '#close\tx',
  ].join('\n');
  const json =
    '{"_path":"dns","ts":1588205199.82437,"uid":"C1","id.orig_h":"10.0.1.6","id.orig_p":5353,"id.resp_h":"10.0.0.4","query":"café.example","AA":false,"TTLs":[3600.0,1.5],"answers":[]}';
  const { _path, ...fields } = readOne(zeekJson, json).fields;
  assert.equal(_path, 'dns');
  assert.deepEqual(fields, readOne(zeekTsv, tsv).fields);
});

test('the log is told by _path, @stream, or its fields', () => {
  const stream = (extra: object) => readOne(zeekJson, JSON.stringify({ ts: 1, uid: 'C', ...extra })).stream;
  assert.equal(stream({ _path: 'DCE_RPC' }), 'zeek-dce-rpc');
  assert.equal(stream({ '@stream': 'ssl' }), 'zeek-ssl');
  assert.equal(stream({ query: 'x', qtype: 1 }), 'zeek-dns');
  assert.equal(stream({ nothing: 'known' }), 'zeek-unknown');
  assert.equal(
    inferPath((f) => ['uid', 'action', 'name', 'path'].includes(f)),
    'smb_files',
  );
});

test('faults: not JSON, cut at the end, no time', () => {
  const got = readAll(zeekJson, `${CONN}\nnot json\n{"uid":"C","conn_state":"SF"}\n${CONN.slice(0, 50)}`);
  assert.deepEqual(got.codes, ['BAD_RECORD', 'BAD_TIME', 'TRUNCATED']);
  assert.equal(got.events.length, 2);
  assert.deepEqual(readAll(zeekJson, '{"_path":"loaded_scripts","name":"/x/init-bare.zeek"}\n').codes, []);
});

test('damaged lines never throw', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 8 }), (seeds) => {
      readAll(zeekJson, mutate(Buffer.from(`${CONN}\n${CONN}\n`), seeds));
    }),
    { numRuns: 200 },
  );
});

test('sniff tells Zeek from other JSON', () => {
  const sniff = (s: string) => zeekJson.sniff(Buffer.from(s), s.length);
  assert.ok(sniff(CONN) >= 90);
  assert.equal(sniff('{"ts":1588205199,"message":"hello"}'), 0);
  assert.equal(sniff('{"EventID":1}'), 0);
});
