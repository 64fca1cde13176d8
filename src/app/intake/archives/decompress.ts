import { Readable, type Transform } from 'node:stream';
import type { ByteSource } from '../../../base/index.ts';
import { slice } from '../../../base/index.ts';

/** Every block is a way through the thread pool and back, so they are large. */
const IN_BLOCK = 256 * 1024;
/** Output chunk of the decompressors. */
export const OUT_BLOCK = 512 * 1024;
/**
 * What zlib made of the block in which it meets damage is lost. Then the stream is run once more in blocks of this size
 * and what was given already is passed over, so that what is lost is little and does not depend on IN_BLOCK.
 */
const CAREFUL_BLOCK = 1024;

/** A decompressor of node:zlib: counts the bytes of input it has used. */
export interface Engine extends Transform {
  readonly bytesWritten: number;
}

export interface Decompressed {
  /** bytes of input the compressed data took; what follows was not looked at */
  readonly used: number;
  /** null: a whole stream. TRUNCATED: the input ended inside. BAD_DATA: it can not be decompressed any further. */
  readonly problem: 'TRUNCATED' | 'BAD_DATA' | null;
  /** the receiver wanted no more */
  readonly stopped: boolean;
}

/**
 * Run `source[start, end)` through a decompressor; `give` gets each piece and returns false when it wants no more.
 * Never throws for bad data; what `give` throws comes out. Memory: a few blocks, whatever the ratio.
 */
export async function decompress(
  makeEngine: () => Engine,
  source: ByteSource,
  start: number,
  end: number,
  give: (bytes: Buffer) => boolean,
): Promise<Decompressed> {
  let given = 0;
  const counting = (bytes: Buffer) => {
    given += bytes.length;
    return give(bytes);
  };
  const quick = await run(makeEngine(), blocks(source, start, end, IN_BLOCK), counting);
  if (quick.problem !== 'BAD_DATA') return quick;
  let pass = given;
  return run(makeEngine(), blocks(source, start, end, CAREFUL_BLOCK), (bytes) => {
    const skip = Math.min(pass, bytes.length);
    pass -= skip;
    return skip === bytes.length || give(bytes.subarray(skip));
  });
}

async function run(
  engine: Engine,
  data: Iterable<Uint8Array>,
  give: (bytes: Buffer) => boolean,
): Promise<Decompressed> {
  const input = Readable.from(data, { highWaterMark: 2 });
  input.pipe(engine);
  let inside = false; // an error of the receiver's is not the engine's
  try {
    for await (const chunk of engine) {
      inside = true;
      const more = give(chunk as Buffer);
      inside = false;
      if (!more) return { used: engine.bytesWritten, problem: null, stopped: true };
    }
    return { used: engine.bytesWritten, problem: null, stopped: false };
  } catch (error) {
    if (inside) throw error;
    const problem = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'TRUNCATED' : 'BAD_DATA';
    return { used: engine.bytesWritten, problem, stopped: false };
  } finally {
    input.destroy();
    engine.destroy();
  }
}

function* blocks(source: ByteSource, start: number, end: number, size: number): Generator<Uint8Array, void, void> {
  for (let at = start; at < end; ) {
    const block = slice(source, at, Math.min(size, end - at));
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}
