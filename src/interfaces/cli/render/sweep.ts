import { count, oneLine, plural, toSecond } from '../../../base/index.ts';
import type { SweepAnswer } from '../../../model/index.ts';
import { type Style, table } from '../style.ts';
import { wrap } from './wrap.ts';

const TOP = 25;

type Hit = SweepAnswer['hits'][number];

/** A sweep on a terminal: what was met, what was met out of its time, where was looked, what no log could show. */
export function renderSweep(
  a: SweepAnswer,
  faults: readonly { readonly code: string; readonly where: string; readonly message: string }[],
  style: Style,
  width: number,
): string {
  const out = ['', style.bold(verdict(a)), ''];
  const dim = (label: string) => style.dim(label.padEnd(11));
  const first = firstHit(a);
  if (first?.wouldHaveFired)
    out.push(
      `${dim('First')} ${toSecond(first.wouldHaveFired.time)}: ${oneLine(first.shown)} in ${first.wouldHaveFired.stream}${first.wouldHaveFired.host ? ` of ${oneLine(first.wouldHaveFired.host)}` : ''}: known then, it would have fired then`,
      `            czernin show ${first.wouldHaveFired.event}`,
      '',
    );
  if (a.hits.length > 0) out.push(style.bold('Met'), hits(a.hits, style, width));
  if (a.outOfTime.length > 0) {
    out.push(
      style.bold("Met out of their time (no hits: the value may have been somebody else's then)"),
      hits(
        a.outOfTime,
        style,
        width,
        a.outOfTime.map((o) => o.when),
      ),
    );
  }
  const { looked, indicators } = a;
  out.push(
    `${dim('Looked at')} ${plural(looked.events, 'event')} of ${plural(looked.sources.length, 'source')}${looked.first ? `, ${toSecond(looked.first)} to ${toSecond(looked.last)}` : ''}`,
    `${dim('Looked for')} ${plural(indicators.looked, 'indicator')}: ${Object.entries(indicators.byKind)
      .map(([kind, n]) => `${count(n)} ${kind}`)
      .join(', ')}`,
  );
  const left = Object.entries(indicators.faults);
  if (left.length > 0) {
    out.push(`${dim('Left out')} ${left.map(([code, n]) => `${code} ×${count(n)}`).join(', ')}`);
    for (const f of faults.slice(0, 3))
      out.push(style.dim(`            ${oneLine(`${f.where}: ${f.code}: ${f.message}`, width - 12)}`));
  }
  for (const r of indicators.refused.slice(0, 3))
    out.push(style.dim(`            ${oneLine(`${r.indicator}: ${r.code}: ${r.reason}`, width - 12)}`));
  const noted = Object.entries(indicators.notices);
  if (noted.length > 0) out.push(`${dim('Noted')} ${noted.map(([code, n]) => `${code} ×${count(n)}`).join(', ')}`);
  out.push('', style.bold('What could not be seen'));
  if (a.notSeen.length === 0) out.push('  nothing is known to be missing');
  for (const sentence of a.notSeen) {
    const [head, ...rest] = wrap(oneLine(sentence), width - 4);
    out.push(`  - ${head}`, ...rest.map((line) => `    ${line}`));
  }
  return `${out.join('\n')}\n`;
}

function verdict(a: SweepAnswer): string {
  const n = a.hits.length;
  const apart =
    a.outOfTime.length > 0
      ? `; ${plural(a.outOfTime.length, 'more')} only out of their time`.replace('mores', 'more')
      : '';
  if (n === 0) return `0 hits: none of ${plural(a.indicators.looked, 'indicator')} was met in its time${apart}.`;
  const events = a.hits.reduce((sum, h) => sum + h.events, 0);
  return `${count(n)} of ${plural(a.indicators.looked, 'indicator')} ${n === 1 ? 'was' : 'were'} met, in ${plural(events, 'event')}${apart}.`;
}

function firstHit(a: SweepAnswer): Hit | undefined {
  return a.hits.filter((h) => h.first !== '').sort((x, y) => (x.first < y.first ? -1 : 1))[0];
}

function hits(list: readonly Hit[], style: Style, width: number, when?: readonly string[]): string {
  const top = list.slice(0, TOP);
  const rows = top.map((h, i) => [
    h.level,
    h.shown,
    count(h.events),
    h.first ? h.first.slice(0, 16).replace('T', ' ') : 'undated',
    h.last.slice(0, 10),
    ...(when ? [`${when[i]!} its time`] : []),
    [...new Set(h.sightings.map((s) => s.stream))].join(', '),
    [...new Set(h.sightings.flatMap((s) => [s.host, s.user]).filter(Boolean))].slice(0, 4).join(', '),
    [h.indicator.source, ...h.indicator.refs.map((r) => r.name)].join(': '),
  ]);
  const columns = [
    { title: 'Level' },
    { title: 'Indicator', min: 16 },
    { title: 'Events', right: true },
    { title: 'First' },
    { title: 'Last' },
    ...(when ? [{ title: 'When' }] : []),
    { title: 'Sources', min: 12 },
    { title: 'Hosts, accounts', min: 14 },
    { title: 'Says', min: 10 },
  ];
  const more =
    list.length > TOP ? style.dim(`  and ${plural(list.length - TOP, 'more indicator')}: see out/sweep.json\n`) : '';
  return (
    table(columns, rows, width, (cell, row, column) => (column === 0 ? style.level(top[row]!.level, cell) : cell)) +
    more
  );
}
