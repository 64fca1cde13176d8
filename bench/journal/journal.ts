/**
 * A case of a million entries, each figure beside its physical limit measured in the same run: appending against signing,
 * verifying against verifying signatures, replaying against parsing and hashing, opening against a second.
 * npm run bench:journal   (CZERNIN_N=100000 for less)
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CaseWorld,
  caseFileText,
  type Hand,
  openCaseIndex,
  openWriter,
  reindex,
  type Saying,
  type Station,
  statusOf,
} from '../../src/app/case/index.ts';
import { byteSize, count } from '../../src/base/index.ts';
import {
  emptyTally,
  journalOf,
  proveEntry,
  replayItems,
  verifyJournal,
  verifyProof,
  verifyStream,
} from '../../src/journal/index.ts';
import { openIndexStore } from '../../src/platform/index-store/index.ts';
import { lockCase, openShelf } from '../../src/platform/journal/index.ts';
import { sha256, signerFromSeed } from '../../src/seal/index.ts';

const N = Number(process.env.CZERNIN_N ?? 1_000_000);
const BATCH = 1000;
const CASE = { format: 'czernin-case/1', id: '0123456789abcdef0123456789abcdef', title: 'bench' } as const;

const root = mkdtempSync(join(tmpdir(), 'czernin-bench-journal-'));
mkdirSync(join(root, 'journal'));
writeFileSync(join(root, 'case.json'), caseFileText(CASE));
let salts = 0;
const world: CaseWorld = {
  file: CASE,
  shelf: openShelf(join(root, 'journal')),
  index: openIndexStore(join(root, 'index.sqlite')),
  lock: () => lockCase(join(root, '.lock')),
  now: () => Date.now(),
  salt: () => sha256(Buffer.from(`salt ${salts++}`)),
};
const signer = signerFromSeed(sha256(Buffer.from('bench')));
const marks = new Map<string, { size: number; tip: string }>();
const station: Station = {
  card: {
    format: 'czernin-card/1',
    name: 'Bench',
    role: 'lead',
    key: signer.publicKey.text,
    recipient: `age1pq1${'q'.repeat(20)}`,
  },
  signer,
  retired: [],
  recovery: null,
  marks: { get: (j) => marks.get(j), set: (j, m) => void marks.set(j, m) },
};
const hand: Hand = () => ({
  author: 'Ana',
  time: { at: new Date().toISOString(), source: 'system' },
  marking: { originator: 'Bench', pap: 'amber', tlp: 'amber' },
});

/** Mostly judgements, as after a large investigation; one in four a note that names an event. */
function saying(i: number): Saying {
  if (i % 4 === 0) {
    const events = [`${sha256(Buffer.from(`evidence ${i % 50}`)).toHex()}@${i * 512}`];
    return {
      kind: 'note',
      payload: { text: `Looked at record ${i} again: the same tool as before.` },
      refs: { events },
    };
  }
  const finding = (i % 300_000).toString(16).padStart(32, '0');
  return {
    kind: 'finding-judged',
    payload: { finding, verdict: i % 3 === 0 ? 'accepted' : 'innocent', why: 'seen on disk' },
  };
}

function timed<T>(act: () => T): [T, number] {
  const start = process.hrtime.bigint();
  const result = act();
  return [result, Number(process.hrtime.bigint() - start) / 1e9];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Said at once: a run over a million entries takes a quarter of an hour. */
function row(what: string, rate: number, limit: number, limitIs: string): void {
  const best = `${count(Math.round(limit))}/s ${limitIs}`;
  const share = `${((rate / limit) * 100).toFixed(0)} %`;
  say(
    `${what.padEnd(36)} ${`${count(Math.round(rate))}/s`.padStart(12)}   limit ${best.padEnd(40)} ${share.padStart(6)}`,
  );
}

function ms(seconds: number): string {
  return seconds < 10 ? `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms` : `${seconds.toFixed(1)} s`;
}

/** Bare signing and verifying of a message as long as an entry's header. */
function signatureLimits(): { sign: number; verify: number } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const pub = createPublicKey(publicKey.export({ format: 'pem', type: 'spki' }));
  const message = Buffer.alloc(560, 'x');
  const times = 10_000;
  const [signature, signing] = timed(() => {
    let last = Buffer.alloc(0);
    for (let i = 0; i < times; i++) last = sign(null, message, key);
    return last;
  });
  const [, verifying] = timed(() => {
    for (let i = 0; i < times; i++) verify(null, message, pub, signature);
  });
  return { sign: times / signing, verify: times / verifying };
}

function chunks(path: string, take: (chunk: Uint8Array) => void): void {
  const file = openSync(path, 'r');
  const chunk = Buffer.alloc(2 ** 20);
  for (let n = readSync(file, chunk); n > 0; n = readSync(file, chunk)) take(chunk.subarray(0, n));
  closeSync(file);
}

const before = signatureLimits();
const writer = openWriter(world, station, hand);
const [, appending] = timed(() => {
  for (let i = 0; i < N; i += BATCH) {
    writer.append(Array.from({ length: Math.min(BATCH, N - i) }, (_, k) => saying(i + k)));
  }
});
const after = signatureLimits();
const limit = { sign: (before.sign + after.sign) / 2, verify: (before.verify + after.verify) / 2 };
row('append (a sync every 1,000)', N / appending, limit.sign, 'signing');
const [, closing] = timed(() => writer.close());
const path = join(root, 'journal', writer.journal, 'entries.jsonl');
const notes = world.shelf.read(writer.journal, 'checkpoints');
const size = statSync(path).size;

const indexSize = statSync(join(root, 'index.sqlite')).size;
say(
  `${count(N)} entries, ${byteSize(size)} (${Math.round(size / N)} bytes an entry), index ${byteSize(indexSize)}, made in ${ms(closing)}`,
);

const [opened, opening] = timed(() => {
  const index = openCaseIndex(world);
  const latest = index.items({ limit: 100 });
  index.close();
  return latest.length;
});
const asked = openCaseIndex(world);
const [found, finding] = timed(() => asked.items({ refs: '42'.padStart(32, '0') }).length);
const [status, telling] = timed(() => statusOf(asked));
asked.close();
say(
  `what speaks of one finding (${found}): ${ms(finding)}; status, ${count(status.judged.findings)} findings judged: ${ms(telling)}`,
);
const [one, noting] = timed(() => {
  const w = openWriter(world, station, hand);
  const written = w.append([saying(0)]).length;
  w.close();
  return written;
});
if (one !== 1) throw new Error('the note was not written');
say(`open from the index, latest ${opened}: ${ms(opening)}; one note, from opening to closing: ${ms(noting)}`);

const [verdict, verifying] = timed(() => {
  const stream = verifyStream();
  chunks(path, (c) => stream.push(c));
  return stream.finish(notes);
});
if (!verdict.sound) throw new Error(JSON.stringify(verdict.problems));
row('verify', verdict.size / verifying, limit.verify, 'verifying signatures');

// the limit of a replay: every line read, hashed and parsed once
const bytes = world.shelf.read(writer.journal, 'entries');
const [, parsing] = timed(() => {
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    const line = bytes.subarray(from, end);
    createHash('sha256').update(line).digest();
    JSON.parse(Buffer.from(line).toString());
    from = end + 1;
  }
});
const { copy } = verifyJournal({ entries: bytes, checkpoints: notes }, { checkSignature: () => true });
const journal = journalOf(copy!);
const [items, replaying] = timed(() => {
  let n = 0;
  for (const _ of replayItems([journal], {}, emptyTally())) n++;
  return n;
});
row('replay of a verified copy', items / replaying, items / parsing, 'reading, hashing, parsing');
const index = openCaseIndex(world);
const trusted = new Map(index.folders().map((f) => [f.name, f] as const));
index.close();
const [, rebuilding] = timed(() => reindex(world, trusted));
row('index made anew, signatures known', items / rebuilding, items / parsing, 'reading, hashing, parsing');

const at = Math.floor(N / 3);
const [proof, proving] = timed(() => proveEntry(journal, at));
const [proved, checking] = timed(() => verifyProof(proof, signer.publicKey));
if (!proved.ok) throw new Error(proved.message);

say(`proof of one entry: ${proof.length} bytes, made in ${ms(proving)}, checked in ${ms(checking)}`);
say(`peak memory ${byteSize(process.resourceUsage().maxRSS * 1024)}`);
rmSync(root, { recursive: true, force: true });
