import { count, oneLine, plural } from '../../../base/index.ts';
import type { Intrusion, IntrusionPhase, Intrusions, LedgerLine } from '../../../model/index.ts';
import type { Style } from '../style.ts';
import { wrap } from './wrap.ts';

const LABEL = 12;
const NAMES = 8;

/** The top intrusion as a story on a terminal: what, since when and how sure, who and what, how it went, what limits it. */
export function renderStory({ intrusions, loose, innocent }: Intrusions, style: Style, width: number): string {
  const [top, ...others] = intrusions;
  if (!top) return '';
  const text = new Lines(style, Math.min(width, 120));
  text.paragraph(style.bold, top.sentence);
  text.blank();
  if (top.firstSign) {
    text.fact('First sign', `${top.firstSign.time || 'undated'}  ${top.firstSign.title}`);
    text.more(top.firstSign.uncertainty.sentence);
    if (top.firstSign.earlier) text.more(top.firstSign.earlier.sentence);
  }
  if (top.lastSign) text.fact('Last sign', `${top.lastSign.time || 'undated'}  ${top.lastSign.title}`);
  text.fact('Dwell', top.dwell.sentence);
  if (top.dwell.detected === '')
    text.more('Such a date: a decision to watch or to evict (czernin decide), or --detected DATE.');
  text.fact('Accounts', ledger(top.scope.accounts));
  text.fact('Hosts', ledger(top.scope.hosts));
  if (top.scope.mailboxes.length > 0) text.fact('Mailboxes', ledger(top.scope.mailboxes));
  text.fact('Taken', top.taken.sentence);
  if (top.eviction) text.fact('Eviction', top.eviction.sentence);
  text.blank();
  text.paragraph(style.bold, 'How it went');
  for (const s of steps(top)) text.step(s.from, s.until, s.sentence);
  if (top.gapMap.length > 0) {
    text.blank();
    text.paragraph(style.bold, 'What limits it');
    for (const g of top.gapMap.slice(0, 5)) text.bullet(g.sentence);
    if (top.gapMap.length > 5) text.bullet(`and ${plural(top.gapMap.length - 5, 'more statement')}: see the report`);
  }
  text.blank();
  if (others.length > 0) {
    text.paragraph(style.bold, 'Kept apart from it');
    for (const x of others.slice(0, 6)) text.bullet(oneOf(x));
    if (others.length > 6) text.bullet(`and ${count(others.length - 6)} more: czernin intrusion list`);
  }
  const judged = innocent.count > 0 ? `, ${count(innocent.count)} judged innocent` : '';
  text.dim(`${plural(loose.count, 'finding')} belong to no intrusion${judged}.`);
  text.blank();
  return text.toString();
}

function oneOf(x: Intrusion): string {
  const when = [x.firstSign?.time, x.lastSign?.time].flatMap((t) => (t ? [t.slice(0, 10)] : []));
  return `${x.title}: ${plural(x.count, 'finding')}${when.length > 0 ? `, ${[...new Set(when)].join(' to ')}` : ''}`;
}

/** `3 misused: a, b, c; 12 targeted` */
function ledger(lines: readonly LedgerLine[]): string {
  const states = ['misused', 'touched', 'targeted', 'never-collected', 'cleared', 'nothing-found'] as const;
  const parts = states.flatMap((state) => {
    const list = lines.filter((l) => l.state === state);
    if (list.length === 0) return [];
    const what = `${count(list.length)} ${state.replace('-', ' ')}`;
    if (state !== 'misused') return [what];
    const names = list.slice(0, NAMES).map((l) => l.name);
    return [`${what}: ${names.join(', ')}${list.length > NAMES ? ' …' : ''}`];
  });
  return parts.join('; ') || 'none';
}

const PHASES: Readonly<Record<IntrusionPhase, string>> = {
  reconnaissance: 'Looking for ways in',
  'initial-access': 'Getting in',
  execution: 'Running programs',
  persistence: 'Ways back in',
  'privilege-escalation': 'Gaining rights',
  'defense-evasion': 'Hiding',
  'credential-access': 'Taking passwords',
  discovery: 'Looking around',
  'lateral-movement': 'Moving from host to host',
  collection: 'Reading and collecting',
  'command-and-control': 'Calling home',
  exfiltration: 'Taking out',
  impact: 'Damage',
  other: 'Other signs',
};

function steps(x: Intrusion): { from: string; until: string; sentence: string }[] {
  return [
    ...x.phases.map((p) => ({ from: p.first, until: p.last, sentence: `${PHASES[p.phase]}. ${p.sentence}.` })),
    ...x.quietPeriods.map((q) => ({ from: q.from, until: q.to, sentence: q.sentence })),
    ...x.returns.map((r) => ({ from: r.time, until: '', sentence: r.sentence })),
  ].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
}

/** Lines of at most `width` columns; foreign text made one line and safe. */
class Lines {
  readonly #style: Style;
  readonly #width: number;
  readonly #lines: string[] = [];

  constructor(style: Style, width: number) {
    this.#style = style;
    this.#width = width;
  }

  paragraph(look: (text: string) => string, text: string): void {
    for (const line of wrap(oneLine(text), this.#width - 2)) this.#lines.push(look(line));
  }

  fact(label: string, text: string): void {
    this.#hanging(this.#style.dim(label.padEnd(LABEL)), LABEL, text);
  }

  more(text: string): void {
    this.#hanging(' '.repeat(LABEL), LABEL, text);
  }

  step(from: string, until: string, text: string): void {
    const [a, b] = [from.slice(0, 10), until.slice(0, 10)];
    const when = (b && b !== a ? `${a} – ${b}` : a || 'undated').padEnd(25);
    this.#hanging(`  ${this.#style.dim(when)}`, 27, text);
  }

  bullet(text: string): void {
    this.#hanging('  - ', 4, text);
  }

  dim(text: string): void {
    this.#lines.push(this.#style.dim(oneLine(text)));
  }

  blank(): void {
    this.#lines.push('');
  }

  #hanging(head: string, indent: number, text: string): void {
    wrap(oneLine(text), this.#width - indent - 2).forEach((line, i) => {
      this.#lines.push(`${i === 0 ? head : ' '.repeat(indent)}${line}`);
    });
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
