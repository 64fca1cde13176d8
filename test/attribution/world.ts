import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readWeights } from '../../src/attribution/index.ts';
import { type ActorKnowledge, readProfiles } from '../../src/knowledge/profiles/index.ts';
import type { EvidenceItem } from '../../src/model/index.ts';

/** A small invented world of actors, told in STIX as a bundle would; and items of evidence about it. */
export const WEIGHTS = readWeights(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../content/attribution/weights.json'), 'utf8')),
);

const uuid = (kind: string, n: number) => `${kind}--00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const external = (id: string) => [{ source_name: 'mitre-attack', external_id: id }];
const ORIGINS = [
  'a China-based threat group',
  'attributed to the Russian GRU',
  'an Iranian threat group',
  'a financially motivated group',
];
const TACTICS = ['initial-access', 'execution', 'persistence', 'discovery', 'collection', 'exfiltration'];

export interface WorldOptions {
  readonly actors?: number;
  readonly techniques?: number;
  /** appended actors whose profile nobody shares */
  readonly irrelevant?: number;
  /** actor n is called and numbered otherwise */
  readonly rename?: (n: number) => string;
}

/** Actor n uses techniques n … n+9 (shared with neighbours), own malware `S9n0`, `S9n1`, and public tools by turns. */
export function stixWorld(o: WorldOptions = {}): object[] {
  const { actors = 40, techniques = 60, irrelevant = 0, rename = (n: number) => `G${String(n).padStart(4, '0')}` } = o;
  const objects: object[] = [];
  let links = 0;
  const uses = (source: string, target: string, report: number) =>
    objects.push({
      type: 'relationship',
      id: uuid('relationship', links++),
      relationship_type: 'uses',
      source_ref: source,
      target_ref: target,
      external_references: [
        {
          source_name: `Report ${report}`,
          description: `Vendor. (${2015 + (report % 9)}, March ${1 + (report % 27)}). An invented report number ${report}. Retrieved January 1, 2025.`,
          url: `https://vendor.example/report/${report}`,
        },
      ],
    });
  for (let t = 0; t < techniques + irrelevant; t++)
    objects.push({
      type: 'attack-pattern',
      id: uuid('attack-pattern', t),
      name: `Technique ${t}`,
      external_references: external(`T${1000 + t}`),
      kill_chain_phases: [{ kill_chain_name: 'mitre-attack', phase_name: TACTICS[t % TACTICS.length] }],
    });
  for (let p = 0; p < 4; p++)
    objects.push({
      type: 'tool',
      id: uuid('tool', p),
      name: `Public tool ${p}`,
      external_references: external(`S800${p}`),
    });
  for (let n = 0; n < actors + irrelevant; n++) {
    const id = uuid('intrusion-set', n);
    objects.push({
      type: 'intrusion-set',
      id,
      name: `Group ${rename(n)}`,
      description: `Group ${n} is ${ORIGINS[n % 4]}.`,
      external_references: external(rename(n)),
    });
    if (n >= actors) {
      uses(id, uuid('attack-pattern', techniques + n - actors), 9000 + n);
      continue;
    }
    for (const m of [0, 1]) {
      const malware = uuid('malware', n * 10 + m);
      objects.push({
        type: 'malware',
        id: malware,
        name: `Implant ${n}-${m}`,
        external_references: external(`S9${String(n).padStart(2, '0')}${m}`),
      });
      uses(id, malware, n * 10 + m);
    }
    for (let t = 0; t < 10; t++) uses(id, uuid('attack-pattern', (n + t * 3) % techniques), n * 10 + (t % 5));
    uses(id, uuid('tool', n % 4), n * 10 + 3);
  }
  return objects;
}

export const world = (o: WorldOptions = {}): ActorKnowledge => readProfiles(stixWorld(o));

export function item(id: string, cls: EvidenceItem['cls'], more: Partial<EvidenceItem> = {}): EvidenceItem {
  return {
    id,
    cls,
    source: { id: 'own logs', origin: 'own logs', reliability: 'A', credibility: 1 },
    forgeability: cls === 'technique' ? 'moderate' : 'easy',
    group: `${cls} in own logs`,
    observedAt: '2022-05-01',
    rationale: `seen: ${id}`,
    setBy: 'test',
    setAt: '2024-01-01T00:00:00Z',
    ...more,
  };
}

/** Techniques of actor n in this world. */
export const techniquesOf = (n: number, count = 6) =>
  Array.from({ length: count }, (_, t) =>
    item(`tech ${n}-${t}`, 'technique', { object: `T${1000 + ((n + t * 3) % 60)}` }),
  );
export const implantOf = (n: number, m = 0) =>
  item(`implant ${n}-${m}`, 'malware', { object: `S9${String(n).padStart(2, '0')}${m}` });
export const report = (id: string, lr: Record<string, number>, more: Partial<EvidenceItem> = {}) =>
  item(id, 'infrastructure', {
    lr,
    source: { id, origin: `origin of ${id}`, reliability: 'B', credibility: 2 },
    forgeability: 'hard',
    group: `group of ${id}`,
    ...more,
  });
