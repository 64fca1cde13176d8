/**
 * node exercise/ministry/write.ts DIR [SEED]: writes the sample's files below DIR, and what is true of them to
 * DIR/truth.json. Look into DIR/logs with `czernin investigate DIR/logs`. The only file here that touches the disk.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_SEED, generateSample } from './index.ts';

const [dir, seedText = String(DEFAULT_SEED)] = process.argv.slice(2);
const seed = Number(seedText);
if (dir === undefined || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: write.ts DIR [SEED]\n');
  process.exitCode = 2;
} else {
  const { files, truth } = generateSample(seed);
  const write = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  };
  for (const { path, bytes } of files) write(path, bytes);
  write('truth.json', `${JSON.stringify(truth, null, 1)}\n`);
  process.stdout.write(`${files.length} files in ${dir}\n`);
}
