import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

/**
 * STIX parsed and validated: ours beside PyPI's stix2 and stix2-validator, on the ATT&CK bundle, by processor time of one
 * process each, in one run. ATT&CK's file is written in 2.0; what 2.1 asks for (spec_version, is_family) is added so that all read it as 2.1.
 *   npm run bench:knowledge -- --attack FILE --python VENV/bin/python --schemas DIR [--objects N]
 */
const { values } = parseArgs({
  options: {
    attack: { type: 'string' },
    python: { type: 'string' },
    schemas: { type: 'string' },
    objects: { type: 'string' },
  },
});
if (!values.attack || !values.python || !values.schemas) throw new Error('--attack, --python and --schemas are needed');

interface Measure {
  readonly objects: number;
  readonly valid: boolean | null;
  readonly seconds: number;
  readonly maxRssMb: number;
}

const folder = mkdtempSync(join(tmpdir(), 'czernin-bench-'));
try {
  const raw = readFileSync(values.attack);
  const bundle = JSON.parse((raw[0] === 0x1f ? gunzipSync(raw) : raw).toString('utf8')) as {
    objects: Record<string, unknown>[];
  };
  const write = (name: string, objects: readonly unknown[]): string => {
    const path = join(folder, name);
    writeFileSync(
      path,
      JSON.stringify({ type: 'bundle', id: 'bundle--8f0a2c3e-6a0b-4f0c-9d5e-0c1d2e3f4a5b', objects }),
    );
    return path;
  };
  const dated = bundle.objects.map((o) => ({
    spec_version: '2.1',
    ...(o.type === 'malware' ? { is_family: true } : {}),
    ...o,
  }));
  const whole = write('whole.json', dated);
  const part = values.objects ? write('part.json', dated.slice(0, Number(values.objects))) : whole;
  const python = values.python;
  const schemas = values.schemas;
  const run = (file: string, args: readonly string[]): Measure =>
    JSON.parse(
      execFileSync(file, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })
        .trim()
        .split('\n')
        .at(-1) ?? '',
    );
  const ours = (what: string, path: string) =>
    run(process.execPath, [join(import.meta.dirname, 'ours.ts'), what, path]);
  const peer = (what: string, path: string) =>
    run(python, [join(import.meta.dirname, 'peers.py'), what, path, schemas]);
  for (const [what, path] of [
    ['parse', whole],
    ['validate', part],
  ] as const) {
    const [a, b] = [ours(what, path), peer(what, path)];
    for (const [name, m] of [
      ['ours', a],
      [what === 'parse' ? 'stix2' : 'stix2-validator', b],
    ] as const)
      print(
        `${what.padEnd(9)} ${name.padEnd(16)} ${m.objects} objects  ${m.seconds.toFixed(2)} s  ${m.maxRssMb.toFixed(0)} MiB  valid: ${m.valid}`,
      );
    print(
      `${what.padEnd(9)} ratio: ${(b.seconds / a.seconds).toFixed(1)}× the speed, ${(b.maxRssMb / a.maxRssMb).toFixed(1)}× less memory\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
