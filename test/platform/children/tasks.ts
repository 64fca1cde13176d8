/** A reader process for tests: does the one thing a job asks for, good or bad. */
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { serveJobs } from '../../../src/platform/processes/index.ts';

const OUT = 16;

interface Task {
  readonly do: string;
  readonly path?: string;
  readonly count?: number;
  readonly bytes?: number;
  readonly port?: number;
}

await serveJobs(async (raw, io) => {
  const task = raw as Task;
  switch (task.do) {
    case 'echo':
      return task;
    case 'pid':
      return process.pid;
    case 'flood': {
      const block = Buffer.alloc(task.bytes!, 0x61);
      for (let i = 0; i < task.count!; i++) {
        block.writeUInt32LE(i, 0);
        io.send(OUT, block);
      }
      return task.count;
    }
    case 'size': {
      const file = io.open(task.path!);
      try {
        const into = new Uint8Array(file.size);
        return { size: file.size, got: file.read(0, into), modifiedMs: file.modifiedMs };
      } finally {
        file.close();
      }
    }
    case 'log':
      // biome-ignore lint/suspicious/noConsole: that is the test
      console.log('a stray line of a library');
      return 'logged';
    case 'throw':
      throw new Error('thrown on purpose');
    case 'exit':
      writeSync(2, `last words \u001b[31m${'x'.repeat(5000)} the end`);
      return quit(7);
    case 'signal':
      return process.kill(process.pid, 'SIGSEGV');
    case 'hang':
      for (;;);
    case 'sleep':
      return new Promise(() => setInterval(() => {}, 1000));
    case 'beat':
      for (const end = performance.now() + task.count!; performance.now() < end; ) io.beat();
      return 'alive';
    case 'heap': {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i, kept })));
    }
    case 'buffers': {
      const kept: Uint8Array[] = [];
      for (;;) kept.push(new Uint8Array(8 * 1024 * 1024).fill(1));
    }
    case 'garbage':
      writeSync(1, Buffer.from('this is no frame at all, far from it'));
      return quit(0);
    case 'unknown-kind':
      writeSync(1, Buffer.from([0, 0, 0, 0, 9]));
      return new Promise(() => setInterval(() => {}, 1000));
    case 'late-frame':
      setTimeout(() => writeSync(1, Buffer.from([0, 0, 0, 0, 16])), 0);
      return 'done';
    case 'escape':
      return escapes(task);
    default:
      throw new Error(`no such task ${task.do}`);
  }
});

function quit(code: number): never {
  process.exit(code);
}

/** Every way out a reader could try; each answers with the code of its refusal, or `OPEN`. */
async function escapes(task: Task): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const attempt = async (name: string, way: () => unknown) => {
    try {
      await way();
      found[name] = 'OPEN';
    } catch (error) {
      found[name] = (error as NodeJS.ErrnoException).code ?? (error as Error).name;
    }
  };
  const socket = (options: object) =>
    new Promise((resolve, reject) => connect(options as never, () => resolve(null)).on('error', reject));
  await attempt('write', () => writeFileSync(`${task.path}/written`, 'x'));
  await attempt('read /etc/passwd', () => readFileSync('/etc/passwd'));
  await attempt('read /proc/self/environ', () => readFileSync('/proc/self/environ'));
  await attempt('read through ..', () => readFileSync(`${task.path}/../outside`));
  await attempt('open a link', () => readThrough(`${task.path}/link`));
  await attempt('connect', () => socket({ port: task.port, host: '127.0.0.1' }));
  await attempt('connect unix', () => socket({ path: `${task.path}/socket` }));
  await attempt(
    'listen',
    () =>
      new Promise((ok, no) =>
        createServer()
          .on('error', no)
          .listen(0, () => ok(null)),
      ),
  );
  await attempt('fetch', () => fetch(`http://127.0.0.1:${task.port}/`).catch((e) => Promise.reject(e.cause ?? e)));
  await attempt('udp', async () => {
    const { createSocket } = await import('node:dgram');
    await new Promise((ok, no) => {
      const s = createSocket('udp4').on('error', no);
      s.send('x', 9, '127.0.0.1', (e) => (e ? no(e) : ok(null)));
    });
  });
  await attempt('dns', async () => (await import('node:dns/promises')).lookup('localhost'));
  await attempt('spawn', async () => {
    const { error } = (await import('node:child_process')).spawnSync('true');
    if (error) throw error;
  });
  await attempt('worker', async () => new (await import('node:worker_threads')).Worker('0', { eval: true }));
  await attempt('addon', () => process.dlopen({ exports: {} }, `${task.path}/a.log`));
  await attempt('wasi', async () => new (await import('node:wasi')).WASI({ version: 'preview1' }));
  await attempt('inspector', async () => (await import('node:inspector')).open(0));
  await attempt('sqlite', async () => import('node:sqlite'));
  await attempt('report', () => process.report.writeReport(`${task.path}/report.json`));
  await attempt('heap snapshot', async () => (await import('node:v8')).writeHeapSnapshot(`${task.path}/heap`));
  await attempt('chdir', () => process.chdir('/'));
  await attempt('code from a string', () => new Function('return 1')());
  found.environment = Object.keys(process.env).sort().join(',');
  return found;

  function readThrough(path: string) {
    return import('../../../src/platform/files/source.ts').then(({ openEvidence }) => openEvidence(path).close());
  }
}
