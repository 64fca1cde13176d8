import type { CaseAssessment } from '../../../app/assess/index.ts';
import { oneLine, plural } from '../../../base/index.ts';
import { type Style, table } from '../style.ts';
import { wrap } from './wrap.ts';

type Part = CaseAssessment['intrusions'][number];

/** Who it was, on a terminal: the sentences first, then answers, reasons each way, what would change it, what to get next. */
export function renderAssessment(a: CaseAssessment, style: Style, width: number, full: boolean): string {
  const out: string[] = [''];
  for (const part of a.intrusions) out.push(...partLines(part, style, width, full), '');
  for (const pair of a.pairs) out.push(...wrapped(pair.sentence, width, ''));
  return `${out.join('\n')}\n`;
}

function partLines(
  { title, assessment: x, agencies, items }: Part,
  style: Style,
  width: number,
  full: boolean,
): string[] {
  const [first = '', ...rest] = x.sentences;
  const out = [style.dim(oneLine(title, width)), ...wrapped(first, width, '').map(style.bold)];
  for (const s of rest) out.push(...wrapped(s, width, ''));
  out.push('', style.bold('Answers'), answers({ assessment: x }, width));
  const why = (heading: string, list: typeof x.reasons.for) => {
    if (list.length === 0) return;
    out.push(style.bold(heading));
    for (const r of list.slice(0, 3))
      out.push(...wrapped(`${r.nats > 0 ? '+' : ''}${r.nats.toFixed(2)} nats  ${r.text}`, width, '  - '));
  };
  why('Strongest reasons for the first before the second', x.reasons.for);
  why('Strongest reasons against', x.reasons.against);
  out.push(...changes(x, style, width));
  out.push(style.bold('How far up it carries'));
  for (const s of x.ladder) {
    const state = s.carried ? style.bold('carried') : style.dim('not carried');
    const lack = s.carried ? '' : ` (${s.missing.join('; ')})`;
    out.push(...wrapped(`${s.step}: ${s.answer}, ${percent(s.p)}, ${state}${lack}`, width, '  - '));
  }
  if (x.collect.length > 0) {
    out.push(style.bold('What to get next'));
    for (const c of x.collect.slice(0, full ? 10 : 3))
      out.push(...wrapped(`${c.what} (expected to settle ${c.expected.toFixed(2)} nats)`, width, '  - '));
  }
  if (agencies.length > 0) {
    out.push(style.bold('Agencies'));
    for (const v of agencies) {
      const p = Object.entries(v.p)
        .sort((m, n) => n[1] - m[1])
        .map(([id, q]) => `${nameOf(x, id)} ${percent(q)}`);
      out.push(...wrapped(`${v.agency}: ${p.join(', ')}; confidence ${v.confidence}. ${v.text}`, width, '  - '));
    }
    for (const d of x.pool?.dissent ?? []) out.push(...wrapped(`Dissent: ${d.text}`, width, '  - '));
  }
  if (full) out.push(...everything(x, items, style, width));
  out.push(style.bold('What this cannot know'));
  for (const l of x.limits) out.push(...wrapped(l, width, '  - '));
  const { ece, n, note } = x.calibration;
  out.push(
    ...wrapped(
      `Calibration (${x.regime}): ${ece === null ? note : `error ${ece.toFixed(3)} over ${n} held-out cases; ${note}`}`,
      width,
      '  - ',
    ).map(style.dim),
  );
  return out;
}

function answers({ assessment: x }: { assessment: Part['assessment'] }, width: number): string {
  const rows = [...x.answers.slice(0, 6), ...x.deception.posingAs.slice(0, 2)];
  return table(
    [{ title: '  p', right: true }, { title: 'between' }, { title: 'who', min: 24 }, { title: 'reports', right: true }],
    rows.map((r) => [
      percent(r.p),
      `${percent(r.range[0])} and ${percent(r.range[1])}`,
      r.kind === 'unknown' ? 'an actor none of those known here' : r.name,
      r.kind === 'unknown' ? '' : String(r.reports),
    ]),
    width - 2,
  );
}

function changes(x: Part['assessment'], style: Style, width: number): string[] {
  const { mustBeFalse, linchpins } = x.sensitivity;
  const out = [style.bold('What would change it')];
  if (mustBeFalse === null) out.push('  - no set of items changes who leads');
  else
    out.push(
      ...wrapped(
        `${plural(mustBeFalse.length, 'item')} would have to be false for another to lead: ${mustBeFalse.slice(0, 6).join(', ')}${mustBeFalse.length > 6 ? ' …' : ''}`,
        width,
        '  - ',
      ),
    );
  for (const l of linchpins.slice(0, 3))
    out.push(
      ...wrapped(
        `Linchpin: ${l.item} gives ${l.gain.toFixed(2)} of a lead of ${l.lead.toFixed(2)} nats${l.qualityNeeded === null ? '' : `; with a source of quality below ${l.qualityNeeded.toFixed(2)} the lead is gone`}`,
        width,
        '  - ',
      ),
    );
  return out;
}

function everything(x: Part['assessment'], items: Part['items'], style: Style, width: number): string[] {
  const out = [style.bold('Every item, by how well it tells the answers apart (nats)')];
  const columns = x.matrix.hypotheses.slice(0, 5);
  const byId = new Map(items.map((i) => [i.id, i]));
  out.push(
    table(
      [{ title: 'item', min: 30 }, ...columns.map((id) => ({ title: nameOf(x, id).slice(0, 18), right: true }))],
      x.matrix.rows.map((r) => [
        byId.get(r.items[0] ?? '')?.object ?? r.items[0] ?? r.group,
        ...columns.map((id) => (r.nats[id] ?? 0).toFixed(2)),
      ]),
      width - 2,
    ),
    style.bold('If the assumptions were others'),
    table(
      [
        { title: 'deception', right: true },
        { title: 'unknown', right: true },
        { title: 'leader', right: true },
      ],
      x.sensitivity.sweeps.map((s) => [
        s.epsilon.toFixed(4),
        s.unknownShare.toFixed(2),
        percent(s.p[x.answers[0]?.id ?? ''] ?? 0),
      ]),
      width - 2,
    ),
  );
  for (const u of x.unused.slice(0, 30)) out.push(...wrapped(`not weighed: ${u.text}`, width, '  - ').map(style.dim));
  return out;
}

function nameOf(x: Part['assessment'], id: string): string {
  if (id === 'unknown') return 'unknown';
  return [...x.answers, ...x.deception.posingAs].find((a) => a.id === id)?.name ?? id;
}

const percent = (p: number): string => `${Math.round(p * 100)} %`;

function wrapped(text: string, width: number, mark: string): string[] {
  return wrap(oneLine(text, 2000), width - mark.length - 2).map(
    (l, i) => `${i === 0 ? mark : ' '.repeat(mark.length)}${l}`,
  );
}
