/**
 * reading: what happens inside a reader process to one piece of evidence, and to the rules. In: a Job and what it may
 * do. Out: frames and a result. Law 4: this is the only place where foreign log bytes and rule texts are parsed, and it
 * can reach nothing but them.
 */
import { createHash } from 'node:crypto';
import { slice } from '../../base/index.ts';
import { compileMatcher, type Matcher } from '../../hunt/index.ts';
import type { EventRule } from '../../rules/index.ts';
import type { JobIo, MakeLakeEncoder } from '../effects/index.ts';
import { type Job, JobFrame, type Looked, type PackPlace } from './job.ts';
import { lookAt } from './look.ts';
import { openPack, type Pack, PackFault } from './pack.ts';
import { readEvidence } from './read.ts';
import { showRecords } from './records.ts';
import { rulesJob } from './rules.ts';

export { cut } from './bounds.ts';
export { chooseReader } from './choose.ts';
export * from './frames.ts';
export * from './job.ts';
export { emptyResult } from './read.ts';
export { readTexts, textsOf } from './rules.ts';

/** Rules told about in one frame. */
const BATCH = 256;

interface Prepared {
  readonly digest: string;
  readonly pack: Pack;
  readonly matcher: Matcher;
  readonly fired: Map<number, EventRule>;
}

/** Runs jobs one after the other; the compiled rules are kept from job to job as long as the pack stays the same. */
export function makeJobRunner(lakeEncoder: MakeLakeEncoder): (job: Job, io: JobIo) => unknown {
  let kept: Prepared | undefined;
  const prepared = (place: PackPlace, io: JobIo): Prepared => {
    if (kept?.digest !== place.digest) {
      const pack = openPack(textOf(place, io));
      kept = { digest: place.digest, pack, matcher: compileMatcher(pack.rules), fired: new Map() };
    }
    return kept;
  };
  return (job, io) => {
    switch (job.job) {
      case 'read':
        return readEvidence(job, io, { ...prepared(job.pack, io), lakeEncoder });
      case 'records':
        return showRecords(job, io);
      case 'rules':
        return rulesJob(job, io);
      case 'look':
        return look(job, io, prepared(job.pack, io));
    }
  };
}

function textOf(place: PackPlace, io: JobIo): string {
  const file = io.open(place.path);
  const bytes = slice(file, 0, file.size);
  file.close();
  if (createHash('sha256').update(bytes).digest('hex') !== place.digest)
    throw new PackFault('BAD_PACK', 'the pack of rules is not the one that was made');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

function look(job: Extract<Job, { job: 'look' }>, io: JobIo, { pack, matcher }: Prepared): void {
  const refusals = new Map(matcher.refusals.map(({ rule, code, reason }) => [rule, { code, reason }]));
  let batch: Looked[] = [];
  pack.rules.forEach((rule, i) => {
    const refusal = refusals.get(i);
    batch.push({ ...lookAt(rule, job.kinds), ...(refusal ? { refusal } : {}) });
    if (batch.length < BATCH && i < pack.rules.length - 1) return;
    io.sendJson(JobFrame.looked, batch);
    io.beat();
    batch = [];
  });
}
