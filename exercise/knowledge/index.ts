import type { Random } from '../random.ts';
import type { Armoury } from '../story/index.ts';

/**
 * What others know of those who act in the exercise, as an investigator would be given it. In: the story's armoury. Out:
 * `knowledge.yaml`, claims in the format of docs/knowledge.md, and `indicators.csv`, an ally's late list. All invented.
 */
export interface KnowledgeOptions {
  /** nobody knows the intruder: neither he nor what is his alone stands in the knowledge */
  readonly absentActor: boolean;
}

const NOTICE = 'INVENTED for an exercise: no such actor, tool, place or report exists.';
/** Reports are by these; three to five speak of each actor. */
const REPORTERS = [
  ['tarn', 'Tarn Threat Research (invented)', 'B'],
  ['bluff', 'Bluff Point Security (invented)', 'B'],
  ['ostrow', 'CERT of Ostrow (invented)', 'A'],
  ['veld', 'Veld Labs (invented)', 'C'],
  ['cairn', 'Cairn Intelligence (invented)', 'B'],
] as const;
const PUBLISHED = ['2020-06-11', '2021-02-24', '2021-10-05', '2022-03-17', '2022-11-08'] as const;

export function knowledgeYaml(armoury: Armoury, random: Random, { absentActor }: KnowledgeOptions): string {
  const hidden = absentActor ? armoury.actors.find((a) => a.role === 'intruder')?.slug : undefined;
  const actors = armoury.actors.filter((a) => a.slug !== hidden);
  const tools = armoury.tools.filter((t) => !hidden || !t.owners.includes(hidden));
  const lines = [
    `# ${NOTICE}`,
    'format: czernin-knowledge/1',
    'title: What is known of the actors of the exercise (invented)',
    'marking: { originator: Exercise, tlp: clear, pap: clear }',
    'sources:',
    ...REPORTERS.map(
      ([slug, name, reliability], i) =>
        `  ${slug}: { name: ${quoted(name)}, title: ${quoted(`Report ${i + 1}`)}, published: ${PUBLISHED[i]}, reliability: ${reliability} }`,
    ),
    'claims:',
  ];
  for (const actor of actors) {
    const by = random.some(REPORTERS, random.int(3, 5)).map(([slug]) => slug);
    const said = (i: number) => `source: ${by[i % by.length]}, credibility: 2`;
    lines.push(
      `  'actor:${actor.slug}':`,
      ...by.map((source) => `    - { named: ${quoted(actor.name)}, source: ${source}, credibility: 2 }`),
      `    - { located-in: 'place:${actor.country.toLowerCase()}', ${said(0)} }`,
      ...actor.victims.map((v, i) => `    - { targets: 'victim:${v.replaceAll(' ', '-')}', ${said(i)} }`),
      ...actor.techniques.map((t, i) => `    - { uses: 'technique:${t}', ${said(i)} }`),
      `    - { described-as: ${quoted(hours(actor.hoursUtc, actor.weekdays))}, ${said(1)} }`,
    );
    for (const tool of tools.filter((t) => t.owners.includes(actor.slug)))
      lines.push(`    - { uses: 'tool:${tool.slug}', ${said(2)} }`);
  }
  for (const tool of tools) {
    const said = 'source: tarn, credibility: 2';
    lines.push(
      `  'tool:${tool.slug}':`,
      `    - { named: ${quoted(tool.name)}, ${said} }`,
      ...tool.owners.map((owner) => `    - { held-by: 'actor:${owner}', ${said} }`),
      ...(tool.publicSince ? [`    - { public-since: ${quoted(tool.publicSince)}, ${said} }`] : []),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** An ally's list: what it knows whose it is, and when it held. */
export function indicatorsCsv(armoury: Armoury, { absentActor }: KnowledgeOptions): string {
  const hidden = absentActor ? armoury.actors.find((a) => a.role === 'intruder')?.slug : undefined;
  const rows = armoury.indicators.map((i) => {
    const actor = i.actor === hidden ? '' : (i.actor ?? '');
    const tool = armoury.tools.find((t) => t.slug === i.tool);
    const known = tool && !(hidden && tool.owners.includes(hidden)) ? tool.slug : '';
    return [i.kind, i.value, i.from, i.until ?? '', actor, known, `ally of the exercise (invented), ${i.reliability}`];
  });
  return `# ${NOTICE}\n${[['type', 'value', 'valid_from', 'valid_until', 'actor', 'tool', 'source'], ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\n')}\n`;
}

function hours([from, to]: readonly [number, number], weekdays: readonly number[]): string {
  const days = weekdays.map((d) => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][d]).join(', ');
  return `At work from ${from}:00 to ${to}:00 UTC on ${days}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
