/** Keys at rest, cards, the book, digits read over the phone. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Decrypter } from 'age-encryption';
import {
  cardDigits,
  newRecoveryKey,
  readCard,
  readRecoveryKey,
  StationHome,
  withCard,
  withVerified,
} from '../../src/platform/station/index.ts';
import { remove, temporaryFolder } from './support/stations.ts';

const folder = temporaryFolder('station');
after(() => remove(folder));
const PASS = 'correct horse battery staple';
const ABOUT = { name: 'CSIRT', role: 'lead', marking: { tlp: 'amber', pap: 'amber' } } as const;
const make = (name: string) => StationHome.create(join(folder, name), ABOUT, PASS, 10);

test('a station: keys only in keys.age, everything closed to others, opened by its passphrase alone', async () => {
  const { home, recoveryKey } = await make('a');
  assert.match(home.card.recipient, /^age1pq1/);
  for (const file of readdirSync(home.root)) assert.equal(statSync(join(home.root, file)).mode & 0o077, 0, file);
  assert.equal(statSync(home.root).mode & 0o077, 0);
  const keys = await home.unlock(PASS);
  assert.equal(keys.signer.publicKey.text, home.card.key);
  await assert.rejects(home.unlock('correct horse battery stable'), (e: Error) => {
    assert.equal((e as { code?: string }).code, 'WRONG_PASSPHRASE');
    assert.ok(!`${e.message}${e.stack}${JSON.stringify(e)}`.includes('stable'));
    return e.cause === undefined;
  });
  // any age tool opens the vault; nothing secret lies beside it
  const age = new Decrypter();
  age.addPassphrase(PASS);
  const secrets = JSON.parse(await age.decrypt(readFileSync(join(home.root, 'keys.age')), 'text')) as {
    seeds: string[];
    identities: string[];
  };
  assert.match(secrets.identities[0]!, /^AGE-SECRET-KEY-PQ-1/);
  const beside = readFileSync(join(home.root, 'station.json'), 'utf8');
  assert.ok(!beside.includes(secrets.seeds[0]!) && !beside.includes(recoveryKey));
  assert.equal(readRecoveryKey(recoveryKey).publicKey.text, home.recovery!.text);
  await assert.rejects(make('a'), { code: 'STATION_EXISTS' });
  await assert.rejects(StationHome.create(join(folder, 'w'), ABOUT, 'short', 10), { code: 'WEAK_PASSPHRASE' });
});

test('a folder others may enter, a station that is not there, files that are not what they should be', async () => {
  const { home } = await make('b');
  chmodSync(home.root, 0o755);
  assert.throws(() => StationHome.open(home.root), { code: 'OPEN_TO_OTHERS' });
  chmodSync(home.root, 0o700);
  writeFileSync(join(home.root, 'book.json'), '{"x":1}');
  assert.throws(() => home.book(), { code: 'BAD_STATION' });
  writeFileSync(join(home.root, 'station.json'), '{');
  assert.throws(() => StationHome.open(home.root), { code: 'BAD_STATION' });
  assert.throws(() => StationHome.open(join(folder, 'none')), { code: 'NO_STATION' });
  assert.equal(StationHome.find(join(folder, 'none')), null);
});

test('rotation: a new card, the old key kept to sign the way over', async () => {
  const { home } = await make('c');
  const { home: now, keys } = await home.rotate(PASS);
  assert.notEqual(now.card.key, home.card.key);
  assert.deepEqual(
    keys.retired.map((s) => s.publicKey.text),
    [home.card.key],
  );
  assert.equal(keys.identities.length, 2);
  assert.notEqual(cardDigits(now.card), cardDigits(home.card));
  assert.equal((await StationHome.open(home.root).unlock(PASS)).signer.publicKey.text, now.card.key);
});

test('the book: a card proves nothing until it was compared; wrong digits are refused; one name, one card', async () => {
  const { home } = await make('d');
  const { home: other } = await StationHome.create(join(folder, 'e'), { ...ABOUT, name: 'Ministry' }, PASS, 10);
  const path = join(folder, 'ministry.card');
  writeFileSync(path, JSON.stringify(other.card));
  const at = '2024-07-01T08:00:00.000Z';
  const added = withCard(home.book(), readCard(path), { how: 'not-verified', by: 'Ana', at });
  assert.deepEqual(withCard(added, other.card, { how: 'phone', by: 'Eve', at }), added);
  const phone = { how: 'phone', by: 'Ana', at } as const;
  const digits = cardDigits(other.card);
  assert.match(digits, /^(\d{5} ){11}\d{5}$/);
  assert.throws(
    () =>
      withVerified(
        added,
        'Ministry',
        phone,
        digits.replace(/\d$/, (d) => String((Number(d) + 1) % 10)),
      ),
    { code: 'WRONG_DIGITS' },
  );
  assert.throws(() => withVerified(added, 'Nobody', phone, digits), { code: 'UNKNOWN_STATION' });
  home.saveBook(withVerified(added, 'Ministry', phone, digits.replaceAll(' ', '-')));
  assert.equal(StationHome.open(home.root).book()[0]!.verified.how, 'phone');
  assert.throws(() => withCard(home.book(), { ...home.card, name: 'Ministry' }, phone), { code: 'CARD_CONFLICT' });
});

test('cards from anywhere: only their shape and a good key', () => {
  const path = join(folder, 'bad.card');
  const card = {
    format: 'czernin-card/1',
    name: 'x',
    role: 'y',
    key: Buffer.alloc(32, 0).toString('base64'),
    recipient: `age1pq1${'q'.repeat(30)}`,
  };
  for (const bad of ['', '{', '[]', JSON.stringify({ ...card, extra: 1 }), JSON.stringify(card), 'x'.repeat(20_000)]) {
    writeFileSync(path, bad);
    assert.throws(() => readCard(path), { code: 'BAD_CARD' });
  }
  assert.throws(() => readCard(join(folder, 'absent')), { code: 'BAD_CARD' });
});

test('a recovery key from paper: spaces and case are forgiven, a slip is not', () => {
  const { text, signer } = newRecoveryKey();
  assert.equal(readRecoveryKey(` ${text.toLowerCase().replaceAll('-', ' ')}\n`).publicKey.text, signer.publicKey.text);
  const slip = text.replace(/([0-9A-F])$/, (c) => (c === '0' ? '1' : '0'));
  for (const bad of [slip, text.slice(0, -1), '', 'AGE-SECRET-KEY'])
    assert.throws(() => readRecoveryKey(bad), { code: 'BAD_RECOVERY_KEY' });
});
