import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex } from '../base/index.ts';
import { admitPublicKey, signerFromSeed } from './ed25519.ts';
import { SealError } from './errors.ts';

const hex = (text: string): Uint8Array => fromHex(text)!;
const refused = (raw: Uint8Array): void =>
  assert.throws(
    () => admitPublicKey(raw),
    (e) => e instanceof SealError && e.code === 'BAD_KEY',
  );

/** What node's OpenSSL says when nobody judges the key first. */
function openssl(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

test('RFC 8032 section 7.1, tests 1 to 3', () => {
  const cases = [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ] as const;
  for (const [seed, key, message, signature] of cases) {
    const signer = signerFromSeed(hex(seed));
    assert.deepEqual(signer.publicKey.raw, hex(key));
    assert.deepEqual(Uint8Array.from(signer.sign(hex(message))), hex(signature));
    assert.ok(admitPublicKey(hex(key)).verify(hex(message), hex(signature)));
  }
});

// The eight points of small order and their six other encodings (facts of the curve; also listed in C2SP's CCTV).
const SMALL_ORDER = [
  `${'00'.repeat(32)}`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(31)}`,
  `01${'00'.repeat(30)}80`,
  `ec${'ff'.repeat(30)}7f`,
  `ec${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
];

test('keys of small order are refused, in every encoding', () => {
  for (const key of SMALL_ORDER) refused(hex(key));
});

test('a key with a small-order part is refused though OpenSSL takes it; so is what is no point at all', () => {
  const mixed = hex('10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f');
  const signature = hex(
    'b62cf890de42c413b11b1411c9f01f1c4d77aa87ef182258d1251f69af2a350608f32d206a7c0b7efa9a59e66546e8f1f599ef843fb502c9cc3c4ae8b7c11e05',
  );
  assert.ok(
    openssl(mixed, new TextEncoder().encode('ed25519vectors 5'), signature),
    'as C2SP CCTV says of such verifiers',
  );
  refused(mixed);
  refused(hex(`02${'00'.repeat(31)}`)); // no x for this y
  refused(hex(`f0${'ff'.repeat(30)}7f`)); // y ≥ p
  refused(new Uint8Array(31));
  refused(new Uint8Array(33));
});

test('a signature has one form: S + L, a longer or shorter text, any flipped bit are refused', () => {
  const signer = signerFromSeed(new Uint8Array(32).fill(7));
  const message = new TextEncoder().encode('entry');
  const good = signer.sign(message);
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  let s = 0n;
  for (let i = 63; i >= 32; i--) s = (s << 8n) | BigInt(good[i]!);
  const malleated = Uint8Array.from(good);
  for (let i = 32, v = s + L; i < 64; i++, v >>= 8n) malleated[i] = Number(v & 255n);
  assert.ok(signer.publicKey.verify(message, good));
  assert.ok(!signer.publicKey.verify(message, malleated));
  assert.ok(!signer.publicKey.verify(message, good.subarray(0, 63)));
  assert.ok(!signer.publicKey.verify(message, Buffer.concat([good, Buffer.alloc(1)])));
  fc.assert(
    fc.property(fc.nat({ max: 511 }), (bit) => {
      const bad = Uint8Array.from(good);
      bad[bit >> 3]! ^= 1 << (bit & 7);
      assert.ok(!signer.publicKey.verify(message, bad));
    }),
    { numRuns: 60 },
  );
});

test('the identity as R is refused: OpenSSL versions differ on it', () => {
  const { publicKey } = signerFromSeed(new Uint8Array(32).fill(3));
  const signature = new Uint8Array(64);
  signature[0] = 1;
  assert.equal(publicKey.verify(new Uint8Array(1), signature), false);
});

test('every honest key is admitted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      const { publicKey } = signerFromSeed(seed);
      assert.equal(admitPublicKey(publicKey.raw).fingerprint, publicKey.fingerprint);
    }),
    { numRuns: 20 },
  );
  assert.throws(
    () => signerFromSeed(new Uint8Array(31)),
    (e) => e instanceof SealError && e.code === 'BAD_KEY',
  );
});
