#!/usr/bin/env node
// Checks the journals of a Czernin case: node verify.mjs CASE [CASE…]
//
// One file, nothing but Node.js (24 or newer), no key, no network, nothing of the program that wrote the case. It follows
// docs/journal-format.md and is meant to be read in one sitting before it is believed. It answers: is every entry signed
// by the key that could sign it then, in its place, unchanged; do the agency's signed checkpoints say the same; does an
// agency contradict itself; are case.json and the copies of evidence what they were. It does not answer who an agency is:
// compare the key printed for each journal with the card you were handed. Derived files (lake, out, *.sqlite) are not
// looked at. Exit code: 0 sound, 10 something is wrong, 4 provably incomplete, 2 not understood.
import { createHash, createPublicKey, verify as verifyEd25519 } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { join } from 'node:path';

const KINDS =
  'journal-opened key-rotated key-revoked key-recovered station-introduced evidence-received analysis-run finding-judged note ' +
  'entity-asserted intrusion-named intrusion-merged intrusion-split evidence-stated hypothesis-stated assessment-made decision-made ' +
  'release-made dispatch-sent dispatch-received correction retraction checkpoint-seen contradiction-found';
const KEY_KINDS = ['journal-opened', 'key-rotated', 'key-revoked', 'key-recovered'];
const MAX_LINE = 1024 * 1024;
const MAX_DEPTH = 33; // 32 within header and payload

// ---- bytes and texts

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hex64 = (text) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
/** Strict base64 of a known length, or null. */
const base64 = (text, length) => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  return bytes && bytes.length === length && bytes.toString('base64') === text ? bytes : null;
};
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** RFC 8785 (JCS): keys by UTF-16 code units, ECMAScript numbers and strings, no white space. */
function canonical(value, depth = MAX_DEPTH) {
  if (depth < 0) throw new Error('too deep');
  if (typeof value === 'string' && !value.isWellFormed()) throw new Error('half a surrogate pair');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((v) => canonical(v, depth - 1)).join()}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((k) => `${canonical(k)}:${canonical(value[k], depth - 1)}`).join()}}`;
}

// ---- Ed25519: keys must be canonical points of prime order, else one signature could fit many messages

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a) => ((a % P) + P) % P;
const power = (base, exponent) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) if (e & 1n) result = mod(result * b);
  return result;
};
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);
const addPoints = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const [a, b] = [mod((y1 - x1) * (y2 - x2)), mod((y1 + x1) * (y2 + x2))];
  const [c, d] = [mod(2n * D * t1 * t2), mod(2n * z1 * z2)];
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};
const isIdentity = ([x, y, z]) => x === 0n && y === z;

function hasPrimeOrder(raw) {
  const n = BigInt(`0x${Buffer.from(raw).reverse().toString('hex')}`);
  const [sign, y] = [n >> 255n, n & (2n ** 255n - 1n)];
  if (y >= P) return false;
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  let x = mod(u * power(v, 3n) * power(u * power(v, 7n), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * ROOT_OF_MINUS_1);
  if (mod(v * x * x) !== u || (x === 0n && sign === 1n)) return false;
  if ((x & 1n) !== sign) x = P - x;
  const point = [x, y, 1n, mod(x * y)];
  if (isIdentity(point)) return false;
  let sum = [0n, 1n, 1n, 0n];
  for (let p = point, e = ORDER; e > 0n; e >>= 1n, p = addPoints(p, p)) if (e & 1n) sum = addPoints(sum, p);
  return isIdentity(sum);
}

const admitted = new Map();
/** A public key from base64, or null. */
function keyOf(text) {
  if (!admitted.has(text)) {
    const raw = base64(text, 32);
    const spki = raw && Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
    const good = raw && hasPrimeOrder(raw);
    admitted.set(text, good ? { text, raw, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) } : null);
  }
  return admitted.get(text);
}
const isSigned = (key, message, signature) =>
  signature !== null &&
  !(signature[0] === 1 && signature.subarray(1, 32).every((b) => b === 0)) && // R is the identity
  verifyEd25519(null, Buffer.from(message), key.key, signature);

// ---- Merkle tree (RFC 6962): the roots of the complete subtrees are enough

class Tree {
  size = 0;
  peaks = [];
  push(leaf) {
    let hash = leaf;
    for (let n = this.size++; n % 2 === 1; n = (n - 1) / 2) hash = sha256('\x01', this.peaks.pop(), hash);
    this.peaks.push(hash);
  }
  root() {
    return this.peaks.length === 0 ? sha256('') : this.peaks.reduceRight((right, left) => sha256('\x01', left, right));
  }
}

// ---- files: nothing followed, nothing held whole but a line

function open(path) {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!fstatSync(file).isFile()) throw new Error('not a regular file');
  return file;
}

function readWhole(path) {
  const file = open(path);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** Every line with its byte offset; the last one may lack its newline. */
function* linesOf(path) {
  const file = open(path);
  try {
    const chunk = Buffer.alloc(2 ** 20);
    let pending = Buffer.alloc(0);
    let offset = 0;
    for (let got = readSync(file, chunk); got > 0; got = readSync(file, chunk)) {
      let bytes = Buffer.concat([pending, chunk.subarray(0, got)]);
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        yield { bytes: bytes.subarray(0, end), offset, whole: true };
        offset += end + 1;
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > MAX_LINE) return yield { bytes: bytes.subarray(0, MAX_LINE + 1), offset, whole: false };
      pending = Buffer.from(bytes);
    }
    if (pending.length > 0) yield { bytes: pending, offset, whole: false };
  } finally {
    closeSync(file);
  }
}

// ---- one entry: what it says of itself, and whether it can follow what stands before it

const HEADER = 'author,digest,index,journal,kind,marking,previous,refs,time,v';
const say = (code, message) => Object.assign(new Error(message), { code });

function readLine(bytes) {
  if (bytes.length > MAX_LINE) throw say('LINE_TOO_LONG', 'longer than 1 MiB');
  let text;
  let line;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw say('NOT_UTF8', 'not UTF-8');
  }
  try {
    line = JSON.parse(text);
  } catch {
    throw say('NOT_JSON', 'not JSON');
  }
  let again = null;
  try {
    again = canonical(line);
  } catch {
    // too deep, or no text of its own: not canonical
  }
  if (again !== text) throw say('NOT_CANONICAL', 'not in canonical form (RFC 8785)');
  const members = Object.keys(Object(line)).join();
  if (members === 'leaf' && hex64(line.leaf)) return { id: line.leaf };
  const full = members === 'header,payload,salt,signature';
  if (!full && members !== 'header,signature') throw say('BAD_SHAPE', `members are ${members.slice(0, 80)}`);
  const { header, signature, payload, salt } = line;
  if (Object.keys(Object(header)).join() !== HEADER) throw say('BAD_SHAPE', 'the header has not the ten members');
  if (header.v !== 1) throw say('UNKNOWN_VERSION', 'of another version');
  if (!KINDS.split(' ').includes(header.kind)) throw say('UNKNOWN_KIND', 'of a kind nobody knows');
  if (!full && KEY_KINDS.includes(header.kind)) throw say('KEY_ENTRY_WITHHELD', 'an entry that names keys is withheld');
  const signed = canonical({ header, signature });
  return { id: sha256('\x00', signed).toString('hex'), header, signature, full, payload, salt };
}

/** The state after the entry; throws what is wrong. `state` is null before the first. */
function follow(state, entry, caseId) {
  const { header, payload } = entry;
  if (!header) {
    if (!state) throw say('MISPLACED_KIND', 'a journal begins with journal-opened');
    return { ...state, size: state.size + 1, tip: entry.id };
  }
  const { kind, index } = header;
  if ((kind === 'journal-opened') !== (state === null))
    throw say('MISPLACED_KIND', 'journal-opened stands first, and only there');
  const place = state ?? { size: 0, tip: header.journal, journal: header.journal, agency: payload?.agency };
  if (header.journal !== place.journal) throw say('WRONG_JOURNAL', 'of another journal');
  if (index !== place.size) throw say('WRONG_INDEX', `entry ${index} stands where ${place.size} belongs`);
  if (header.previous !== place.tip) throw say('WRONG_PREVIOUS', 'does not follow the entry before it');
  if (header.author?.agency !== place.agency) throw say('WRONG_AGENCY', 'by another agency');

  // who must have signed
  let key = state?.key ?? null;
  if (kind === 'journal-opened') key = keyOf(payload?.key);
  if (kind === 'key-recovered') {
    key = keyOf(payload?.recoveryKey);
    const promise = key && sha256('czernin/recovery/v1\n', key.raw).toString('hex');
    if (key && promise !== state.recovery) throw say('BAD_RECOVERY', 'the journal promised no such recovery key');
  }
  if (!key) throw say(state && !state.key ? 'KEY_REVOKED' : 'BAD_KEY', 'no key can have signed this');
  if (!isSigned(key, `czernin/entry/v1\n${canonical(header)}`, base64(entry.signature, 64))) {
    throw say('BAD_SIGNATURE', "the journal's key has not signed this header");
  }
  if (entry.full) {
    const salt = base64(entry.salt, 32);
    const digest = salt && sha256('czernin/payload/v1\n', salt, canonical(payload)).toString('hex');
    if (digest !== header.digest) throw say('WRONG_DIGEST', 'the payload is not the one that was signed for');
  }

  const next = { ...place, size: index + 1, tip: entry.id, key: state?.key ?? key, recovery: state?.recovery ?? null };
  if (kind === 'journal-opened') {
    if (caseId && payload.case?.id !== caseId) throw say('WRONG_CASE', 'a journal of another case');
    const id = sha256(`czernin/journal/v1\n${payload.case?.id}\n`, key.raw).toString('hex');
    if (id !== header.journal) throw say('WRONG_JOURNAL', 'its id does not follow from case and first key');
    return { ...next, case: payload.case, recovery: payload.recovery ?? null };
  }
  if (kind === 'key-revoked') return { ...next, key: null };
  if (kind === 'key-rotated' || kind === 'key-recovered') {
    const named = keyOf(payload.key);
    if (!named) throw say('BAD_KEY', 'the key it names is none');
    const possession = `czernin/key/v1\n${header.journal}\n${index}\n${named.text}`;
    if (!isSigned(named, possession, base64(payload.possession, 64)))
      throw say('BAD_POSSESSION', 'the new key has not signed for itself');
    return { ...next, key: named, recovery: kind === 'key-recovered' ? (payload.recovery ?? null) : next.recovery };
  }
  return next;
}

// ---- checkpoints: C2SP signed notes, end to end

function* notesOf(path, problem) {
  const bytes = existsSync(path) ? readWhole(path) : Buffer.alloc(0);
  const form =
    /^(czernin\/journal\/[0-9a-f]{64})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n— \1 ([A-Za-z0-9+/]{90}[A-Za-z0-9+/=]{2})\n/u;
  let line = 1;
  for (let offset = 0; offset < bytes.length; ) {
    // a note of ours takes fewer than 400 bytes; what is no UTF-8 becomes a replacement, and fits nothing
    const found = form.exec(bytes.subarray(offset, offset + 400).toString());
    const material = found && base64(found[4], 68);
    const root = found && base64(found[3], 32);
    if (!found || !material || !root)
      return problem('BAD_NOTE', path, line, offset, null, 'not a signed checkpoint; the rest is not read');
    yield {
      origin: found[1],
      size: Number(found[2]),
      root,
      text: found[0].slice(0, found[0].indexOf('\n\n') + 1),
      material,
      line,
      offset,
    };
    offset += Buffer.byteLength(found[0]);
    line += 5;
  }
}

// ---- one journal

function verifyJournal(folder, caseId, problem) {
  const [entriesPath, notesPath] = [join(folder, 'entries.jsonl'), join(folder, 'checkpoints.notes')];
  const notes = [...notesOf(notesPath, problem)];
  const sizes = new Set(notes.map((n) => n.size));
  const tree = new Tree();
  const [roots, keys, ids, hashes] = [new Map([[0, tree.root()]]), new Map(), [], []];
  let state = null;
  let whole = true;
  let line = 0;
  for (const { bytes, offset, whole: ended } of linesOf(entriesPath)) {
    line++;
    try {
      if (!ended) throw say('TORN_TAIL', 'no newline: an entry that was never acknowledged');
      const entry = readLine(bytes);
      state = follow(state, entry, caseId);
      if (!entry.header) hashes.push({ index: state.size - 1, line, offset });
      tree.push(Buffer.from(entry.id, 'hex'));
      ids.push(entry.id);
      if (sizes.has(tree.size)) roots.set(tree.size, tree.root());
      if (sizes.has(tree.size)) keys.set(tree.size, state.key);
    } catch (error) {
      if (!error.code) throw error;
      problem(
        error.code,
        entriesPath,
        line,
        offset,
        state?.size ?? 0,
        `${error.message}; what follows is not believed`,
      );
      whole = false;
      break;
    }
  }
  if (line === 0) problem('EMPTY', entriesPath, 1, 0, null, 'no entries');
  if (!state) return null;

  let covered = 0;
  for (const { origin, size, root, text, material, line: at, offset } of notes) {
    const wrong = (code, message) => problem(code, notesPath, at, offset, null, message);
    if (origin !== `czernin/journal/${state.journal}`) {
      wrong('WRONG_ORIGIN', 'of another journal');
      continue;
    }
    if (size > state.size) {
      if (whole) wrong('ENTRIES_MISSING', `a checkpoint covers ${size} entries; ${state.size} are here`);
      continue; // which key signs there is not known
    }
    const key = keys.get(size) ?? null;
    const keyId = key && sha256(`${origin}\n`, '\x01', key.raw).subarray(0, 4);
    if (!key || !keyId.equals(material.subarray(0, 4)) || !isSigned(key, text, material.subarray(4))) {
      wrong('CHECKPOINT_SIGNATURE', "not signed by the journal's key at that size");
    } else if (!roots.get(size).equals(root)) {
      if (hashes.some((h) => h.index < size && h.index >= covered))
        wrong('CHECKPOINT_ROOT', "the copy's entries are not those of its checkpoint");
      else wrong('REWRITTEN_PAST', `the key signed another past of ${size} entries than the one that stands here`);
    } else covered = Math.max(covered, size);
  }
  const loose = hashes.find((h) => h.index >= covered);
  if (loose)
    problem('UNCOVERED_HASH', entriesPath, loose.line, loose.offset, loose.index, 'hashes that no checkpoint covers');
  return { ...state, ids, covered, withheld: hashes.length, entriesPath };
}

// ---- the case

function digestOf(path) {
  try {
    const file = open(path);
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(2 ** 20);
    for (let n = readSync(file, chunk); n > 0; n = readSync(file, chunk)) hash.update(chunk.subarray(0, n));
    closeSync(file);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

function verifyCase(root) {
  const problems = [];
  const problem = (code, path, line, offset, index, message) =>
    problems.push({ code, file: path.slice(root.length + 1) || path, line, offset, index, message });
  let file = null;
  try {
    const text = utf8.decode(readWhole(join(root, 'case.json')));
    const { format, id, title, ...more } = JSON.parse(text);
    const exact = `${JSON.stringify({ format, id, title }, null, 2)}\n` === text && Object.keys(more).length === 0;
    if (exact && format === 'czernin-case/1' && /^[0-9a-f]{32}$/.test(id) && typeof title === 'string')
      file = { id, title };
  } catch {
    // said below
  }
  if (!file) problem('BAD_CASE_FILE', join(root, 'case.json'), null, null, null, 'not exactly what describes a case');

  const journals = [];
  const shelf = join(root, 'journal');
  for (const name of existsSync(shelf) ? readdirSync(shelf).sort() : []) {
    const folder = join(shelf, name);
    if (!lstatSync(folder).isDirectory()) {
      problem('STRAY', folder, null, null, null, 'no folder: not looked at');
      continue;
    }
    try {
      const journal = verifyJournal(folder, file?.id, problem);
      if (journal) journals.push(journal);
    } catch (error) {
      problem('UNREADABLE', folder, null, null, null, `cannot be read as a journal (${error.code ?? error.message})`);
    }
  }
  for (const [i, one] of journals.entries()) {
    for (const other of journals.slice(0, i).filter((j) => j.journal === one.journal)) {
      const at = one.ids.findIndex((id, n) => n < other.ids.length && other.ids[n] !== id);
      if (at >= 0)
        problem(
          'FORK',
          one.entriesPath,
          at + 1,
          null,
          at,
          `the key signed two different entries ${at}; the other is in ${other.entriesPath}`,
        );
    }
  }
  if (file && problems.some((p) => p.code === 'WRONG_CASE') && journals.length === 0) {
    problem('WRONG_CASE_FILE', join(root, 'case.json'), null, null, null, 'no journal here is of this case');
  }
  if (file && journals.length > 0 && !journals.some((j) => j.case.title === file.title)) {
    problem('WRONG_TITLE', join(root, 'case.json'), null, null, null, 'no journal gives the case this title');
  }
  let copies = 0;
  const evidence = join(root, 'evidence');
  for (const name of existsSync(evidence) ? readdirSync(evidence).sort() : []) {
    if (!hex64(name)) continue;
    copies++;
    if (digestOf(join(evidence, name)) !== name) {
      problem(
        'EVIDENCE_CHANGED',
        join(evidence, name),
        null,
        null,
        null,
        'its bytes have another digest, or cannot be read',
      );
    }
  }
  return { problems, journals, copies };
}

const cases = process.argv.slice(2);
if (cases.length === 0) {
  process.stderr.write('usage: node verify.mjs CASE…\n');
  process.exit(2);
}
/** Foreign text on a terminal: printable characters, one line. */
const shown = (text) =>
  String(text)
    .replace(/[^\x20-\x7e\u00a1-\u024f\u0370-\u04ff]/g, '?')
    .slice(0, 200);
const INCOMPLETE = ['ENTRIES_MISSING', 'STRAY'];
for (const given of cases) {
  const { problems, journals, copies } = verifyCase(given.replace(/\/+$/, ''));
  for (const j of journals) {
    const key = j.key ? sha256(j.key.raw).toString('hex') : 'revoked';
    process.stdout.write(
      `${shown(j.agency)}: ${j.size} entries, ${j.withheld} of them by hash only, sealed to ${j.covered}, key ${key}\n`,
    );
  }
  for (const { code, file, line, offset, index, message } of problems) {
    const place = [
      line === null ? '' : ` line ${line}`,
      offset === null ? '' : ` byte ${offset}`,
      index === null ? '' : ` entry ${index}`,
    ];
    process.stdout.write(`${code}  ${shown(file)}${place.join('')}: ${shown(message)}\n`);
  }
  process.stdout.write(
    `${problems.length === 0 ? 'Sound' : `${problems.length} problems`}: ${journals.length} journals, ${copies} copies of evidence\n`,
  );
  const exit = problems.some((p) => !INCOMPLETE.includes(p.code)) ? 10 : problems.length > 0 ? 4 : 0;
  process.exitCode = Math.max(process.exitCode ?? 0, exit);
}
