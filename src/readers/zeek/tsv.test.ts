import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutate, readAll, readOne } from '../../../test/support/reading.ts';
import type { Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { zeekTsv } from './index.ts';
import { unescapeZeek, zeekNumber, zeekType, zeekValue } from './values.ts';

const HEAD = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#open\t2022-03-01-00-00-00',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tservice\torig_bytes\tlocal_orig\ttags',
  '#types\ttime\tstring\taddr\tport\taddr\tstring\tcount\tbool\tset[string]',
].join('\n');
const LINE = '1646130000.123456\tCabc\t10.0.0.5\t50000\t192.0.2.9\t-\t18446744073709551615\tT\ta,b\\x2cc';
const file = (...lines: string[]) => `${HEAD}\n${lines.join('\n')}\n#close\t2022-03-01-01-00-00\n`;

test('types, unset, empty, escapes, exact numbers and times', () => {
  const e = readOne(zeekTsv, file(LINE));
  assert.deepEqual(e.fields, {
    ts: 1646130000.123456,
    uid: 'Cabc',
    'id.orig_h': '10.0.0.5',
    'id.orig_p': 50000,
    'id.resp_h': '192.0.2.9',
    orig_bytes: '18446744073709551615',
    local_orig: true,
    tags: ['a', 'b,c'],
  });
  assert.deepEqual([e.ms, e.ns], [1646130000123, 456000]);
  assert.deepEqual([e.stream, e.host, e.address, e.record], ['zeek-conn', '192.0.2.9', '10.0.0.5', 9]);
  assert.deepEqual(e.source, { product: 'zeek', service: 'conn' });
  const empty = readOne(zeekTsv, file(LINE.replace('\t-\t', '\t(empty)\t').replace('a,b\\x2cc', '(empty)')));
  assert.equal(empty.fields.service, '');
  assert.deepEqual(empty.fields.tags, []);
});

test('no #close is told, as fault and not as failure; several logs may follow each other', () => {
  const open = `${HEAD}\n${LINE}\n`;
  assert.deepEqual(readAll(zeekTsv, open).codes, ['UNCLOSED']);
  assert.equal(readAll(zeekTsv, open).faults[0]!.offset, open.length);
  const dns = HEAD.replace('\tconn', '\tdns').replace('local_orig', 'AA');
  const both = readAll(zeekTsv, `${open}${dns}\n${LINE}\n#close\tx\n`);
  assert.deepEqual(both.codes, ['UNCLOSED']);
  assert.equal(both.faults[0]!.offset, open.length);
  assert.deepEqual(
    both.events.map((e) => [e.stream, Object.keys(e.fields).includes('AA')]),
    [
      ['zeek-conn', false],
      ['zeek-dns', true],
    ],
  );
});

test('a body without header, a short line, a long line, a bad time: each its own fault', () => {
  assert.deepEqual(readAll(zeekTsv, `${LINE}\n${file(LINE)}`).codes, ['NO_HEADER']);
  const short = readAll(zeekTsv, file(LINE, '1646130001.0\tCdef\t10.0.0.6'));
  assert.deepEqual([short.codes, short.events.length], [['BAD_RECORD'], 2]);
  assert.equal(short.events[1]!.flags & EventFlag.partial, EventFlag.partial);
  assert.deepEqual(Object.keys(short.events[1]!.fields), ['ts', 'uid', 'id.orig_h']);
  assert.deepEqual(readAll(zeekTsv, file(`${LINE}\tmore`)).codes, ['BAD_RECORD']);
  const noise = readAll(zeekTsv, file(LINE, 'garbage', LINE));
  assert.deepEqual([noise.codes, noise.events.length], [['BAD_RECORD'], 2]);
  const undated = readAll(zeekTsv, file(LINE.replace('1646130000.123456', 'soon')));
  assert.deepEqual([undated.codes, undated.events[0]!.ms], [['BAD_TIME'], Number.NaN]);
  const cut = readAll(zeekTsv, `${HEAD}\n${LINE}\n1646130001.0\tCd`);
  assert.deepEqual(cut.codes, ['TRUNCATED', 'UNCLOSED']);
});

test('other separators than the usual ones', () => {
  const text = file(LINE)
    .replace('#separator \\x09', '#separator \\x7c')
    .replace('#set_separator\t,', '#set_separator\t;')
    .replaceAll('\t', '|')
    .replace('a,b\\x2cc', 'a;b');
  assert.deepEqual(readOne(zeekTsv, text).fields.tags, ['a', 'b']);
});

test('writers that are nearly Zeek: a separator named `\\t`, a separator at the end of every line', () => {
  const { events, codes } = readAll(zeekTsv, file(`${LINE}\t`, `${LINE}\t`).replace('\\x09', '\\t'));
  assert.deepEqual([events.length, codes], [2, []]);
});

test('escapes: bytes, backslashes, and what is not UTF-8 stays as written', () => {
  assert.equal(unescapeZeek('caf\\xc3\\xa9 \\\\srv\\\\c$'), 'café \\srv\\c$');
  assert.equal(unescapeZeek('\\xff\\xfe'), '\\xff\\xfe');
  assert.equal(unescapeZeek('\\x2d'), '-');
  assert.equal(unescapeZeek('end\\'), 'end\\');
  assert.equal(zeekNumber('9007199254740993'), '9007199254740993');
  assert.equal(zeekNumber('0.123456789012345678'), '0.123456789012345678');
  assert.equal(zeekNumber('1646130000.500000'), 1646130000.5);
});

/** The slow, obvious twin of the column cutter: decode, split, convert. */
function twin(text: string): Record<string, Value>[] {
  const lines = text.split('\n');
  const named = (name: string) =>
    lines
      .find((l) => l.startsWith(`#${name}\t`))!
      .split('\t')
      .slice(1);
  const [fields, types] = [named('fields'), named('types')];
  const marks = { unset: '-', empty: '(empty)', setSeparator: ',' };
  return lines
    .filter((l) => l !== '' && !l.startsWith('#'))
    .map((l) => {
      const out: Record<string, Value> = {};
      l.split('\t').forEach((column, i) => {
        const value = zeekValue(column, zeekType(types[i]!), marks);
        if (value !== undefined) out[fields[i]!] = value;
      });
      return out;
    });
}

test('cutting bytes lazily gives what splitting text gives', () => {
  const word = fc.oneof(
    fc.constantFrom('-', '(empty)', '', 'T', '\\x09', '\\\\', 'ü', '日本', '12', '0.5', 'a,b', ',', '\\xc3\\xa9'),
    fc.stringMatching(/^[ -~]{0,12}$/),
  );
  const line = fc.array(word, { minLength: 8, maxLength: 8 }).map((w) => `1646130000.000001\t${w.join('\t')}`);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const text = file(...lines);
      assert.deepEqual(
        readAll(zeekTsv, text).events.map((e) => e.fields),
        twin(text),
      );
    }),
    { numRuns: 200 },
  );
});

test('damaged logs never throw, and offsets only grow', () => {
  const sample = Buffer.from(file(LINE, LINE, LINE));
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), (seeds) => {
      const { events } = readAll(zeekTsv, mutate(sample, seeds));
      for (let i = 1; i < events.length; i++) assert.ok(events[i]!.offset > events[i - 1]!.offset);
    }),
    { numRuns: 200 },
  );
});

test('sniff: header or nothing', () => {
  const sniff = (s: string) => zeekTsv.sniff(Buffer.from(s), s.length);
  assert.equal(sniff(file(LINE)), 98);
  assert.equal(sniff('#Fields: date time\n'), 0);
  assert.equal(sniff('1517336042.090842\tCi85EB2YjUI9a2eql6\t10.55.182.100\t14291\t10.233.233.5\t80\ttcp\n'), 60);
  assert.equal(sniff(''), 0);
});
