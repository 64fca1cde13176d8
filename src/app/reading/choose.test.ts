import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySource } from '../../base/index.ts';
import { chooseReader } from './choose.ts';

const line = (i: number, more: object = {}) =>
  `${JSON.stringify({ EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational', Hostname: `h${i}`, '@timestamp': '2024-03-01T08:00:00Z', ...more })}\n`;
const web = '192.0.2.1 - - [01/Mar/2024:07:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"\n'.repeat(2000);
const formatOf = (text: string) => chooseReader(memorySource(Buffer.from(text)))?.format;

test('a first record longer than the usual head hides nothing', () => {
  assert.equal(formatOf(line(0)), 'windows-json');
  assert.equal(formatOf(line(0, { CommandLine: 'x'.repeat(200_000) }).repeat(3)), 'windows-json');
  assert.equal(formatOf(line(0, { CommandLine: 'x'.repeat(3_000_000) }) + line(1)), 'windows-json');
});

test('an endless first line does not hide the log behind it, wherever it ends', () => {
  for (const junk of [70_000, 1_100_000, 9_000_000, 20_000_000]) {
    assert.equal(formatOf(`${'a'.repeat(junk)}\n${web}`), 'web-access', `${junk}`);
    assert.equal(formatOf(`${'a'.repeat(junk)}\n${line(1).repeat(20)}`), 'windows-json', `${junk}`);
  }
});

test('what is nobody’s stays nobody’s', () => {
  assert.equal(formatOf('a'.repeat(10_000_000)), undefined);
  assert.equal(formatOf('some prose, and more of it.\n'.repeat(100_000)), undefined);
  assert.equal(chooseReader(memorySource(new Uint8Array(5_000_000))), undefined);
});
