import { randomFillSync } from 'node:crypto';
import {
  appendEntry,
  checkpoint,
  emptyTally,
  type JournalState,
  mergeCopies,
  openJournal,
  replay,
  replayItems,
  verifyJournal,
  withhold,
} from '../../src/journal/index.ts';
import { sha256Hex, signerFromSeed } from '../../src/seal/index.ts';

/**
 * The journal's rules in memory against their limits, in one run: signing, verifying, hashing, JSON.parse of the same
 * bytes. Usage: speed.ts [entries]
 */
const n = Number(process.argv[2] ?? 20_000);
const out: Record<string, string>[] = [];

function measure<T>(what: string, act: () => T, count = n): T {
  const from = process.cpuUsage();
  const result = act();
  const { user, system } = process.cpuUsage(from); // processor time: other work on the machine does not count
  const us = (user + system) / count;
  out.push({ what, 'µs each': us.toFixed(2), 'per second': Math.round(1e6 / us).toLocaleString('en') });
  return result;
}

const signer = signerFromSeed(new Uint8Array(32).fill(1));
const pool = new Uint8Array(32 * 1024);
let used = pool.length;
const salt = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 32;
  return pool.slice(used - 32, used);
};
const occasion = (i: number, events: string[] = []) => ({
  author: 'Ana',
  time: { at: new Date(1.7e12 + i * 1000).toISOString(), source: 'system' as const },
  marking: { originator: 'CSIRT', pap: 'amber' as const, tlp: 'amber' as const },
  refs: { events },
});
const about = { case: { id: '0'.repeat(32), title: 'Speed' }, agency: 'CSIRT', role: 'lead' };
const evidence = 'a'.repeat(64);
const lines: string[] = [];

function write(signing: typeof signer): JournalState {
  const pen = { signer: signing, salt };
  lines.length = 0;
  const first = openJournal(about, occasion(0), pen);
  lines.push(first.line);
  let last: JournalState = first.state;
  for (let i = 1; i < n; i++) {
    const finding = i.toString(16).padStart(32, '0');
    const payload = { finding, verdict: 'accepted' as const, why: `seen on the disk image of host ${i}` };
    const draft = { ...occasion(i, [`${evidence}@${i}`]), kind: 'finding-judged' as const, payload };
    const done = appendEntry(last, draft, pen);
    lines.push(done.line);
    last = done.state;
  }
  return last;
}
const nothing = new Uint8Array(64);
measure('append, signing left out', () => write({ publicKey: signer.publicKey, sign: () => nothing }));
const state = measure('append', () => write(signer));
const entries = Buffer.from(lines.join(''));
const checkpoints = Buffer.from(checkpoint(state, signer));
const files = { entries, checkpoints };
const { copy } = measure('verify all', () => verifyJournal(files));
if (!copy) throw new Error('not sound');
measure('verify, signatures left out', () => verifyJournal(files, { checkSignature: () => true }));
const [journal] = mergeCopies([copy]);
measure('replay, item by item', () => {
  let items = 0;
  for (const _ of replayItems([journal!], {}, emptyTally())) items++;
  return items;
});
measure('replay into a Case', () => replay([journal!]));
const part = verifyJournal(
  withhold(journal!, ({ index }) => (index % 2 ? 0 : 1)),
  { checkSignature: () => true },
).copy!;
measure('merge a half-withheld copy', () => mergeCopies([part, copy]));
measure(
  'inclusion proof',
  () => {
    for (let i = 0; i < 1000; i++) copy.tree.inclusionProof((i * 7919) % n);
  },
  1000,
);

const message = entries.subarray(0, 560);
const signature = signer.sign(message);
const some = Math.min(n, 5000);
measure(
  'limit: Ed25519 sign',
  () => {
    for (let i = 0; i < some; i++) signer.sign(message);
  },
  some,
);
measure(
  'limit: Ed25519 verify',
  () => {
    for (let i = 0; i < some; i++) signer.publicKey.verify(message, signature);
  },
  some,
);
measure('limit: three SHA-256 an entry', () => {
  for (let i = 0; i < n; i++) for (let k = 0; k < 3; k++) sha256Hex(message);
});
measure('limit: JSON.parse of the lines', () => {
  for (const line of lines) JSON.parse(line);
});
process.stdout.write(`${n} entries of ${Math.round(entries.length / n)} bytes\n`);
for (const row of out)
  process.stdout.write(`${row.what!.padEnd(32)}${row['µs each']!.padStart(10)}${row['per second']!.padStart(14)}\n`);
