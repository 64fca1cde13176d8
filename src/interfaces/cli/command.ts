import { parseArgs } from 'node:util';
import { CodedError } from '../../base/index.ts';

/**
 * Exit codes: a closed vocabulary, documented in docs/exit-codes.md and held by a test. "Found something" is not "failed".
 */
export const EXIT = {
  /** done, and nothing was found */
  nothing: 0,
  /** done, and something was found (investigate, verify) */
  found: 10,
  /** the command line was not understood */
  usage: 2,
  /** it could not be done; the coded error says why */
  failed: 3,
  /** done, but not everything could be used (see the report) and nothing was found in the rest */
  incomplete: 4,
  /** stopped by the user; what was finished is kept */
  interrupted: 130,
} as const;

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** placeholder of the value in the help: `DIR` */
  readonly value?: string;
  readonly help: string;
}

export type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

/** What a command may use of the terminal. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly interactive: boolean;
  readonly columns: number;
  readonly color: boolean;
}

export interface Command {
  /** `investigate`, or two words: `case init` */
  readonly name: string;
  readonly summary: string;
  /** positionals as shown in the help: `PATH…` */
  readonly args: string;
  readonly options: Readonly<Record<string, Option>>;
  /** more help: paragraphs, examples */
  readonly help?: string;
  run(values: Values, positionals: readonly string[], terminal: Terminal): Promise<number>;
}

export class UsageError extends CodedError {
  readonly code = 'USAGE';
}

const COMMON: Record<string, Option> = { help: { type: 'boolean', short: 'h', help: 'show this help' } };

/** Find the command the words name and parse the rest; throws UsageError. */
export function resolve(
  commands: readonly Command[],
  argv: readonly string[],
): { command: Command; values: Values; positionals: string[] } | { help: string } {
  const [first, second] = argv;
  const two = commands.find((c) => c.name === `${first} ${second}`);
  const command = two ?? commands.find((c) => c.name === first);
  if (!command) {
    const group = commands.filter((c) => c.name.startsWith(`${first} `));
    if (first === undefined || first === '--help' || first === '-h' || first === 'help')
      return { help: overview(commands) };
    if (group.length > 0) return { help: overview(group) };
    throw new UsageError(`there is no command ${JSON.stringify(first)}; czernin --help lists them`);
  }
  const rest = argv.slice(two ? 2 : 1);
  const options = { ...COMMON, ...command.options };
  try {
    const parsed = parseArgs({
      args: [...rest],
      options: Object.fromEntries(
        Object.entries(options).map(([k, o]) => [
          k,
          { type: o.type, ...(o.short ? { short: o.short } : {}), ...(o.multiple ? { multiple: true } : {}) },
        ]),
      ),
      allowPositionals: true,
      strict: true,
    });
    if (parsed.values.help === true) return { help: helpOf(command) };
    return { command, values: parsed.values as Values, positionals: parsed.positionals };
  } catch (cause) {
    throw new UsageError(
      `${(cause as Error).message.split('. ')[0]}; see czernin ${command.name} --help`,
      command.name,
      cause,
    );
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  const lines = commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`);
  return `Usage: czernin COMMAND …\n\n${lines.join('\n')}\n\nczernin COMMAND --help says more. Exit codes: docs/exit-codes.md.\n`;
}

function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON }).map(([name, o]) => {
    const left = `  ${o.short ? `-${o.short}, ` : '    '}--${name}${o.type === 'string' ? ` ${o.value ?? 'TEXT'}` : ''}`;
    return `${left.padEnd(30)} ${o.help}${o.multiple ? ' (may be repeated)' : ''}`;
  });
  const more = command.help ? `\n${command.help}\n` : '';
  return `${command.summary}\n\nUsage: czernin ${command.name} ${command.args}\n\n${options.join('\n')}\n${more}`;
}

export function text(values: Values, name: string): string | undefined {
  const v = values[name];
  return typeof v === 'string' ? v : undefined;
}

export function texts(values: Values, name: string): string[] {
  const v = values[name];
  return Array.isArray(v) ? v : typeof v === 'string' ? [v] : [];
}
