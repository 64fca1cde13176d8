import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { memorySource } from '../../src/base/index.ts';
import type { Value } from '../../src/model/index.ts';
import { fieldsOf } from '../../src/model/index.ts';
import { evtx } from '../../src/readers/evtx/index.ts';
import { shared } from '../../test/support/shared.ts';

/**
 * Do we read the same as evtx_dump? Record for record and field for field over all shared .evtx files: its JSON lines
 * are flattened to our names here, by rules of their own, and compared. Differences are put into classes; NOTES.md
 * explains each. The exit code is 1 when a difference belongs to no known class.
 *
 *   node bench/evtx/peer.ts [--peer path/to/evtx_dump] [--show class]
 */
type Json = null | string | number | boolean | Json[] | { [key: string]: Json };
type Flat = Map<string, Json[]>;

const { values: args } = parseArgs({
  options: { peer: { type: 'string', default: 'evtx_dump' }, show: { type: 'string', default: 'unknown' } },
});
const out = (line: string) => process.stdout.write(`${line}\n`);

const KNOWN: Readonly<Record<string, string>> = {
  same: 'equal as text',
  empty: 'an element without text: null there, no field here',
  time: 'the same moment, digits or zeros differ',
  big: '64-bit integer: rounded by JSON.parse of the line, exact here',
  bool: 'boolean neither 0 nor 1: its number there, true here',
  damaged: 'in a record of a damaged chunk, flagged recovered here',
  real: 'real: the same number, other digits',
};

function flatten(line: string): Flat {
  const flat: Flat = new Map();
  const event = (JSON.parse(line) as { Event: { [key: string]: Json } }).Event;
  const system = new Set<string>();
  const add = (name: string, value: Json, container: string) => {
    const key = container !== '' && (container === 'RenderingInfo' || system.has(name)) ? `${container}_${name}` : name;
    flat.set(key, [...(flat.get(key) ?? []), ...(Array.isArray(value) ? value : [value])]);
  };
  const RENAMED: Record<string, string> = { TimeCreated_SystemTime: 'TimeCreated', EventID_Qualifiers: 'Qualifiers' };
  const leaf = (name: string, value: Json, container: string) => {
    if (Array.isArray(value) && value.some((v) => v !== null && typeof v === 'object'))
      for (const v of value) leaf(name, v, container);
    else if (value === null || typeof value !== 'object' || Array.isArray(value)) add(name, value, container);
    else {
      const { '#attributes': attributes, '#text': text, ...children } = value;
      if (text !== undefined) add(name, text, container);
      for (const [a, v] of Object.entries((attributes ?? {}) as { [key: string]: Json })) {
        if (a !== 'xmlns' && !a.startsWith('xmlns:')) add(RENAMED[`${name}_${a}`] ?? `${name}_${a}`, v, container);
      }
      for (const [child, v] of Object.entries(children))
        leaf(
          child.replace(/_\d+$/, (s) => (child.slice(0, -s.length) in children ? '' : s)),
          v,
          container,
        );
    }
  };
  for (const [name, value] of Object.entries((event.System ?? {}) as { [key: string]: Json })) leaf(name, value, '');
  for (const name of flat.keys()) system.add(name);
  for (const [name, value] of Object.entries(event)) {
    if (name === 'System' || name === '#attributes' || value === null) continue;
    if (typeof value !== 'object' || Array.isArray(value)) leaf(name, value, name);
    else {
      const { '#attributes': attributes, ...children } = value;
      for (const [a, v] of Object.entries((attributes ?? {}) as { [key: string]: Json }))
        if (!a.startsWith('xmlns')) add(`${name}_${a}`, v, '');
      for (const [child, v] of Object.entries(children))
        leaf(
          child.replace(/_\d+$/, (s) => (child.slice(0, -s.length) in children ? '' : s)),
          v,
          name,
        );
    }
  }
  return flat;
}

function compare(theirs: Json[] | undefined, ours: Value | undefined): string {
  const a = (theirs ?? []).filter((v) => v !== null && v !== '');
  const b = (Array.isArray(ours) ? ours : ours === undefined ? [] : [ours]).filter((v) => v !== null && v !== '');
  if (a.length === b.length && a.every((v, i) => String(v) === String(b[i]))) {
    return (theirs?.length ?? 0) === (Array.isArray(ours) ? ours.length : ours === undefined ? 0 : 1)
      ? 'same'
      : 'empty';
  }
  if (a.length !== b.length) return 'unknown';
  const classes = new Set(a.map((v, i) => compareOne(v, b[i] as Value)));
  classes.delete('same');
  return classes.size === 1 ? [...classes][0]! : 'unknown';
}

function compareOne(a: Json, b: Value): string {
  const [x, y] = [String(a), String(b)];
  if (x === y) return 'same';
  const time = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;
  const [t, u] = [time.exec(x), time.exec(y)];
  if (t && u && t[1] === u[1] && (t[2] ?? '').replace(/0+$/, '') === (u[2] ?? '').replace(/0+$/, '')) return 'time';
  if (/^-?\d{16,}$/.test(y) && typeof a === 'number' && Number(y) === a) return 'big';
  if (b === true && typeof a === 'number' && a !== 0) return 'bool';
  if (typeof a === 'number' && typeof b === 'number' && Math.fround(a) === Math.fround(b)) return 'real';
  return 'unknown';
}

const tally = new Map<string, number>();
const count = (what: string, n = 1) => tally.set(what, (tally.get(what) ?? 0) + n);
let shown = 0;

for (const name of globSync(['evtx/**/*.evtx', 'sigma/**/*.evtx'], { cwd: shared() }).sort()) {
  const ours: { id: string; recovered: boolean; fields: Record<string, Value> }[] = [];
  evtx.read(
    memorySource(readFileSync(shared(name))),
    {
      event(e) {
        const fields = fieldsOf(e);
        ours.push({ id: String(fields.EventRecordID), recovered: (e.flags & 1) !== 0, fields });
      },
      fault() {},
      progress() {},
    },
    { assumedZoneMinutes: 0, referenceMs: 0 },
  );
  const text = spawnSync(args.peer, ['-t', '1', '-o', 'jsonl', shared(name)], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  }).stdout;
  const theirs = text
    .split('\n')
    .filter((line) => line !== '')
    .map(flatten);
  count('files');
  count('their records', theirs.length);
  count('our records', ours.length);
  const idOf = (flat: Flat | undefined) => String(flat?.get('EventRecordID')?.[0]);
  // Both read in file order; an id can stand twice in a merged log, so each record is used up once.
  const waiting = Map.groupBy(ours, (o) => o.id);
  for (const flat of theirs) {
    const found = waiting.get(idOf(flat))?.shift();
    if (found === undefined) {
      count('record only theirs');
      if (args.show === 'records') out(`only theirs: ${name} ${idOf(flat)}`);
      continue;
    }
    const { fields } = found;
    for (const field of new Set([...flat.keys(), ...Object.keys(fields)])) {
      let verdict = compare(flat.get(field), fields[field]);
      if (verdict === 'unknown' && found.recovered) verdict = 'damaged';
      count(`field ${verdict}`);
      if (verdict === args.show && shown++ < 40) {
        out(
          `${name} ${idOf(flat)} ${field}\n   theirs ${JSON.stringify(flat.get(field))?.slice(0, 300)}\n   ours   ${JSON.stringify(fields[field])?.slice(0, 300)}`,
        );
      }
    }
  }
  for (const left of waiting.values()) {
    for (const o of left) {
      count(o.recovered ? 'record only ours, recovered' : 'record only ours');
      if (args.show === 'records') out(`only ours: ${name} ${o.id}`);
    }
  }
}
for (const [what, n] of [...tally].sort())
  out(`${String(n).padStart(9)} ${what}${KNOWN[what.slice(6)] ? `: ${KNOWN[what.slice(6)]}` : ''}`);
process.exitCode = tally.has('field unknown') ? 1 : 0;
