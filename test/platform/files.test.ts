import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { WalkItem } from '../../src/app/effects/index.ts';
import { append, files, openEvidence, showPath, writeAtomic } from '../../src/platform/files/index.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'czernin-files-'));
});
after(() => rmSync(folder, { recursive: true }));

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const line = (item: WalkItem) =>
  `${item.kind === 'file' ? 'file' : item.code} ${item.shown.replace(folder, '').replaceAll('\\\\', '/')}`;
const noise = (size: number) => Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255));

test('a folder is walked in order of name bytes; links and special files are named, never followed', async () => {
  const root = join(folder, 'walk');
  mkdirSync(join(root, 'b dir/deep'), { recursive: true });
  for (const name of ['a.log', 'B.log', 'b dir/1', 'b dir/deep/2', 'ž.log', 'line\nfeed', 'star*.log']) {
    writeFileSync(join(root, name), name);
  }
  symlinkSync('/etc', join(root, 'etc'));
  symlinkSync('.', join(root, 'circle'));
  symlinkSync('nowhere', join(root, 'dangling'));
  linkSync(join(root, 'a.log'), join(root, 'a2.log'));
  if (process.platform === 'linux') {
    spawnSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0xfe])]), 'odd');
  }
  const items = await Array.fromAsync(files.walk(root));
  assert.deepEqual(
    items.map(line).filter((text) => process.platform === 'linux' || !/pipe|xff/.test(text)),
    [
      'file /walk/B.log',
      'file /walk/a.log',
      'file /walk/a2.log',
      'file /walk/b dir/1',
      'file /walk/b dir/deep/2',
      'LINK /walk/circle',
      'LINK /walk/dangling',
      'LINK /walk/etc',
      ...(process.platform === 'linux' ? ['file /walk/f\\xff\\xfe'] : []),
      'file /walk/line\\x0afeed',
      ...(process.platform === 'linux' ? ['SPECIAL /walk/pipe'] : []),
      'file /walk/star*.log',
      'file /walk/ž.log',
    ],
  );
  const a = items.find((item) => item.shown.endsWith('/a.log'));
  assert.ok(a?.kind === 'file' && a.links === 2 && a.size === 5);
  const odd = items.find((item) => item.shown.includes('xff'));
  if (odd?.kind === 'file') assert.equal((await files.digest(odd.path)).digest, sha(Buffer.from('odd')));
});

test('a single file, a link a person named, and nothing at all', async () => {
  const file = join(folder, 'one.log');
  writeFileSync(file, 'one');
  symlinkSync(file, join(folder, 'named-link'));
  assert.deepEqual((await Array.fromAsync(files.walk(join(folder, 'named-link')))).map(line), ['file /one.log']);
  assert.deepEqual((await Array.fromAsync(files.walk(join(folder, 'absent')))).map(line), ['MISSING /absent']);
});

test('folders deeper than the limit are refused, not descended', async () => {
  const deep = join(folder, 'deep', ...Array.from({ length: 140 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'x'), 'x');
  const items = await Array.fromAsync(files.walk(join(folder, 'deep')));
  assert.deepEqual(
    items.map((item) => (item.kind === 'file' ? 'file' : item.code)),
    ['TOO_DEEP'],
  );
});

test('digests of files of every size class, with head, progress and tee', async () => {
  for (const size of [0, 1, 4095, 4096, 1_048_575, 1_048_576, 1_048_577, 9_500_000]) {
    const bytes = noise(size);
    const path = join(folder, `size-${size}`);
    writeFileSync(path, bytes);
    const seen: number[] = [];
    const copy: Buffer[] = [];
    const found = await files.digest(path, {
      progress: (n) => seen.push(n),
      tee: (part) => void copy.push(Buffer.from(part)),
    });
    assert.deepEqual(
      { ...found, head: sha(found.head) },
      { digest: sha(bytes), size, head: sha(bytes.subarray(0, 4096)) },
    );
    assert.equal(sha(Buffer.concat(copy)), sha(bytes));
    assert.deepEqual(seen, size > 8_388_608 ? [8_388_608] : []);
  }
});

test('digesting stops when asked, and a failing tee leaves nothing open', async () => {
  const path = join(folder, 'stop');
  writeFileSync(path, noise(5_000_000));
  const stop = new AbortController();
  await assert.rejects(files.digest(path, { signal: stop.signal, tee: () => stop.abort() }), { name: 'AbortError' });
  const open = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
  const was = open();
  await assert.rejects(files.digest(path, { tee: () => Promise.reject(new Error('tee')) }), /tee/);
  assert.equal(open(), was);
});

test('a file that grows while it is read is refused', async () => {
  const path = join(folder, 'growing');
  writeFileSync(path, noise(3_000_000));
  await assert.rejects(files.digest(path, { tee: () => appendFileSync(path, 'more') }), { code: 'CHANGED' });
});

test('what can not be opened has a code', async () => {
  symlinkSync(join(folder, 'one.log'), join(folder, 'link'));
  await assert.rejects(files.digest(join(folder, 'link')), { code: 'LINK' });
  await assert.rejects(files.digest(join(folder, 'absent')), { code: 'MISSING' });
  await assert.rejects(files.digest(folder), { code: 'SPECIAL' });
  if (process.platform === 'linux') {
    spawnSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
    await assert.rejects(files.digest(join(folder, 'pipe')), { code: 'SPECIAL' });
  }
  if (process.getuid?.() !== 0) {
    writeFileSync(join(folder, 'secret'), 'x', { mode: 0 });
    await assert.rejects(files.digest(join(folder, 'secret')), { code: 'UNREADABLE' });
  }
});

test('an original keeps its bytes, its modification and its change time', async () => {
  const path = join(folder, 'original');
  writeFileSync(path, noise(2_000_000));
  chmodSync(path, 0o444);
  const times = () => {
    const { mtimeNs, ctimeNs, atimeNs } = statSync(path, { bigint: true });
    return { mtimeNs, ctimeNs, atimeNs };
  };
  const before = times();
  const { digest } = await files.digest(path);
  const source = openEvidence(path);
  source.read(0, new Uint8Array(1_000_000));
  source.close();
  assert.deepEqual(times(), before);
  assert.equal(sha(readFileSync(path)), digest);
});

test('an evidence source reads what the file has, at any offset and length', () => {
  const bytes = noise(700_001);
  const path = join(folder, 'source');
  writeFileSync(path, bytes);
  const source = openEvidence(path);
  fc.assert(
    fc.property(fc.nat(720_000), fc.nat(400_000), (offset, length) => {
      const into = Buffer.alloc(length, 0xee);
      const got = source.read(offset, into);
      const want = bytes.subarray(offset, offset + length);
      assert.equal(got, want.length);
      assert.ok(into.subarray(0, got).equals(want));
    }),
    { numRuns: 200 },
  );
  source.close();
});

test('the store keeps one file a digest, whole or not at all', async () => {
  const store = await files.openStore(join(folder, 'store'));
  for (const size of [0, 10, 1_048_576, 3_000_000]) {
    const bytes = noise(size);
    for (const fresh of [true, false]) {
      const writer = store.begin();
      for (let at = 0; at < size; at += 300_000) await writer.write(bytes.subarray(at, at + 300_000));
      const kept = await writer.commit();
      assert.equal(kept.digest, sha(bytes));
      assert.equal(kept.path, store.pathOf(sha(bytes)));
      assert.equal(kept.fresh, fresh);
      assert.ok(Buffer.from(kept.head).equals(bytes.subarray(0, 4096)));
      assert.ok(readFileSync(kept.path).equals(bytes));
    }
  }
  for (const size of [5, 3_000_000]) {
    const writer = store.begin();
    await writer.write(noise(size));
    await writer.discard();
  }
  assert.deepEqual(readdirSync(join(folder, 'store/.incoming')), []);
  assert.equal(readdirSync(join(folder, 'store')).length, 5);
});

test('bytes the disk lost are written again; what a killed run left is thrown away', async () => {
  const place = join(folder, 'mended');
  const first = await files.openStore(place);
  const digest = sha(Buffer.from('whole'));
  writeFileSync(first.pathOf(digest), '');
  await first.begin().write(noise(2_000_000));
  assert.equal(readdirSync(join(place, '.incoming')).length, 1);
  const again = await files.openStore(place);
  assert.deepEqual(readdirSync(join(place, '.incoming')), []);
  const writer = again.begin();
  await writer.write(Buffer.from('whole'));
  assert.equal((await writer.commit()).fresh, true);
  assert.equal(readFileSync(again.pathOf(digest), 'utf8'), 'whole');
});

test('atomic write replaces as a whole and leaves nothing beside; append appends', () => {
  const place = join(folder, 'atomic');
  mkdirSync(place);
  writeAtomic(join(place, 'f'), 'one');
  writeAtomic(join(place, 'f'), 'two');
  append(join(place, 'f'), ' three');
  assert.equal(readFileSync(join(place, 'f'), 'utf8'), 'two three');
  assert.throws(() => writeAtomic(join(place, 'none/f'), 'x'), { code: 'MISSING' });
  mkdirSync(join(place, 'taken'));
  assert.throws(() => writeAtomic(join(place, 'taken'), 'x'), { name: 'FileError' });
  assert.deepEqual(readdirSync(place).sort(), ['f', 'taken']);
});

test('paths are shown without deceiving anyone', () => {
  assert.equal(showPath('/a/\u202egol.exe'), '/a/\\u202egol.exe');
  assert.equal(showPath(Buffer.from([0x2f, 0x61, 0xff, 0x0a])), '/a\\xff\\x0a');
});
