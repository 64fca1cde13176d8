/**
 * Intake against `sha256sum` on the same bytes, in the same run: `npm run bench:intake [MiB]`.
 * Digests are compared, so a fast wrong answer is no answer. Also: members a second out of archives, bytes a second
 * through a reader process's pipe, and how long a reader process takes to start.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { intake } from '../../src/app/intake/index.ts';
import { readerPool } from '../../src/interfaces/workplace.ts';
import { files } from '../../src/platform/files/index.ts';
import { openReaderPool, programPaths } from '../../src/platform/processes/index.ts';
import { makeTar, makeZip, noise } from '../../test/platform/archives.ts';

const MiB = 2 ** 20;
const total = Number(process.argv[2] ?? 512);
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'czernin-bench-')));
const given = join(folder, 'given');
mkdirSync(given);
const store = await files.openStore(join(folder, 'store'));
const pool = readerPool(1, [given, store.folder]);
const effects = { files, store, pool, who: 'bench@here', now: () => '2026-01-01T00:00:00Z' };

const say = (what: string, value: string) => process.stdout.write(`${what.padEnd(58)} ${value}\n`);
const rate = (bytes: number, ms: number) => `${(bytes / MiB / (ms / 1000)).toFixed(0)} MiB/s`;

async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Best of three: other work on the machine only ever adds. */
async function best(work: () => unknown): Promise<number> {
  const times = [];
  for (let i = 0; i < 3; i++) times.push((await timed(work as () => Promise<unknown>)).ms);
  return Math.min(...times);
}

async function hashing(name: string, count: number, size: number): Promise<void> {
  const place = join(given, name);
  mkdirSync(place);
  for (let i = 0; i < count; i++) writeFileSync(join(place, String(i).padStart(6, '0')), noise(size, i + 1));
  const ours: string[] = [];
  const ourMs = await best(async () => {
    ours.length = 0;
    for await (const item of intake([place], effects)) if (item.kind === 'evidence') ours.push(item.evidence.digest);
  });
  const theirs: string[] = [];
  const theirMs = await best(() => {
    theirs.length = 0;
    const { stdout } = spawnSync('sh', ['-c', 'find . -type f -print0 | sort -z | xargs -0 sha256sum'], {
      cwd: place,
      maxBuffer: 2 ** 28,
    });
    for (const line of String(stdout).trim().split('\n')) theirs.push(line.slice(0, 64));
  });
  if (ours.join() !== theirs.join()) throw new Error('digests differ from those of sha256sum');
  const bytes = count * size;
  say(`${name}: intake`, rate(bytes, ourMs));
  say(`${name}: sha256sum`, `${rate(bytes, theirMs)}   ratio ${(theirMs / ourMs).toFixed(2)}`);
}

/** `tool` unpacks the same archive ($0) into an empty folder. */
async function unpacking(name: string, archive: Buffer, bytes: number, tool: string): Promise<void> {
  const path = join(given, name);
  writeFileSync(path, archive);
  const { ms, value } = await timed(async () => {
    let members = 0;
    for await (const item of intake([path], { ...effects, store: await files.openStore(store.folder) }, WIDE)) {
      if (item.kind !== 'fault' && item.kind !== 'refused') members++;
    }
    return members - 1;
  });
  const place = mkdtempSync(join(folder, 'theirs-'));
  const theirs = await timed(() => spawnSync('sh', ['-c', tool, path], { cwd: place }));
  const other = theirs.value.status === 0 ? `${tool}: ratio ${(theirs.ms / ms).toFixed(2)}` : `no ${tool}`;
  say(`${name}: ${value} members`, `${rate(bytes, ms)}, ${Math.round(value / (ms / 1000))} members/s   ${other}`);
}

const WIDE = { limits: { ratio: 1e6 } };

await hashing('large files', 2, (total / 2) * MiB);
await hashing('small files (68 KiB)', Math.round((total / 4) * 16), 64 * 1024);

const log = Buffer.from(
  Array.from(
    { length: 900_000 },
    (_, i) => `Nov 21 10:${i % 60}:11 host${i % 7} sshd[${i}]: Accepted ${i * 7919}\n`,
  ).join(''),
);
await pool.run({ job: 'none' }, () => {}); // fails, and takes its process with it
const started = await timed(() => pool.run({ job: 'none' }, () => {}));
writeFileSync(join(given, 'warm.gz'), gzipSync('warm'));
await Array.fromAsync(intake([join(given, 'warm.gz')], effects)); // a process that is up, for what follows
say('a fresh reader process with all readers, to its first answer', `${started.ms.toFixed(0)} ms`);

await unpacking('log.gz', gzipSync(log), log.length, 'gzip -dc "$0" > log');
await unpacking('log.zst', zstdCompressSync(log), log.length, 'zstd -qdc "$0" > log');
await unpacking('log.zip', makeZip([{ name: 'log', data: log }]), log.length, 'unzip -q "$0"');
await unpacking('log.tar', makeTar([{ name: 'log', data: log }]), log.length, 'tar -xf "$0"');
const small = Array.from({ length: 20_000 }, (_, i) => ({ name: `m/${i}.log`, data: noise(2000, i + 1) }));
await unpacking('small.zip', makeZip(small), small.length * 2000, 'unzip -q "$0"');
await unpacking('small.tar', makeTar(small), small.length * 2000, 'tar -xf "$0"');

const entry = join(import.meta.dirname, '../../test/platform/children/tasks.ts');
await using bare = openReaderPool({
  size: 1,
  entry,
  program: [...programPaths(), entry],
  readable: [],
  memoryMb: 128,
  quietMs: 60_000,
});
await bare.run({ do: 'echo' }, () => {});
for (const bytes of [100, 4_000, 64_000, 1_000_000]) {
  const count = Math.min(500_000, Math.round((256 * MiB) / bytes));
  const { ms } = await timed(() => bare.run({ do: 'flood', count, bytes }, () => {}));
  say(`pipe, frames of ${bytes} bytes`, `${rate(count * bytes, ms)}, ${Math.round(count / ms)} thousand frames/s`);
}
const empty = await timed(async () => {
  for (let i = 0; i < 2000; i++) await bare.run({ do: 'echo' }, () => {});
});
say('an empty job there and back', `${((empty.ms / 2000) * 1000).toFixed(0)} µs`);

await pool.close();
rmSync(folder, { recursive: true });
