/**
 * The worked example holds what its truth says: the same bytes for the same seed, every file read by the reader meant
 * for it, every planted record where it is said to be and seen by the rules that are named for it; and a ministry
 * without an intruder raises no alarm.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { DEFAULT_SEED, generateSample, type Sample } from '../../exercise/ministry/index.ts';
import { deflate } from '../../exercise/pack/deflate.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { hunt, openFiles, rulesBelow } from './support/hunt.ts';

const digest = ({ files }: Sample) => {
  const hash = createHash('sha256');
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
};
const own = rulesBelow(join(import.meta.dirname, '../../content/rules'), 'own');
const sample = generateSample(DEFAULT_SEED);
const { truth } = sample;
const seen = hunt(openFiles(sample.files), own);
const STRONG = new Set(['high', 'critical']);

describe('the sample', () => {
  test('the same seed gives the same bytes; another seed others', () => {
    assert.equal(digest(sample), PINNED);
    assert.equal(digest(generateSample(DEFAULT_SEED)), PINNED);
    assert.notEqual(digest(generateSample(DEFAULT_SEED + 1)), PINNED);
  });

  test('a few megabytes, over twenty-six months, with no public address that could be somebody’s', () => {
    const size = sample.files.reduce((n, f) => n + f.bytes.length, 0);
    assert.ok(size > 3e6 && size < 8e6, `${size} bytes`);
    const reserved = /^(?:192\.0\.2|198\.51\.100|203\.0\.113|10\.20|127\.0)\./;
    const versions = /^(?:10\.0\.|11[0-9]\.0\.|1[05]\.|1\.|\d+\.0\.0\.)/;
    for (const [path, bytes] of openFiles(sample.files)) {
      if (path.endsWith('.nwq')) continue;
      const text = path.endsWith('.evtx')
        ? Buffer.from(bytes).toString('utf16le')
        : Buffer.from(bytes).toString('utf8');
      for (const [address] of text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g)) {
        assert.ok(reserved.test(address) || versions.test(address), `${path}: ${address}`);
      }
    }
  });

  test('every file is read by the reader meant for it, with the faults put there and no other', () => {
    assert.deepEqual([...seen.files.keys()].sort(), truth.files.map((f) => f.path).sort());
    for (const { path, format, faults, records } of truth.files) {
      const got = seen.files.get(path);
      assert.equal(got?.format, format, path);
      assert.deepEqual([...new Set(got?.faults)], faults, path);
      if (faults.length === 0) assert.equal(got?.records, records, path);
      else assert.ok(got && got.records > 0 && got.records < records, path);
    }
  });

  test('one file stands there twice', () => {
    const digests = sample.files.map((f) => createHash('sha256').update(f.bytes).digest('hex'));
    assert.equal(new Set(digests).size, digests.length - 1);
  });
});

describe('the truth', () => {
  test('every planted record is where it is said to be, at its time', () => {
    for (const p of truth.planted) {
      const time = seen.files.get(p.file)?.times.get(p.record);
      assert.ok(time !== undefined, `${p.id}: no record ${p.record} in ${p.file}`);
      // IIS, the gateway and the cloud note whole seconds
      const whole = p.time.slice(0, 19);
      assert.equal(time.slice(0, 19), whole, `${p.id} ${p.what}`);
    }
  });

  test('every planted record is seen by the rules named for it, or it is said why not', () => {
    const wrong: string[] = [];
    const paths = new Set(own.map((r) => r.meta.origin.replace(/^own\//, '')));
    for (const p of truth.planted) {
      const fired = seen.fired.get(`${p.file}#${p.record}`) ?? new Set();
      for (const rule of p.rules) {
        if (!paths.has(rule)) wrong.push(`${p.id}: there is no rule ${rule}`);
        else if (!fired.has(rule))
          wrong.push(`${p.id} ${p.file}#${p.record} (${p.what}): ${rule} is silent; fired: ${[...fired]}`);
      }
      if (p.rules.length === 0 && !p.invisible) wrong.push(`${p.id} ${p.what}: neither seen nor said why not`);
    }
    assert.deepEqual(wrong, []);
  });

  test('what is called invisible is not seen by any own rule', () => {
    const known = truth.planted.flatMap((p) => {
      const fired = [...(seen.fired.get(`${p.file}#${p.record}`) ?? [])];
      return p.invisible && fired.length > 0 ? [`${p.id} ${p.what}: name ${fired} in its act`] : [];
    });
    assert.deepEqual(known, []);
  });

  test('strong findings are the intruder’s', () => {
    const planted = new Set(truth.planted.map((p) => `${p.file}#${p.record}`));
    const strong = seen.findings.filter((f) => STRONG.has(f.rule.meta.level));
    assert.ok(strong.length >= 5);
    assert.deepEqual(
      strong.filter((f) => !planted.has(f.where)),
      [],
    );
  });

  test('the true start lies before every log, and what a gap swallowed is told', () => {
    assert.ok(truth.trueStart < '2022-04-01');
    assert.ok(truth.unlogged.some((u) => u.reason.includes('begins on')));
    assert.ok(truth.unlogged.some((u) => u.reason.includes('was cleared')));
    for (const phase of Object.keys(truth.phases))
      assert.ok(
        truth.planted.some((p) => p.phase === phase),
        phase,
      );
  });
});

test('docs/sample.md tells the same story: phases with their months, the true start, every folder', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/sample.md'), 'utf8');
  for (const phase of Object.keys(truth.phases)) {
    const [, when = ''] = new RegExp(`^\\| \`${phase}\` \\| ([^|]+) \\|`, 'm').exec(page) ?? [];
    const said = when.match(/\d{4}-\d{2}/g) ?? [];
    const times = [...truth.planted, ...truth.unlogged].filter((p) => p.phase === phase).map((p) => p.time.slice(0, 7));
    assert.deepEqual([said[0], said.at(-1)], [times.sort()[0], times.at(-1)], phase);
  }
  for (const day of [truth.trueStart, truth.eviction]) assert.ok(page.includes(day.slice(0, 10)), day);
  for (const { path } of sample.files) {
    const [, folder = ''] = /^logs\/([^/]+)/.exec(path) ?? [];
    assert.ok(page.includes(folder), folder);
  }
});

test('without an intruder nothing is planted and nothing strong is found', () => {
  for (const seed of [DEFAULT_SEED, 7]) {
    const quiet = generateSample(seed, { plantIntruder: false });
    assert.deepEqual(quiet.truth.planted, []);
    const { findings } = hunt(openFiles(quiet.files), own);
    const strong = findings.filter((f) => STRONG.has(f.rule.meta.level));
    assert.deepEqual(
      strong.map((f) => `${f.rule.meta.title} ${f.where}`),
      [],
    );
  }
});

test('public rules see what the truth says they see', { skip: withoutShared('sigma', 'rules') }, () => {
  const wanted = new Set(truth.planted.flatMap((p) => p.sigma ?? []));
  const asked = (text: string) => wanted.has(/^id: (\S+)/m.exec(text)?.[1] ?? '');
  const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'];
  const chosen = folders.flatMap((f) => rulesBelow(shared('sigma', f), 'sigma', asked));
  assert.equal(
    chosen.length,
    wanted.size,
    `rules that are not there: ${[...wanted].filter((id) => !chosen.some((r) => r.meta.id === id))}`,
  );
  const origin = new Map(chosen.map((r) => [r.meta.id, r.meta.origin.slice(r.meta.origin.indexOf('/') + 1)]));
  const { fired } = hunt(openFiles(sample.files), chosen);
  const silent = truth.planted.flatMap((p) =>
    (p.sigma ?? [])
      .filter((id) => !fired.get(`${p.file}#${p.record}`)?.has(origin.get(id) as string))
      .map((id) => `${p.id} ${p.what}: ${origin.get(id)}`),
  );
  assert.deepEqual(silent, []);
});

test('the packer’s deflate gives back what went in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(Buffer.alloc(700, 'abc'))), { maxLength: 60 }),
      (parts) => {
        const bytes = Buffer.concat(parts);
        assert.deepEqual(inflateRawSync(deflate(bytes)), bytes);
      },
    ),
    { numRuns: 60 },
  );
});

/** SHA-256 over path, length and bytes of all files of the default seed; it changes with the generator, knowingly. */
const PINNED = '2ff14c8ab4b72581f9e1916dfb457507bf37ec03e14a769cc93f5b67a9f45ed7';
