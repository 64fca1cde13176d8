import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaderPool } from '../../src/app/effects/index.ts';
import { openReaderPool, type PoolOptions, programPaths } from '../../src/platform/processes/index.ts';

const entry = join(import.meta.dirname, 'children/tasks.ts');
const linux = process.platform === 'linux' ? false : 'needs Linux';
let folder: string;
let pool: ReaderPool;

const options = (more: Partial<PoolOptions> = {}): PoolOptions => ({
  size: 2,
  entry,
  program: [...programPaths(), entry],
  readable: [join(folder, 'evidence')],
  memoryMb: 128,
  quietMs: 10_000,
  ...more,
});
const silent = () => {};
const codeOf = (end: Awaited<ReturnType<ReaderPool['run']>>) => (end.ok ? 'OK' : end.code);

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'czernin-pool-'));
  mkdirSync(join(folder, 'evidence'));
  writeFileSync(join(folder, 'evidence/a.log'), 'one\n');
  writeFileSync(join(folder, 'outside'), 'not for readers');
  symlinkSync(join(folder, 'evidence/a.log'), join(folder, 'evidence/link'));
  pool = openReaderPool(options());
});
after(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

test('a job comes back with its result; children are used again', async () => {
  const job = { do: 'echo', text: 'žluťoučký \u{1f40e}' };
  assert.deepEqual(await pool.run(job, silent), { ok: true, result: job });
  const pids = new Set<unknown>();
  for (let i = 0; i < 5; i++) {
    const end = await pool.run({ do: 'pid' }, silent);
    pids.add(end.ok && end.result);
  }
  assert.equal(pids.size, 1);
});

test('children with nothing to do are ended but for so many, and come again when needed', async () => {
  const some = openReaderPool(options({ size: 2 }));
  const pids = async (n: number): Promise<Set<unknown>> => {
    const ends = await Promise.all(Array.from({ length: n }, () => some.run({ do: 'pid' }, silent)));
    return new Set(ends.map((end) => end.ok && end.result));
  };
  try {
    const both = await pids(4);
    assert.equal(both.size, 2);
    some.trim(1);
    const left = await pids(1);
    assert.equal(left.intersection(both).size, 1);
    const again = await pids(4);
    assert.equal(again.size, 2);
    assert.equal(again.intersection(both).size, 1);
  } finally {
    await some.close();
  }
});

test('from inside a child nothing is open but the evidence', async () => {
  let touched = 0;
  const server = createServer((socket) => {
    touched++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const end = await pool.run({ do: 'escape', path: join(folder, 'evidence'), port }, silent);
  await new Promise((resolve) => server.close(resolve));
  assert.ok(end.ok, JSON.stringify(end));
  const { environment, ...ways } = end.result as Record<string, string>;
  const open = Object.entries(ways).filter(([, code]) => code === 'OPEN');
  assert.deepEqual(open, []);
  assert.equal(environment, 'MALLOC_ARENA_MAX,TZ');
  const denied = [
    'write',
    'read /etc/passwd',
    'read through ..',
    'connect',
    'connect unix',
    'listen',
    'udp',
    'dns',
    'spawn',
    'worker',
    'wasi',
    'inspector',
    'report',
    'heap snapshot',
    'chdir',
  ];
  for (const way of denied) assert.equal(ways[way], 'ERR_ACCESS_DENIED', way);
  assert.equal(ways['open a link'], 'LINK');
  assert.equal(ways.addon, 'ERR_DLOPEN_DISABLED');
  assert.equal(ways.sqlite, 'ERR_UNKNOWN_BUILTIN_MODULE');
  assert.equal(ways['code from a string'], 'EvalError');
  assert.equal(touched, 0);
  assert.equal(existsSync(join(folder, 'evidence/written')), false);
});

test('evidence is read, also when it came after the child', async () => {
  await pool.run({ do: 'pid' }, silent);
  writeFileSync(join(folder, 'evidence/later.log'), 'later');
  const end = await pool.run({ do: 'size', path: join(folder, 'evidence/later.log') }, silent);
  assert.ok(end.ok);
  assert.partialDeepStrictEqual(end.result, { size: 5, got: 5 });
  const none = await pool.run({ do: 'size', path: join(folder, 'outside') }, silent);
  assert.equal(codeOf(none), 'JOB_FAILED');
  assert.match(none.ok ? '' : none.detail, /^UNREADABLE/);
});

test('frames arrive in order under backpressure, and the child waits for a slow parent', async () => {
  let next = 0;
  let running = 0;
  const end = await pool.run({ do: 'flood', count: 300, bytes: 70_000 }, async (kind, payload) => {
    assert.equal(++running, 1);
    assert.equal(kind, 16);
    assert.equal(payload.readUInt32LE(0), next++);
    assert.equal(payload.length, 70_000);
    if (next % 50 === 0) await sleep(20);
    running--;
  });
  assert.deepEqual(end, { ok: true, result: 300 });
  assert.equal(next, 300);
});

test('a slow parent is not a silent child', async () => {
  const end = await pool.run({ do: 'flood', count: 20, bytes: 1_000_000 }, () => sleep(60), { quietMs: 100 });
  assert.equal(codeOf(end), 'OK');
});

for (const [task, code, detail] of [
  ['throw', 'JOB_FAILED', /thrown on purpose/],
  ['exit', 'CHILD_DIED', /exit code 7.*the end/],
  ['signal', 'CHILD_DIED', /killed by SIGSEGV/],
  ['garbage', 'PROTOCOL', /claims/],
  ['unknown-kind', 'PROTOCOL', /kind 9/],
  ['heap', 'CHILD_MEMORY', /heap out of memory|resident/],
] as const) {
  test(`${task}: ${code}, the next job gets a fresh child, the other job goes on`, async () => {
    const other = pool.run({ do: 'beat', count: 400 }, silent);
    const end = await pool.run({ do: task }, silent);
    assert.equal(codeOf(end), code, JSON.stringify(end));
    assert.match(end.ok ? '' : end.detail, detail);
    assert.doesNotMatch(end.ok ? '' : end.detail, /[\u0000-\u001f]/);
    assert.ok(!end.ok && end.detail.length < 4000);
    assert.deepEqual(await other, { ok: true, result: 'alive' });
    assert.equal(codeOf(await pool.run({ do: 'echo' }, silent)), 'OK');
  });
}

test('buffers outside the heap are bounded too', { skip: linux }, async () => {
  const end = await pool.run({ do: 'buffers' }, silent);
  assert.equal(codeOf(end), 'CHILD_MEMORY');
});

test('an endless loop and an endless wait are silence; a beating child is not', async () => {
  for (const task of ['hang', 'sleep']) {
    assert.equal(codeOf(await pool.run({ do: task }, silent, { quietMs: 400 })), 'CHILD_SILENT');
  }
  assert.equal(codeOf(await pool.run({ do: 'beat', count: 1500 }, silent, { quietMs: 800 })), 'OK');
});

test('a frame after the end of its job costs the child, not the next job', async () => {
  assert.equal(codeOf(await pool.run({ do: 'late-frame' }, silent)), 'OK');
  await sleep(50);
  assert.equal(codeOf(await pool.run({ do: 'echo' }, silent)), 'OK');
});

test('a stray console.log breaks nothing', async () => {
  assert.deepEqual(await pool.run({ do: 'log' }, silent), { ok: true, result: 'logged' });
});

test('what the receiver throws comes out of run, and the pool lives on', async () => {
  for (const receiver of [
    () => {
      throw new Error('receiver');
    },
    () => Promise.reject(new Error('receiver')),
  ]) {
    await assert.rejects(pool.run({ do: 'flood', count: 10, bytes: 100 }, receiver), /receiver/);
    assert.equal(codeOf(await pool.run({ do: 'echo' }, silent)), 'OK');
  }
});

test('stopping: a running job, a waiting job, one that has not begun', async () => {
  await using small = openReaderPool(options({ size: 1 }));
  const first = new AbortController();
  const second = new AbortController();
  const running = small.run({ do: 'hang' }, silent, { signal: first.signal });
  const waiting = small.run({ do: 'echo' }, silent, { signal: second.signal });
  second.abort();
  assert.equal(codeOf(await waiting), 'ABORTED');
  setTimeout(() => first.abort(), 100);
  assert.equal(codeOf(await running), 'ABORTED');
  assert.equal(codeOf(await small.run({ do: 'echo' }, silent, { signal: first.signal })), 'ABORTED');
  assert.equal(codeOf(await small.run({ do: 'echo' }, silent)), 'OK');
});

test('closing ends what runs and what waits', async () => {
  const small = openReaderPool(options({ size: 1 }));
  const ends = [small.run({ do: 'hang' }, silent), small.run({ do: 'echo' }, silent)];
  await small.close();
  assert.deepEqual((await Promise.all(ends)).map(codeOf), ['POOL_CLOSED', 'POOL_CLOSED']);
  assert.equal(codeOf(await small.run({ do: 'echo' }, silent)), 'POOL_CLOSED');
});

test('a child that can not start says why', async () => {
  await using broken = openReaderPool(options({ entry: join(folder, 'nothing.ts') }));
  const end = await broken.run({ do: 'echo' }, silent);
  assert.equal(codeOf(end), 'START_FAILED');
  assert.match(end.ok ? '' : end.detail, /exit code 1.*nothing\.ts/);
});

test('what can not be granted is not granted, and opens nothing else', async () => {
  writeFileSync(join(folder, 'a*'), 'star');
  writeFileSync(join(folder, 'ab'), 'not named');
  await using careful = openReaderPool(options({ readable: [join(folder, 'a*'), join(folder, 'absent')] }));
  for (const name of ['a*', 'ab', 'absent']) {
    const end = await careful.run({ do: 'size', path: join(folder, name) }, silent);
    assert.match(end.ok ? '' : end.detail, /^UNREADABLE/, name);
  }
});

test('no child outlives a parent killed with -9, not even an idle or a hanging one', { skip: linux }, async () => {
  const program = `
    const { openReaderPool, programPaths } = await import(${JSON.stringify(import.meta.resolve('../../src/platform/processes/index.ts'))});
    const pool = openReaderPool({ size: 2, entry: ${JSON.stringify(entry)}, program: [...programPaths(), ${JSON.stringify(entry)}],
      readable: [], memoryMb: 64, quietMs: 1e9 });
    const pids = await Promise.all([pool.run({ do: 'pid' }, () => {}), pool.run({ do: 'pid' }, () => {})]);
    void pool.run({ do: 'hang' }, () => {});
    process.stdout.write(JSON.stringify(pids.map((end) => end.result)) + '\\n');
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data))));
  const pids = JSON.parse(line) as number[];
  await sleep(100);
  const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`) && !/\) [ZX] /.test(stat(pid)));
  assert.equal(alive().length, 2);
  parent.kill('SIGKILL');
  for (let i = 0; i < 50 && alive().length > 0; i++) await sleep(100);
  assert.deepEqual(alive(), []);
});

function stat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return ') X ';
  }
}
