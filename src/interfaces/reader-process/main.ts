/**
 * What runs inside a reader process: takes jobs from the program that started it, by name. It has no rights but to read
 * the program and the evidence (platform/processes), so hostile bytes are parsed here and nowhere else.
 */
import { expandJob } from '../../app/intake/index.ts';
import { type Job, makeJobRunner } from '../../app/reading/index.ts';
import { createLakeEncoder } from '../../platform/lake/encode/index.ts';
import { serveJobs } from '../../platform/processes/index.ts';

const runJob = makeJobRunner((evidence, emit) => createLakeEncoder(evidence, emit));

await serveJobs((job, io) => {
  const { job: name } = job as { job?: unknown };
  switch (name) {
    case 'expand':
      return expandJob(job, io);
    case 'read':
    case 'records':
    case 'rules':
    case 'look':
      return runJob(job as Job, io);
    default:
      throw new Error(`no such job: ${JSON.stringify(name)}`);
  }
});
