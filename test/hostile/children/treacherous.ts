/**
 * A reader process that hostile bytes have taken over: for a file that begins with one of these words it does what the
 * word says, for every other it is the program's own.
 */
import { expandJob } from '../../../src/app/intake/index.ts';
import { type Job, JobFrame, makeJobRunner } from '../../../src/app/reading/index.ts';
import { slice } from '../../../src/base/index.ts';
import { createLakeEncoder } from '../../../src/platform/lake/encode/index.ts';
import { serveJobs } from '../../../src/platform/processes/index.ts';

const runJob = makeJobRunner((evidence, emit) => createLakeEncoder(evidence, emit));

await serveJobs((raw, io) => {
  const job = raw as Job | { readonly job: 'expand' };
  if (job.job === 'expand') return expandJob(raw, io);
  if (job.job !== 'read') return runJob(job, io);
  const file = io.open(job.path);
  const word = Buffer.from(slice(file, 0, 16))
    .toString('latin1')
    .split('\n')[0];
  file.close();
  const finding = {
    ...{ rule: '7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b01', ms: 0, ns: 0, offset: 0, host: 'forged', user: '', address: '' },
    ...{ stream: 'windows-sysmon', record: '1', matched: '[]', why: 'forged', flags: 0 },
  };
  switch (word) {
    case 'HANG':
      io.sendJson(JobFrame.findings, [finding]);
      for (;;);
    case 'DIE':
      io.sendJson(JobFrame.findings, [finding]);
      return process.kill(process.pid, 'SIGSEGV');
    case 'HEAP': {
      const kept: unknown[] = [];
      for (;;) kept.push(Array.from({ length: 10_000 }, (_, i) => ({ i })));
    }
    case 'THROW':
      throw new Error('thrown \u001b[2J on purpose');
    case 'FRAME':
      io.sendJson(JobFrame.findings, [{ ...finding, stream: '../../escape' }]);
      return {};
    case 'PART':
      io.sendJson(JobFrame.lakePart, { stream: 'a', day: '../..', name: 'x', rows: 1, bytes: 1 });
      return {};
    case 'RESULT':
      io.sendJson(JobFrame.findings, [finding]);
      return { key: job.key, status: 'read', events: -1 };
    case 'FLOOD':
      for (;;) io.send(200, Buffer.alloc(1024 * 1024));
    default:
      return runJob(job, io);
  }
});
