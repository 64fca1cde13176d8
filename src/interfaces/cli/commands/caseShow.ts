import { entryOf, type LogLine, lineOf, openCaseIndex, proofOf } from '../../../app/case/index.ts';
import { manyLines, oneLine } from '../../../base/index.ts';
import { type Command, EXIT, type Terminal, UsageError } from '../command.ts';
import { style } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

export const show: Command = {
  name: 'case show',
  summary: 'one entry whole: what it says, who and when, what answers it, what it refers to',
  args: 'ENTRY [--proof]',
  options: {
    case: CASE_OPTION,
    proof: {
      type: 'boolean',
      help: 'print the proof that it stands in its journal (c2sp.org/tlog-proof), for anybody to check',
    },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  async run(values, positionals, terminal) {
    const [named] = positionals;
    if (named === undefined || positionals.length !== 1) throw new UsageError('name one entry');
    const world = worldOf(theCase(values));
    const index = openCaseIndex(world);
    try {
      const item = entryOf(index, named);
      if (values.proof === true) {
        terminal.out(proofOf(world, item));
        return EXIT.nothing;
      }
      const found = lineOf(world, item);
      const about = index.items({ refs: item.id }).map((i) => ({ id: i.id, kind: i.kind, agency: i.agency }));
      if (values.json === true) terminal.out(jsonText({ ...found, about }));
      else terminal.out(whole(found, about, terminal));
      return EXIT.nothing;
    } finally {
      index.close();
    }
  },
};

function whole(
  { item, header, payload, original }: LogLine,
  about: readonly { readonly id: string; readonly kind: string; readonly agency: string }[],
  terminal: Terminal,
): string {
  const paint = style(terminal.color);
  const field = (name: string, value: string): string => `${paint.dim(name.padEnd(10))}${oneLine(value)}`;
  const { time, marking, refs } = header;
  const clock = `${time.at} (${time.source} clock${time.skewMs === undefined ? '' : `, skew ${time.skewMs} ms taken off`}${time.errorMs === undefined ? '' : `, ±${time.errorMs} ms`})`;
  const state = [item.standing, item.forked ? 'on a forked branch' : '', item.doubted ? 'key in doubt' : ''];
  const json = (value: unknown): string => manyLines(JSON.stringify(value, null, 2));
  return [
    field('entry', item.id),
    field('kind', item.kind),
    field('author', `${item.author}, ${item.agency}`),
    field('time', clock),
    field('marking', `TLP:${marking.tlp.toUpperCase()} PAP:${marking.pap.toUpperCase()} of ${marking.originator}`),
    field('journal', `${item.journal}, entry ${item.index}`),
    field('standing', state.filter(Boolean).join(', ')),
    ...item.answers.map((a) => field('answered', a)),
    ...refs.entries.map((r) => field('refers to', r)),
    ...refs.events.map((r) => field('event', `${r}   czernin show ${r}`)),
    ...about.map((a) => field('spoken of', `${a.kind} ${a.id.slice(0, 16)} by ${a.agency}`)),
    '',
    payload === undefined ? paint.level('medium', 'The payload is withheld; the entry still verifies.') : json(payload),
    ...(original === undefined ? [] : ['', paint.bold('As it was written'), json(original)]),
    '',
  ].join('\n');
}
