import type { ByteSource } from '../../base/index.ts';
import { slice } from '../../base/index.ts';
import type { Event } from '../../model/index.ts';
import type { RawRecord, Reader } from '../contract.ts';
import { headText, textSource } from '../text/encoding.ts';
import { FaultLog } from '../text/faults.ts';
import { rawRecord } from '../text/json-reader.ts';
import { WindowsFacts, WindowsRow } from '../windows/facts.ts';
import { factsOfTree } from '../windows/tree.ts';
import { parseXml } from '../windows/xml.ts';
import { eachEventSpan } from './spans.ts';

/**
 * Windows events as XML: Event Viewer's "save as XML", `wevtutil qe /f:xml` with or without a root element, PowerShell's
 * ToXml. In: any number of `<Event>` elements, UTF-8 or UTF-16. Out: Events with the field names of the EVTX reader.
 * Law: an event that is not well formed is a Fault and costs itself only.
 */
export const windowsXml: Reader = {
  format: 'windows-xml',
  title: 'Windows events as XML: Event Viewer, wevtutil',
  sniff(head) {
    const text = headText(head).toString('latin1', 0, 64 * 1024);
    const at = text.search(/<Event[\s>]/);
    if (at < 0 || !/^\s*(?:\u00ef\u00bb\u00bf)?\s*</.test(text)) return 0;
    const event = text.slice(at, at + 8192);
    if (event.includes('schemas.microsoft.com/win/2004/08/events/event')) return 95;
    return /<System[\s>][\s\S]*<EventID[\s>]/.test(event) ? 80 : 0;
  },
  read(source, sink) {
    const faults = new FaultLog(sink);
    const text = textSource(source);
    const facts = new WindowsFacts();
    const row = new WindowsRow();
    let number = 0;
    eachEventSpan(text.bytes, {
      span(bytes, at) {
        const event = eventOf(
          bytes,
          { offset: text.original(at), length: bytes.length, number: ++number },
          facts,
          row,
          faults,
        );
        if (event !== null) sink.event(event);
        return true;
      },
      fault: (code, at, bytes, message) => faults.add(code, text.original(at), message, bytes),
      progress: (at) => sink.progress(Math.min(text.original(at), source.size)),
    });
    faults.close();
  },
  record(source, offset) {
    if (offset >= source.size) return null;
    const text = textSource(source, offset);
    const quiet = new FaultLog({ fault() {} });
    const facts = new WindowsFacts();
    const row = new WindowsRow();
    let found: RawRecord | null = null;
    eachEventSpan(text.bytes, {
      span(bytes, at) {
        if (at !== 0) return false;
        const place = { offset, length: bytes.length, number: -1 };
        let event = eventOf(bytes, place, facts, row, quiet);
        if (event?.record === -1) {
          const number = numberOf(source, offset);
          event = number === 0 ? null : eventOf(bytes, { ...place, number }, facts.clear(), row, quiet);
        }
        const raw = slice(source, offset, text.original(bytes.length) - offset);
        if (event !== null) found = rawRecord(raw, bytes.toString('utf8'), event);
        return false;
      },
      fault() {},
      progress() {},
    });
    return found;
  },
};

function eventOf(
  bytes: Buffer,
  place: { offset: number; length: number; number: number },
  facts: WindowsFacts,
  row: WindowsRow,
  faults: FaultLog,
): Event | null {
  const xml = parseXml(bytes.toString('utf8'));
  if (xml === null || !factsOfTree(xml, facts.clear())) {
    const why = xml === null ? 'not well-formed XML, or beyond a limit' : 'an event without System or EventID';
    faults.add('BAD_RECORD', place.offset, why, place.length);
    return null;
  }
  return row.event(facts, place, faults);
}

/** An event without EventRecordID is known by its number in the file. */
function numberOf(source: ByteSource, offset: number): number {
  const text = textSource(source);
  let number = 0;
  let found = 0;
  eachEventSpan(text.bytes, {
    span(_bytes, at) {
      number++;
      const here = text.original(at);
      if (here === offset) found = number;
      return here < offset;
    },
    fault() {},
    progress() {},
  });
  return found;
}
