import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundle, sdo } from './shelf.ts';

const PROGRAM = join(import.meta.dirname, '../../src/interfaces/cli/main.ts');

/** The real program in a folder of its own. */
function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'czernin-intel-'));
  const env = { ...process.env, CZERNIN_STATION: join(folder, 'station'), CZERNIN_PASSPHRASE: 'correct horse battery' };
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [PROGRAM, ...args], { cwd: folder, env }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
  return { folder, run };
}

test('intel from the command line: in, asked, out', { timeout: 180_000 }, async () => {
  const { folder, run } = workplace();
  writeFileSync(join(folder, 'good.json'), bundle(sdo('intrusion-set', 1, { name: 'Blue' })));
  writeFileSync(join(folder, 'bad.json'), bundle(sdo('tool', 2, { name: 'T' }), sdo('tool', 3, {})));
  writeFileSync(join(folder, 'other.json'), '{"some":"thing"}');
  const [good, again, bad, other] = [
    await run('intel', 'import', 'good.json', '--tlp', 'green', '--source', 'Us'),
    await run('intel', 'import', 'good.json'),
    await run('intel', 'import', 'bad.json'),
    await run('intel', 'import', 'other.json'),
  ];
  assert.deepEqual([good.code, again.code, bad.code, other.code], [0, 0, 4, 3]);
  assert.match(good.out, /new: 1 object, 1 claim/);
  assert.match(again.out, /0 new/);
  assert.match(bad.out, /refused: NOT_STIX "tool--\S+3" \(objects\[1\] at byte \d+\): REQUIRED name/);
  assert.match(other.err, /UNKNOWN_FORMAT/);
  const shown = JSON.parse((await run('intel', 'show', 'blue', '--json')).out) as { names: { name: string }[] }[];
  assert.deepEqual(
    shown[0]?.names.map((n) => n.name),
    ['Blue'],
  );
  assert.match((await run('intel', 'show', 'APT31')).out, /actor:apt31/); // what comes with the program is there
  const out = await run('intel', 'export', 'out.json', '--tlp', 'green');
  assert.match(out.out, /held back: UNMARKED 1/);
  const ids = (JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as { objects: { id: string }[] }).objects.map(
    (o) => o.id,
  );
  assert.ok(ids.includes(String(sdo('intrusion-set', 1).id)));
  assert.ok(!ids.includes(String(sdo('tool', 2).id)));
  assert.equal((await run('intel', 'export', 'out.json')).code, 2); // for whom must be said
});

test('a claim in a case with a station is signed, and taken back by its source alone', {
  timeout: 180_000,
}, async () => {
  const { run } = workplace();
  assert.equal(
    (await run('station', 'init', '--name', 'CSIRT-X', '--role', 'lead', '--recovery', 'recovery.txt')).code,
    0,
  );
  assert.equal((await run('case', 'init', 'x.case', '--title', 'X')).code, 0);
  const said = await run(
    'intel',
    'claim',
    'actor:blue',
    'same-as',
    'actor:azure',
    '--source',
    'CSIRT-X',
    '--tlp',
    'green',
    '--json',
  );
  const { claim, entry } = JSON.parse(said.out) as { claim: { id: string }; entry: string };
  const log = await run('case', 'log', '--kind', 'note', '--json');
  assert.ok(log.out.includes(entry), log.out);
  assert.ok(log.out.includes(`knowledge claim ${claim.id}`), log.out);
  assert.match(
    (await run('intel', 'claim', 'actor:blue', 'same-as', 'actor:azure', '--source', 'CSIRT-X', '--tlp', 'green')).out,
    /0 new/,
  );
  assert.equal((await run('intel', 'claim', '--retract', claim.id, '--source', 'Vendor')).code, 2);
  assert.equal((await run('intel', 'claim', '--retract', claim.id, '--source', 'CSIRT-X')).code, 0);
  assert.match((await run('intel', 'show', 'actor:blue')).out, /taken back: same-as actor:azure by CSIRT-X/);
});
