import type { Instant } from '../../base/index.ts';
import { parseIso, quote, UNDATED } from '../../base/index.ts';
import type { Event, Value } from '../../model/index.ts';
import { EventFlag } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import { parseEpoch } from '../text/epoch.ts';
import type { FaultLog } from '../text/faults.ts';
import type { Json, JsonObject } from '../text/json.ts';
import { isObject, parseJson } from '../text/json.ts';
import type { LineFormat, LineParser } from '../text/line-reader.ts';
import { headLines } from '../text/line-reader.ts';
import type { Line } from '../text/lines.ts';
import { lineText } from '../text/lines.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { canonicalName, inferPath } from './infer.ts';
import { zeekKind } from './kinds.ts';

/**
 * Zeek's JSON logs: one object a line, of one log or of many combined. Field names come out as Zeek has them
 * (`id.orig_h`), also where a writer flattened them (`id_orig_h`) or nested them (`{"id":{"orig_h":…}}`).
 */
export const jsonFormat: LineFormat = {
  format: 'zeek-json',
  title: 'Zeek logs, one JSON object a line',
  sniff(head) {
    let best = 0;
    for (const line of headLines(head, 8)) {
      const value = line.startsWith('{') ? parseJson(line) : undefined;
      if (isObject(value)) best = Math.max(best, confidence(value));
    }
    return best;
  },
  open: () => new JsonParser(),
};

function confidence(value: JsonObject): number {
  const dated = typeof value.ts === 'number' || (typeof value.ts === 'string' && parseIso(value.ts) !== null);
  if (!dated) return 0;
  const names = new Set(Object.keys(value).map(canonicalName));
  if (isObject(value.id)) for (const n of Object.keys(value.id)) names.add(`id.${n}`);
  const connection = names.has('uid') && names.has('id.orig_h') && names.has('id.resp_h');
  if (typeof value._path === 'string') return connection ? 97 : 85;
  if (typeof value['@stream'] === 'string') return connection ? 95 : 80;
  const path = inferPath((f) => names.has(f));
  if (connection) return path === null ? 80 : 93;
  return path === null ? 0 : 65;
}

/** Distinct log names of one file that are remembered. */
const KINDS = 1000;

/** Which scripts a sensor loaded: the one log of Zeek's that has no time. */
const TIMELESS = 'zeek-loaded-scripts';

class JsonParser implements LineParser {
  readonly #row = new Row();
  readonly #kinds = new Map<string, RowKind>();

  take(line: Line, faults: FaultLog): Event | null {
    const { offset, number, length } = line;
    const text = lineText(line);
    const value = parseJson(text);
    if (!isObject(value)) {
      if (text.trim() === '') return null;
      const code = line.unterminated && text.startsWith('{') ? 'TRUNCATED' : 'BAD_RECORD';
      faults.add(code, offset, `line ${number} is not a JSON object: ${quote(text, 40)}`, length);
      return null;
    }
    const flat: [string, Value][] = [];
    const whole = flatten(value, '', flat, 0);
    const row = this.#row;
    const kind = this.#kind(value, flat);
    row.begin(kind);
    for (const [name, v] of flat) row.put(name, v);
    if (!whole || text.includes('\ufffd')) row.flags |= EventFlag.partial;
    const time = when(text, value.ts);
    if (Number.isNaN(time.ms) && !(value.ts === undefined && kind.stream === TIMELESS))
      faults.add('BAD_TIME', offset, `line ${number} has no readable ts`);
    row.ms = time.ms;
    row.ns = time.ns;
    return row.finish(offset, number);
  }

  #kind(value: JsonObject, flat: readonly [string, Value][]): RowKind {
    const said = typeof value._path === 'string' ? value._path : value['@stream'];
    const path =
      typeof said === 'string' && said !== ''
        ? said.slice(0, 64)
        : (inferPath((f) => flat.some(([name]) => name === f)) ?? 'unknown');
    let kind = this.#kinds.get(path);
    if (kind === undefined) {
      kind = zeekKind(path);
      if (this.#kinds.size < KINDS) this.#kinds.set(path, kind);
    }
    return kind;
  }
}

/** Nested objects become dotted names; objects inside arrays their JSON text. False: something was left out. */
function flatten(object: JsonObject, prefix: string, out: [string, Value][], depth: number): boolean {
  let whole = true;
  for (const key in object) {
    const value = object[key] as Json;
    const name = prefix === '' ? canonicalName(key) : `${prefix}.${key}`;
    if (out.length >= LIMITS.fields) return false;
    if (!isObject(value)) out.push([name, plain(value)]);
    else if (depth < LIMITS.depth) whole = flatten(value, name, out, depth + 1) && whole;
    else whole = false;
  }
  return whole;
}

function plain(value: Exclude<Json, JsonObject>): Value {
  if (!Array.isArray(value)) return value;
  return value.map((v) => (typeof v === 'object' && v !== null ? JSON.stringify(v) : v));
}

/** The time from the digits as written: a double has no room for nanoseconds. */
function when(text: string, ts: Json | undefined): Instant {
  if (typeof ts === 'string') {
    const iso = parseIso(ts);
    return iso ?? parseEpoch(ts);
  }
  if (typeof ts !== 'number') return UNDATED;
  const key = text.indexOf('"ts":');
  if (key >= 0) {
    let from = key + 5;
    while (text.charCodeAt(from) === 32) from++;
    let to = from;
    while (isNumberChar(text.charCodeAt(to))) to++;
    const digits = text.slice(from, to);
    if (Number(digits) === ts) {
      const exact = parseEpoch(digits);
      if (!Number.isNaN(exact.ms)) return exact;
    }
  }
  const ms = Math.floor(ts * 1000);
  return Math.abs(ms) <= 8.64e15 ? { ms, ns: 0 } : UNDATED;
}

function isNumberChar(c: number): boolean {
  return (c >= 48 && c <= 57) || c === 46;
}
