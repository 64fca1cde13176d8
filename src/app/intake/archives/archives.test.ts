import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { makeTar, makeZip, noise, unpack, WIDE } from '../../../../test/platform/archives.ts';
import { memorySource } from '../../../base/index.ts';
import { Output } from './output.ts';
import { recogniseArchive } from './recognise.ts';
import { expandZip } from './zip.ts';

const text = (s: string) => Buffer.from(s);

test('archives are recognised by content', () => {
  const magic = (hex: string) => recogniseArchive(Buffer.from(hex.padEnd(64, '0'), 'hex'));
  assert.deepEqual(recogniseArchive(makeZip([])), { opened: true, format: 'zip' });
  assert.deepEqual(recogniseArchive(makeTar([{ name: 'a' }])), { opened: true, format: 'tar' });
  assert.deepEqual(recogniseArchive(gzipSync('a')), { opened: true, format: 'gz' });
  assert.deepEqual(recogniseArchive(zstdCompressSync('a')), { opened: true, format: 'zst' });
  for (const [hex, format] of [
    ['fd377a585a00', 'xz'],
    ['377abcaf271c', '7z'],
    ['526172211a0700', 'rar'],
    ['425a6839314159265359', 'bz2'],
    ['4d53434600000000', 'cab'],
    ['504b0708504b0304', 'zip in pieces'],
  ] as const) {
    assert.deepEqual(magic(hex), { opened: false, format });
  }
  for (const other of ['ElfFile\0', 'BZh is how this line begins', '<Event>', 'PK', '', '\x1f\x8b']) {
    assert.equal(recogniseArchive(text(other)), null, other);
  }
});

test('zip: stored, deflated, zstd, data descriptors, zip64, a comment, bytes put before it', async () => {
  const big = noise(700_000);
  const entries = [
    { name: 'a/', data: Buffer.alloc(0), method: 0 },
    { name: 'a/stored.log', data: big, method: 0 },
    { name: 'deflated.log', data: Buffer.alloc(900_000, 'line\n') },
    { name: 'zst.log', data: big, method: 93 },
    { name: 'empty', data: Buffer.alloc(0), method: 0 },
    { name: 'described', data: text('d'.repeat(999)), descriptor: true },
    { name: 'big', data: text('64'), zip64: true },
    { name: 'žluť\u202e.log', data: text('u') },
  ] as const;
  const plain = makeZip(entries, { comment: 'PK\x05\x06 not the end '.padEnd(40, 'x') });
  for (const archive of [
    plain,
    makeZip(entries, { zip64: true }),
    Buffer.concat([text('PK\x03\x04'), makeZip(entries, { prefix: text('#!/bin/sh\n') })]),
    makeZip(entries, { prefix: text('PK\x03\x04 stub'), offsetsFromPrefix: false }),
  ]) {
    const { members, codes, counts } = await unpack(archive);
    assert.deepEqual(codes, []);
    assert.deepEqual(
      members.map((m) => [m.member.name, m.end, m.member.index]),
      [
        ['a/stored.log', 'whole', 1],
        ['deflated.log', 'whole', 2],
        ['zst.log', 'whole', 3],
        ['empty', 'whole', 4],
        ['described', 'whole', 5],
        ['big', 'whole', 6],
        ['žluť\\u202e.log', 'whole', 7],
      ],
    );
    assert.ok(members.every((m, i) => m.data.equals(entries[i + 1]!.data)));
    assert.equal(counts.members, 7);
    assert.equal(members[0]!.member.modifiedMs, Date.UTC(2025, 0, 1));
  }
});

test('zip: bytes appended behind the end, as downloads and mail gateways do, cost nothing but a remark', async () => {
  const archive = makeZip([{ name: 'a.log', data: text('plain') }]);
  for (const behind of ['\n', 'appended by something '.repeat(20)]) {
    const { members, codes } = await unpack(Buffer.concat([archive, text(behind)]));
    assert.deepEqual(codes, ['TRAILING']);
    assert.deepEqual(
      members.map((m) => [m.member.name, m.end]),
      [['a.log', 'whole']],
    );
  }
});

test('zip names: UTF-8 that does not say so, code page 437, Info-ZIP unicode path, no name at all', async () => {
  const raw = (name: Buffer) => ({ name, data: text('x'), flags: 0 });
  const better = (crcOf: Buffer) => {
    const path = text('better.log');
    const field = Buffer.alloc(9);
    field.writeUInt16LE(0x7075, 0);
    field.writeUInt16LE(5 + path.length, 2);
    field[4] = 1;
    field.writeUInt32LE(crc32(crcOf), 5);
    return { ...raw(text('old')), extra: Buffer.concat([field, path]) };
  };
  const { names } = await unpack(
    makeZip([
      raw(text('Übung.log')),
      raw(Buffer.from([0x9a, 0x62, 0x75, 0x6e, 0x67])),
      raw(Buffer.alloc(0)),
      better(text('old')),
      better(text('of another name')),
    ]),
  );
  assert.deepEqual(names, ['whole Übung.log', 'whole Übung', 'whole (no name)', 'whole better.log', 'whole old']);
});

test('zip members that are no files, or not ours to open, are named and passed over', async () => {
  const { names, codes } = await unpack(
    makeZip([
      { name: 'link', data: text('/etc/passwd'), method: 0, unixMode: 0o120777 },
      { name: 'pipe', data: Buffer.alloc(0), method: 0, unixMode: 0o010644 },
      { name: 'secret', data: text('x'), flags: 1 },
      { name: 'lzma', data: text('x'), method: 14 },
      { name: 'two', data: text('x'), claim: { localMethod: 0 } },
      { name: '../../etc/passwd', data: text('up') },
      { name: '/abs\n\u001b[31m', data: text('abs'), unixMode: 0o100644 },
    ]),
  );
  assert.deepEqual(codes, [
    'LINK link',
    'SPECIAL pipe',
    'ENCRYPTED secret',
    'UNSUPPORTED_METHOD lzma',
    'BAD_STRUCTURE two',
  ]);
  assert.deepEqual(names, ['whole ../../etc/passwd', 'whole /abs\\x0a\\x1b[31m']);
});

test('zip: sizes and checksums that lie are found out while unpacking, and what fits is kept', async () => {
  const data = Buffer.alloc(500_000, 'abc');
  const { names, codes, members } = await unpack(
    makeZip([
      { name: 'less', data, claim: { size: 1000 } },
      { name: 'more', data, claim: { size: 600_000 } },
      { name: 'crc', data, claim: { crc: 1 } },
      { name: 'stored', data, method: 0, claim: { size: 10 } },
      { name: 'good', data },
    ]),
  );
  assert.deepEqual(codes, ['BAD_SIZE less', 'BAD_SIZE more', 'BAD_CHECKSUM crc', 'BAD_SIZE stored', 'BAD_SIZE stored']);
  assert.deepEqual(names, ['partial less', 'partial more', 'partial crc', 'partial stored', 'whole good']);
  assert.deepEqual(
    members.map((m) => m.data.length),
    [1000, 500_000, 500_000, 10, 500_000],
  );
});

test('zip: small members come out the same by the fast and by the streaming way', async () => {
  const entry = fc.record(
    {
      data: fc.oneof(
        fc.uint8Array({ maxLength: 2000 }),
        fc.nat(90_000).map((n) => Buffer.alloc(n, 'ab')),
      ),
      method: fc.constantFrom(8 as const, 93 as const),
      lie: fc.constantFrom(0, 0, 0, 1, -1, 1000),
      crc: fc.constantFrom({}, {}, { crc: 1 }),
    },
    { noNullPrototype: true },
  );
  const run = async (archive: Buffer, small?: number) => {
    const seen: unknown[] = [];
    const sink = {
      begin: (member: object) => void seen.push(member),
      data: (bytes: Uint8Array) => void seen.push(Buffer.from(bytes).toString('latin1')),
      end: (end: string) => void seen.push(end),
      fault: (fault: object) => void seen.push(fault),
      progress() {},
    };
    const out = new Output(sink, { ...WIDE, memberBytes: 50_000 });
    await expandZip(memorySource(archive), out, small);
    return [...seen, out.finish()];
  };
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 4 }), fc.option(fc.nat(400)), async (list, damage) => {
      const archive = makeZip(
        list.map(({ data, method, lie, crc }, i) => ({
          name: `m${i}`,
          data,
          method,
          claim: { size: Math.max(0, data.length + lie), ...crc },
        })),
      );
      if (damage !== null) archive[damage % archive.length]! ^= 0x55;
      assert.deepEqual(await run(archive), await run(archive, -1));
    }),
    { numRuns: 200 },
  );
});

test('zip: damaged data keeps what came before the damage; a cut zip says so', async () => {
  const data = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ${i * 7919}\n`).join(''));
  const archive = makeZip([
    { name: 'a', data },
    { name: 'b', data: text('fine') },
  ]);
  archive.fill(0xff, 150_000, 150_050);
  const damaged = await unpack(archive);
  assert.deepEqual(damaged.names, ['partial a', 'whole b']);
  assert.match(damaged.codes[0]!, /^(BAD_DATA|BAD_CHECKSUM|BAD_SIZE) a$/);
  const kept = damaged.members[0]!.data;
  const before = lastMatch(kept, data);
  assert.ok(before > 400_000, `${before} good bytes kept`);
  assert.deepEqual((await unpack(archive.subarray(0, 100_000))).codes, ['TRUNCATED']);
});

test('zip: members that share bytes are a bomb, and nothing of it is unpacked', async () => {
  const kernel = { name: 'k', data: Buffer.alloc(1_000_000), claim: { offset: 0 } };
  for (const bomb of [
    makeZip([kernel, { ...kernel, name: 'l' }]),
    makeZip([
      { name: 'k', data: noise(5000) },
      { name: 'l', data: text('x'), claim: { offset: 100 } },
    ]),
    makeZip([{ name: 'k', data: noise(500), method: 0, claim: { packed: 600, size: 600 } }]),
    fifield(20, 1_000_000),
  ]) {
    const { members, codes } = await unpack(bomb);
    assert.deepEqual(codes, ['OVERLAP']);
    assert.equal(members.length, 0);
  }
});

test('zip: a directory whose count or place lies', async () => {
  const entries = [
    { name: 'a', data: text('a') },
    { name: 'b', data: text('b') },
  ];
  assert.deepEqual((await unpack(makeZip(entries, { count: 1 }))).codes, ['BAD_STRUCTURE']);
  const more = await unpack(makeZip(entries, { count: 60_000 }));
  assert.deepEqual(more.names, ['whole a', 'whole b']);
  assert.deepEqual(more.codes, ['BAD_STRUCTURE']);
  const off = makeZip(entries);
  off.writeUInt32LE(0x7fff_ffff, off.length - 6);
  assert.deepEqual((await unpack(off)).codes, ['BAD_STRUCTURE']);
});

test('tar: ustar, pax and GNU names, base-256 sizes, directories, links, devices, sparse files', async () => {
  const long = `deep/${'d'.repeat(200)}/x.log`;
  const { names, codes, members } = await unpack(
    makeTar([
      { name: 'dir/', type: '5' },
      { name: 'dir/a.log', data: noise(1500) },
      { name: 'short', longName: long, data: text('gnu') },
      { name: 'short', pax: { path: `${long}.pax`, mtime: '1700000000.25' }, data: text('pax') },
      { name: 'hard', type: '1', link: 'dir/a.log' },
      { name: 'soft', type: '2', link: '/etc/passwd' },
      { name: 'tty', type: '3' },
      { name: 'pipe', type: '6' },
      { name: 'sparse', type: 'S', data: noise(700) },
      { name: 'sparse2', pax: { 'GNU.sparse.major': '1' }, data: noise(700) },
      { name: '/abs/../../x', data: text('up') },
      { name: 'empty' },
    ]),
  );
  assert.deepEqual(names, [
    'whole dir/a.log',
    `whole ${long}`,
    `whole ${long}.pax`,
    'whole /abs/../../x',
    'whole empty',
  ]);
  assert.deepEqual(codes, ['LINK hard', 'LINK soft', 'SPECIAL tty', 'SPECIAL pipe', 'SPARSE sparse', 'SPARSE sparse2']);
  assert.ok(members[0]!.data.equals(noise(1500)));
  assert.equal(members[2]!.member.modifiedMs, 1_700_000_000_250);
  assert.equal(members[0]!.member.modifiedMs, 1_735_689_600_000);
});

test('tar: damage is passed over to the next sound header; a cut, a lying size, bytes behind the end', async () => {
  const whole = makeTar([
    { name: 'a', data: noise(600) },
    { name: 'b', data: noise(600) },
    { name: 'c', data: text('c') },
  ]);
  const damaged = Buffer.from(whole);
  damaged[1536 + 10] = 0x41; // the header of b
  const found = await unpack(damaged);
  assert.deepEqual(found.names, ['whole a', 'whole c']);
  assert.deepEqual(
    found.faults.map(({ code, offset, bytes }) => ({ code, offset, bytes })),
    [{ code: 'BAD_STRUCTURE', offset: 1536, bytes: 1536 }],
  );
  const cut = await unpack(whole.subarray(0, 900));
  assert.deepEqual(cut.names, ['partial a']);
  assert.deepEqual(cut.codes, ['TRUNCATED a']);
  assert.deepEqual((await unpack(makeTar([{ name: 'a' }], { ended: false }))).codes, ['TRUNCATED']);
  const huge = await unpack(makeTar([{ name: 'a', data: text('x'), size: 2 ** 50 }]), { memberBytes: 1e9 });
  assert.deepEqual(huge.codes, ['LIMIT_MEMBER a', 'TRUNCATED']);
  const behind = await unpack(Buffer.concat([whole, noise(512)]));
  assert.deepEqual(behind.codes, ['TRAILING']);
});

test('gz and zst: one log, many members, the name inside, padding, a tar inside', async () => {
  const a = noise(300_000);
  const b = Buffer.alloc(200_000, 'b');
  const both = Buffer.concat([a, b]);
  for (const [archive, name] of [
    [Buffer.concat([gzipSync(a), gzipSync(b)]), 'logs/auth.log.1.gz'],
    [Buffer.concat([gzipSync(a), gzipSync(b), Buffer.alloc(700)]), 'auth.log.1.GZ'],
    [Buffer.concat([zstdCompressSync(a), zstdCompressSync(b)]), 'auth.log.1.zst'],
    [
      Buffer.concat([
        Buffer.from('502a4d1803000000aabbcc', 'hex'),
        zstdCompressSync(both),
        Buffer.from('552a4d1800000000', 'hex'),
      ]),
      'auth.log.1.zst',
    ],
  ] as const) {
    const { members, codes } = await unpack(archive, {}, name);
    assert.deepEqual(codes, []);
    assert.deepEqual(
      members.map((m) => [m.member.name, m.end]),
      [['auth.log.1', 'whole']],
    );
    assert.ok(members[0]!.data.equals(both));
  }
  const tar = makeTar([
    { name: 'x/a', data: a },
    { name: 'x/b', data: b },
  ]);
  for (const archive of [gzipSync(tar), zstdCompressSync(tar)]) {
    const { members, codes } = await unpack(archive, {}, 'x.tgz');
    assert.deepEqual(codes, []);
    assert.deepEqual(
      members.map((m) => m.member.name),
      ['x/a', 'x/b'],
    );
    assert.ok(members[0]!.data.equals(a) && members[1]!.data.equals(b));
  }
  const named = Buffer.concat([
    Buffer.from('1f8b0808000000000003', 'hex'),
    text('in\u0007side.log\0'),
    gzipSync('x').subarray(10),
  ]);
  assert.deepEqual((await unpack(named)).names, ['whole in\\x07side.log']);
  assert.deepEqual((await unpack(gzipSync(''), {}, 'e.gz')).names, ['whole e']);
});

test('gz and zst: cut, damaged, wrong checksum, garbage behind: kept as far as it goes, and said', async () => {
  const data = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ${i * 7919}\n`).join(''));
  const gz = gzipSync(data);
  const cut = await unpack(gz.subarray(0, gz.length - 1000));
  assert.deepEqual(cut.codes, ['TRUNCATED x']);
  assert.deepEqual(cut.names, ['partial x']);
  assert.ok(cut.members[0]!.data.length > data.length - 50_000);
  assert.ok(data.subarray(0, cut.members[0]!.data.length).equals(cut.members[0]!.data));
  assert.deepEqual((await unpack(gz.subarray(0, gz.length - 3))).codes, ['TRUNCATED x']);
  assert.deepEqual((await unpack(gz.subarray(0, 12))).codes, ['TRUNCATED']);
  const crc = Buffer.from(gz);
  crc[crc.length - 6]! ^= 1;
  assert.deepEqual((await unpack(crc)).codes, ['BAD_CHECKSUM x']);
  assert.ok((await unpack(crc)).members[0]!.data.equals(data));
  assert.deepEqual((await unpack(Buffer.concat([gz, text('behind')]))).codes, ['TRAILING x']);
  assert.deepEqual((await unpack(Buffer.concat([gz, text('behind')]))).names, ['whole x']);
  const bad = Buffer.from(gz);
  bad.fill(0xff, 100_000, 100_100);
  const damaged = await unpack(bad);
  assert.equal(damaged.members[0]!.end, 'partial');
  const before = lastMatch(damaged.members[0]!.data, data);
  const share = before / data.length;
  assert.ok(share > 100_000 / gz.length - 0.02, `${share} of the log is kept`);
  const zst = zstdCompressSync(data);
  assert.deepEqual((await unpack(zst.subarray(0, zst.length - 10))).names, ['partial x']);
  assert.deepEqual((await unpack(Buffer.concat([zst, text('behind')]))).codes, ['TRAILING x']);
});

test('limits stop an archive while its bytes come out', async () => {
  const zeros = gzipSync(Buffer.alloc(8_000_000));
  const ratio = await unpack(zeros, { ratioBytes: 1_000_000 });
  assert.deepEqual(ratio.codes, ['LIMIT_RATIO x']);
  assert.deepEqual(ratio.names, ['dropped x']);
  assert.ok(ratio.members[0]!.data.length <= 1_000_000);
  assert.deepEqual((await unpack(zeros, { totalBytes: 1_000_000 })).codes, ['LIMIT_BYTES x']);
  const member = await unpack(
    makeZip([
      { name: 'big', data: Buffer.alloc(2000), claim: { size: 2000 } },
      { name: 'ok', data: text('x') },
    ]),
    { memberBytes: 1000 },
  );
  assert.deepEqual(member.codes, ['LIMIT_MEMBER big']);
  assert.deepEqual(member.names, ['whole ok']);
  const count = await unpack(makeTar([{ name: 'a' }, { name: 'b' }, { name: 'c' }]), { members: 2 });
  assert.deepEqual(count.names, ['whole a', 'whole b']);
  assert.deepEqual(count.codes, ['LIMIT_MEMBERS']);
  assert.deepEqual((await unpack(gzipSync(Buffer.alloc(5000)), { memberBytes: 1000 })).names, ['dropped x']);
});

const files = fc.array(
  fc.record(
    { name: fc.string({ minLength: 1, maxLength: 80 }), data: fc.uint8Array({ maxLength: 3000 }) },
    { noNullPrototype: true },
  ),
  { maxLength: 8 },
);

test('what is packed comes out again, whatever the names and bytes', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const plain = list.map((f, i) => ({ ...f, name: `${f.name.replaceAll(/[/\0]/g, '_')}${i}` }));
      for (const archive of [
        makeZip(plain),
        makeTar(plain.map((f) => ({ name: 'n', longName: f.name, data: f.data }))),
      ]) {
        if (plain.length === 0 && archive[0] === 0) continue; // an empty tar is no tar to recognise
        const { members, codes } = await unpack(archive);
        assert.deepEqual(codes, []);
        assert.deepEqual(
          members.map((m) => m.data.toString('hex')),
          plain.map((f) => Buffer.from(f.data).toString('hex')),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('archives with any bytes changed or cut never throw, never break the sink, never pass a limit', async () => {
  const base = [
    makeZip(
      [
        { name: 'a', data: noise(900) },
        { name: 'b', data: Buffer.alloc(9000, 'b') },
      ],
      { zip64: true },
    ),
    makeZip([{ name: 'a', data: Buffer.alloc(9000, 'b'), zip64: true, descriptor: true }]),
    makeTar([
      { name: 'a', data: noise(900) },
      { name: 'b', pax: { path: 'c', size: '900' }, data: noise(900) },
    ]),
    gzipSync(makeTar([{ name: 'a', data: noise(900) }])),
    Buffer.concat([zstdCompressSync(noise(900)), zstdCompressSync(Buffer.alloc(90_000))]),
  ];
  const change = fc.tuple(fc.nat(), fc.nat(255));
  const runs = Number(process.env.CZERNIN_FUZZ ?? 400);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(base.length - 1),
      fc.array(change, { maxLength: 6 }),
      fc.nat(),
      async (which, changes, cut) => {
        const bytes = Buffer.from(base[which]!);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const archive = cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
        if (!recogniseArchive(archive)?.opened) return;
        const { members, counts, faults } = await unpack(archive, { totalBytes: 200_000, members: 50 });
        assert.ok(members.reduce((sum, m) => sum + m.data.length, 0) <= 200_000);
        assert.equal(counts.members, members.filter((m) => m.end !== 'dropped').length);
        assert.equal(counts.faults, faults.length);
        assert.ok(members.every((m) => m.end === 'whole') || faults.length > 0);
      },
    ),
    { numRuns: runs },
  );
});

/** Length of the common beginning. */
function lastMatch(a: Buffer, b: Buffer): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/** The construction of Fifield 2019: local headers quoted inside one deflate stream, so that all files share a kernel. */
function fifield(files: number, kernelBytes: number): Buffer {
  const kernel = deflateRawSync(Buffer.alloc(kernelBytes));
  const locals = Array.from({ length: files }, (_, i) => {
    const head = Buffer.alloc(31);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt16LE(1, 26);
    head[30] = 0x41 + i;
    return head;
  });
  const parts: Buffer[] = [];
  const places: number[] = [];
  let at = 0;
  locals.forEach((head, i) => {
    places.push(at);
    parts.push(head);
    at += head.length;
    if (i === files - 1) return;
    // a stored block of deflate that quotes the next local header
    const quote = Buffer.from([0, 31, 0, 0xe0, 0xff]);
    parts.push(quote);
    at += quote.length;
  });
  const end = at + kernel.length;
  const central = places.map((place, i) => {
    const head = Buffer.alloc(47);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(8, 10);
    head.writeUInt32LE(end - place - 31, 20);
    head.writeUInt32LE(kernelBytes + 31 * (files - 1 - i), 24);
    head.writeUInt16LE(1, 28);
    head.writeUInt32LE(place, 42);
    head[46] = 0x41 + i;
    return head;
  });
  const directory = Buffer.concat(central);
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(files, 8);
  last.writeUInt16LE(files, 10);
  last.writeUInt32LE(directory.length, 12);
  last.writeUInt32LE(end, 16);
  return Buffer.concat([...parts, kernel, directory, last]);
}
