/**
 * Behaviours of log-ins and mailboxes beyond their example cases: whole invented houses in which an operator must be
 * told from everybody who only looks like him, the same through real log formats and the program, and real mail theft.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { behaviourSet, testBehaviour } from '../../src/app/behaviours/index.ts';
import { EXIT } from '../../src/interfaces/cli/command.ts';
import { Finding } from '../../src/model/index.ts';
import { openBehaviourLake } from '../../src/platform/lake/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { shared, withoutShared } from '../support/shared.ts';

const CONTENT = join(import.meta.dirname, '../../content/behaviours');
const files = readPack(CONTENT, /\.sql$/i);
const { views } = behaviourSet({ files });
const open = () => openBehaviourLake(null, new Map(), { spill: null, memoryMegabytes: 512, threads: 1 });

/** What a behaviour finds in rows of views. */
async function found(id: string, rows: Record<string, object[]>, networks: object[] = NETWORKS): Promise<Finding[]> {
  const file = files.find((f) => f.path === `${id}.sql`);
  assert.ok(file, id);
  const cases = stringify({ behaviour: id, cases: [{ name: 'made', rows, networks, expect: [] }] });
  const [result] = await testBehaviour(file, { ...file, path: `${id}.cases.yaml`, text: cases }, views, open);
  return [...(result?.findings ?? [])];
}

const NETWORKS = [
  {
    first: '198.18.0.0',
    last: '198.18.127.255',
    asn: 64500,
    name: 'Lines at home',
    country: 'XA',
    kind: 'residential',
  },
  { first: '198.18.200.0', last: '198.18.200.255', asn: 64501, name: 'Offices', country: 'XA', kind: 'business' },
  { first: '198.18.210.0', last: '198.18.219.255', asn: 64502, name: 'Hotels', country: 'XB', kind: 'business' },
  { first: '198.18.220.0', last: '198.18.220.255', asn: 64503, name: 'Carrier', country: 'XA', kind: 'mobile' },
  { first: '198.18.230.0', last: '198.18.239.255', asn: 64504, name: 'Relays', country: 'XC', kind: 'vpn' },
  { first: '198.18.250.0', last: '198.18.250.255', asn: 64505, name: 'Satellite', country: 'XD', kind: 'satellite' },
];

type Visit = { time: string; account: string; address: string; client: string; device?: string };
const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 2);
const at = (day: number, hour: number, minute = 0) =>
  new Date(START + day * DAY + hour * 3_600_000 + minute * 60_000).toISOString();

/** A person's months: office, home, telephone; and one of the lives that look like an operator's and are none. */
const LIVES = ['desk', 'traveller', 'relay user', 'satellite post', 'new telephone', 'moved house'] as const;

function months(account: string, n: number, life: (typeof LIVES)[number]): Visit[] {
  const desk = { account, client: `VPN client ${n % 3}.1 for Windows`, device: `pc-${account}` };
  const phone = { account, client: `Telephone-${n % 4}/${n % 7}` };
  const office = life === 'satellite post' ? '198.18.250.7' : '198.18.200.1';
  const home = `198.18.100.${n + 1}`;
  const out: Visit[] = [];
  for (let day = 0; day < 120; day++) {
    const away = life === 'traveller' && day % 20 >= 14;
    if (!away && day % 7 < 5) out.push({ ...desk, time: at(day, 8, n), address: office });
    if (!away && day % 2 === 0) out.push({ ...phone, time: at(day, 19, n), address: home });
    if (away) {
      out.push({ ...desk, time: at(day, 20, n), address: `198.18.21${(n + day) % 10}.${(day >> 2) + 1}` });
      out.push({ ...phone, time: at(day, 22, n), address: `198.18.220.${(day + n) % 250}` });
    }
    if (life === 'relay user' && day % 3 === 0)
      out.push({ ...desk, time: at(day, 21, n), address: `198.18.23${day % 10}.${day + 1}` });
    if (life === 'new telephone' && day >= 50 && day % 2 === 1)
      out.push({
        ...phone,
        client: `Telephone-new/${n}`,
        time: at(day, 20),
        address: day < 53 ? '198.18.211.9' : home,
      });
    if (life === 'moved house' && day >= 60 && day % 2 === 1)
      out.push({ ...desk, time: at(day, 19), address: `198.18.101.${n + 1}` });
  }
  return out;
}

test('mesh-logins names the operator’s accounts and no innocent life that looks like his', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...LIVES), { minLength: 14, maxLength: 22 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 4, max: 12 }),
      async (lives, victims, exits) => {
        const people = lives.map((life, n) => ({ account: `p${n}.${life.replaceAll(' ', '-')}`, life, n }));
        const logins: Visit[] = people.flatMap((p) => months(p.account, p.n, p.life));
        const misused = people.slice(0, victims).map((p) => p.account);
        for (const [v, account] of misused.entries())
          for (let i = 0; i < exits; i++)
            logins.push({
              account,
              client: 'Open client v9.1',
              time: at(20 + i * 7, 2, v),
              address: `198.18.${i}.${40 + v}`,
            });
        const findings = await found('mesh-logins', { logins: logins.map((l) => ({ ...l, outcome: 'success' })) });
        assert.deepEqual(findings.map((f) => f.user).sort(), misused.toSorted());
        for (const finding of findings) {
          assert.equal(finding.count, exits);
          assert.ok((finding.score ?? 0) >= 0.75, `${finding.user} ${finding.score}`);
        }
      },
    ),
    { numRuns: 6 },
  );
});

test('more exits never make an account less suspicious', async () => {
  const scores: number[] = [];
  for (const exits of [2, 4, 8, 16]) {
    const logins: Visit[] = Array.from({ length: 12 }, (_, n) => months(`p${n}`, n, 'desk')).flat();
    for (let i = 0; i < exits; i++)
      logins.push({ account: 'p3', client: 'Open client v9.1', time: at(10 + i * 6, 2), address: `198.18.${i}.9` });
    const [finding] = await found('mesh-logins', { logins: logins.map((l) => ({ ...l, outcome: 'success' })) });
    scores.push(finding?.score ?? 0);
  }
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => a - b),
  );
  assert.ok(scores[3]! > 0.9 && scores[0]! < scores[3]!, scores.join(' '));
});

const dir = mkdtempSync(join(tmpdir(), 'czernin-identity-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** The program over a folder of logs; its findings of behaviours. */
function investigated(logs: string, ...options: string[]): Finding[] {
  const kase = join(mkdtempSync(join(dir, 'case-')), 'x.case');
  const czernin = join(import.meta.dirname, '../../czernin');
  const run = spawnSync(czernin, ['investigate', logs, '--case', kase, ...options], { encoding: 'utf8' });
  const done: (number | null)[] = [EXIT.found, EXIT.nothing, EXIT.incomplete];
  assert.ok(done.includes(run.status), `${run.status}: ${run.stdout.slice(-2000)}`);
  const lines = readFileSync(join(kase, 'out/findings.jsonl'), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Finding.parse(JSON.parse(line))).filter((f) => f.kind === 'behaviour');
}

test('from the lines of a VPN gateway to the account that was used through the mesh', () => {
  const logs = join(dir, 'vpn');
  mkdirSync(logs);
  const lines: [number, string][] = [];
  const session = (ms: number, user: string, address: string, client: string, device: string) => {
    const who = `Group <GP> User <${user}> IP <${address}>`;
    lines.push(
      [
        ms,
        `%ASA-7-734003: DAP: User ${user}, Addr ${address}: Session Attribute endpoint.anyconnect.deviceuniqueid="${device}"`,
      ],
      [ms + 1000, `%ASA-6-113039: ${who} AnyConnect parent session started.`],
      [ms + 2000, `%ASA-6-722055: ${who} Client Type: ${client}`],
    );
  };
  for (let n = 0; n < 12; n++)
    for (let day = 0; day < 60; day++)
      session(
        START + day * DAY + (8 * 60 + n) * 60_000,
        `p${n}`,
        `198.18.100.${n + 1}`,
        'Agent for Windows 4.10',
        `d${n}`,
      );
  for (let i = 0; i < 9; i++)
    session(START + (5 + i * 6) * DAY + 2 * 3_600_000, 'p4', `198.18.${i}.77`, 'Open Agent v8.20', 'cafe');
  const text = lines
    .toSorted((a, b) => a[0] - b[0])
    .map(([ms, said]) => `<166>${new Date(ms).toISOString().slice(0, 19)}Z vpn-gw01 : ${said}\n`);
  writeFileSync(join(logs, 'vpn-gw01.log'), text.join(''));
  const table = join(dir, 'networks.tsv');
  const rows = NETWORKS.map((n) => [n.first, n.last, n.asn, n.name, n.country, n.kind].join('\t'));
  writeFileSync(table, `# date: 2023-01-01\nfirst\tlast\tasn\tname\tcountry\tkind\n${rows.join('\n')}\n`);
  const [finding, ...more] = investigated(logs, '--networks', table).filter((f) => f.rule.id === 'mesh-logins');
  assert.deepEqual(more, []);
  assert.equal(finding?.user, 'p4');
  assert.equal(finding?.count, 9);
  assert.ok(finding.entities?.includes('address:198.18.3.77') && finding.entities.includes('device:cafe'));
  assert.match(finding.why, /9 lines .*9 of them home connections/);
  // Without the table the lines of home are of no known kind, which is said.
  const [blind] = investigated(logs).filter((f) => f.rule.id === 'mesh-logins');
  assert.equal(blind?.user, 'p4');
  assert.ok(
    blind.caveats.some((c) => /network/.test(c)),
    blind.caveats.join('; '),
  );
});

const GOLDEN = 'otrf/datasets/compound/GoldenSAMLADFSMailAccess';
test('Golden SAML: right, secret and reading are one finding of the application', {
  skip: withoutShared(GOLDEN),
}, () => {
  const all = investigated(shared(GOLDEN));
  const finding = all.find((f) => f.rule.id === 'mail-app-consent');
  assert.equal(finding?.user, 'pgustavo');
  assert.equal(finding.count, 4);
  assert.ok((finding.score ?? 0) >= 0.75);
  assert.match(finding.why, /5a95e683-08ad-424e-a441-1d1aec52c02c began to read mail 0\.1 hours after/);
  // One evening of one account is no history: nothing is said of new clients, log-ins or reading in mass.
  const others = all.filter((f) => f !== finding).map((f) => f.rule.id);
  const identity = readdirSync(CONTENT).filter((f) => /^(mail|mesh|login|session|spray|many|operator)/.test(f));
  assert.deepEqual(
    others.filter((id) => identity.includes(`${id}.sql`)),
    [],
  );
});
