import { Readable, type Transform } from 'node:stream';
import type { ByteSource } from '../../../base/index.ts';
import { slice } from '../../../base/index.ts';

/**
 * Small on purpose: when compressed data is damaged, what zlib made of the block with the damage is lost, and nothing
 * before it.
 */
const IN_BLOCK = 16 * 1024;
/** Output chunk of the decompressors. */
export const OUT_BLOCK = 128 * 1024;

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
  engine: Engine,
  source: ByteSource,
  start: number,
  end: number,
  give: (bytes: Buffer) => boolean,
): Promise<Decompressed> {
  const input = Readable.from(blocks(source, start, end), { highWaterMark: 4 });
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
    return { used: Math.min(engine.bytesWritten, end - start), problem, stopped: false };
  } finally {
    input.destroy();
    engine.destroy();
  }
}

function* blocks(source: ByteSource, start: number, end: number): Generator<Uint8Array, void, void> {
  for (let at = start; at < end; ) {
    const block = slice(source, at, Math.min(IN_BLOCK, end - at));
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}
