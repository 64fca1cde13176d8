import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../program.ts';
import { type Command, EXIT, text, UsageError } from '../command.ts';
import { investigate } from './investigate.ts';

const SEED = 2022;

/** What exercise/ministry offers; loaded by path, since the worked example stands outside the house. */
interface Generator {
  generateSample(seed: number): {
    readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
    readonly truth: unknown;
  };
}

export const sample: Command = {
  name: 'sample',
  summary: 'make a small invented sample of logs and investigate it',
  args: '[DIR]',
  options: {
    seed: { type: 'string', value: 'N', help: `another sample for another number (default: ${SEED})` },
    json: { type: 'boolean', help: 'print the answer as JSON' },
  },
  help: `Writes DIR/logs (default: czernin-sample/logs), an invented ministry's logs with a planted intruder, and investigates them
in DIR/sample.case. Everything in it is invented; truth.json beside the logs says what was planted.`,
  async run(values, positionals, terminal) {
    const folder = positionals[0] ?? 'czernin-sample';
    const logs = join(folder, 'logs');
    const seed = Number(text(values, 'seed') ?? SEED);
    if (!Number.isSafeInteger(seed)) throw new UsageError('--seed takes a whole number');
    const { generateSample } = (await import(pathToFileURL(generatorPath()).href)) as Generator;
    const { files, truth } = generateSample(seed);
    for (const { path, bytes } of files) write(join(folder, path), bytes);
    write(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
    if (values.json !== true) {
      terminal.out(
        `Invented sample: the logs of an invented ministry, ${files.length} files in ${relative(process.cwd(), folder)}\n`,
      );
    }
    const code = await investigate.run(
      { ...values, unsigned: true, case: join(folder, 'sample.case') },
      [logs],
      terminal,
    );
    return code === EXIT.found ? EXIT.nothing : code;
  },
};

function generatorPath(): string {
  const source = join(ROOT, 'exercise/ministry/index.ts');
  return existsSync(source) ? source : join(ROOT, 'dist/exercise/ministry/index.js');
}

function write(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
