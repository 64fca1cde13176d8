import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Sample } from '../../../exercise/ministry/index.ts';
import { chooseReader } from '../../../src/app/reading/index.ts';
import { formatInstant, memorySource } from '../../../src/base/index.ts';
import { type CorrelationHit, compileMatcher, correlate } from '../../../src/hunt/index.ts';
import { fieldsOf, firstText } from '../../../src/model/index.ts';
import {
  type CorrelationInput,
  type EventRule,
  loadRules,
  type Rule,
  type RuleFile,
} from '../../../src/rules/index.ts';
import { unzip } from '../../support/zip.ts';

/** The sample through readers, matcher and correlations, in this process: what fired on which record. */

/** Every file that holds records, by the address the truth gives it; archives are opened. */
export function openFiles(files: Sample['files']): Map<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const { path, bytes } of files) {
    if (path.endsWith('.zip')) for (const [name, inner] of unzip(Buffer.from(bytes))) out.set(`${path}!${name}`, inner);
    else if (path.endsWith('.gz')) out.set(`${path}!${path.slice(path.lastIndexOf('/') + 1, -3)}`, gunzipSync(bytes));
    else if (path.startsWith('logs/')) out.set(path, bytes);
  }
  return out;
}

/** The rules below a folder, by path inside it; those only whose text is wanted. */
export function rulesBelow(root: string, pack: string, wanted: (text: string) => boolean = () => true): Rule[] {
  const files = (readdirSync(root, { recursive: true }) as string[])
    .filter((f) => f.endsWith('.yml'))
    .sort()
    .map(
      (f): RuleFile => ({
        pack,
        path: relative(root, join(root, f)).replaceAll('\\', '/'),
        text: readFileSync(join(root, f), 'utf8'),
      }),
    );
  return [...loadRules(files.filter((f) => wanted(f.text))).rules];
}

export interface FileSeen {
  readonly format: string | null;
  readonly records: number;
  readonly faults: readonly string[];
  /** record → its time, to milliseconds */
  readonly times: ReadonlyMap<number | string, string>;
}

export interface Seen {
  readonly files: ReadonlyMap<string, FileSeen>;
  /** `file#record` → rules that fired on it, alone or as part of a correlation: origin without the pack */
  readonly fired: ReadonlyMap<string, ReadonlySet<string>>;
  /** findings that a report would show */
  readonly findings: readonly { readonly rule: Rule; readonly where: string }[];
}

export function hunt(files: ReadonlyMap<string, Uint8Array>, rules: readonly Rule[]): Seen {
  const events = rules.filter((r): r is EventRule => r.$ === 'event');
  const correlations = rules.filter((r) => r.$ === 'correlation');
  const matcher = compileMatcher(events);
  const seen = new Map<string, FileSeen>();
  const fired = new Map<string, Set<string>>();
  const findings: { rule: Rule; where: string }[] = [];
  const inputs: CorrelationInput[] = [];
  const pathOf = (rule: Rule) => rule.meta.origin.slice(rule.meta.origin.indexOf('/') + 1);
  const note = (address: string, rule: Rule) => {
    const set = fired.get(address) ?? new Set();
    fired.set(address, set.add(pathOf(rule)));
  };
  for (const [path, bytes] of files) {
    const source = memorySource(bytes);
    const reader = chooseReader(source);
    const faults: string[] = [];
    const times = new Map<number | string, string>();
    let records = 0;
    reader?.read(
      source,
      {
        event(e) {
          records++;
          times.set(e.record, formatInstant({ ms: e.ms, ns: 0 }));
          for (const index of matcher.match(e)) {
            const rule = events[index] as EventRule;
            const address = `${path}#${e.record}`;
            note(address, rule);
            if (rule.reports) findings.push({ rule, where: address });
            inputs.push({
              ...{ rule: rule.meta.id, ms: e.ms, ns: e.ns, address, fields: scalars(fieldsOf(e)) },
              ...{ host: firstText(e, e.shape.host), user: firstText(e, e.shape.user) },
              ...{ source: firstText(e, e.shape.address), stream: e.shape.stream },
            });
          }
        },
        fault: (f) => void faults.push(f.code),
        progress() {},
      },
      { assumedZoneMinutes: 0, referenceMs: 0 },
    );
    seen.set(path, { format: reader?.format ?? null, records, faults, times });
  }
  const hits: CorrelationHit[] = [
    ...correlate(
      correlations,
      inputs.sort((a, b) => a.ms - b.ms || a.ns - b.ns),
    ),
  ];
  for (const hit of hits) {
    const rule = correlations.find((r) => r.meta.id === hit.rule) as Rule;
    for (const address of hit.events) note(address, rule);
    if (rule.reports) findings.push({ rule, where: hit.events[0] ?? '' });
  }
  return { files: seen, fired, findings };
}

function scalars(fields: ReturnType<typeof fieldsOf>): CorrelationInput['fields'] {
  const out: Record<string, CorrelationInput['fields'][string]> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') out[name] = value;
  }
  return out;
}
