import { byteSize, count, oneLine, plural } from '../../../base/index.ts';
import type { Answer } from '../../../model/index.ts';
import { type Style, table } from '../style.ts';
import { wrap } from './wrap.ts';

const TOP = 12;
const NAMED: ReadonlySet<string> = new Set(['READER_FAILED', 'UNKNOWN_FORMAT', 'REFUSED_EVIDENCE', 'DAMAGED']);

export interface RenderOptions {
  /** what was written where */
  readonly files: readonly string[];
  /** the story of an intrusion stands above: what it says is not said again */
  readonly afterStory: boolean;
}

/** The answer on a terminal: short, ranked, first sign first; where to look deeper at the end. */
export function renderAnswer(a: Answer, style: Style, width: number, { files, afterStory }: RenderOptions): string {
  const out: string[] = afterStory ? [] : ['', style.bold(oneLine(a.verdict)), '', ...signs(a, style)];
  const { counts } = a;
  out.push(
    `${style.dim('Read')}        ${plural(counts.evidence, 'file')}, ${byteSize(counts.bytes)}, ${plural(counts.events, 'event')} from ${plural(a.sources.length, 'source')}`,
    `${style.dim('Findings')}    ${levels(a, style)}`,
    `${style.dim('Rules')}       ${coverage(a)}`,
    '',
  );
  if (a.rules.length > 0) {
    out.push(style.bold('Top findings'), rulesTable(a, style, width));
    if (a.rules.length > TOP) out.push(style.dim(`  and ${plural(a.rules.length - TOP, 'more rule')} that fired`), '');
  }
  if (!afterStory) {
    out.push(...touched('Hosts touched', a.hosts, a.moreHosts, style, width));
    out.push(...touched('Accounts touched', a.accounts, a.moreAccounts, style, width));
  }
  out.push(style.bold('What could not be seen'));
  // The horizon stands with the first sign already.
  const missing = a.notSeen.filter((n) => n.code !== 'HORIZON');
  if (missing.length === 0) out.push('  nothing is known to be missing');
  for (const n of missing.slice(0, 8)) {
    out.push(...bullet(n.sentence, width, '- '));
    // Which files it was matters at once; the rest can wait for the report.
    if (NAMED.has(n.code))
      for (const d of n.details.slice(0, 3)) out.push(...bullet(d, width, '    ').map((l) => style.dim(l)));
    if (NAMED.has(n.code) && n.details.length > 3) out.push(style.dim(`      and ${count(n.details.length - 3)} more`));
  }
  if (missing.length > 8) out.push(style.dim(`  and ${plural(missing.length - 8, 'more kind')}: see the report`));
  if (files.length > 0)
    out.push('', ...files.map((f, i) => `${i === 0 ? style.dim('Written') : '       '}     ${oneLine(f)}`));
  return `${out.join('\n')}\n`;
}

function signs(a: Answer, style: Style): string[] {
  const s = a.firstSign;
  if (!s) return [];
  const line = (label: string, sign: NonNullable<typeof s>) => {
    const where = [sign.host, sign.user].filter(Boolean).join(' / ');
    const caveat = sign.caveats.length > 0 ? style.dim(` (${sign.caveats.join('; ')})`) : '';
    return `${style.dim(label.padEnd(11))} ${sign.time || 'undated'} UTC  ${style.level(sign.level, sign.level)}  ${oneLine(sign.title)}${where ? `  ${style.dim(oneLine(where))}` : ''}${caveat}`;
  };
  const out = [line('First sign', s)];
  if (a.horizon) out.push(`            ${oneLine(a.horizon.sentence)}`);
  if (a.earliestWeaker)
    out.push(
      line('Earlier', a.earliestWeaker),
      `            ${style.dim('a weaker sign: look at it before trusting the first date')}`,
    );
  if (a.lastSign && a.lastSign.finding !== s.finding) out.push(line('Last sign', a.lastSign));
  out.push('');
  return out;
}

function levels(a: Answer, style: Style): string {
  const parts = ['critical', 'high', 'medium', 'low', 'informational']
    .filter((l) => a.counts.byLevel[l])
    .map((l) => style.level(l, `${count(a.counts.byLevel[l] as number)} ${l}`));
  return parts.length === 0 ? 'none' : parts.join('  ');
}

function coverage(a: Answer): string {
  const c = a.ruleCoverage;
  return `${count(c.total)}: ${count(c.fired)} fired, ${count(c.ran)} ran, ${count(c.noSuchLog)} no such log, ${count(c.fieldMissing)} field never present, ${count(c.unsupported)} refused`;
}

function rulesTable(a: Answer, style: Style, width: number): string {
  const rows = a.rules.slice(0, TOP);
  const cut = (t: string) => t.slice(0, 19).replace('T', ' ');
  const text = table(
    [
      { title: 'level' },
      { title: 'rule', min: 24 },
      { title: 'n', right: true },
      { title: 'hosts', right: true },
      { title: 'first (UTC)' },
      { title: 'why', min: 20 },
    ],
    rows.map((r) => [r.level, r.title, count(r.findings), count(r.hosts), r.first ? cut(r.first) : 'undated', r.why]),
    width - 2,
    (cell, row, column) => (column === 0 ? style.level(rows[row]!.level, cell) : cell),
  );
  return indent(text);
}

function touched(title: string, list: Answer['hosts'], more: number, style: Style, width: number): string[] {
  if (list.length === 0) return [];
  const rows = list.slice(0, 6);
  const text = table(
    [
      { title: 'worst' },
      { title: 'name', min: 16 },
      { title: 'score', right: true },
      { title: 'n', right: true },
      { title: 'first (UTC)' },
      { title: 'last (UTC)' },
      { title: 'by', min: 20 },
    ],
    rows.map((h) => [
      h.worst,
      h.name,
      count(h.score),
      count(h.findings),
      h.first.slice(0, 19).replace('T', ' '),
      h.last.slice(0, 19).replace('T', ' '),
      h.rules.join('; '),
    ]),
    width - 2,
    (cell, row, column) => (column === 0 ? style.level(rows[row]!.worst, cell) : cell),
  );
  const rest = list.length - rows.length + more;
  return [style.bold(title), indent(text), ...(rest > 0 ? [style.dim(`  and ${count(rest)} more`), ''] : [])];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((l) => (l ? `  ${l}` : l))
    .join('\n');
}

function bullet(text: string, width: number, mark: string): string[] {
  return wrap(oneLine(text), width - 4 - mark.length).map(
    (l, i) => `  ${i === 0 ? mark : ' '.repeat(mark.length)}${l}`,
  );
}
