import { errorClass } from '../../base/index.ts';

/**
 * The wire between the program and its reader processes: u32 little-endian payload length, u8 kind, payload.
 */
export const FrameKind = {
  /** child → parent: I am up */
  ready: 0,
  /** child → parent: still working */
  beat: 1,
  /** child → parent: the job's result as JSON; the job is over */
  done: 2,
  /** child → parent: the job threw; its message as text; the job is over */
  failed: 3,
  /** parent → child: a job as JSON */
  job: 4,
} as const;

export const HEADER_BYTES = 5;
/** Longest payload either side accepts: a longer claim is a broken protocol, not a reason to allocate. */
export const MAX_PAYLOAD = 16 * 1024 * 1024;

export const FrameError = errorClass<'FRAME_TOO_LONG' | 'FRAME_BAD_KIND' | 'FRAME_CUT'>('FrameError');

export function writeHeader(into: Uint8Array, at: number, kind: number, length: number): void {
  if (length > MAX_PAYLOAD) throw new FrameError('FRAME_TOO_LONG', `a frame of ${length} bytes is over ${MAX_PAYLOAD}`);
  if (!Number.isInteger(kind) || kind < 0 || kind > 255) throw new FrameError('FRAME_BAD_KIND', `frame kind ${kind}`);
  into[at] = length & 0xff;
  into[at + 1] = (length >>> 8) & 0xff;
  into[at + 2] = (length >>> 16) & 0xff;
  into[at + 3] = length >>> 24;
  into[at + 4] = kind;
}

export function encodeFrame(kind: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  writeHeader(out, 0, kind, payload.length);
  out.set(payload, HEADER_BYTES);
  return out;
}

export interface Frame {
  readonly kind: number;
  /** valid until the next frame is asked for: it may be a view of the chunk */
  readonly payload: Buffer;
}

/**
 * Cuts a stream of chunks, split anywhere, into frames. Memory is bounded by one payload. `frames` throws a
 * FrameError for a length over the limit; after that the stream means nothing any more.
 */
export class FrameDecoder {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerFill = 0;
  #payload: Buffer | null = null;
  #payloadFill = 0;

  /** true between frames: the only place where a stream may end */
  get idle(): boolean {
    return this.#headerFill === 0;
  }

  *frames(chunk: Buffer): Generator<Frame, void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerFill < HEADER_BYTES) {
        const part = Math.min(HEADER_BYTES - this.#headerFill, chunk.length - at);
        chunk.copy(this.#header, this.#headerFill, at, at + part);
        this.#headerFill += part;
        at += part;
        if (this.#headerFill < HEADER_BYTES) return;
        if (this.#header.readUInt32LE(0) > MAX_PAYLOAD) {
          throw new FrameError('FRAME_TOO_LONG', `a frame claims ${this.#header.readUInt32LE(0)} bytes`);
        }
      }
      const length = this.#header.readUInt32LE(0);
      const kind = this.#header[4]!;
      if (this.#payload === null && chunk.length - at >= length) {
        this.#headerFill = 0;
        at += length;
        yield { kind, payload: chunk.subarray(at - length, at) };
        continue;
      }
      this.#payload ??= Buffer.allocUnsafe(length);
      const part = Math.min(length - this.#payloadFill, chunk.length - at);
      chunk.copy(this.#payload, this.#payloadFill, at, at + part);
      this.#payloadFill += part;
      at += part;
      if (this.#payloadFill < length) return;
      const payload = this.#payload;
      this.#payload = null;
      this.#payloadFill = 0;
      this.#headerFill = 0;
      yield { kind, payload };
    }
  }
}
