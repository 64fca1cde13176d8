import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../program.ts';
import { type Command, EXIT, text } from '../command.ts';
import { investigate } from './investigate.ts';

const SEED = 2022;

/** What exercise/ministry/write offers; loaded by path, since the worked example stands outside the house. */
interface Generator {
  writeSample(folder: string, seed: number): { readonly files: number; readonly bytes: number };
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
    const { writeSample } = (await import(pathToFileURL(generatorPath()).href)) as Generator;
    const made = writeSample(folder, Number(text(values, 'seed') ?? SEED));
    if (values.json !== true) {
      terminal.out(
        `Invented sample: ${made.files} files of an invented ministry in ${relative(process.cwd(), logs)}\n`,
      );
    }
    const code = await investigate.run({ ...values, case: join(folder, 'sample.case') }, [logs], terminal);
    return code === EXIT.found ? EXIT.nothing : code;
  },
};

function generatorPath(): string {
  const source = join(ROOT, 'exercise/ministry/write.ts');
  return existsSync(source) ? source : join(ROOT, 'dist/exercise/ministry/write.js');
}
