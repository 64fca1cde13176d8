/**
 * Our pattern parser and matcher beside OASIS' own. `make FILE [N] [SEED]` writes random questions, `check FILE…`
 * compares the answers that peer.py wrote. How to run it and what it printed: NOTES.md.
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import {
  matchPattern,
  observationsOf,
  PatternError,
  type Property,
  parsePattern,
} from '../../../src/rules/stix/index.ts';
import { bundleArbitrary, patternArbitrary } from '../../../test/sweep/patterns.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

interface Case {
  readonly pattern: string;
  readonly observations?: readonly Property[];
  readonly says?: boolean | string;
  readonly valid?: boolean;
}

function ours(pattern: string, bundles: readonly Property[]): boolean | string {
  try {
    const objects = bundles.flatMap((b) => (b as { objects?: Property[] }).objects ?? []);
    return matchPattern(parsePattern(pattern, { lenient: true }), observationsOf(objects)) !== null;
  } catch (error) {
    if (error instanceof PatternError) return error.code;
    throw error;
  }
}

async function check(files: readonly string[]): Promise<void> {
  const counts = new Map<string, number>();
  const shown = new Map<string, number>();
  const add = (what: string, c: Case, mine: unknown) => {
    counts.set(what, (counts.get(what) ?? 0) + 1);
    if (/^(agree|refused by both)/.test(what) || (shown.get(what) ?? 0) >= 5) return;
    shown.set(what, (shown.get(what) ?? 0) + 1);
    say(
      `${what}: ${c.pattern.slice(0, 300)}\n    peer ${JSON.stringify(c.says ?? c.valid)}, we ${JSON.stringify(mine)}`,
    );
  };
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const c = JSON.parse(line) as Case;
      if (c.valid !== undefined) {
        let mine: boolean | string = true;
        try {
          parsePattern(c.pattern);
        } catch (error) {
          mine = (error as PatternError).code;
        }
        add(
          (mine === true) === c.valid ? `agree: ${c.valid ? 'good' : 'bad'} pattern` : 'DIFFER on the pattern',
          c,
          mine,
        );
      }
      if (c.says !== undefined) {
        const mine = ours(c.pattern, c.observations ?? []);
        const what =
          mine === c.says
            ? `agree: ${c.says ? 'match' : 'no match'}`
            : typeof c.says === 'string'
              ? typeof mine === 'string'
                ? 'refused by both'
                : 'peer fails, we answer'
              : 'DIFFER on the match';
        add(what, c, mine);
      }
    }
  }
  for (const [what, n] of [...counts].sort()) say(`${String(n).padStart(7)}  ${what}`);
  if ([...counts.keys()].some((what) => what.startsWith('DIFFER'))) process.exitCode = 1;
}

function make(file: string, n: number, seed: number): void {
  const cases = fc.sample(fc.record({ pattern: patternArbitrary, observations: fc.tuple(bundleArbitrary) }), {
    numRuns: n,
    seed,
  });
  writeFileSync(file, cases.map((c) => `${JSON.stringify(c)}\n`).join(''));
}

const [what, ...rest] = process.argv.slice(2);
if (what === 'make') make(rest[0] as string, Number(rest[1] ?? 2000), Number(rest[2] ?? 1));
else await check(rest);
