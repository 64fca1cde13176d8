/** SigmaHQ's own rules, and the events SigmaHQ publishes for some of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { describe, test } from 'node:test';
import { type EventRule, loadRules, type RuleFile } from '../../src/rules/index.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { fires } from './support/evaluate.ts';

const FOLDERS = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'];

function under(folder: string, end: string): readonly string[] {
  return readdirSync(shared('sigma', folder), { recursive: true, withFileTypes: true })
    .filter((d) => d.isFile() && d.name.endsWith(end))
    .map((d) => join(d.parentPath, d.name));
}

let loaded: ReturnType<typeof loadRules> | undefined;
function corpus() {
  loaded ??= loadRules(
    FOLDERS.flatMap((f) => under(f, '.yml')).map(
      (path): RuleFile => ({
        pack: 'sigmahq',
        path: relative(shared('sigma'), path),
        text: readFileSync(path, 'utf8'),
      }),
    ),
  );
  return loaded;
}

describe('SigmaHQ', { skip: withoutShared('sigma', 'rules') }, () => {
  test('every rule is taken, but for two whose placeholders nobody defined', () => {
    const { rules, refusals, notices } = corpus();
    assert.equal(rules.length, 3752);
    assert.deepEqual(
      refusals.map((r) => [r.code, basename(r.origin)]),
      [
        ['PLACEHOLDER', 'win_security_adcs_certighost_cdc_chase_request.yml'],
        ['PLACEHOLDER', 'win_security_adcs_certighost_cert_issued_via_chase.yml'],
      ],
    );
    assert.deepEqual(notices, []);
  });

  test('every rule has a log to look at and something to ask of it', () => {
    for (const rule of corpus().rules) {
      assert.ok(rule.$ === 'event' && rule.variants.length > 0, rule.meta.origin);
      for (const v of rule.variants) assert.notEqual(v.expr.$, 'const', `${rule.meta.origin} ${v.name}`);
    }
  });
});

interface Recorded {
  readonly Event: { readonly System: Record<string, unknown>; readonly EventData?: Record<string, unknown> | null };
}

/** A record as the evtx tools print it, in Sigma's names. */
function plain({ Event: { System: system, EventData: data } }: Recorded) {
  const attribute = (tag: string, name: string) =>
    (system[tag] as { '#attributes'?: Record<string, unknown> } | undefined)?.['#attributes']?.[name];
  return {
    Channel: system.Channel,
    EventID: system.EventID,
    Computer: system.Computer,
    Provider_Name: attribute('Provider', 'Name'),
    ...data,
  };
}

describe('SigmaHQ’s published events', { skip: withoutShared('sigma', 'regression_data') }, () => {
  test('each makes its own rule fire', () => {
    const byId = new Map(corpus().rules.map((r) => [r.meta.id, r]));
    const silent: string[] = [];
    let checked = 0;
    for (const path of under('regression_data', '.json')) {
      const rule = byId.get(basename(path, '.json'));
      if (!rule) continue;
      checked++;
      const text = readFileSync(path, 'utf8').trim();
      const whole = text.startsWith('[') ? (JSON.parse(text) as Recorded[]) : splitObjects(text);
      if (!whole.some((e) => fires(rule as EventRule, plain(e)).length > 0)) silent.push(basename(path));
    }
    assert.deepEqual(silent, []);
    assert.equal(checked, 96);
  });
});

/** One JSON object after another, pretty-printed. */
function splitObjects(text: string): readonly Recorded[] {
  return text.split(/\n(?=\{)/).map((t) => JSON.parse(t) as Recorded);
}
