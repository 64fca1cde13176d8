/** What must hold for one hostile input, whoever reads it. Throws, naming what does not hold. */
import assert from 'node:assert/strict';
import { memorySource } from '../../src/base/index.ts';
import { type Event, fieldsOf } from '../../src/model/index.ts';
import { FAULT_CODES, LIMITS, type Reader } from '../../src/readers/index.ts';
import { loadRules, REFUSAL_CODES } from '../../src/rules/index.ts';

const OPTIONS = { assumedZoneMinutes: 0, referenceMs: Date.UTC(2024, 0, 1) };
/** Events of one file that are looked at field by field, and asked for again by their offset. */
const LOOKED_AT = 400;
const ASKED_AGAIN = 20;

/** Events read. The contract's laws: no throw, offsets rise, faults are coded and lie in the file, record() agrees. */
export function checkReader(reader: Reader, bytes: Uint8Array): number {
  const sure = reader.sniff(bytes.subarray(0, LIMITS.headBytes), bytes.length);
  assert.ok(sure >= 0 && sure <= 100, `sniff says ${sure}`);
  const source = memorySource(bytes);
  const asked: { offset: number; fields: string; record: number | string }[] = [];
  let events = 0;
  let last = -1;
  const look = (event: Event) => {
    assert.equal(new Set(event.shape.fields).size, event.shape.fields.length, 'a field name stands twice');
    assert.match(event.shape.stream, /^[a-z0-9][a-z0-9-]{0,63}$/);
    assert.ok(Number.isNaN(event.ms) || Math.abs(event.ms) <= 8.64e15, `ms ${event.ms}`);
    assert.ok(Number.isInteger(event.ns) && event.ns >= 0 && event.ns < 1e6, `ns ${event.ns}`);
    const fields = JSON.stringify(fieldsOf(event));
    if (asked.length < ASKED_AGAIN) asked.push({ offset: event.offset, fields, record: event.record });
  };
  reader.read(
    source,
    {
      event(event) {
        assert.ok(event.offset > last && event.offset < bytes.length, `offset ${event.offset} after ${last}`);
        last = event.offset;
        if (events++ < LOOKED_AT) look(event);
      },
      fault({ code, offset, message }) {
        assert.ok(Object.hasOwn(FAULT_CODES, code), `fault code ${code}`);
        assert.ok(offset >= 0 && offset <= bytes.length, `fault ${code} at ${offset} of ${bytes.length}`);
        assert.ok(message.length > 0 && message.length < 400, `a message of ${message.length} characters`);
      },
      progress: (at) => assert.ok(at <= bytes.length, 'progress beyond the file'),
    },
    OPTIONS,
  );
  for (const { offset, fields, record } of asked) {
    const again = reader.record(source, offset, OPTIONS);
    assert.ok(again !== null, `no record at ${offset}, where an event began`);
    assert.equal(JSON.stringify(again.fields), fields, `record() differs at ${offset}`);
    assert.equal(String(again.record), String(record), `record number differs at ${offset}`);
  }
  return events;
}

/** Rules taken. Every document is taken or refused with a code. */
export function checkRules(bytes: Uint8Array): number {
  const text = Buffer.from(bytes).toString('utf8');
  const { rules, refusals } = loadRules([{ pack: 'fuzz', path: 'a.yml', text }]);
  for (const { code, reason } of refusals) {
    assert.ok(Object.hasOwn(REFUSAL_CODES, code), `refusal code ${code}`);
    assert.ok(reason.length > 0 && reason.length < 2000, `a reason of ${reason.length} characters`);
  }
  return rules.length;
}
