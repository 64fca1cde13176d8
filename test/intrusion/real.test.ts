/**
 * Recorded attacks: what the rules find of one attack is one intrusion, and it is the first. Counts are pinned; what is
 * outside the top intrusion is explained where it stands.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatInstant, memorySource } from '../../src/base/index.ts';
import { compileMatcher, entitiesOf, matchedFields, NO_DATES, NO_JUDGEMENTS, Picture } from '../../src/hunt/index.ts';
import { type Finding, firstText, Intrusions, LEVELS } from '../../src/model/index.ts';
import { READERS } from '../../src/readers/index.ts';
import type { EventRule } from '../../src/rules/index.ts';
import { rulesBelow } from '../hunt/support/rules.ts';
import { shared, withoutShared } from '../support/shared.ts';

const dir = mkdtempSync(join(tmpdir(), 'czernin-real-'));
after(() => rmSync(dir, { recursive: true, force: true }));

/** Through the program, with SigmaHQ's rules, without the lake: rules alone tie. */
function investigated(...parts: string[]): Intrusions {
  const out = join(dir, parts.at(-1) as string);
  const args = ['investigate', shared('otrf', 'datasets', ...parts), '--rules', shared('sigma', 'rules')];
  const place = ['--case', out, '--no-lake', '--unsigned', '--jobs', '2'];
  const { status, stderr } = spawnSync(join(import.meta.dirname, '../../czernin'), [...args, ...place], {
    encoding: 'utf8',
  });
  assert.equal(status, 10, stderr.slice(-2000));
  return Intrusions.parse(JSON.parse(readFileSync(join(out, 'out', 'intrusions.json'), 'utf8')));
}

const misused = ({ intrusions: [top] }: Intrusions) => ({
  accounts: top!.scope.accounts.filter((l) => l.state === 'misused').map((l) => l.name),
  hosts: top!.scope.hosts.filter((l) => l.state === 'misused').map((l) => l.name),
});

test('Golden SAML: consent, secret and mail read are one intrusion of one account', {
  skip: withoutShared('otrf', 'datasets') || withoutShared('sigma', 'rules'),
}, () => {
  const made = investigated('compound', 'GoldenSAMLADFSMailAccess');
  assert.deepEqual(misused(made), { accounts: ['pgustavo'], hosts: [] });
  assert.equal(made.intrusions.length, 1);
  // The named pipe to the ADFS database: another machine, another day than the sign-ins, and nobody's name.
  assert.ok(made.loose.count <= 2, `${made.loose.count} loose`);
});

test('Log4Shell: the Java server that starts shells, on Windows and on Linux: two recordings, two intrusions', {
  skip: withoutShared('otrf', 'datasets') || withoutShared('sigma', 'rules'),
}, () => {
  const made = investigated('compound', 'Log4Shell');
  const hosts = made.intrusions.map((i) =>
    i.scope.hosts
      .filter((l) => l.state === 'misused')
      .map((l) => l.name)
      .join(),
  );
  assert.deepEqual(hosts, ['workstation5', 'ubuntu5']);
  assert.equal(made.loose.count, 0);
});

test('LSASS dumped by procdump: all of it is one intrusion', {
  skip: withoutShared('otrf', 'datasets') || withoutShared('sigma', 'rules'),
}, () => {
  const made = investigated('compound', 'LSASS_campaign_02');
  assert.deepEqual(misused(made), { accounts: ['nora.quemona'], hosts: ['acct01'] });
  assert.deepEqual([made.intrusions.length, made.loose.count], [1, 0]);
  assert.ok(made.intrusions[0]!.techniques.some((t) => t.id.startsWith('T1003')));
});

test('APT29 day 1, from the network only: the WebDAV download is the intrusion; no host log, so no host is blamed', {
  skip: withoutShared('otrf', 'datasets') || withoutShared('sigma', 'rules'),
}, () => {
  const made = investigated('compound', 'apt29');
  assert.ok(made.intrusions.length >= 1);
  assert.match(made.intrusions[0]!.phases.map((p) => p.sentence).join(' '), /WebDAV/);
  assert.deepEqual(misused(made), { accounts: [], hosts: [] });
});

test('attack samples: of each recording the top intrusion holds what matters', {
  skip: withoutShared('evtx', 'attack-samples') || withoutShared('sigma', 'rules'),
}, () => {
  const rules = rulesBelow(shared('sigma', 'rules')).rules.filter((r): r is EventRule => r.$ === 'event' && r.reports);
  const matcher = compileMatcher(rules);
  const reader = READERS.find((r) => r.format === 'evtx')!;
  const root = shared('evtx', 'attack-samples');
  const told = { recordings: 0, findings: 0, top: 0, other: 0, loose: 0, strongOutside: 0 };
  for (const name of (readdirSync(root, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith('.evtx')) continue;
    const bytes = readFileSync(join(root, name));
    const digest = createHash('sha256').update(bytes).digest('hex');
    const picture = new Picture({ cover: [], judgements: NO_JUDGEMENTS, dates: NO_DATES });
    const strong = new Set<string>();
    let n = 0;
    reader.read(
      memorySource(bytes),
      {
        event(event) {
          for (const i of matcher.match(event)) {
            const { meta } = rules[i]!;
            const address = `${digest}@${event.offset}`;
            const { all, acted } = entitiesOf(event);
            const id = createHash('sha256').update(`${meta.digest}\n${address}`).digest('hex').slice(0, 32);
            if (LEVELS.indexOf(meta.level as Finding['rule']['level']) >= LEVELS.indexOf('high')) strong.add(id);
            n++;
            picture.add({
              id,
              kind: 'rule',
              rule: {
                id: meta.id,
                title: meta.title,
                level: meta.level as Finding['rule']['level'],
                attack: [...meta.attack],
                tactics: [...meta.tactics],
              },
              time: formatInstant(event),
              stream: event.shape.stream,
              host: firstText(event, event.shape.host),
              user: firstText(event, event.shape.user),
              address: firstText(event, event.shape.address),
              events: [address],
              count: 1,
              entities: [...all],
              acted: [...acted],
              matched: [],
              why: matchedFields(rules[i]!, event)?.why ?? '',
              innocent: [],
              caveats: [],
            });
          }
        },
        fault: () => {},
        progress: () => {},
      },
      { assumedZoneMinutes: 0, referenceMs: 0 },
    );
    if (n === 0) continue;
    const { intrusions, loose } = picture.finish({ analysis: '', results: '' });
    const top = new Set(intrusions[0]?.findings);
    told.recordings++;
    told.findings += n;
    told.top += intrusions[0]?.count ?? 0;
    told.other += intrusions.slice(1).reduce((sum, i) => sum + i.count, 0);
    told.loose += loose.count;
    told.strongOutside += [...strong].filter((id) => !top.has(id)).length;
  }
  assert.equal(told.top + told.other + told.loose, told.findings, 'each finding is somewhere');
  // Loose: recordings in which one medium or weaker rule fires alone. Other: recordings put together from several
  // machines or days, whose parts share neither session, file nor account.
  assert.deepEqual(told, { recordings: 206, findings: 1234, top: 1069, other: 0, loose: 165, strongOutside: 0 });
});
