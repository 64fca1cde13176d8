import type { Knowledge } from '../../../app/intel/index.ts';
import { oneLine, plural } from '../../../base/index.ts';
import { type Claim, THING_KINDS, type ThingKey, type ThingKind, thingKind } from '../../../model/index.ts';
import { type Command, EXIT, type Terminal, UsageError } from '../command.ts';
import { table } from '../style.ts';
import { INTEL_OPTIONS, intelPlace, withKnowledge } from './intelStore.ts';
import { jsonText } from './station.ts';

const LISTS = ['imports', 'types', 'indicators', 'faults'] as const;
const KIND_OF = new Map<string, ThingKind>(THING_KINDS.map((kind) => [manyOf(kind), kind]));

function manyOf(kind: ThingKind): string {
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : kind === 'infrastructure' ? kind : `${kind}s`;
}

const list: Command = {
  name: 'intel list',
  summary: 'what is known: imports, counts; or the actors, tools, operations … with their names',
  args: `[imports|types|indicators|faults|${[...KIND_OF.keys()].join('|')}]`,
  options: { ...INTEL_OPTIONS, json: { type: 'boolean', help: 'print as JSON' } },
  async run(values, positionals, terminal) {
    const [what = 'overview'] = positionals;
    const kind = KIND_OF.get(what);
    if (!kind && what !== 'overview' && !LISTS.some((l) => l === what))
      throw new UsageError(`list one of imports, types, indicators, faults, ${[...KIND_OF.keys()].join(', ')}`);
    const place = intelPlace(values);
    return withKnowledge(place, (knowledge) => {
      const rows = rowsOf(knowledge, what, kind);
      if (values.json === true) terminal.out(jsonText(rows.json));
      else
        terminal.out(
          rows.text(terminal, place.folder === null ? "the station's knowledge" : 'the knowledge of the case'),
        );
      return EXIT.nothing;
    });
  },
};

interface Rows {
  readonly json: unknown;
  readonly text: (terminal: Terminal, where: string) => string;
}

function rowsOf(knowledge: Knowledge, what: string, kind: ThingKind | undefined): Rows {
  if (kind) {
    const things = [...knowledge.things(kind)].map(({ thing, names }) => ({
      thing,
      label: knowledge.label(thing),
      names: names.map((n) => ({ name: n.name, how: n.how, by: [...new Set(n.by.map((c) => c.source))] })),
    }));
    things.sort((a, b) => (a.label.toLowerCase() < b.label.toLowerCase() ? -1 : 1));
    const cells = things.map((t) => [
      t.label,
      t.names
        .filter((n) => n.name !== t.label)
        .map((n) => n.name)
        .join(', '),
      t.thing,
    ]);
    return rows(
      things,
      [
        { title: 'name', min: 12 },
        { title: 'also called', min: 20 },
        { title: 'thing', min: 20 },
      ],
      cells,
    );
  }
  if (what === 'types') {
    const types = [...knowledge.types()];
    return rows(
      Object.fromEntries(types),
      [{ title: 'type' }, { title: 'objects', right: true }],
      types.map(([t, n]) => [t, String(n)]),
    );
  }
  if (what === 'indicators') {
    const all = [...knowledge.indicators()];
    const cells = all.map((i) => [
      i.kind,
      i.value,
      i.validFrom ?? i.firstSeen ?? '',
      i.validUntil ?? i.lastSeen ?? '',
      i.source,
    ]);
    return rows(
      all,
      [
        { title: 'kind' },
        { title: 'value', min: 20 },
        { title: 'from' },
        { title: 'until' },
        { title: 'source', min: 10 },
      ],
      cells,
    );
  }
  if (what === 'faults') {
    const all = [...knowledge.index.faults()];
    const cells = all.map((f) => [f.code, f.at, f.message]);
    return rows(all, [{ title: 'code' }, { title: 'where', min: 20 }, { title: 'why', min: 20 }], cells);
  }
  const imports = knowledge.imports();
  const cells = imports.map((r) => [
    r.digest.slice(0, 12),
    r.kind,
    r.at.slice(0, 10),
    r.reliability,
    r.marking?.tlp ?? 'unmarked',
    r.name,
    r.source,
  ]);
  const columns = [
    { title: 'digest' },
    { title: 'format' },
    { title: 'taken in' },
    { title: 'rel.' },
    { title: 'TLP' },
    { title: 'file', min: 16 },
    { title: 'source', min: 12 },
  ];
  const shown = rows(imports, columns, cells);
  if (what === 'imports') return shown;
  const counts = knowledge.counts();
  return {
    json: { counts, imports },
    text: (terminal, where) =>
      `${where}: ${plural(counts.imports, 'import')}, ${plural(counts.objects, 'object')}, ${plural(counts.claims, 'claim')} ` +
      `(${[...knowledge.things('actor')].length} actors named), ${plural(counts.indicators, 'indicator')}, ${plural(counts.faults, 'fault')}\n` +
      (imports.length > 0
        ? shown.text(terminal, where)
        : 'only what comes with the program: czernin intel import takes in more\n'),
  };
}

function rows(json: unknown, columns: Parameters<typeof table>[0], cells: readonly (readonly string[])[]): Rows {
  const text = (terminal: Terminal) => (cells.length === 0 ? 'none\n' : table(columns, cells, terminal.columns));
  return { json, text };
}

const show: Command = {
  name: 'intel show',
  summary: 'who says what of an actor, tool, operation …, by any of its names; or one object or claim by its id',
  args: 'NAME|ID',
  options: { ...INTEL_OPTIONS, json: { type: 'boolean', help: 'print as JSON' } },
  help: `A name may be borne by several things: each is shown, and none is taken for another without a claim that says so.
Examples: czernin intel show APT31 · czernin intel show tool:jian · czernin intel show G0128`,
  async run(values, positionals, terminal) {
    const name = positionals.join(' ').trim();
    if (name === '') throw new UsageError('give a name or an id');
    return withKnowledge(intelPlace(values), (knowledge) => {
      const versions = knowledge.index.versions(name);
      if (versions.length > 0) {
        const shown = versions.map((v) => ({ counts: v.counts, object: JSON.parse(v.json) as unknown }));
        terminal.out(jsonText(shown));
        return EXIT.nothing;
      }
      const claim = /^[0-9a-f]{32}$/.test(name) ? first(knowledge.claims(), (c) => c.id === name) : null;
      if (claim) {
        terminal.out(jsonText(claim));
        return EXIT.nothing;
      }
      const found = knowledge.find(name);
      if (values.json === true)
        terminal.out(jsonText(found.map((t) => ({ ...knowledge.answer(t), label: knowledge.label(t) }))));
      else if (found.length === 0) terminal.out(`nobody here names ${oneLine(name, 100)}\n`);
      else {
        if (found.length > 1)
          terminal.out(
            `${plural(found.length, 'thing')} bear this name or key; whether they are one is said by claims only\n\n`,
          );
        for (const thing of found) terminal.out(`${thingText(knowledge, thing)}\n`);
      }
      return EXIT.nothing;
    });
  },
};

/** Statements of one predicate shown; the rest is counted (all with --json). */
const SHOWN = 12;

function thingText(knowledge: Knowledge, thing: ThingKey): string {
  const answer = knowledge.answer(thing);
  const lines = [`${oneLine(knowledge.label(thing), 120)}  (${oneLine(thing, 200)})`];
  for (const { name, how, by } of answer.names)
    lines.push(`  named ${oneLine(name, 80)}${how === 'same' ? '' : ` [${how}]`}: ${sources(by)}`);
  const label = (key: ThingKey): string => `${oneLine(knowledge.label(key), 80)}`;
  const tool = thingKind(thing) === 'tool' ? knowledge.history(thing) : null;
  for (const { predicate, statements } of answer.says) {
    for (const s of statements.slice(0, SHOWN)) {
      const what =
        s.object === undefined
          ? oneLine(s.value ?? '', 300)
          : `${label(s.object)}${s.value ? ` (${oneLine(s.value, 60)})` : ''}`;
      lines.push(`  ${predicate} ${what}${times(s.by[0])}: ${sources(s.by)}${words(s.by)}`);
    }
    if (statements.length > SHOWN) lines.push(`  ${predicate} … ${statements.length - SHOWN} more`);
  }
  const towards = answer.saidOfIt.slice(0, SHOWN * 2);
  for (const s of towards)
    lines.push(`  ← ${label(s.subject)} ${s.predicate}${times(s.by[0])}: ${sources(s.by)}${words(s.by)}`);
  if (answer.saidOfIt.length > towards.length) lines.push(`  ← … ${answer.saidOfIt.length - towards.length} more`);
  if (tool?.events.some((e) => e.when !== '')) {
    lines.push('  history:');
    for (const { when, claim } of tool.events.filter((e) => e.when !== '').slice(0, SHOWN))
      lines.push(
        `    ${when.slice(0, 10)}${claim.until ? ` to ${claim.until.slice(0, 10)}` : ''}  ${claim.predicate} ${claim.object ? label(claim.object === thing ? claim.subject : claim.object) : ''} (${oneLine(claim.source, 60)})`,
      );
    if (tool.openSince !== null) lines.push(`    others than its holder could have it since ${tool.openSince}`);
  }
  for (const { about, sides } of answer.disputes) {
    const said = sides.map((s) => `${oneLine(labelled(knowledge, s.says), 60)} (${sources(s.by)})`).join(' against ');
    lines.push(`  SOURCES DIFFER on ${oneLine(about, 120)}: ${said}`);
  }
  for (const claim of answer.retracted)
    lines.push(
      `  taken back: ${claim.predicate} ${oneLine(claim.object ?? claim.value ?? '', 80)} by ${oneLine(claim.source, 60)}`,
    );
  return `${lines.join('\n')}\n`;
}

function labelled(knowledge: Knowledge, says: string): string {
  return /^[a-z]+:\S/.test(says) ? knowledge.label(says) : says;
}

/** `Microsoft 2023 [B2]`, each source once with the date it said it. */
function sources(claims: readonly Claim[]): string {
  const shown = new Set(
    claims.map(
      (c) => `${oneLine(c.source, 60)}${c.said ? ` ${c.said.slice(0, 10)}` : ''} [${c.reliability}${c.credibility}]`,
    ),
  );
  const listed = [...shown].slice(0, 5);
  return `${listed.join('; ')}${shown.size > listed.length ? `; ${shown.size - listed.length} more` : ''}`;
}

function times(claim: Claim | undefined): string {
  if (!claim || (claim.from === undefined && claim.until === undefined)) return '';
  return ` (${claim.from?.slice(0, 10) ?? '?'} to ${claim.until?.slice(0, 10) ?? 'now'})`;
}

function words(claims: readonly Claim[]): string {
  const found = claims.find((c) => c.wording !== undefined)?.wording;
  return found === undefined ? '' : ` “${oneLine(found, 200)}”`;
}

function first<T>(items: Iterable<T>, wanted: (item: T) => boolean): T | null {
  for (const item of items) if (wanted(item)) return item;
  return null;
}

export const SHOW_COMMANDS: readonly Command[] = [list, show];
