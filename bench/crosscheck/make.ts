import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cosignerName, seenDraft } from '../../src/journal/index.ts';
import type { Payload } from '../../src/model/index.ts';
import { formatVkey, noteKey, SIGNATURE_TYPE } from '../../src/seal/index.ts';
import { Agency } from '../../test/journal/world.ts';

/** Writes a journal, its roots, proofs and signed notes to a folder for `go run . verify DIR`. Usage: make.ts DIR */
const dir = process.argv[2] ?? 'out';
mkdirSync(dir, { recursive: true });

const a = new Agency('Centre');
const b = new Agency('Ministry');
for (let i = 0; i < 130; i++) {
  if (i === 40) a.rotate();
  else if (i === 80) a.revoke(60);
  else if (i === 81) a.recover();
  else if (i % 3 === 0) a.judge(i, 'accepted');
  else a.note(`entry ${i}: Grüße, "quotes", \\, \u0001, \u2028, 🐟, </script>`);
}
const note = a.seal();
const { tree } = a.copy();
const signedHeaders = a.lines.map((line) => {
  const end = line.indexOf(',"payload":{');
  return `${line.slice(0, end)},${line.slice(line.lastIndexOf('"signature":'), -1)}`;
});

const inclusion = [];
const consistency = [];
for (let size = 1; size <= tree.size; size++) {
  for (let index = 0; index < size; index += 1 + (size >> 3)) {
    inclusion.push({ index, size, path: tree.inclusionProof(index, size).map((h) => h.toBase64()) });
    consistency.push({
      first: index + 1,
      second: size,
      path: tree.consistencyProof(index + 1, size).map((h) => h.toBase64()),
    });
  }
}
const witness = b.signer.publicKey;
const seen = seenDraft(a.journal(), b.occasion(), b.signer).payload as Payload<'checkpoint-seen'>;
const exchange = {
  leaves: signedHeaders.map((text) => Buffer.from(text).toString('base64')),
  roots: Array.from({ length: tree.size + 1 }, (_, n) => tree.root(n).toBase64()),
  vkey: formatVkey(noteKey(note.split('\n')[0]!, SIGNATURE_TYPE.ed25519, a.signer.publicKey)),
  note,
  witness: formatVkey(noteKey(cosignerName(witness), SIGNATURE_TYPE.cosignatureEd25519, witness)),
  cosigned: seen.note,
  inclusion,
  consistency,
};
writeFileSync(join(dir, 'ours.json'), JSON.stringify(exchange));
writeFileSync(join(dir, 'entries.jsonl'), a.files().entries);
process.stdout.write(`wrote ${tree.size} entries, ${inclusion.length + consistency.length} proofs\n`);
