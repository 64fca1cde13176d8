import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type LoadedRules, loadRules, type RuleFile } from '../../../src/rules/index.ts';

/** All Sigma rules below the folders. */
export function rulesBelow(...roots: string[]): LoadedRules {
  const files: RuleFile[] = roots.flatMap((root) =>
    (readdirSync(root, { recursive: true }) as string[])
      .filter((f) => f.endsWith('.yml'))
      .map((f) => join(root, f))
      .map((path) => ({ pack: 'sigma', path: relative(root, path), text: readFileSync(path, 'utf8') })),
  );
  return loadRules(files);
}
