import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { EvidenceStore, ReaderPool } from '../../src/app/effects/index.ts';
import { type IntakeItem, type IntakeOptions, intake, sizeOf } from '../../src/app/intake/index.ts';
import { readerPool } from '../../src/interfaces/workplace.ts';
import { Evidence } from '../../src/model/index.ts';
import { files } from '../../src/platform/files/index.ts';
import { makeTar, makeZip, noise } from './archives.ts';

let folder: string;
let given: string;
let store: EvidenceStore;
let pool: ReaderPool;

before(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'czernin-intake-')));
  given = join(folder, 'given');
  mkdirSync(given);
  store = await files.openStore(join(folder, 'case/evidence'));
  pool = open();
});
after(async () => {
  await pool.close();
  rmSync(folder, { recursive: true });
});

const open = () => readerPool(1, [given, store.folder]);

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const give = (name: string, bytes: Uint8Array) => {
  const path = join(given, name);
  writeFileSync(path, bytes);
  return path;
};
const effects = () => ({ files, store, pool, who: 'ana@csirt', now: () => '2026-11-21T10:00:00Z' });
const take = (paths: string | string[], options: IntakeOptions = {}) =>
  Array.fromAsync(intake([paths].flat(), effects(), options));

/** One line an item: enough to see order, names and verdicts. */
function line(item: IntakeItem): string {
  const short = (path: string) => path.replace(given, '').replaceAll('\\\\', '/');
  if (item.kind === 'evidence') {
    const { origins, status, format, records, faults } = Evidence.parse(item.evidence);
    const rest = status === 'waiting' ? '' : ` ${format} ${records}`;
    const codes = faults.map((f) => ` ${f.code}:${f.count}`).join('');
    return `${status}${rest}${codes} ${short(origins[0]!.path)}${origins[0]!.partial ? ' (partial)' : ''}`;
  }
  if (item.kind === 'again') return `again ${short(item.origin.path)}`;
  if (item.kind === 'fault') return `fault ${item.fault.code}${item.fault.member ? ` ${item.fault.member}` : ''}`;
  return `refused ${item.code} ${short(item.path)}`;
}
const lines = async (...args: Parameters<typeof take>) => (await take(...args)).map(line);

test('files and folders become evidence with digest, origin and custody; the same content is one', async () => {
  mkdirSync(join(given, 'disk/b'), { recursive: true });
  give('disk/a.log', Buffer.from('one\n'));
  give('disk/b/copy.log', Buffer.from('one\n'));
  give('disk/c.log', noise(2_000_000));
  symlinkSync('/etc/passwd', join(given, 'disk/link'));
  const walked = await sizeOf([join(given, 'disk'), join(given, 'absent')], files, new AbortController().signal);
  assert.equal(walked, 2_000_008, 'what is behind a link, or not there, weighs nothing');
  const items = await take(join(given, 'disk'));
  assert.deepEqual(items.map(line), [
    'waiting /disk/a.log',
    'again /disk/b/copy.log',
    'waiting /disk/c.log',
    'refused LINK /disk/link',
  ]);
  const first = items[0]!;
  assert.ok(first.kind === 'evidence');
  assert.equal(first.path, join(given, 'disk/a.log'));
  assert.partialDeepStrictEqual(first.evidence, {
    digest: sha(Buffer.from('one\n')),
    size: 4,
    stored: 'reference',
    origins: [{ path: join(given, 'disk/a.log'), received: { by: 'ana@csirt', at: '2026-11-21T10:00:00Z' } }],
  });
  assert.deepEqual(readdirSync(store.folder), ['.incoming']);
});

test('a second taking in brings nothing new, archives are not opened again', async () => {
  const path = give('twice.zip', makeZip([{ name: 'x', data: Buffer.from('twice') }]));
  const first = await take(path);
  assert.deepEqual(first.map(line), ['waiting /twice.zip!x', 'archive zip 1 /twice.zip']);
  const digests = new Set(first.map((item) => (item.kind === 'evidence' ? item.evidence.digest : '')));
  assert.deepEqual(await lines(path, { known: (digest) => digests.has(digest) }), ['again /twice.zip']);
});

test('archives in archives: members in order, then what is nested, the archive itself last', async () => {
  const inner = makeZip([
    { name: 'deep.log', data: Buffer.from('deep') },
    { name: 'a.log', data: Buffer.from('a') },
  ]);
  const tar = makeTar([
    { name: 'a.log', data: Buffer.from('a') },
    { name: 'in.zip', data: inner },
    { name: 'auth.log.gz', data: gzipSync('auth') },
    { name: '../../../z.log', data: Buffer.from('z') },
    { name: 'link', type: '2', link: '/etc/shadow' },
  ]);
  const path = give('logs.tar.gz', gzipSync(tar));
  const items = await take(path);
  assert.deepEqual(items.map(line), [
    'waiting /logs.tar.gz!a.log',
    'waiting /logs.tar.gz!../../../z.log',
    'fault LINK link',
    'waiting /logs.tar.gz!in.zip!deep.log',
    'again /logs.tar.gz!in.zip!a.log',
    'archive zip 2 /logs.tar.gz!in.zip',
    'waiting /logs.tar.gz!auth.log.gz!auth.log',
    'archive gz 1 /logs.tar.gz!auth.log.gz',
    'archive gz 4 LINK:1 /logs.tar.gz',
  ]);
  const deep = items[3]!;
  assert.ok(deep.kind === 'evidence');
  assert.equal(readFileSync(deep.path, 'utf8'), 'deep');
  assert.equal(deep.path, store.pathOf(sha(Buffer.from('deep'))));
  assert.deepEqual(deep.evidence.origins[0]!.container, { digest: sha(inner), member: 'deep.log', index: 0 });
  assert.equal(deep.evidence.stored, 'copy');
});

test('originals keep bytes, modification and change time', async () => {
  const path = give('untouched.tar', makeTar([{ name: 'u', data: noise(3_000_000) }]));
  const state = () => {
    const { mtimeNs, ctimeNs, atimeNs, mode } = statSync(path, { bigint: true });
    return { mtimeNs, ctimeNs, atimeNs, mode };
  };
  const before = state();
  assert.deepEqual(await lines(path), ['waiting /untouched.tar!u', 'archive tar 1 /untouched.tar']);
  assert.deepEqual(state(), before);
});

test('names the grants can not express are copied into the case', async () => {
  give('star*.log', Buffer.from('star'));
  const items = await take(join(given, 'star*.log'));
  assert.ok(items[0]?.kind === 'evidence' && items[0].evidence.stored === 'copy');
  assert.equal(readFileSync(items[0].path, 'utf8'), 'star');
});

test('a partial log is kept and says so; an archive of unknown kind is named', async () => {
  const gz = gzipSync(noise(500_000));
  assert.deepEqual(await lines(give('cut.log.gz', gz.subarray(0, 400_000))), [
    'fault TRUNCATED cut.log',
    'waiting /cut.log.gz!cut.log (partial)',
    'archive gz 1 TRUNCATED:1 /cut.log.gz',
  ]);
  assert.deepEqual(await lines(give('x.7z', Buffer.from('377abcaf271c000400', 'hex'))), [
    'fault UNSUPPORTED_ARCHIVE',
    'refused 7z 0 UNSUPPORTED_ARCHIVE:1 /x.7z',
  ]);
});

test('ten gigabytes of zeros in a gz stop at the ratio, and leave nothing behind', async () => {
  const path = join(given, 'zeros.gz');
  // A deflate stream of one block that is repeated: made in a second, not a minute.
  writeFileSync(path, zerosGz(10 * 1024));
  const limits = { ratioFloor: 64 * 2 ** 20, ratio: 1 };
  const items = await take(path, { limits });
  assert.deepEqual(items.map(line), ['fault LIMIT_RATIO zeros', 'refused gz 0 LIMIT_RATIO:1 /zeros.gz']);
  assert.deepEqual(readdirSync(join(store.folder, '.incoming')), []);
});

test('a pyramid of zips (42.zip) is bounded over all its levels', async () => {
  let level = makeZip([{ name: 'zeros', data: Buffer.alloc(20_000_000) }]);
  for (let depth = 0; depth < 3; depth++) {
    const inner = level;
    level = makeZip(
      Array.from({ length: 16 }, (_, i) => ({
        name: `${i}.zip`,
        data: Buffer.concat([inner, Buffer.from([depth, i])]).subarray(0), // all different, so that none is "again"
        method: 0,
      })).map(({ name, data }) => ({ name, data: withComment(data), method: 8 as const })),
    );
  }
  const written = async () => {
    let bytes = 0;
    const items = await take(give('pyramid.zip', level), { limits: { ratioFloor: 30_000_000, ratio: 1 } });
    for (const item of items) if (item.kind === 'evidence') bytes += item.evidence.size;
    return { bytes, last: items.at(-1)! };
  };
  const { bytes, last } = await written();
  assert.ok(bytes < 31_000_000, `${bytes} bytes came out`);
  assert.match(line(last), /^archive zip 16 .*pyramid\.zip$/);
});

test('nesting ends at the named depth', async () => {
  let archive: Buffer = Buffer.from('the core');
  for (let i = 0; i < 9; i++) archive = gzipSync(archive);
  const found = await lines(give('russian.gz', archive));
  assert.equal(found[0], 'fault LIMIT_DEPTH');
  assert.match(found[1]!, /^refused gz 0 LIMIT_DEPTH:1/);
  assert.equal(found.filter((l) => l.startsWith('archive gz 1')).length, 6);
  assert.deepEqual(
    (await lines(give('russian2.gz', gzipSync(archive)), { limits: { depth: 12 } })).at(0)?.split('!').length,
    11,
  );
});

test('an archive that holds itself (a quine) is opened once', async () => {
  const bytes = gzipSync('stands for a quine: the process says that this came out of itself');
  let opened = 0;
  const quine: Pick<ReaderPool, 'run'> = {
    run: async (_job, onFrame) => {
      opened++;
      await onFrame(16, Buffer.from('{"index":0,"name":"quine.gz","modifiedMs":null}'));
      await onFrame(17, bytes);
      await onFrame(18, Buffer.from('"whole"'));
      return { ok: true, result: { members: 1, bytes: bytes.length, faults: 0 } };
    },
  };
  const items = await Array.fromAsync(intake([give('quine.gz', bytes)], { ...effects(), pool: quine }));
  assert.deepEqual(items.map(line), ['again /quine.gz!quine.gz', 'archive gz 1 /quine.gz']);
  assert.equal(opened, 1);
});

test('a hundred thousand members', async () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => ({ name: `m/${i}`, data: Buffer.from(`${i % 1000}`) }));
  const path = give('many.tar', makeTar(entries));
  const counts = { evidence: 0, again: 0 };
  for await (const item of intake([path], effects())) {
    if (item.kind === 'evidence' || item.kind === 'again') counts[item.kind]++;
  }
  assert.deepEqual(counts, { evidence: 1001, again: 99_000 });
  const few = await lines(path, { limits: { members: 3 } });
  assert.deepEqual(few.slice(-2), ['fault LIMIT_MEMBERS', 'archive tar 3 LIMIT_MEMBERS:1 /many.tar']);
});

test('faults of one code are all counted, the first hundred reported singly', async () => {
  const links = Array.from({ length: 250 }, (_, i) => ({ name: `l${i}`, type: '2', link: 'x' }));
  const found = await lines(give('links.tar', makeTar([{ name: 'f', data: Buffer.from('f-of-links') }, ...links])));
  assert.equal(found.filter((l) => l.startsWith('fault LINK')).length, 100);
  assert.equal(found.at(-1), 'archive tar 1 LINK:250 /links.tar');
});

test('stopping and leaving end the reading, and leave nothing half in the store', async () => {
  const path = give(
    'long.tar',
    makeTar(Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, data: noise(1_500_000, i) }))),
  );
  const stop = new AbortController();
  await assert.rejects(
    async () => {
      for await (const _ of intake([path], effects(), { signal: stop.signal })) stop.abort();
    },
    { name: 'AbortError' },
  );
  for await (const _ of intake([path], effects())) break;
  assert.deepEqual(readdirSync(join(store.folder, '.incoming')), []);
  assert.match((await lines(path)).at(-1)!, /^archive tar 50/);
});

test('a reader process that dies costs its archive only, and says so', async () => {
  const dying: Pick<ReaderPool, 'run'> = {
    run: async (job, onFrame, options) => {
      let frames = 0;
      const stop = new AbortController();
      const signal = options?.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
      const end = await pool.run(
        job,
        (kind, payload) => {
          if (++frames === 5) stop.abort();
          return onFrame(kind, payload);
        },
        { signal },
      );
      return end.ok ? end : { ok: false, code: 'CHILD_DIED', detail: 'killed by SIGSEGV' };
    },
  };
  const path = give(
    'dies.tar',
    makeTar([
      { name: '1', data: Buffer.from('dies') },
      { name: '2', data: noise(9_000_000) },
    ]),
  );
  const items = await Array.fromAsync(intake([path], { ...effects(), pool: dying }));
  assert.deepEqual(items.map(line), [
    'waiting /dies.tar!1',
    'fault CHILD_DIED',
    'archive tar 1 CHILD_DIED:1 /dies.tar',
  ]);
  assert.deepEqual(readdirSync(join(store.folder, '.incoming')), []);
});

test('what a process says is checked: a process gone over to the enemy is stopped', async () => {
  const path = give('trusted.tar', makeTar([{ name: 'x', data: Buffer.from('trusted') }]));
  for (const frames of [
    [[17, 'data without a member']],
    [
      [16, '{"index":0,"name":"x","modifiedMs":null}'],
      [16, '{"index":1,"name":"y","modifiedMs":null}'],
    ],
    [[16, '{"index":-1,"name":"x","modifiedMs":null}']],
    [[19, '{"code":"MADE_UP","offset":0,"message":""}']],
    [[16, 'no json']],
    [[99, '']],
  ] as const) {
    const lying: Pick<ReaderPool, 'run'> = {
      run: async (_job, onFrame) => {
        for (const [kind, payload] of frames) await onFrame(kind, Buffer.from(payload));
        return { ok: true, result: { members: 0, bytes: 0, faults: 0 } };
      },
    };
    const found = (await Array.fromAsync(intake([path], { ...effects(), pool: lying }))).map(line);
    assert.deepEqual(found, ['fault PROTOCOL', 'refused tar 0 PROTOCOL:1 /trusted.tar']);
  }
  assert.deepEqual(readdirSync(join(store.folder, '.incoming')), []);
});

test('a full or failing store is a refusal, not a crash', async () => {
  const full = {
    ...store,
    begin: () => ({
      ...store.begin(),
      write: () => Promise.reject(Object.assign(new Error('x'), { code: 'NO_SPACE' })),
      discard: async () => {},
    }),
  };
  const path = give('full.tar', makeTar([{ name: 'x', data: noise(100) }]));
  await assert.rejects(Array.fromAsync(intake([path], { ...effects(), store: full })), { code: 'NO_SPACE' });
  const { FileError } = await import('../../src/platform/files/index.ts');
  const coded = {
    ...full,
    begin: () => ({ ...full.begin(), write: () => Promise.reject(new FileError('NO_SPACE', 'full')) }),
  };
  const items = await Array.fromAsync(intake([path], { ...effects(), store: coded }));
  assert.deepEqual(items.map(line), ['refused NO_SPACE /full.tar']);
  assert.match((await lines(path)).at(-1)!, /^archive tar 1/);
});

const have = (tool: string) =>
  spawnSync(tool, ['--version']).error === undefined ? false : `no ${tool} on this machine`;

test('what the common tools make is read', { skip: have('tar') || have('zip') || have('zstd') }, async () => {
  const made = join(folder, 'made');
  mkdirSync(join(made, 'in/sub'), { recursive: true });
  writeFileSync(join(made, 'in', `${'long'.repeat(40)}.log`), noise(50_000, 7));
  writeFileSync(join(made, 'in/sub/žluť.log'), Buffer.alloc(90_000, 'tools'));
  const want = [sha(noise(50_000, 7)), sha(Buffer.alloc(90_000, 'tools'))].sort();
  for (const [file, tool, ...args] of [
    ['gnu.tar', 'tar', '--format=gnu', '-cf'],
    ['pax.tar', 'tar', '--format=pax', '-cf'],
    ['gnu.tar.gz', 'tar', '-czf'],
    ['pax.tar.zst', 'tar', '--format=pax', '--zstd', '-cf'],
    ['it.zip', 'zip', '-qr'],
    ['stream.zip', 'sh', '-c', 'zip -qr - in > "$0"'],
  ] as const) {
    const path = join(given, file);
    const { status, stderr } = spawnSync(tool, [...args, path, ...(tool === 'sh' ? [] : ['in'])], { cwd: made });
    assert.equal(status, 0, String(stderr));
    const fresh = { ...effects(), store: await files.openStore(store.folder) };
    const digests = (await Array.fromAsync(intake([path], fresh))).flatMap((item) =>
      item.kind === 'evidence' && item.evidence.status === 'waiting'
        ? [item.evidence.digest]
        : item.kind === 'fault'
          ? [line(item)]
          : [],
    );
    assert.deepEqual(digests.sort(), want, file);
  }
});

/** `mib` MiB of zeros as gzip, by repeating one compressed MiB (full flushes make the pieces independent). */
function zerosGz(mib: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(2 ** 20), { finishFlush: 3 /* Z_FULL_FLUSH */ });
  const header = Buffer.from('1f8b0800000000000003', 'hex');
  return Buffer.concat([header, ...Array.from({ length: mib }, () => piece), Buffer.from([3, 0]), Buffer.alloc(8)]);
}

/** The same archive with its own comment: another digest, the same content. */
function withComment(archive: Buffer): Buffer {
  const tail = archive.subarray(-2);
  const zip = Buffer.from(archive.subarray(0, -2));
  zip.writeUInt16LE(2, zip.length - 2);
  return Buffer.concat([zip, tail]);
}
