import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CaseFolder, openCase } from '../../../platform/case/index.ts';
import { type Option, text, UsageError, type Values } from '../command.ts';

export const CASE_OPTION: Option = { type: 'string', value: 'DIR', help: 'the case (default: the only *.case here)' };

/** The case a command is about: --case, or this folder when it is one, or the only *.case in it. */
export function theCase(values: Values): CaseFolder {
  const found = findCase(values);
  if (found === null) throw new UsageError('there is no case here: name one with --case DIR');
  return found;
}

/** The same; null when nothing is named and none is here. */
export function findCase(values: Values): CaseFolder | null {
  const named = text(values, 'case');
  if (named !== undefined) return openCase(named);
  if (existsSync('case.json')) return openCase('.');
  const here = readdirSync('.', { withFileTypes: true }).filter(
    (e) => e.isDirectory() && existsSync(join(e.name, 'case.json')),
  );
  if (here.length > 1) throw new UsageError(`${here.length} cases here: name one with --case DIR`);
  return here.length === 1 ? openCase((here[0] as { name: string }).name) : null;
}
