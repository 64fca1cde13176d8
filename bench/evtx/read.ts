import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  globSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ByteSource } from '../../src/base/index.ts';
import type { Event } from '../../src/model/index.ts';
import { evtx } from '../../src/readers/evtx/index.ts';
import { shared } from '../../test/support/shared.ts';

/**
 * How fast is EVTX read to fields, on one core, against evtx_dump (Rust) writing JSON lines, and against hashing the
 * same bytes? All chunks of the shared logs with a sound header are put into one file, `--times` over, so that neither
 * side is measured at starting up. Every measurement is a process of its own, pinned to one core. What counts is
 * processor time (user and system, compiler and collector threads included), as the clock on the wall also measures
 * the neighbours. Ours is told twice: the first pass, in which V8 compiles and all templates are new, and a settled one.
 *
 *   node bench/evtx/read.ts [--peer path/to/evtx_dump] [--file big.evtx] [--times 4] [--runs 3] [--core 1]
 */
interface Result {
  first: number;
  settled: number;
  note: string;
}

const PASSES = 4;
const CHUNK = 65_536;
const FILE_HEADER = 4096;
const MODES = ['sha256', 'none', 'few', 'all', 'json'] as const;
type Mode = (typeof MODES)[number];
const WHAT: Readonly<Record<Mode, string>> = {
  sha256: 'SHA-256 of the bytes',
  none: 'events, no field asked for',
  few: 'events, six fields',
  all: 'events, all fields',
  json: 'events, all fields, as JSON lines',
};

const FEW = ['Image', 'CommandLine', 'ParentImage', 'TargetUserName', 'SubjectUserName', 'IpAddress'];

const { values: args } = parseArgs({
  options: {
    peer: { type: 'string', default: 'evtx_dump' },
    file: { type: 'string' },
    times: { type: 'string', default: '4' },
    runs: { type: 'string', default: '3' },
    core: { type: 'string', default: '1' },
    child: { type: 'string' },
  },
});
const out = (line: string) => process.stdout.write(`${line}\n`);

function assemble(path: string, times: number): void {
  const chunks: Buffer[] = [];
  for (const name of globSync(['evtx/**/*.evtx', 'sigma/**/*.evtx'], { cwd: shared() }).sort()) {
    const bytes = readFileSync(shared(name));
    for (let at = FILE_HEADER; at + CHUNK <= bytes.length; at += CHUNK) {
      if (bytes.toString('latin1', at, at + 7) === 'ElfChnk') chunks.push(bytes.subarray(at, at + CHUNK));
    }
  }
  const header = Buffer.alloc(FILE_HEADER);
  header.write('ElfFile\0', 'latin1');
  header.writeUInt32LE(128, 32);
  header.writeUInt32LE(0x00030001, 36);
  header.writeUInt16LE(FILE_HEADER, 40);
  header.writeUInt16LE(chunks.length * times, 42);
  header.writeUInt32LE(1, 120);
  writeFileSync(path, Buffer.concat([header, ...Array.from({ length: times }, () => chunks).flat()]));
}

function main(): void {
  const dir = mkdtempSync(join(tmpdir(), 'czernin-bench-'));
  try {
    const file = args.file ?? join(dir, 'big.evtx');
    if (args.file === undefined) assemble(file, Number(args.times));
    const size = readFileSync(file).length;
    const runs = Number(args.runs);
    const pin = spawnSync('taskset', ['-c', args.core, 'true']).status === 0 ? ['taskset', '-c', args.core] : [];
    out(
      `${(size / 1e6).toFixed(1)} MB, ${runs} runs each, best of; ${pin.length > 0 ? `pinned to core ${args.core}` : 'not pinned'}`,
    );
    // Interleaved, as a busy machine would favour whoever happens to run in a quiet minute.
    const best = new Map<string, Result>();
    const keep = (key: string, { first, settled, note }: Result) => {
      const before = best.get(key) ?? { first: Number.POSITIVE_INFINITY, settled: Number.POSITIVE_INFINITY };
      best.set(key, { first: Math.min(before.first, first), settled: Math.min(before.settled, settled), note });
    };
    const version = spawnSync(args.peer, ['--version'], { encoding: 'utf8' });
    for (let run = 0; run < runs; run++) {
      if (version.status === 0)
        keep('peer', timed([...pin, args.peer, '-t', '1', '-o', 'jsonl', file], version.stdout.trim()));
      for (const mode of MODES) {
        const [command, ...more] = [...pin, process.execPath, import.meta.filename, '--child', mode, '--file', file];
        keep(mode, JSON.parse(execFileSync(command!, more, { encoding: 'utf8' })) as Result);
      }
    }
    const peer = best.get('peer');
    if (!peer) out('evtx_dump not found: --peer says where it is');
    const rate = (ms: number) =>
      `${ms.toFixed(0).padStart(6)} ms ${(size / 1e3 / ms).toFixed(0).padStart(5)} MB/s${peer ? ` ${(peer.settled / ms).toFixed(2).padStart(5)} ×` : ''}`;
    out(`${''.padEnd(36)} first pass                  settled                     (× evtx_dump)`);
    for (const [key, { first, settled, note }] of best) {
      out(
        `${(key === 'peer' ? 'evtx_dump -t 1 -o jsonl' : WHAT[key as Mode]).padEnd(36)} ${rate(first)}   ${rate(settled)}   ${note}`,
      );
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Processor time of another program, in ms, as the shell tells it. */
function timed(command: string[], note: string): Result {
  const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>/dev/null';
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
  const [user, system] = stderr.trim().split(' ').map(Number);
  const ms = 1000 * (user! + system!);
  return { first: ms, settled: ms, note };
}

function fileSource(fd: number): ByteSource {
  return { size: fstatSync(fd).size, read: (offset, into) => readSync(fd, into, 0, into.length, offset) };
}

function child(mode: Mode, file: string): void {
  const fd = openSync(file, 'r');
  const source = fileSource(fd);
  let result: Result | undefined;
  for (let pass = 0; pass < PASSES; pass++) {
    const start = process.cpuUsage();
    const note = mode === 'sha256' ? hash(source) : read(source, mode);
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    result = { first: result?.first ?? ms, settled: Math.min(result?.settled ?? ms, ms), note };
  }
  closeSync(fd);
  out(JSON.stringify(result));
}

function hash(source: ByteSource): string {
  const sum = createHash('sha256');
  const block = Buffer.alloc(1 << 20);
  for (let at = 0; at < source.size; at += block.length) sum.update(block.subarray(0, source.read(at, block)));
  return sum.digest('hex').slice(0, 8);
}

function read(source: ByteSource, mode: Mode): string {
  let events = 0;
  let values = 0;
  let faults = 0;
  const few = new WeakMap<Event['shape'], number[]>();
  const jsonTo = mode === 'json' ? openSync('/dev/null', 'w') : -1;
  let lines: string[] = [];
  evtx.read(
    source,
    {
      event(event) {
        events++;
        const { shape } = event;
        if (mode === 'all') {
          for (let slot = 0; slot < shape.fields.length; slot++) if (event.value(slot) !== undefined) values++;
        } else if (mode === 'few') {
          let slots = few.get(shape);
          if (slots === undefined) {
            slots = FEW.map((name) => shape.fields.indexOf(name)).filter((slot) => slot >= 0);
            few.set(shape, slots);
          }
          for (const slot of slots) if (event.value(slot) !== undefined) values++;
        } else if (mode === 'json') {
          let line = '{';
          for (let slot = 0; slot < shape.fields.length; slot++) {
            const value = event.value(slot);
            if (value !== undefined)
              line += `${values++ === 0 ? '' : ','}${JSON.stringify(shape.fields[slot])}:${JSON.stringify(value)}`;
          }
          lines.push(`${line}}\n`);
          if (lines.length === 1000) {
            writeFileSync(jsonTo, lines.join(''));
            lines = [];
          }
        }
      },
      fault() {
        faults++;
      },
      progress() {},
    },
    { assumedZoneMinutes: 0, referenceMs: 0 },
  );
  return `${events} events, ${values} values, ${faults} faults`;
}

if (args.child !== undefined) child(args.child as Mode, args.file!);
else main();
