import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { shared, withoutShared } from '../../test/support/shared.ts';
import { fromBase64, fromHex, toHex } from '../base/index.ts';
import { sha256 } from './digest.ts';
import { SealError } from './errors.ts';
import { Frontier, HashTree, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';

/** The slow twin: RFC 6962 section 2.1 word for word, over the leaves' data. */
const slow = {
  root(d: readonly Uint8Array[]): Uint8Array {
    if (d.length === 0) return sha256(new Uint8Array(0));
    if (d.length === 1) return sha256(Buffer.from([0, ...d[0]!]));
    const k = slow.k(d.length);
    return sha256(Buffer.from([1, ...slow.root(d.slice(0, k)), ...slow.root(d.slice(k))]));
  },
  path(m: number, d: readonly Uint8Array[]): Uint8Array[] {
    if (d.length === 1) return [];
    const k = slow.k(d.length);
    return m < k
      ? [...slow.path(m, d.slice(0, k)), slow.root(d.slice(k))]
      : [...slow.path(m - k, d.slice(k)), slow.root(d.slice(0, k))];
  },
  proof(m: number, d: readonly Uint8Array[], whole = true): Uint8Array[] {
    if (m === d.length) return whole ? [] : [slow.root(d)];
    const k = slow.k(d.length);
    return m <= k
      ? [...slow.proof(m, d.slice(0, k), whole), slow.root(d.slice(k))]
      : [...slow.proof(m - k, d.slice(k), false), slow.root(d.slice(0, k))];
  },
  k(n: number): number {
    return 2 ** Math.ceil(Math.log2(n) - 1);
  },
};

const data = (n: number): Uint8Array[] => Array.from({ length: n }, (_, i) => Uint8Array.of(i, i >> 8));

test('tree and frontier equal the definition for every size to 70, every proof included', () => {
  const leaves = data(70);
  const tree = new HashTree();
  let frontier = new Frontier();
  for (let n = 0; n <= leaves.length; n++) {
    const d = leaves.slice(0, n);
    assert.deepEqual(tree.root(), slow.root(d), `root of ${n}`);
    assert.deepEqual(frontier.root(), slow.root(d), `frontier of ${n}`);
    if (n < leaves.length) {
      const leaf = leafHash(leaves[n]!);
      tree.push(toHex(leaf));
      frontier = new Frontier(frontier.size, frontier.peaks); // resumed from what a station keeps
      frontier.push(leaf);
      assert.deepEqual(tree.peaks(), frontier.peaks);
    }
  }
  for (let n = 1; n <= leaves.length; n += n < 20 ? 1 : 7) {
    const d = leaves.slice(0, n);
    const root = tree.root(n);
    assert.deepEqual(root, slow.root(d), `past root of ${n}`);
    for (let m = 0; m < n; m++) {
      const path = tree.inclusionProof(m, n);
      assert.deepEqual(path, slow.path(m, d), `path ${m} in ${n}`);
      assert.ok(verifyInclusion(leafHash(d[m]!), m, n, path, root));
      const proof = tree.consistencyProof(m + 1, n);
      assert.deepEqual(proof, slow.proof(m + 1, d), `from ${m + 1} to ${n}`);
      assert.ok(verifyConsistency(m + 1, n, proof, tree.root(m + 1), root));
    }
  }
});

test('a proof changed in any way is no proof', () => {
  const tree = new HashTree();
  for (const d of data(200)) tree.push(toHex(leafHash(d)));
  const size = fc.integer({ min: 2, max: 200 });
  fc.assert(
    fc.property(size, fc.nat(), fc.nat(), fc.nat(), fc.nat({ max: 255 }), (n, pick, where, byte, bit) => {
      const m = pick % n;
      const path = tree.inclusionProof(m, n);
      const [root, leaf] = [tree.root(n), Uint8Array.from(tree.leaf(m))];
      const flipped = path.map((h) => Uint8Array.from(h));
      flipped[where % path.length]![byte % 32]! ^= 1 << (bit % 8);
      assert.ok(!verifyInclusion(leaf, m, n, flipped, root), 'flipped bit');
      assert.ok(!verifyInclusion(leaf, m, n, path.slice(1), root), 'shorter');
      assert.ok(!verifyInclusion(leaf, m, n, [...path, root], root), 'longer');
      assert.ok(!verifyInclusion(leaf, (m + 1) % n, n, path, root), 'other index');
      const first = Math.max(1, m);
      const proof = tree.consistencyProof(first, n);
      assert.ok(!verifyConsistency(first, n, [...proof, root], tree.root(first), root), 'longer');
      assert.ok(!verifyConsistency(first, n, proof.slice(1), tree.root(first), root), 'shorter');
      assert.ok(!verifyConsistency(first, n, proof, leaf, root) || n === first || first === 1, 'other root');
    }),
  );
});

test('numbers outside the tree are refused, also those that only look like powers of two', () => {
  const tree = new HashTree();
  tree.push('00'.repeat(32));
  for (const act of [
    () => tree.root(2),
    () => tree.inclusionProof(1),
    () => tree.inclusionProof(0, 2),
    () => tree.consistencyProof(0),
    () => tree.consistencyProof(2, 1),
  ]) {
    assert.throws(act, (e) => e instanceof SealError && e.code === 'OUT_OF_RANGE');
  }
  const h = new Uint8Array(32);
  assert.equal(verifyInclusion(h, -1, 4, [h, h], h), false);
  assert.equal(verifyInclusion(h, 0.5, 4, [h, h], h), false);
  assert.equal(verifyConsistency(2 ** 49 - 1, 2 ** 49, Array(49).fill(h), h, h), false);
});

interface Vector {
  leafIdx: number;
  treeSize: number;
  leafHash: string;
  root: string;
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  wantErr: boolean;
  desc: string;
}

function vectorsOf(kind: string): Vector[] {
  const dir = shared('vectors/rfc6962/testdata', kind);
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.json'))
    .map((f) => JSON.parse(readFileSync(`${dir}/${f}`, 'utf8')) as Vector);
}

// A number beyond 2^53 in a vector is one no tree can have; JSON.parse rounds it and the verdict is the same: no.
const b64 = (text: string): Uint8Array => fromBase64(text)!;

test('published vectors, good and bad', { skip: withoutShared('vectors', 'rfc6962', 'testdata') }, () => {
  const count = { inclusion: [0, 0], consistency: [0, 0] };
  for (const v of vectorsOf('inclusion')) {
    const got = verifyInclusion(b64(v.leafHash), v.leafIdx, v.treeSize, (v.proof ?? []).map(b64), b64(v.root));
    assert.equal(got, !v.wantErr, `inclusion: ${v.desc}`);
    count.inclusion[got ? 0 : 1]!++;
  }
  for (const v of vectorsOf('consistency')) {
    const got = verifyConsistency(v.size1, v.size2, (v.proof ?? []).map(b64), b64(v.root1), b64(v.root2));
    assert.equal(got, !v.wantErr, `consistency: ${v.desc}`);
    count.consistency[got ? 0 : 1]!++;
  }
  assert.deepEqual(count, { inclusion: [6, 92], consistency: [6, 92] });
});

test('the eight leaves of the certificate-transparency tests have their known root', () => {
  const texts = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const tree = new HashTree();
  for (const text of texts) tree.push(toHex(leafHash(fromHex(text)!)));
  assert.equal(toHex(tree.root()), '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
});
