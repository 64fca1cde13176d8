import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asXml, WINDOWS_SAMPLES } from '../../../test/readers/fixtures/_windows.ts';
import { readText } from '../../../test/support/read.ts';
import { parseXml } from '../windows/xml.ts';
import { windowsXml } from './index.ts';

const XML = WINDOWS_SAMPLES.map(asXml);

test('entities, character references, CDATA, comments; nothing else is resolved', () => {
  const root = parseXml('<a b="&lt;&#65;&#x1F600;&quot;">x &amp; <!-- no --><![CDATA[<y>&amp;]]> &evil; &#0;</a>');
  assert.deepEqual(root?.attributes, [['b', '<A😀"']]);
  assert.equal(root?.value, 'x & <y>&amp; &evil; &#0;');
  for (const bad of [
    '<a>',
    '<a></b>',
    '<!DOCTYPE a><a/>',
    '<a b="<"/>',
    '<a b=c/>',
    'text',
    '<a',
    '<a><![CDATA[x</a>',
  ]) {
    assert.equal(parseXml(bad), null, bad);
  }
  assert.equal(parseXml('<a>'.repeat(100) + '</a>'.repeat(100)), null, 'deeper than the limit');
});

test('document types and their entities have no effect', () => {
  const bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "lol">]>';
  const { events } = readText(windowsXml, `${bomb}<Events>${XML[0]!.replace('198.51.100.7', '&a;')}</Events>`);
  assert.equal(events[0]?.fields.IpAddress, '&a;');
});

test('forwarded events: the rendering has names of its own, the event counts as written', () => {
  const info =
    "<RenderingInfo Culture='en-US'><Message>An account was logged on</Message><Level>Information</Level><Channel>ForwardedEvents</Channel><Keywords><Keyword>Audit Success</Keyword><Keyword>Classic</Keyword></Keywords></RenderingInfo>";
  const [event] = readText(windowsXml, XML[0]!.replace('</Event>', `${info}</Event>`)).events;
  assert.equal(event?.fields.Channel, 'Security');
  assert.equal(event?.fields.RenderingInfo_Message, 'An account was logged on');
  assert.equal(event?.fields.RenderingInfo_Culture, 'en-US');
  assert.deepEqual(event?.fields.RenderingInfo_Keyword, ['Audit Success', 'Classic']);
  assert.equal(event?.stream, 'windows-security');
});

test('an event without end costs itself; the next one stands', () => {
  const { events, faults } = readText(
    windowsXml,
    `${XML[0]!.slice(0, 400)}\n${XML[1]}\n${XML[2]!.replace('</Data>', '')}\n${XML[3]}`,
  );
  assert.deepEqual(
    events.map((e) => e.record),
    [77, 1002],
  );
  assert.deepEqual(
    faults.map((f) => [f.code, f.offset]),
    [
      ['BAD_RECORD', 0],
      ['BAD_RECORD', 401 + Buffer.byteLength(XML[1]!) + 1],
    ],
  );
});

test('elements called Event inside an event belong to it', () => {
  const inner = XML[3]!.replace('<SubjectUserName>', '<Event>x</Event><SubjectUserName>');
  const { events, faults } = readText(windowsXml, `${inner}${XML[0]}`);
  assert.deepEqual(faults, []);
  assert.equal(events.length, 2);
  assert.equal(events[0]?.fields.Event, 'x');
});

test('an event longer than the limit is passed over and told', () => {
  const long = XML[0]!.replace('jana.novak', 'x'.repeat(5_000_000));
  const { events, faults } = readText(windowsXml, `${long}${XML[1]}`);
  assert.deepEqual(
    events.map((e) => e.record),
    [77],
  );
  assert.deepEqual(
    faults.map((f) => [f.code, f.offset, f.bytes]),
    [['LIMIT_SIZE', 0, long.length]],
  );
});
