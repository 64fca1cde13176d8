import type { ByteSink } from '../evtx/stream.ts';

/** Where the exercise's files go; paths are relative, with forward slashes. */
export interface Output {
  open(path: string): ByteSink;
}

/** Files in memory: for tests. */
export class MemoryOutput implements Output {
  readonly files = new Map<string, Buffer>();

  open(path: string): ByteSink {
    const parts: Buffer[] = [];
    const patches: [number, Buffer][] = [];
    return {
      write: (bytes) => void parts.push(Buffer.from(bytes)),
      writeAt: (bytes, position) => void patches.push([position, Buffer.from(bytes)]),
      close: () => {
        const whole = Buffer.concat(parts);
        for (const [position, bytes] of patches) bytes.copy(whole, position);
        this.files.set(path, whole);
      },
    };
  }
}
