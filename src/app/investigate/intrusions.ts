import { createHash } from 'node:crypto';
import { errorClass } from '../../base/index.ts';
import type { CoverDay, DecisionDates, Judgements } from '../../hunt/index.ts';
import { Picture } from '../../hunt/index.ts';
import type { Finding, Intrusions } from '../../model/index.ts';
import { storyFindings, type ToldFinding, toldOf } from '../report/index.ts';

/** Thrown when the findings file of a case cannot be used: it is derived, so investigate makes it anew. */
export const PictureError = errorClass<'NO_FINDINGS' | 'BAD_FINDINGS'>('PictureError');

export interface PictureSource {
  /** lines of findings.jsonl, each without its newline */
  readonly lines: AsyncIterable<string>;
  readonly cover: Iterable<CoverDay>;
  readonly judgements: Judgements;
  readonly dates: DecisionDates;
  readonly addresses: ReadonlyMap<string, string>;
  readonly desks: ReadonlyMap<string, string>;
  /** as in summary.json */
  readonly analysis: string;
}

/**
 * The picture made anew from the findings file and what people said since: no evidence is read.
 * @throws PictureError BAD_FINDINGS
 */
export async function pictureAgain({ lines, analysis, ...input }: PictureSource): Promise<Intrusions> {
  const picture = new Picture(input);
  const results = createHash('sha256');
  let at = 0;
  for await (const line of lines) {
    at++;
    results.update(`${line}\n`);
    picture.add(findingOf(line, at));
  }
  return picture.finish({ analysis, results: results.digest('hex') });
}

function findingOf(line: string, at: number): Finding {
  try {
    // The file is ours: its schema was checked when it was written; here it is only read again.
    const parsed = JSON.parse(line) as Finding;
    if (typeof parsed.id === 'string' && Array.isArray(parsed.events)) return parsed;
  } catch {
    // told below
  }
  throw new PictureError('BAD_FINDINGS', 'the findings file is damaged: run investigate again', `line ${at}`);
}

/** Of the findings those the story names, as the report shows them. */
export function toldFindings(
  intrusions: Intrusions,
  findings: (ids: ReadonlySet<string>) => Iterable<Finding>,
): Record<string, ToldFinding> {
  const told: Record<string, ToldFinding> = {};
  for (const f of findings(storyFindings(intrusions))) told[f.id] = toldOf(f);
  return told;
}
