import { z } from 'zod';
import { oneLine } from '../../../base/index.ts';
import { FIRST_FREE_KIND, type JobEnd, type JobIo, type ReaderPool } from '../../effects/index.ts';
import {
  ARCHIVE_FAULTS,
  type ArchiveFault,
  type ExpandEnd,
  MAX_NAME,
  type Member,
  type MemberEnd,
} from './contract.ts';
import { expand } from './expand.ts';
import { OPENED } from './recognise.ts';

/** Unpacking as a job of a reader process: both halves, and the frames between them. */

const FRAME = {
  begin: FIRST_FREE_KIND,
  data: FIRST_FREE_KIND + 1,
  end: FIRST_FREE_KIND + 2,
  fault: FIRST_FREE_KIND + 3,
} as const;

const Count = z.number().int().min(0);
const Request = z.strictObject({
  job: z.literal('expand'),
  path: z.string(),
  name: z.string(),
  format: z.enum(OPENED),
  limits: z.strictObject({ members: Count, memberBytes: Count, totalBytes: Count, ratioBytes: Count }),
});
export type ExpandRequest = z.infer<typeof Request>;

/** The half inside the process. Throws only for a request that is none and for a file that can not be opened. */
export async function expandJob(job: unknown, io: JobIo): Promise<ExpandEnd> {
  const { path, name, format, limits } = Request.parse(job);
  const source = io.open(path);
  try {
    return await expand(source, format, name, limits, {
      begin: (member) => io.sendJson(FRAME.begin, member),
      data: (bytes) => io.send(FRAME.data, bytes),
      end: (end) => io.sendJson(FRAME.end, end),
      fault: (fault) => io.sendJson(FRAME.fault, fault),
      progress: () => io.beat(),
    });
  } finally {
    source.close();
  }
}

/** Where the parent puts what comes out; each call is waited for. */
export interface MemberReceiver {
  begin(member: Member): void | Promise<void>;
  data(bytes: Uint8Array): void | Promise<void>;
  end(end: MemberEnd): void | Promise<void>;
  fault(fault: ArchiveFault): void | Promise<void>;
}

const MemberFrame = z.strictObject({ index: Count, name: z.string(), modifiedMs: z.number().nullable() });
const EndFrame = z.enum(['whole', 'partial', 'dropped']);
const FaultFrame = z.strictObject({
  code: z.enum(Object.keys(ARCHIVE_FAULTS) as (keyof typeof ARCHIVE_FAULTS)[]),
  offset: Count,
  bytes: Count.optional(),
  member: z.string().optional(),
  message: z.string(),
});
const EndResult = z.strictObject({ members: Count, bytes: Count, faults: Count });

/**
 * The parent's half. The process has met hostile bytes, so what it says is checked once more: shape and order of its
 * frames, its counts against the limits, its texts made safe to show. When it breaks these rules it is stopped and the
 * end is PROTOCOL. Rejects only with what the receiver threw.
 */
export async function expandThrough(
  pool: Pick<ReaderPool, 'run'>,
  request: ExpandRequest,
  receiver: MemberReceiver,
  signal?: AbortSignal,
): Promise<JobEnd> {
  const stop = new AbortController();
  const { limits } = request;
  let open = false;
  let members = 0;
  let bytes = 0;
  let broken: string | null = null;
  const onFrame = (kind: number, payload: Buffer): void | Promise<void> => {
    if (broken !== null) return;
    if (kind === FRAME.data) {
      bytes += payload.length;
      if (open && bytes <= Math.min(limits.totalBytes, limits.ratioBytes)) return receiver.data(payload);
    } else {
      const value = parse(payload);
      if (kind === FRAME.begin && !open && ++members <= limits.members) {
        const member = MemberFrame.safeParse(value);
        open = member.success;
        if (member.success) return receiver.begin({ ...member.data, name: oneLine(member.data.name, MAX_NAME) });
      } else if (kind === FRAME.end && open) {
        const end = EndFrame.safeParse(value);
        open = !end.success;
        if (end.success) return receiver.end(end.data);
      } else if (kind === FRAME.fault) {
        const fault = FaultFrame.safeParse(value);
        if (fault.success) return receiver.fault(safeFault(fault.data));
      }
    }
    broken = `frame of kind ${kind} is malformed, out of turn or over a limit`;
    stop.abort();
  };
  const end = await pool.run(request, onFrame, {
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
  });
  if (open) await receiver.end('dropped');
  if (broken !== null) return { ok: false, code: 'PROTOCOL', detail: broken };
  if (end.ok && !EndResult.safeParse(end.result).success) {
    return { ok: false, code: 'PROTOCOL', detail: 'an end that is none' };
  }
  return end;
}

function safeFault({ code, offset, bytes, member, message }: z.infer<typeof FaultFrame>): ArchiveFault {
  return {
    code,
    offset,
    ...(bytes === undefined ? {} : { bytes }),
    ...(member === undefined ? {} : { member: oneLine(member, MAX_NAME) }),
    message: oneLine(message, 500),
  };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
