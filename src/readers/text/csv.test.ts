import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memorySource } from '../../base/index.ts';
import type { Fault } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { CsvRow, Delimiter } from './csv.ts';
import { eachRow } from './csv.ts';
import { sniffCsv } from './csv-head.ts';

function read(bytes: Buffer, delimiter: Delimiter = ',') {
  const rows: CsvRow[] = [];
  const faults: Fault[] = [];
  eachRow(memorySource(bytes), delimiter, { row: (r) => rows.push(r) > 0, fault: (f) => faults.push(f) });
  return { rows, faults };
}

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

test('what RFC 4180 writes is read back, at its offsets', () => {
  const cell = fc.array(fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\r\n', ' ', '{"x":1}'), { maxLength: 6 });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, eol, terminated) => {
      const cells = rows.map((row) => row.map((c) => c.join('')));
      const lines = cells.map((row) => row.map(quoted).join(','));
      const bytes = Buffer.from(lines.join(eol) + (terminated ? eol : ''));
      const got = read(bytes);
      assert.deepEqual(got.faults, []);
      assert.deepEqual(
        got.rows.map((r) => r.cells),
        cells,
      );
      for (const [i, row] of got.rows.entries()) {
        assert.equal(bytes.toString('utf8', row.offset, row.offset + row.length), lines[i]);
      }
    }),
    { numRuns: 200 },
  );
});

test('unquoted rows, blank lines, other delimiters', () => {
  assert.deepEqual(
    read(Buffer.from('\ufeffa;b\r\n\r\n1;2\n;\n'), ';').rows.map((r) => [r.number, r.offset, ...r.cells]),
    [
      [1, 3, 'a', 'b'],
      [3, 10, '1', '2'],
      [4, 14, '', ''],
    ],
  );
});

test('quotes across block borders', () => {
  const long = Array.from({ length: 3000 }, (_, i) => `${i},${quoted('x\n'.repeat((i * 7919) % 700))}`);
  const got = read(Buffer.from(long.join('\n')));
  assert.deepEqual(got.faults, []);
  assert.equal(got.rows.length, 3000);
  assert.ok(got.rows.every((r, i) => r.cells[0] === String(i)));
});

test('a quote that never closes costs its own line', () => {
  const bytes = Buffer.from('h,i\n1,"open\n2,b\n3,c\n');
  const got = read(bytes);
  assert.deepEqual(
    got.rows.map((r) => r.cells),
    [
      ['h', 'i'],
      ['1', 'open'],
      ['2', 'b'],
      ['3', 'c'],
    ],
  );
  assert.deepEqual(
    got.faults.map((f) => [f.code, f.offset]),
    [['BAD_RECORD', 4]],
  );
  assert.equal(got.rows[1]?.damaged, true);
});

test('many open quotes end in time', () => {
  const bytes = Buffer.from('a,b\n'.concat('x,"y"z\n1,"\n'.repeat(200_000)));
  const started = performance.now();
  assert.ok(read(bytes).rows.length > 100_000);
  assert.ok(performance.now() - started < 20_000);
});

test('a row longer than the limit is cut and said, the next one stands', () => {
  const bytes = Buffer.concat([
    Buffer.from('a,b\n1,'),
    Buffer.alloc(LIMITS.lineBytes * 3, 0x61),
    Buffer.from('\n2,x\n'),
  ]);
  const got = read(bytes);
  assert.deepEqual(
    got.faults.map((f) => [f.code, f.offset, f.bytes]),
    [['LIMIT_SIZE', 4, LIMITS.lineBytes * 3 + 2]],
  );
  assert.equal(got.rows[1]?.length, LIMITS.lineBytes);
  assert.deepEqual(got.rows[2]?.cells, ['2', 'x']);
  assert.equal(got.rows[2]?.offset, bytes.length - 4);
});

test('the delimiter and header are found; prose is not a table', () => {
  assert.deepEqual(sniffCsv(Buffer.from('a;b,c;d\n1;2,5;3\n')), {
    delimiter: ';',
    header: ['a', 'b,c', 'd'],
    rows: [['1', '2,5', '3']],
  });
  const powershell = '#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n"a","b"\r\n"1","2"\r\n';
  assert.deepEqual(sniffCsv(Buffer.from(powershell))?.header, ['a', 'b']);
  assert.deepEqual(sniffCsv(Buffer.from('sep=;\na;b\n1;2\n'))?.header, ['a', 'b']);
  assert.equal(sniffCsv(Buffer.from('a\tb\n1\t2\n'))?.delimiter, '\t');
  assert.equal(sniffCsv(Buffer.from('one line of text\nand another, with a comma\nthird')), null);
});
