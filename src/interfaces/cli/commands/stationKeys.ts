import { readFileSync } from 'node:fs';
import { endKey, openCaseIndex, openWriter, takeOver } from '../../../app/case/index.ts';
import { oneLine } from '../../../base/index.ts';
import {
  cardDigits,
  newRecoveryKey,
  readRecoveryKey,
  StationHome,
  stationHome,
} from '../../../platform/station/index.ts';
import { type Command, EXIT, text, UsageError, type Values } from '../command.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { HAND_OPTIONS, handOf, needed, openStation, passphraseOf } from './hands.ts';
import { writeSecret } from './station.ts';
import { worldOf } from './worlds.ts';

/** Keys over time: a new one by order of the old, the end of one, and the way on with the recovery key. */
const WHY = { type: 'string', value: 'TEXT', help: 'the reason, for everyone who reads the journal' } as const;
const DOUBT = {
  type: 'string',
  value: 'INDEX',
  help: 'entries from this index on were perhaps not written by us',
} as const;

const rotate: Command = {
  name: 'station rotate',
  summary: 'make new keys; in each case the old signing key names the new one',
  args: '[--case DIR]',
  options: { ...HAND_OPTIONS, case: CASE_OPTION },
  help: 'With --case the change is written into that case at once; in every other case it is, before the next entry. The card changes: hand it out again.',
  async run(values, _positionals, terminal) {
    const home = StationHome.open(stationHome(text(values, 'station')));
    const passphrase = await passphraseOf(values, terminal);
    const { home: now, keys } = await home.rotate(passphrase);
    terminal.out(`New keys. The card's digits are now: ${cardDigits(now.card)}\n`);
    if (text(values, 'case') !== undefined) {
      const station = {
        card: now.card,
        signer: keys.signer,
        retired: keys.retired,
        recovery: now.recovery,
        marks: now.marks,
      };
      openWriter(worldOf(theCase(values)), station, handOf(now, values)).close();
      terminal.out('Written into the case.\n');
    }
    return EXIT.nothing;
  },
};

const revoke: Command = {
  name: 'station revoke',
  summary: 'end the signing key in a case: stolen, or perhaps in other hands',
  args: '--why TEXT [--doubt-from INDEX] [--case DIR]',
  options: { ...HAND_OPTIONS, case: CASE_OPTION, why: WHY, 'doubt-from': DOUBT },
  help: 'After it only the recovery key can go on: czernin station rotate, then czernin station recover.',
  async run(values, _positionals, terminal) {
    const about = { why: needed(values, 'why'), ...doubtOf(values) };
    const folder = theCase(values);
    const { station, hand } = await openStation(values, terminal);
    const { entry } = endKey(worldOf(folder), station, hand, about);
    terminal.out(`The key has ended in this case (entry ${entry.slice(0, 16)}). Go on with czernin station recover.\n`);
    return EXIT.nothing;
  },
};

const recover: Command = {
  name: 'station recover',
  summary: "take a journal over with the recovery key: this station's key signs it from now on",
  args: '--recovery FILE --next FILE --why TEXT [--journal ID] [--case DIR]',
  options: {
    ...HAND_OPTIONS,
    case: CASE_OPTION,
    recovery: { type: 'string', value: 'FILE', help: 'the recovery key' },
    next: { type: 'string', value: 'FILE', help: 'where the next recovery key is written' },
    journal: { type: 'string', value: 'ID', help: "which journal (default: this agency's only one)" },
    why: WHY,
    'doubt-from': DOUBT,
  },
  async run(values, _positionals, terminal) {
    const why = needed(values, 'why');
    const recovery = readRecoveryKey(secretText(needed(values, 'recovery')));
    const nextFile = needed(values, 'next');
    const world = worldOf(theCase(values));
    const { home, station, hand } = await openStation(values, terminal);
    const journal = ownJournal(world, values, station.card.name);
    const next = newRecoveryKey();
    // before the entry: a promise whose key was never written down would be the last one
    if (nextFile === '-') terminal.err(`Next recovery key, shown once: ${next.text}\n`);
    else writeSecret(nextFile, `${next.text}\n`);
    const about = { journal, recovery, next: next.signer.publicKey, why, ...doubtOf(values) };
    const { entry } = takeOver(world, station, hand, about);
    home.promise(next.signer.publicKey);
    terminal.out(`This station signs journal ${journal.slice(0, 16)} from now on (entry ${entry.slice(0, 16)}).\n`);
    terminal.out('The old recovery key is spent in this case; the next one is the one just written.\n');
    return EXIT.nothing;
  },
};

function ownJournal(world: ReturnType<typeof worldOf>, values: Values, agency: string): string {
  const index = openCaseIndex(world);
  const named = text(values, 'journal')?.toLowerCase();
  const found = index.summaries().filter((j) => (named === undefined ? j.agency === agency : j.id.startsWith(named)));
  index.close();
  if (found.length !== 1) {
    throw new UsageError(
      `${found.length} journals of ${oneLine(agency)} in this case${named ? ' begin so' : ''}: name one with --journal`,
    );
  }
  return found[0]!.id;
}

function doubtOf(values: Values): { doubtFrom?: number } {
  const given = text(values, 'doubt-from');
  if (given === undefined) return {};
  const doubtFrom = Number(given);
  if (!Number.isSafeInteger(doubtFrom) || doubtFrom < 0) throw new UsageError('--doubt-from is the index of an entry');
  return { doubtFrom };
}

function secretText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`cannot read ${path}: ${(cause as NodeJS.ErrnoException).code}`, path, cause);
  }
}

export const KEY_COMMANDS: readonly Command[] = [rotate, revoke, recover];
