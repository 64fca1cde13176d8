/**
 * SigmaHQ's regression cases: each rule on its own EVTX must fire as often as the case's info file states, and as often
 * as on the case's JSON twin of the same records, through the same readers and matcher the product uses.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { chooseReader } from '../../src/app/reading/index.ts';
import { memorySource } from '../../src/base/index.ts';
import { compileMatcher, evaluate } from '../../src/hunt/index.ts';
import { readPack } from '../../src/platform/packs/index.ts';
import { type EventRule, loadRules } from '../../src/rules/index.ts';
import { shared, withoutShared } from '../support/shared.ts';

interface Info {
  readonly rule_metadata: readonly { readonly id: string }[];
  readonly regression_tests_info: readonly { readonly path: string; readonly match_count?: number }[];
}

/**
 * Cases whose info file states another number than its own evidence holds. In both the EVTX and the JSON beside it
 * carry three records with the text the rule asks for (`AnyDesk\system.conf` / `ZoneMap\Domains\` with a value no
 * filter names), and the info file says 1.
 */
const WRONG_INFO: Readonly<Record<string, number>> = {
  '0b9ad457-2554-44c1-82c2-d56a99c42377': 3,
  '45e112d0-7759-4c2a-aa36-9f8fb79d3393': 3,
};

function firings(path: string, rule: EventRule): { fast: number; slow: number; events: number } {
  const source = memorySource(readFileSync(path));
  const reader = chooseReader(source);
  assert.ok(reader, `no reader for ${path}`);
  const matcher = compileMatcher([rule]);
  const out = { fast: 0, slow: 0, events: 0 };
  reader.read(
    source,
    {
      event(e) {
        out.events++;
        out.fast += matcher.match(e).length;
        if (evaluate(rule, e)) out.slow++;
      },
      fault: (f) => assert.fail(`${path}: ${f.code} at ${f.offset}: ${f.message}`),
      progress() {},
    },
    { assumedZoneMinutes: 0, referenceMs: 0 },
  );
  return out;
}

describe('SigmaHQ regression cases', { skip: withoutShared('sigma', 'regression_data') }, () => {
  const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'];
  test('every rule fires on its EVTX and on its JSON as often as stated', () => {
    const { rules } = loadRules(folders.flatMap((f) => readPack(shared('sigma', f))));
    const byId = new Map(rules.map((r) => [r.meta.id, r]));
    const root = shared('sigma', 'regression_data');
    const infos = readdirSync(root, { recursive: true })
      .map(String)
      .filter((f) => f.endsWith('info.yml'))
      .sort();
    let checked = 0;
    const wrong: string[] = [];
    for (const file of infos) {
      const info = parse(readFileSync(join(root, file), 'utf8')) as Info;
      for (const run of info.regression_tests_info) {
        for (const { id } of info.rule_metadata) {
          const rule = byId.get(id);
          assert.ok(rule?.$ === 'event', `${file}: rule ${id} was not taken`);
          const evtx = firings(shared('sigma', run.path), rule);
          const json = firings(shared('sigma', run.path.replace(/\.evtx$/, '.json')), rule);
          const want = WRONG_INFO[id] ?? run.match_count ?? json.fast;
          const got = [evtx.fast, evtx.slow, json.fast, json.slow];
          if (want === 0 || got.some((n) => n !== want) || evtx.events !== json.events) {
            wrong.push(
              `${file}: stated ${run.match_count}, EVTX fast/slow and JSON fast/slow ${got.join('/')}, events ${evtx.events}/${json.events}`,
            );
          }
          checked++;
        }
      }
    }
    assert.deepEqual(wrong, []);
    assert.equal(checked, 96);
  });
});
