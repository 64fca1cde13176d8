import { writeEvtx } from '../../evtx/writer.ts';
import type { Entry, Log } from '../log.ts';
import type { CloudRecord } from '../records/cloud.ts';
import type { WindowsRecord } from '../records/windows/index.ts';
import type { Act } from '../truth.ts';

/** A file made of a log: its bytes, and where in it the intruder's records lie, as its reader will number them. */
export interface Rendered {
  readonly bytes: Buffer;
  readonly records: number;
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly ms: number;
  readonly act: Act;
  readonly record: number | string;
}

/** `firstId`: EventRecordID of the first record; the product numbers on for ever, over `cuts` too. */
export function evtxFile(
  entries: readonly Entry<WindowsRecord>[],
  firstId: number,
  cuts: Log<WindowsRecord>['cuts'] = [],
): Rendered {
  const marks: Mark[] = [];
  let last = 0;
  const records = entries.map(({ ms: told, body, act }, i) => {
    // the story tells whole seconds, clocks do not; records keep their order
    const ms = Math.max(last, told % 1000 === 0 ? told + (((told / 1000) * 37 + i * 53) % 1000) : told);
    last = ms;
    const id = firstId + i + cuts.reduce((n, cut) => (cut.ms < ms ? n + cut.count : n), 0);
    if (act) marks.push({ ms, act, record: id });
    // hundreds of nanoseconds, as real clocks have them
    return { ...body, ms, ns: ((ms * 7919) % 10_000) * 100, recordId: BigInt(id) };
  });
  return { bytes: writeEvtx(records), records: records.length, marks };
}

export interface TextShape {
  readonly head?: string;
  readonly tail?: string;
  readonly end?: '\n' | '\r\n';
}

/** One record a line; an entry of several lines is several records. Readers number lines from 1, the head included. */
export function textFile(entries: readonly Entry<string>[], { head, tail, end = '\n' }: TextShape = {}): Rendered {
  const lines = head?.split(/\r?\n/) ?? [];
  const before = lines.length;
  const marks: Mark[] = [];
  for (const { ms, body, act } of entries) {
    if (act) marks.push({ ms, act, record: lines.length + 1 });
    lines.push(...body.split('\n'));
  }
  const records = lines.length - before;
  if (tail !== undefined) lines.push(tail);
  return { bytes: Buffer.from(lines.map((l) => l + end).join('')), records, marks };
}

/** JSON lines, or the array under `value` that the Graph interface answers with. */
export function jsonFile(entries: readonly Entry<CloudRecord>[], layout: 'lines' | 'value'): Rendered {
  const id = (body: CloudRecord) => String(body.Id ?? body.id);
  const marks = entries.flatMap(({ ms, body, act }) => (act ? [{ ms, act, record: id(body) }] : []));
  const text =
    layout === 'lines'
      ? entries.map(({ body }) => `${JSON.stringify(body)}\n`).join('')
      : `${JSON.stringify({ '@odata.context': 'https://graph.example/v1.0/$metadata#auditLogs', value: entries.map((e) => e.body) })}\n`;
  return { bytes: Buffer.from(text), records: entries.length, marks };
}
