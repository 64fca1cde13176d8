import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type BehaviourSet, behaviourSet, testBehaviour } from '../../../app/behaviours/index.ts';
import { CodedError, oneLine, plural } from '../../../base/index.ts';
import { openBehaviourLake } from '../../../platform/lake/index.ts';
import { type PackFile, readPack } from '../../../platform/packs/index.ts';
import { CONTENT } from '../../program.ts';
import { type Command, EXIT, type Option, type Terminal, texts, UsageError, type Values } from '../command.ts';

const SQL = /\.sql$/i;
const CASES = /\.cases\.ya?ml$/i;

export const BEHAVIOUR_OPTION: Readonly<Record<string, Option>> = {
  behaviours: {
    type: 'string',
    multiple: true,
    value: 'DIR',
    help: 'further behaviours: a folder (its views/ too) or a file',
  },
};

/** The project's own behaviours, then what --behaviours names. */
export function behaviourFiles(values: Values): PackFile[] {
  const own = values['no-own-behaviours'] === true ? [] : [join(CONTENT, 'behaviours')];
  const paths = new Set([...own, ...texts(values, 'behaviours').map((p) => resolve(p))]);
  return [...paths].flatMap((p) => readPack(p, SQL));
}

const list: Command = {
  name: 'behaviour list',
  summary: 'the behaviours, what each looks for and what it needs',
  args: '[--behaviours DIR]',
  options: { ...BEHAVIOUR_OPTION, json: { type: 'boolean', help: 'heads as JSON, one a line' } },
  help: 'What a behaviour is and how one is written: docs/behaviours.md.',
  async run(values, positionals, terminal) {
    if (positionals.length > 0) throw new UsageError('behaviour list takes no arguments');
    const set = behaviourSet({ files: behaviourFiles(values) });
    for (const { behaviour } of set.behaviours) {
      const { sql: _, ...head } = behaviour;
      terminal.out(values.json === true ? `${JSON.stringify(head)}\n` : listing(head));
    }
    return sayRefused(set, terminal);
  },
};

function listing(head: Omit<BehaviourSet['behaviours'][number]['behaviour'], 'sql'>): string {
  const lines = [
    `${head.id}  ${head.title}  [${head.level}; ${head.attack.join(' ')}]`,
    `  ${oneLine(head.meaning)}`,
    `  needs: ${head.needs.length > 0 ? `${head.needs.join(' and ')}; ` : ''}any of ${head.sources.join(', ')}`,
  ];
  const parameters = Object.entries(head.parameters).map(([n, p]) => `${n} = ${JSON.stringify(p.default)}`);
  if (parameters.length > 0) lines.push(`  parameters: ${parameters.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function sayRefused(set: BehaviourSet, terminal: Terminal): number {
  for (const r of set.refusals) terminal.err(`czernin: ${r.file}: ${r.code}: ${oneLine(r.reason)}\n`);
  return set.refusals.length > 0 ? EXIT.incomplete : EXIT.nothing;
}

const test: Command = {
  name: 'behaviour test',
  summary: 'run a behaviour against its own example cases',
  args: 'FILE…',
  options: { ...BEHAVIOUR_OPTION, verbose: { type: 'boolean', short: 'v', help: 'show what was found in each case' } },
  help: `FILE is a behaviour's .sql file; its cases lie beside it as NAME.cases.yaml. A folder tests all behaviours in it.
Exit code ${EXIT.nothing}: all cases are as expected, ${EXIT.incomplete}: some are not.`,
  async run(values, positionals, terminal) {
    if (positionals.length === 0) throw new UsageError('name a behaviour file');
    const missing = positionals.find((p) => !existsSync(p));
    if (missing !== undefined) throw new UsageError(`there is no ${JSON.stringify(missing)}`);
    const folders = positionals.map((p) => (SQL.test(p) ? dirname(resolve(p)) : resolve(p)));
    const set = behaviourSet({
      files: behaviourFiles({ ...values, behaviours: [...texts(values, 'behaviours'), ...folders] }),
    });
    const open = () => openBehaviourLake(null, new Map(), { spill: null, memoryMegabytes: 512, threads: 1 });
    let wrong = 0;
    for (const file of positionals.flatMap((p) => readPack(p, SQL).map((f) => ({ ...f, from: p })))) {
      if (/(^|\/)views\//.test(`${file.pack}/${file.path}`)) continue;
      const path = SQL.test(file.from) ? file.from : join(file.from, file.path);
      try {
        const results = await testBehaviour(file, casesOf(path), set.views, open);
        const failed = results.filter((r) => r.failures.length > 0);
        wrong += failed.length;
        terminal.out(
          `${failed.length === 0 ? 'ok  ' : 'FAIL'} ${relative('.', path)}: ${plural(results.length, 'case')}\n`,
        );
        for (const r of results) {
          if (r.failures.length > 0 || values.verbose === true) terminal.out(`     ${r.name}\n`);
          for (const failure of r.failures) terminal.out(`       ${oneLine(failure)}\n`);
          if (values.verbose !== true) continue;
          for (const f of r.findings)
            terminal.out(
              `       ${f.score} ${f.rule.level} ${f.host || '-'} ${f.user || '-'} ${f.address || '-'} ×${f.count}: ${oneLine(f.why)}\n`,
            );
        }
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        wrong++;
        terminal.out(`FAIL ${relative('.', path)}: ${error.code}: ${error.message}\n`);
      }
    }
    return sayRefused(set, terminal) || (wrong > 0 ? EXIT.incomplete : EXIT.nothing);
  },
};

function casesOf(path: string): PackFile {
  const [file] = readPack(path.replace(SQL, '.cases.yaml'), CASES);
  return file!;
}

export const BEHAVIOUR_COMMANDS: readonly Command[] = [list, test];
