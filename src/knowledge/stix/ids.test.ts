import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { observableId, ownId } from './index.ts';

/** Ids after errata 01, recomputed apart from this code. */
const VECTORS: readonly [Record<string, unknown>, string][] = [
  [{ type: 'ipv4-addr', value: '198.51.100.3' }, '28bb3599-77cd-5a82-a950-b5bc3caf07c4'],
  [{ type: 'ipv4-addr', value: '198.51.100.0/24' }, '1ea47840-aa39-5aa8-b4a2-cd203eb6662a'],
  [{ type: 'ipv6-addr', value: '2001:0db8:85a3:0000:0000:8a2e:0370:7334' }, '85a85a8c-ee99-5722-946d-3c3a3270fc6f'],
  [{ type: 'domain-name', value: 'example.com' }, 'bedb4899-d24b-5401-bc86-8f6b4cc18ec7'],
  [{ type: 'email-addr', value: 'john@example.com' }, '7165e2a9-671f-585d-b1e1-ca59c671d934'],
  [{ type: 'url', value: 'https://example.com/research/index.html' }, '47c3cf9a-5027-5bf0-997a-017c7edc7c55'],
  [{ type: 'mutex', name: '__CLEANSWEEP__' }, 'f93fe911-e545-5239-b9b0-597840d0c871'],
  [{ type: 'mac-addr', value: 'd2:fb:49:24:37:18' }, '757b1725-9903-54f5-a855-1240691d7659'],
  [{ type: 'autonomous-system', number: 15139 }, '3aa27478-50b5-5ab8-9da9-cdc12b657fff'],
  [{ type: 'directory', path: 'C:\\Windows\\System32' }, '0a58d0c1-59e6-5afd-8252-dcd3f13e5622'],
  [
    { type: 'windows-registry-key', key: 'HKEY_LOCAL_MACHINE\\System\\Foo\\Bar' },
    '1884b770-b679-522a-a9c7-45fadaaec7bb',
  ],
  [{ type: 'domain-name', value: 'bücher.example' }, 'dbf3aff2-b3cd-57d2-9616-0ddfde9d01ad'],
];

for (const [object, uuid] of VECTORS) {
  test(`id of ${object.type} ${object.value ?? object.name ?? object.number ?? object.path ?? object.key}`, () => {
    assert.equal(observableId(object), `${object.type}--${uuid}`);
    assert.equal(observableId({ ...object, defanged: true, spec_version: '2.1' }), `${object.type}--${uuid}`);
  });
}

test('one hash counts, in the order MD5, SHA-1, SHA-256, SHA-512, else the first', () => {
  const file = (hashes: Record<string, string>) => observableId({ type: 'file', hashes });
  assert.equal(file({ 'SHA-256': 'b', MD5: 'a', 'SHA-512': 'c' }), file({ MD5: 'a' }));
  assert.equal(file({ SSDEEP: 'z', 'SHA-512': 'c' }), file({ 'SHA-512': 'c' }));
  assert.equal(file({ TLSH: 't', SSDEEP: 'z' }), file({ TLSH: 't' }));
  assert.notEqual(file({ MD5: 'a' }), file({ 'SHA-1': 'a' }));
});

test('nothing contributes: no deterministic id', () => {
  assert.equal(observableId({ type: 'process', pid: 4 }), null);
  assert.equal(observableId({ type: 'user-account', display_name: 'x' }), null);
  assert.equal(observableId({ type: 'x-custom', value: 'x' }), null);
});

test('the order of properties does not change an id', () => {
  const entries = fc
    .tuple(fc.string(), fc.string(), fc.string())
    .map(([name, vendor, version]) => ({ name, vendor, version }));
  fc.assert(
    fc.property(entries, (o) => {
      const { name, vendor, version } = o;
      if (![name, vendor, version].every((t) => t.isWellFormed())) return;
      assert.equal(
        observableId({ type: 'software', name, vendor, version }),
        observableId({ version, vendor, type: 'software', name }),
      );
    }),
  );
  assert.match(ownId('note', 'x'), /^note--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
