/** The store's law: the same parts give the same files whatever happened on the way, and no kill loses or doubles a row. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { LakePart } from '../../src/platform/lake/encode/index.ts';
import { LakeError, type LakeErrorCode, openLake, readRow, readRows } from '../../src/platform/lake/index.ts';
import { EVIDENCE, encode, expected, folded, type Given, plain } from './lakeEvents.ts';

const root = mkdtempSync(join(tmpdir(), 'lake-store-'));
after(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(root, `lake-${++made}`);
const coded = (code: LakeErrorCode) => (error: unknown) => error instanceof LakeError && error.code === code;

/** Every file of a lake with its bytes. */
function files(dir: string): Map<string, string> {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(dir, name)).isFile(),
  );
  return new Map(names.sort().map((name) => [name, readFileSync(join(dir, name)).toString('base64')]));
}

async function fill(dir: string, ...batches: readonly (readonly LakePart[])[]): Promise<void> {
  const lake = await openLake(dir);
  for (const batch of batches) {
    for (const part of batch) await lake.put(part);
    await lake.seal();
  }
}

async function addresses(dir: string): Promise<string[]> {
  const out: string[] = [];
  for await (const row of readRows(dir)) out.push(`${row.evidence.slice(0, 1)}@${row.offset}`);
  return out;
}

const SAMPLE = EVIDENCE.slice(0, 4).map((evidence, i) => [
  ...encode(
    evidence,
    plain('windows-security', i, 40 + i, [
      [i % 2 === 0 ? 'Target' : 'TARGET', `t${i}`],
      [`only${i}`, 'x'],
    ]),
  ),
]);
/** A part large enough to keep its row group, between small ones. */
const LARGE = encode(
  EVIDENCE[4]!,
  plain('windows-security', 0, 1).concat(
    Array.from({ length: 9_000 }, (_, i) => ({ ...plain('windows-security', 0, 1)[0]!, offset: 10_000 + i })),
  ),
);
const LAST = encode(EVIDENCE[5]!, plain('windows-security', 3, 4));

test('one file a folder, ordered by evidence and offset, whatever the order and number of runs', async () => {
  const all = [...SAMPLE, LARGE, LAST];
  const once = fresh();
  await fill(once, all.flat());
  assert.deepEqual([...files(once).keys()], ['stream=windows-security/day=2022-04-04/events.parquet']);
  const got = await addresses(once);
  assert.equal(
    got.length,
    all.flat().reduce((sum, part) => sum + part.rows, 0),
  );
  assert.deepEqual(
    got
      .map((a) => a[0])
      .join('')
      .replace(/(.)\1+/g, '$1'),
    'abcdef',
  );
  const want = files(once);
  const order = fc
    .shuffledSubarray(all, { minLength: all.length })
    .chain((shuffled) =>
      fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }).map((cuts) => ({ shuffled, cuts })),
    );
  const check = fc.asyncProperty(order, async ({ shuffled, cuts }) => {
    const dir = fresh();
    const batches: LakePart[][] = [[]];
    shuffled.forEach((parts, i) => {
      batches.at(-1)!.push(...parts);
      if (cuts[i]) batches.push([]);
    });
    await fill(dir, ...batches);
    assert.deepEqual(files(dir), want);
    rmSync(dir, { recursive: true });
  });
  await fc.assert(check, { numRuns: Number(process.env.CZERNIN_FUZZ ?? 15), endOnFailure: true });
});

test('dropping evidence leaves what would have been without it', async () => {
  const all = [...SAMPLE, LARGE, LAST];
  for (const gone of all.keys()) {
    const [dir, without] = [fresh(), fresh()];
    await fill(dir, all.flat());
    const lake = await openLake(dir);
    assert.equal(
      await lake.drop(EVIDENCE[gone]!),
      all[gone]!.reduce((sum, part) => sum + part.rows, 0),
    );
    assert.equal(await lake.drop(EVIDENCE[gone]!), 0);
    await fill(without, all.filter((_, i) => i !== gone).flat());
    assert.deepEqual(files(dir), files(without));
  }
  const [dir, alone] = [fresh(), fresh()];
  await fill(dir, SAMPLE[0]!, SAMPLE[1]!);
  await fill(alone, SAMPLE[1]!);
  const lake = await openLake(dir);
  await lake.drop(EVIDENCE[0]!);
  assert.deepEqual(files(dir), files(alone));
  await lake.drop(EVIDENCE[1]!);
  assert.equal(files(dir).size, 0);
});

test('the same part twice is nothing new; another part of that name takes its place', async () => {
  const dir = fresh();
  const lake = await openLake(dir);
  const [part] = SAMPLE[0]!;
  assert.ok(part);
  assert.equal(await lake.put(part), true);
  assert.equal((await lake.seal()).written, 1);
  assert.equal(await lake.put(part), false);
  const { content, ...stats } = await lake.seal();
  assert.deepEqual(stats, { streams: 1, folders: 1, rows: 40, bytes: part.bytes.length, written: 0 });
  assert.deepEqual([...content.keys()], [part.stream]);
  const [other] = encode(EVIDENCE[0]!, plain('windows-security', 500, 3));
  assert.equal(await lake.put(other!), true);
  await assert.rejects(addresses(dir), coded('DAMAGED'), 'two readings of one evidence must not be mixed');
  await lake.seal();
  assert.deepEqual(await addresses(dir), ['a@500000', 'a@501000', 'a@502000']);
});

test('a kill before any step: the next seal gives the same files, and reading between is right', async () => {
  const before = fresh();
  await fill(before, [...SAMPLE[0]!, ...SAMPLE[2]!]);
  const target = fresh();
  await fill(target, [...SAMPLE[0]!, ...SAMPLE[2]!, ...SAMPLE[1]!, ...LARGE]);
  const want = files(target);
  const rows = await addresses(target);
  for (let fatal = 0, survived = false; !survived; fatal++) {
    const dir = fresh();
    cpSync(before, dir, { recursive: true });
    let steps = 0;
    const step = (): void => {
      if (steps++ === fatal) throw new Error('killed');
    };
    let placed = false;
    try {
      const lake = await openLake(dir, { step });
      for (const part of [...SAMPLE[1]!, ...LARGE]) await lake.put(part);
      placed = true;
      await lake.seal();
      survived = true;
      assert.ok(steps >= 8, `${steps} steps were tried`);
    } catch (error) {
      assert.equal((error as Error).message, 'killed');
    }
    if (placed) assert.deepEqual((await addresses(dir)).sort(), [...rows].sort(), `read after a kill at step ${fatal}`);
    const again = await openLake(dir);
    for (const part of [...SAMPLE[1]!, ...LARGE]) await again.put(part);
    await again.seal();
    assert.deepEqual(files(dir), want, `sealed after a kill at step ${fatal}`);
  }
});

test('a half written file beside the others is not read and goes with the next seal', async () => {
  const dir = fresh();
  await fill(dir, SAMPLE[0]!);
  const want = files(dir);
  writeFileSync(join(dir, 'stream=windows-security/day=2022-04-04/events.parquet.7.tmp'), 'PAR1 half');
  assert.equal((await addresses(dir)).length, 40);
  await (await openLake(dir)).seal();
  assert.deepEqual(files(dir), want);
});

test('a flood of field names does not push common fields out of their columns, in any order', async () => {
  const names: Given['fields'] = Array.from({ length: 30 }, (_, i) => [`aa${i}`, 'x']);
  const flood = encode(EVIDENCE[0]!, plain('zeek-http', 0, 1, names), { columns: 8 });
  const calm = encode(EVIDENCE[1]!, plain('zeek-http', 1, 20, [['zz', '1']]), { columns: 8 });
  const wider = encode(
    EVIDENCE[2]!,
    plain('zeek-http', 30, 10, [
      ['yy', '1'],
      ['aa3', 'y'],
    ]),
    { columns: 8 },
  );
  const seal = async (dir: string, ...batches: LakePart[][]): Promise<void> => {
    const lake = await openLake(dir, { columns: 8 });
    for (const batch of batches) {
      for (const part of batch) await lake.put(part);
      await lake.seal();
    }
  };
  const [one, two, three] = [fresh(), fresh(), fresh()];
  await seal(one, [...flood, ...calm, ...wider]);
  await seal(two, wider, calm, flood);
  await seal(three, flood, wider, calm);
  assert.deepEqual(files(two), files(one));
  assert.deepEqual(files(three), files(one));
  const row = await readRow(one, EVIDENCE[0]!, 0);
  assert.deepEqual(folded(row!.fields), expected(plain('zeek-http', 0, 1, names)[0]!).fields);
  const bytes = readFileSync(join(one, 'stream=zeek-http/day=2022-04-04/events.parquet')).toString('latin1');
  assert.ok(bytes.includes('zz') && bytes.includes('aa3'));
  const lake = await openLake(three, { columns: 8 });
  await lake.drop(EVIDENCE[0]!);
  const never = fresh();
  await seal(never, [...calm, ...wider]);
  assert.deepEqual(files(three), files(never));
});

test('a damaged file is said to be damaged, wherever it is cut or changed', async () => {
  const dir = fresh();
  await fill(dir, SAMPLE.flat());
  const path = join(dir, 'stream=windows-security/day=2022-04-04/events.parquet');
  const whole = readFileSync(path);
  for (const length of [0, 3, 11, whole.length >> 1, whole.length - 1]) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    await assert.rejects(addresses(dir), coded('DAMAGED'), `cut to ${length}`);
  }
  const check = fc.asyncProperty(
    fc.nat({ max: whole.length - 1 }),
    fc.integer({ min: 1, max: 255 }),
    async (at, by) => {
      const bytes = Uint8Array.from(whole);
      bytes[at] = bytes[at]! ^ by;
      writeFileSync(path, bytes);
      await addresses(dir).catch((error: unknown) => assert.ok(coded('DAMAGED')(error), String(error)));
    },
  );
  await fc.assert(check, { numRuns: Number(process.env.CZERNIN_FUZZ ?? 60), endOnFailure: true });
});

test('rows by address; parts with foreign names are refused', async () => {
  const dir = fresh();
  await assert.rejects(readRow(dir, EVIDENCE[0]!, 0), coded('NO_LAKE'));
  await fill(dir, [...SAMPLE.flat(), ...LARGE]);
  assert.equal((await readRow(dir, EVIDENCE[1]!, 3_000))?.fields.get('CommandLine'), 'run 3');
  assert.equal((await readRow(dir, EVIDENCE[4]!, 18_999))?.evidence, EVIDENCE[4]);
  assert.equal(await readRow(dir, EVIDENCE[1]!, 3_001), null);
  const lake = await openLake(dir);
  for (const wrong of [{ stream: '../x' }, { day: '..' }, { name: '../../x' }, { day: '2022-4-4' }]) {
    await assert.rejects(lake.put({ ...SAMPLE[0]![0]!, ...wrong }), coded('BAD_PART'));
  }
});
