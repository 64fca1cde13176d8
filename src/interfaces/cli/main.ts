/**
 * The command line: reads what was asked, calls app, shows the answer. No logic of the field lives here.
 */
import { CodedError, oneLine } from '../../base/index.ts';
import { type Command, EXIT, resolve, type Terminal, UsageError } from './command.ts';
import { assert } from './commands/assert.ts';
import { ASSESS_COMMANDS } from './commands/assess.ts';
import { BEHAVIOUR_COMMANDS } from './commands/behaviour.ts';
import { CASE_COMMANDS } from './commands/case.ts';
import { CHECK_COMMANDS } from './commands/caseCheck.ts';
import { LOG_COMMANDS } from './commands/caseLog.ts';
import { doctor } from './commands/doctor.ts';
import { exercise } from './commands/exercise.ts';
import { explain } from './commands/explain.ts';
import { INTEL_COMMANDS } from './commands/intel.ts';
import { INTRUSION_COMMANDS } from './commands/intrusion.ts';
import { investigate } from './commands/investigate.ts';
import { query } from './commands/query.ts';
import { SAY_COMMANDS } from './commands/say.ts';
import { show } from './commands/show.ts';
import { STATION_COMMANDS } from './commands/station.ts';
import { KEY_COMMANDS } from './commands/stationKeys.ts';
import { sweep } from './commands/sweep.ts';

export const COMMANDS: readonly Command[] = [
  investigate,
  show,
  explain,
  query,
  sweep,
  exercise,
  doctor,
  ...BEHAVIOUR_COMMANDS,
  ...CASE_COMMANDS,
  ...LOG_COMMANDS,
  ...CHECK_COMMANDS,
  ...SAY_COMMANDS,
  assert,
  ...INTRUSION_COMMANDS,
  ...ASSESS_COMMANDS,
  ...STATION_COMMANDS,
  ...KEY_COMMANDS,
  ...INTEL_COMMANDS,
];

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? 120,
  color: process.stdout.isTTY === true && !process.env.NO_COLOR,
};

async function main(argv: readonly string[]): Promise<number> {
  try {
    const asked = resolve(COMMANDS, argv);
    if ('help' in asked) {
      terminal.out(asked.help);
      return EXIT.nothing;
    }
    return await asked.command.run(asked.values, asked.positionals, terminal);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`czernin: ${oneLine(error.message)}\n`);
      return EXIT.usage;
    }
    if (error instanceof CodedError) {
      const where = error.where ? ` [${oneLine(error.where)}]` : '';
      terminal.err(`czernin: ${error.code}: ${oneLine(error.message)}${where}\n`);
      return EXIT.failed;
    }
    throw error;
  }
}

// A reader of our output that goes away (head, less) is not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.nothing);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
