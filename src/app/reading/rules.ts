import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { slice } from '../../base/index.ts';
import { type CorrelationRule, type EventRule, loadRules, type RuleFile, type RuleMeta } from '../../rules/index.ts';
import type { JobIo } from '../effects/index.ts';
import { type EventFace, type Job, JobFrame, type RuleFace, type RulesEnd } from './job.ts';
import { packText } from './pack.ts';

/**
 * Rule text is hostile input too (law 4): it is parsed in a process that may only read, which lives for that long. What
 * comes back is what reports show of each rule, and the pack for the processes that match.
 */

/** What the rule texts of one investigation may unpack to. */
const MAX_TEXT_BYTES = 512 * 1024 * 1024;
const BATCH = 256;
const FRAME_BYTES = 1024 * 1024;

/** Rule files as they are kept in a case, and read again by the job. */
export function textsOf(files: readonly RuleFile[]): Uint8Array {
  return zstdCompressSync(JSON.stringify(files));
}

export function readTexts(bytes: Uint8Array): RuleFile[] {
  return JSON.parse(zstdDecompressSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString('utf8')) as RuleFile[];
}

export function rulesJob(job: Extract<Job, { job: 'rules' }>, io: JobIo): RulesEnd {
  const file = io.open(job.path);
  const files = readTexts(slice(file, 0, file.size));
  file.close();
  const { rules, refusals, notices } = loadRules(files, { placeholders: job.placeholders });
  const events = rules.filter((r): r is EventRule => r.$ === 'event');
  const correlations = rules.filter((r): r is CorrelationRule => r.$ === 'correlation');
  const batches = (kind: number, list: readonly unknown[]): void => {
    let batch: unknown[] = [];
    let chars = 0;
    for (const [i, one] of list.entries()) {
      batch.push(one);
      chars += JSON.stringify(one).length;
      if (batch.length < BATCH && chars < FRAME_BYTES && i < list.length - 1) continue;
      io.sendJson(kind, batch);
      batch = [];
      chars = 0;
    }
  };
  batches(
    JobFrame.faces,
    events.map((r): EventFace => ({ meta: faceOf(r.meta), reports: r.reports })),
  );
  batches(
    JobFrame.correlations,
    correlations.map((r) => ({ ...r, meta: faceOf(r.meta) })),
  );
  batches(JobFrame.refusals, refusals);
  batches(JobFrame.notices, notices);
  const { text, fields } = packText(events, correlations);
  const pack = Buffer.from(text);
  for (let at = 0; at < pack.length; at += FRAME_BYTES) io.send(JobFrame.pack, pack.subarray(at, at + FRAME_BYTES));
  return { fields };
}

function faceOf(meta: RuleMeta): RuleFace {
  const { id, title, level, status, attack, tactics, falsePositives, logsource, digest, origin } = meta;
  const known = status === undefined ? {} : { status };
  return { id, title, level, ...known, attack, tactics, falsePositives, logsource, digest, origin };
}
