/**
 * reading: what happens inside a reader process to one piece of evidence. In: a Job and what it may do. Out: frames and
 * a result. Law 4: this is the only place where foreign log bytes are parsed, and it can reach nothing but them.
 */
import { slice } from '../../base/index.ts';
import { compileMatcher, type Matcher } from '../../hunt/index.ts';
import type { JobIo, MakeLakeEncoder } from '../effects/index.ts';
import type { Job, Pack } from './job.ts';
import { readEvidence } from './read.ts';
import { showRecords } from './records.ts';

export { chooseReader } from './choose.ts';
export * from './frames.ts';
export * from './job.ts';
export { emptyResult } from './read.ts';

/** Runs jobs one after the other; the compiled rules are kept from job to job as long as the pack stays the same. */
export function makeJobRunner(lakeEncoder: MakeLakeEncoder): (job: Job, io: JobIo) => unknown {
  let kept: { path: string; pack: Pack; matcher: Matcher } | undefined;
  const tools = (path: string, io: JobIo) => {
    if (kept?.path !== path) {
      const file = io.open(path);
      const pack = JSON.parse(Buffer.from(slice(file, 0, file.size)).toString('utf8')) as Pack;
      file.close();
      kept = { path, pack, matcher: compileMatcher(pack.rules) };
    }
    return { ...kept, lakeEncoder };
  };
  return (job, io) => {
    switch (job.job) {
      case 'read':
        return readEvidence(job, io, tools(job.pack, io));
      case 'records':
        return showRecords(job, io);
    }
  };
}
