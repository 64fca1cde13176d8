import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CaseVerdict, type HashedFile, type MergeReport, mergeInto, verifyCase } from '../../../app/case/index.ts';
import { count, oneLine, plural } from '../../../base/index.ts';
import { files } from '../../../platform/files/index.ts';
import { openIndexStore } from '../../../platform/index-store/index.ts';
import { openShelf, shelvesAt } from '../../../platform/journal/index.ts';
import { type Command, EXIT, type Terminal, UsageError, type Values } from '../command.ts';
import { style, table } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { authorOf, findStation, HAND_OPTIONS } from './hands.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

/** A case checked from its bytes, and joined with what others bring. */
const verify: Command = {
  name: 'case verify',
  summary: 'check a case from its bytes: no key, no network, no trust in whoever wrote it',
  args: '[CASE]',
  options: {
    case: CASE_OPTION,
    'no-evidence': { type: 'boolean', help: 'leave out hashing evidence/ and packs/' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `Every problem is told with its code, file, line, byte offset and entry. Exit code ${EXIT.found}: something is broken or contradicts itself,
${EXIT.incomplete}: provably not the whole, ${EXIT.nothing}: sound. Of derived files index.sqlite is checked; lake/, work.sqlite and out/ are not.
The same check without this program: node verifier/verify.mjs CASE`,
  async run(values, positionals, terminal) {
    if (positionals.length > 1) throw new UsageError('name one case');
    const root = positionals[0] === undefined ? theCase(values).root : resolve(positionals[0]);
    const casePath = join(root, 'case.json');
    if (!existsSync(casePath) && !existsSync(join(root, 'journal')))
      throw new UsageError(`there is no case in ${root}`);
    const index = join(root, 'index.sqlite');
    const hashed = values['no-evidence'] === true ? none : (folder: string) => hashBelow(root, folder);
    const verdict = await verifyCase({
      file: existsSync(casePath) ? readFileSync(casePath) : null,
      shelf: openShelf(join(root, 'journal')),
      index: existsSync(index) ? openIndexStore(index) : null,
      evidence: () => hashed('evidence'),
      packs: () => hashed('packs'),
    });
    if (values.json === true) terminal.out(jsonText(verdict));
    else printVerdict(verdict, terminal);
    if (
      verdict.problems.some(
        (p) => p.severity === 'broken' || p.severity === 'contradiction' || p.severity === 'derived',
      )
    )
      return EXIT.found;
    return verdict.problems.some((p) => p.severity === 'incomplete') ? EXIT.incomplete : EXIT.nothing;
  },
};

async function* none(): AsyncGenerator<HashedFile> {}

async function* hashBelow(root: string, folder: string): AsyncGenerator<HashedFile> {
  const path = join(root, folder);
  if (!existsSync(path)) return;
  const prefix = realpathSync(root).length + 1;
  for await (const item of files.walk(path)) {
    const shown = item.shown.slice(prefix);
    if (shown.startsWith('evidence/.incoming/')) continue; // half-taken copies: the next intake throws them away
    if (item.kind === 'refused') yield { path: shown, refusal: `${item.code}: ${item.message}` };
    else yield { path: shown, digest: (await files.digest(item.path)).digest };
  }
}

function printVerdict(verdict: CaseVerdict, terminal: Terminal): void {
  const paint = style(terminal.color);
  if (verdict.case) terminal.out(`${paint.bold(oneLine(verdict.case.title))}  ${paint.dim(verdict.case.id)}\n`);
  if (verdict.journals.length > 0) {
    terminal.out(
      `\n${table(
        [
          { title: 'agency', min: 12 },
          { title: 'folder', min: 16 },
          { title: 'entries', right: true },
          { title: 'withheld', right: true },
          { title: 'sealed to', right: true },
          { title: 'problems', right: true },
          { title: 'key (compare it with the card you hold)', min: 16 },
        ],
        verdict.journals.map((j) => [
          j.agency ?? '?',
          j.folder.slice(0, 33),
          count(j.entries),
          count(j.held.header + j.held.hash),
          count(j.sealed),
          count(j.problems),
          j.key ?? 'revoked',
        ]),
        terminal.columns,
      )}\n`,
    );
  }
  for (const p of verdict.problems) {
    const where = [
      p.file,
      p.line === null ? '' : `line ${p.line}`,
      p.offset === null ? '' : `byte ${p.offset}`,
      p.index === null ? '' : `entry ${p.index}`,
    ];
    const level = p.severity === 'broken' || p.severity === 'contradiction' ? 'high' : 'medium';
    terminal.out(
      `${paint.level(level, p.code)}  ${oneLine(where.filter(Boolean).join(', '))}\n    ${oneLine(p.message)}\n`,
    );
  }
  const { evidence, packs } = verdict.checked;
  const loose =
    verdict.uncovered.length > 0 ? `; ${plural(verdict.uncovered.length, 'pack file')} named by no entry` : '';
  terminal.out(
    `${verdict.problems.length === 0 ? 'Sound' : plural(verdict.problems.length, 'problem')}: ${plural(verdict.journals.length, 'journal')}, ${plural(evidence, 'copy', 'copies')} of evidence and ${plural(packs, 'pack file')} checked${loose}\n`,
  );
}

const merge: Command = {
  name: 'case merge',
  summary: "take others' journals into the case: from a stick, a share, another copy",
  args: 'OTHER… [--case DIR]',
  options: {
    case: CASE_OPTION,
    ...HAND_OPTIONS,
    'accept-unknown': { type: 'boolean', help: 'also journals of stations that are not in the book (and say so)' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `OTHER is a case, its journal folder, or one journal. Everything is verified first; what is refused changes nothing. The same again brings 0 new.
Journals of stations that are not in the book, or not verified, are refused: czernin station add, czernin station verify.
Exit code ${EXIT.found}: a contradiction came to light, ${EXIT.incomplete}: something was refused, ${EXIT.nothing}: all is in.`,
  async run(values, positionals, terminal) {
    if (positionals.length === 0) throw new UsageError('name at least one place to merge from');
    const folder = theCase(values);
    const sources = positionals.map((label) => ({ label, ...shelvesAt(resolve(label)) }));
    const found = await findStation(values, terminal);
    const known = new Map(found?.home.book().map((k) => [k.card.key, k]));
    const unknown = new Set<string>();
    const report = mergeInto(worldOf(folder), sources, {
      station: found?.station ?? null,
      hand: found?.hand ?? handWithout(values),
      admit(opened) {
        if (found?.station.card.key === opened.key) return true;
        const station = known.get(opened.key);
        if (station?.card.name === opened.agency && station.verified.how !== 'not-verified') return true;
        unknown.add(opened.agency);
        return values['accept-unknown'] === true;
      },
    });
    if (values.json === true) terminal.out(jsonText({ ...report, unknown: [...unknown] }));
    else printMerge(report, values['accept-unknown'] === true ? unknown : new Set(), terminal);
    if (report.news.some((n) => n.contradictions.length > 0)) return EXIT.found;
    return report.refused.length > 0 ? EXIT.incomplete : EXIT.nothing;
  },
};

/** Nothing is signed without a station; the hand is asked for all the same. */
function handWithout(values: Values): Parameters<typeof mergeInto>[2]['hand'] {
  const author = authorOf(values);
  const marking = { originator: author, tlp: 'red', pap: 'red' } as const;
  return () => ({ author, time: { at: new Date().toISOString(), source: 'system' }, marking });
}

function printMerge(report: MergeReport, unknown: ReadonlySet<string>, terminal: Terminal): void {
  const paint = style(terminal.color);
  for (const n of report.news) {
    const parts = [
      `${count(n.entries)} new`,
      n.filled > 0 ? `${count(n.filled)} known in part, now more of them` : '',
      n.checkpoints > 0 ? plural(n.checkpoints, 'checkpoint') : '',
    ];
    terminal.out(`${oneLine(n.agency)}  ${paint.dim(n.journal.slice(0, 16))}: ${parts.filter(Boolean).join(', ')}\n`);
    for (const c of n.contradictions) {
      terminal.out(
        `  ${paint.level('critical', c.code)} this agency's key signed two things that cannot both be true, at ${c.size}: both are kept\n`,
      );
    }
  }
  if (report.news.length === 0) terminal.out('0 new\n');
  for (const name of unknown)
    terminal.out(`${paint.level('medium', 'not in the book')}: ${oneLine(name)}; taken because you said so\n`);
  for (const { name, keptAt } of report.healed)
    terminal.out(`repaired: journal/${name}; the damaged files are in ${oneLine(keptAt)}\n`);
  for (const r of report.refused) {
    const at = [r.line === null ? '' : `line ${r.line}`, r.index === null ? '' : `entry ${r.index}`]
      .filter(Boolean)
      .join(', ');
    terminal.out(
      `${paint.level('high', `refused ${r.code}`)}  ${oneLine(r.where)}${at ? `, ${at}` : ''}\n    ${oneLine(r.message)}\n`,
    );
  }
  if (report.recorded.length > 0)
    terminal.out(`${plural(report.recorded.length, 'entry', 'entries')} signed about what was seen\n`);
}

export const CHECK_COMMANDS: readonly Command[] = [
  verify,
  merge,
  { ...verify, name: 'verify' },
  { ...merge, name: 'merge' },
];
