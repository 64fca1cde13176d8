import { openCaseIndex, openWriter, reindex, statusOf } from '../../../app/case/index.ts';
import { count, oneLine, plural } from '../../../base/index.ts';
import { openOrCreateCase } from '../../../platform/case/index.ts';
import { type Command, EXIT, text, UsageError } from '../command.ts';
import { style, table } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { findStation, HAND_OPTIONS } from './hands.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

/** A case: made, looked at, its index made anew. */
const init: Command = {
  name: 'case init',
  summary: 'make a case and open this station’s journal in it',
  args: 'DIR [--title LINE]',
  options: {
    title: { type: 'string', value: 'LINE', help: 'its title (default: the name of the folder)' },
    ...HAND_OPTIONS,
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: 'Without a station the case is made and nothing is signed; the journal is opened with the first thing that is.',
  async run(values, positionals, terminal) {
    const [path] = positionals;
    if (path === undefined || positionals.length !== 1) throw new UsageError('name one folder');
    const station = await findStation(values, terminal);
    const title = text(values, 'title');
    const folder = openOrCreateCase(path, title ? { title } : {});
    let journal: string | null = null;
    if (station) {
      const writer = openWriter(worldOf(folder), station.station, station.hand);
      journal = writer.journal;
      writer.close();
    }
    if (values.json === true) terminal.out(jsonText({ ...folder.file, root: folder.root, journal }));
    else {
      terminal.out(`Case ${oneLine(folder.file.title)} in ${oneLine(folder.root)}\n`);
      terminal.out(
        station
          ? `Journal of ${oneLine(station.station.card.name)}: ${journal}\n`
          : 'No station is set up here: nothing is signed (czernin station init).\n',
      );
    }
    return EXIT.nothing;
  },
};

const status: Command = {
  name: 'case status',
  summary: 'who keeps which journal, what was said, what is disputed, withheld, damaged',
  args: '[--case DIR]',
  options: { case: CASE_OPTION, json: { type: 'boolean', help: 'print as JSON' } },
  async run(values, _positionals, terminal) {
    const index = openCaseIndex(worldOf(theCase(values)));
    const found = statusOf(index);
    index.close();
    if (values.json === true) {
      terminal.out(jsonText(found));
      return EXIT.nothing;
    }
    const paint = style(terminal.color);
    const { meta, journals } = found;
    terminal.out(`${paint.bold(oneLine(meta.title))}  ${paint.dim(meta.id)}\n`);
    if (journals.length === 0) {
      terminal.out('No journal yet: nothing has been signed.\n');
      return EXIT.nothing;
    }
    terminal.out(
      `\n${table(
        [
          { title: 'agency', min: 12 },
          { title: 'role', min: 8 },
          { title: 'entries', right: true },
          { title: 'withheld', right: true },
          { title: 'unsealed', right: true },
          { title: 'journal' },
          { title: 'key' },
          { title: 'keys', right: true },
        ],
        journals.map((j) => [
          j.agency,
          j.role,
          count(j.size),
          count(j.header + j.hash),
          count(Math.max(0, j.size - j.signedSize)),
          j.id.slice(0, 16),
          j.key?.slice(0, 16) ?? 'revoked',
          String(j.keys),
        ]),
        terminal.columns,
      )}\n`,
    );
    const kinds = Object.entries(found.byKind).map(([kind, n]) => `${count(n)} ${kind}`);
    const lines = [
      `entries    ${kinds.join(', ') || 'none'}`,
      `findings   ${plural(found.judged.findings, 'judged', 'judged')}, ${count(found.judged.disputed)} disputed between agencies`,
      `entities   ${plural(found.asserted.subjects, 'assertion')}, ${count(found.asserted.disputed)} disputed`,
      `withheld   ${plural(meta.withheld.entries, 'entry', 'entries')} of which the payload is not here`,
    ];
    for (const { agency, size, signedSize } of journals) {
      if (signedSize > size)
        lines.push(`missing    ${plural(signedSize - size, 'entry', 'entries')} that ${oneLine(agency)} has signed`);
    }
    for (const c of meta.contradictions) {
      const whose = journals.find((j) => j.id === c.journal)?.agency ?? c.journal.slice(0, 16);
      lines.push(
        paint.level('critical', `${c.code}`) +
          ` ${oneLine(whose)} signed two things that cannot both be true, at ${c.size}`,
      );
    }
    for (const { entry, code } of meta.ignored) lines.push(`ignored    ${entry.slice(0, 16)} ${code}`);
    for (const { folder, problems } of found.damaged) {
      lines.push(
        paint.level('high', 'damaged') +
          `    journal/${oneLine(folder)}: ${plural(problems, 'problem')}; czernin case verify`,
      );
    }
    terminal.out(`${lines.join('\n')}\n`);
    return EXIT.nothing;
  },
};

const rebuild: Command = {
  name: 'case rebuild',
  summary: 'make the derived index anew from the journals: the same journals give the same bytes',
  args: '[--case DIR]',
  options: { case: CASE_OPTION, json: { type: 'boolean', help: 'print as JSON' } },
  async run(values, _positionals, terminal) {
    const world = worldOf(theCase(values));
    const lock = world.lock();
    let entries: number;
    let journals: number;
    let problems: number;
    try {
      const loaded = reindex(world);
      entries = loaded.journals.reduce((n, j) => n + j.branches[0].size, 0);
      journals = loaded.journals.length;
      problems = loaded.folders.reduce((n, f) => n + f.problems.filter((p) => p.severity === 'broken').length, 0);
    } finally {
      lock.release();
    }
    if (values.json === true) terminal.out(jsonText({ journals, entries, problems }));
    else {
      terminal.out(
        `index.sqlite made from ${plural(journals, 'journal')} with ${plural(entries, 'entry', 'entries')}\n`,
      );
      if (problems > 0) terminal.out(`${plural(problems, 'problem')}: czernin case verify says where\n`);
    }
    return problems > 0 ? EXIT.incomplete : EXIT.nothing;
  },
};

export const CASE_COMMANDS: readonly Command[] = [init, status, rebuild, { ...rebuild, name: 'rebuild' }];
