/** The report page in a real browser, its evidence written to run there: nothing runs, nothing leaves, everything works. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { IMPLANT, implantLine, run, writeRules } from './world.ts';

const CHROMIUM = process.env.CZERNIN_CHROMIUM ?? '/usr/bin/chromium';
const skip = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM} (set CZERNIN_CHROMIUM)`;
const dir = mkdtempSync(join(tmpdir(), 'czernin-page-'));

/** Text that would run, load or redirect if it ever became markup. */
const ATTACK = [
  '</script><script>window.owned=1</script>',
  '<img src="http://evil.example/x.png" onerror="window.owned=1">',
  '<svg onload="window.owned=1"><style>@import url(http://evil.example/a.css)</style>',
  '"><a href="javascript:window.owned=1">',
  '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
  '{{constructor.constructor("window.owned=1")()}} \u2028 \u202e',
].join(' ');

let browser: Browser | undefined;
let page: Page;
const requests: string[] = [];
const complaints: string[] = [];

before(async () => {
  if (skip) return;
  const [rules, logs] = [join(dir, 'rules'), join(dir, 'logs')];
  writeRules(rules);
  writeFileSync(
    join(rules, 'titled.yml'),
    `title: ${JSON.stringify(ATTACK)}
id: 7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b09
level: critical
tags: [${JSON.stringify(`attack.${ATTACK}`)}]
falsepositives: [${JSON.stringify(ATTACK)}]
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\implant.exe'}, condition: selection}
`,
  );
  mkdirSync(logs);
  const base = JSON.parse(implantLine.json(ATTACK)) as object;
  const line = (day: number) =>
    JSON.stringify({
      ...base,
      ...{ '@timestamp': new Date(Date.UTC(2024, 2, 1 + day)).toISOString(), CommandLine: ATTACK, User: ATTACK },
    });
  const name = `${ATTACK.slice(0, 40).replaceAll('/', '\u2044')}.json`;
  writeFileSync(join(logs, name), Array.from({ length: 60 }, (_, day) => `${line(day)}\n`).join(''));
  const result = await run(['investigate', logs, '--no-own-rules', '--rules', rules, '--case', join(dir, 'p.case')], {
    cwd: dir,
  });
  assert.equal(result.status, EXIT.found, result.stderr);
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
  });
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.on('request', (r) => requests.push(r.url()));
  page.on('console', (m) => void (['error', 'warning'].includes(m.type()) && complaints.push(m.text())));
  page.on('pageerror', (e) => complaints.push(e.message));
  page.on('dialog', (d) => void d.dismiss());
  await page.goto(pathToFileURL(join(dir, 'p.case/out/report.html')).href);
});
after(async () => {
  await browser?.close();
  rmSync(dir, { recursive: true, force: true });
});

const owned = () => page.evaluate('window.owned');

test('the page shows the evidence as text', { skip }, async () => {
  assert.match((await page.textContent('#answer')) ?? '', /Signs of an intruder/);
  assert.match((await page.textContent('#findings')) ?? '', /<img src=/);
  assert.equal(await page.locator('main img, main iframe, main a[href^="javascript"], main meta').count(), 0);
  assert.equal(await page.locator('script').count(), 4);
});

test('the button of the first sign shows its raw event, Escape closes it', { skip }, async () => {
  await page.getByRole('button', { name: 'show the event' }).first().click();
  const panel = page.locator('#event.on');
  await panel.waitFor({ timeout: 5000 });
  const text = (await panel.textContent()) ?? '';
  assert.ok(text.includes(JSON.stringify(IMPLANT).slice(1, -1)), 'the record as it lies in the evidence');
  assert.ok(text.includes('evil.example'));
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#event.on').count(), 0);
});

test('a click on a finding shows its raw event', { skip }, async () => {
  const rows = page.locator('#findings tr.click, #findings tbody tr');
  for (let i = 0; i < Math.min(4, await rows.count()) && (await page.locator('#event.on').count()) === 0; i++) {
    await rows.nth(i).click();
  }
  assert.match((await page.locator('#event.on').textContent({ timeout: 5000 })) ?? '', /implant\.exe/);
  await page.keyboard.press('Escape');
});

test('the timeline zooms and comes back', { skip }, async () => {
  const range = () => page.textContent('#range');
  const whole = await range();
  const chart = page.locator('#timeline svg').first();
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 5 });
  await page.mouse.up();
  assert.notEqual(await range(), whole);
  await page.click('#whole');
  assert.equal(await range(), whole);
});

test('the filter takes foreign text as text', { skip }, async () => {
  await page.fill('#q', ATTACK.slice(0, 30));
  await page.fill('#q', '(((((.*+?^$[');
  await page.fill('#q', '');
  assert.match((await page.textContent('#findings')) ?? '', /implant/);
});

test('it prints', { skip }, async () => {
  await page.emulateMedia({ media: 'print' });
  const pdf = await page.pdf({ format: 'A4' });
  assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-');
  assert.ok(pdf.length > 10_000);
});

test('nothing of the evidence ran, nothing was asked for, nobody complained', { skip }, async () => {
  assert.equal(await owned(), undefined);
  assert.deepEqual(
    requests.filter((url) => !url.startsWith('file:')),
    [],
  );
  assert.equal(requests.length, 1);
  assert.deepEqual(complaints, []);
});
