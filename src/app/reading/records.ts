import type { JobIo } from '../effects/index.ts';
import { chooseReader } from './choose.ts';
import { type Job, JobFrame, SHOW_BYTES, type ShownRecord } from './job.ts';

/** Finds records again by their offsets: the original bytes and what the reader makes of them. */
export function showRecords(job: Extract<Job, { job: 'records' }>, io: JobIo): { found: number } {
  const source = io.open(job.path);
  let found = 0;
  try {
    const reader = chooseReader(source);
    const options = { ...job.options, referenceMs: job.options.referenceMs || source.modifiedMs };
    for (const offset of job.offsets) {
      const record = reader?.record(source, offset, options) ?? null;
      if (record) found++;
      const shown: ShownRecord = {
        offset,
        format: reader?.format ?? '',
        found: record !== null,
        length: record?.bytes.length ?? 0,
        bytes: record ? Buffer.from(record.bytes.subarray(0, SHOW_BYTES)).toString('base64') : '',
        text: record?.text.slice(0, SHOW_BYTES) ?? '',
        fields: record?.fields ?? {},
        source: record?.source ?? {},
        stream: record?.stream ?? '',
        time: record?.time ?? '',
        record: record ? String(record.record) : '',
      };
      io.sendJson(JobFrame.record, shown);
      io.beat();
    }
  } finally {
    source.close();
  }
  return { found };
}
