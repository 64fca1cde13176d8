import { answerNamed } from '../../../app/assess/index.ts';
import { oneLine, plainJson } from '../../../base/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { EXIT, type Terminal, UsageError, type Values } from '../command.ts';
import { style } from '../style.ts';
import { weighed } from './assess.ts';

/** Why an answer to "who" has the probability it has: every item, for it and against the leader. */
export async function explainWho(
  name: string,
  folder: CaseFolder,
  values: Values,
  terminal: Terminal,
): Promise<number> {
  const { assessment, known } = await weighed(folder, values, [], terminal);
  const part = assessment.intrusions[0];
  if (!part) throw new UsageError('the case has no intrusion to weigh');
  const { assessment: x, items } = part;
  const answer = answerNamed(x, name, known);
  const leader = x.answers[0];
  if (!answer || !leader)
    throw new UsageError(
      `${oneLine(name, 60)} is not among the leading answers: czernin assess, czernin intel show ${oneLine(name, 60)}`,
    );
  const rows = x.matrix.rows
    .filter((r) => r.nats[answer.id] !== undefined)
    .map((r) => ({
      item: r.items[0] ?? r.group,
      nats: r.nats[answer.id] as number,
      againstLeader: (r.nats[answer.id] as number) - (r.nats[leader.id] ?? 0),
      diagnostic: r.diagnostic,
      why: items.find((i) => i.id === r.items[0])?.rationale ?? '',
      refs: items.find((i) => i.id === r.items[0])?.refs ?? [],
    }))
    .sort((a, b) => b.againstLeader - a.againstLeader || (a.item < b.item ? -1 : 1));
  if (values.json === true) {
    terminal.out(`${plainJson({ answer, leader: leader.id, rows, linchpins: x.sensitivity.linchpins }, 2)}\n`);
    return EXIT.nothing;
  }
  const paint = style(terminal.color);
  const percent = (p: number) => `${Math.round(p * 100)} %`;
  const who = answer.kind === 'unknown' ? 'an actor none of those known here' : answer.name;
  terminal.out(
    `${paint.bold(oneLine(who))}  ${percent(answer.p)}, between ${percent(answer.range[0])} and ${percent(answer.range[1])}${answer.kind === 'actor' ? `; known from ${answer.reports} reports` : ''}\n`,
  );
  if (answer.id !== leader.id)
    terminal.out(`Leading: ${oneLine(leader.name)}, ${percent(leader.p)}. Nats for it, and against the leader:\n`);
  for (const r of rows) {
    const line = `${signed(r.nats)}  ${signed(r.againstLeader)}  ${oneLine(r.item, 60)}  ${oneLine(r.why, 120)}`;
    terminal.out(`  ${r.diagnostic ? line : paint.dim(line)}\n`);
  }
  const told = x.matrix.inconsistency[answer.id];
  if (told !== undefined) terminal.out(`What speaks against it comes to ${told.toFixed(2)} nats.\n`);
  return EXIT.nothing;
}

const signed = (n: number): string => `${n >= 0 ? '+' : ''}${n.toFixed(2)}`.padStart(6);
