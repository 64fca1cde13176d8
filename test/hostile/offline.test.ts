/**
 * No Internet, ever: no source of the program can open a connection but where the table says so, and a whole
 * investigation with its report is watched for sockets while it runs.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { implantLine, implantLog, internetSockets, run, writeRules } from './world.ts';

const root = join(import.meta.dirname, '../..');
const skip = process.platform === 'linux' ? false : 'sockets are seen through /proc';
const dir = mkdtempSync(join(tmpdir(), 'czernin-offline-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Where sockets are this program's own business: its server, which listens for the workbench on this machine. */
const ALLOWED = [/^src\/interfaces\/server\//, /^src\/platform\/server\//];
const OPENS =
  /(?:from|import|require)\s*\(?\s*['"](?:node:)?(?:net|tls|http|https|http2|dgram|dns|dns\/promises|inspector)['"]/;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:'"])\/\/.*/g;
const CALLS = /(?<![.\w])(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\s*\(/;

test('no source opens a connection', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.name.endsWith('.test.ts'))
    .map((e) => relative(root, join(e.parentPath, e.name)));
  assert.ok(sources.length > 200);
  for (const path of [...sources, 'czernin']) {
    if (ALLOWED.some((a) => a.test(path))) continue;
    const text = readFileSync(join(root, path), 'utf8').replaceAll(COMMENTS, '');
    assert.doesNotMatch(text, OPENS, path);
    assert.doesNotMatch(text, CALLS, path);
  }
});

test('the report’s page and style load nothing', () => {
  const folder = join(root, 'content/templates/report');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
      .replaceAll('http://www.w3.org/2000/svg', '')
      .replaceAll(COMMENTS, '');
    assert.doesNotMatch(text, /https?:|\/\/[a-z]|@import|url\((?!#)/i, name);
    assert.doesNotMatch(text, CALLS, name);
  }
});

test('the watch sees an Internet socket where there is one', { skip }, async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  assert.equal(internetSockets(process.pid).length, 1);
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual(internetSockets(process.pid), []);
});

test('investigate, show and query open no Internet socket', { skip }, async () => {
  writeRules(join(dir, 'rules'));
  const logs = join(dir, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, 'a.evtx'), implantLog('ws1.lab.example'));
  writeFileSync(join(logs, 'access.log'), `${implantLine.web('192.0.2.9')}\n`.repeat(200_000));
  const at = ['--case', join(dir, 'o.case')];
  const first = await run(['investigate', logs, '--no-own-rules', '--rules', join(dir, 'rules'), ...at], { cwd: dir });
  assert.equal(first.status, EXIT.found, first.stderr);
  const query = await run(['query', 'SELECT count(*) n FROM events', '--json', ...at], { cwd: dir });
  assert.deepEqual(JSON.parse(query.stdout), { n: 200_001 });
  for (const { sockets, looks, processes } of [first, query]) {
    assert.deepEqual(sockets, []);
    assert.ok(looks > 5 && processes >= 1, `${looks} looks at ${processes} processes`);
  }
  assert.ok(first.processes >= 2, 'reader processes were looked at too');
});
