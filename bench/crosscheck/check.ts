import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, fromHex, toHex } from '../../src/base/index.ts';
import {
  admitPublicKey,
  HashTree,
  leafHash,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVkey,
  SealError,
  verifyConsistency,
  verifyInclusion,
} from '../../src/seal/index.ts';

/**
 * Verifies what `go run . make DIR` wrote, and, when it lies there, C2SP's list of Ed25519 edge cases
 * (ed25519/ed25519vectors.json of github.com/C2SP/CCTV). Usage: check.ts DIR
 */
const dir = process.argv[2] ?? 'out';
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const bytes = (text: string): Uint8Array => {
  const out = fromBase64(text);
  assert.ok(out);
  return out;
};

interface Theirs {
  leaves: string[];
  roots: string[];
  vkey: string;
  note: string;
  inclusion: { index: number; size: number; path: string[] | null }[];
  consistency: { first: number; second: number; path: string[] | null }[];
}
const x = JSON.parse(readFileSync(join(dir, 'theirs.json'), 'utf8')) as Theirs;
const tree = new HashTree();
for (const leaf of x.leaves) tree.push(toHex(leafHash(bytes(leaf))));
const roots = x.roots.map(bytes);
for (const [n, root] of roots.entries()) assert.deepEqual(tree.root(n), root);
say(`roots: ${roots.length} agree`);
for (const p of x.inclusion) {
  const path = (p.path ?? []).map(bytes);
  assert.ok(verifyInclusion(tree.leaf(p.index), p.index, p.size, path, roots[p.size]!));
  assert.deepEqual(tree.inclusionProof(p.index, p.size), path);
}
for (const p of x.consistency) {
  const path = (p.path ?? []).map(bytes);
  assert.ok(verifyConsistency(p.first, p.second, path, roots[p.first]!, roots[p.second]!));
  assert.deepEqual(tree.consistencyProof(p.first, p.second), path);
}
say(
  `proofs: ${x.inclusion.length} inclusion, ${x.consistency.length} consistency verified, and ours are the same bytes`,
);
const opened = openNote(parseNote(x.note), [parseVkey(x.vkey)]);
const { origin, size, root } = parseCheckpoint(parseNote(x.note).text);
assert.deepEqual(root, roots[size]);
say(`checkpoint: ${origin} of size ${size}, ${opened.verified.length} signature verified`);

const vectors = join(dir, 'ed25519vectors.json');
if (existsSync(vectors)) {
  const count = { refusedKey: 0, refusedSignature: 0, accepted: [] as string[] };
  type Vector = { key: string; sig: string; msg: string; flags: string[] | null };
  for (const v of JSON.parse(readFileSync(vectors, 'utf8')) as Vector[]) {
    try {
      const holds = admitPublicKey(fromHex(v.key)!).verify(new TextEncoder().encode(v.msg), fromHex(v.sig)!);
      if (holds) count.accepted.push((v.flags ?? []).join() || 'no flag');
      else count.refusedSignature++;
    } catch (e) {
      if (!(e instanceof SealError)) throw e;
      count.refusedKey++;
    }
  }
  assert.deepEqual(count.accepted, ['no flag']);
  say(`Ed25519 edge cases: ${JSON.stringify(count)}`);
} else {
  say('Ed25519 edge cases: no ed25519vectors.json in the folder, not compared');
}
