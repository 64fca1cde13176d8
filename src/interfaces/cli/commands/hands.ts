import { readFileSync } from 'node:fs';
import type { Hand, Station } from '../../../app/case/index.ts';
import { errorClass } from '../../../base/index.ts';
import { ClockTime, type Marking, PAP, TLP } from '../../../model/index.ts';
import { StationHome, stationHome } from '../../../platform/station/index.ts';
import { whoAmI } from '../../workplace.ts';
import { type Option, type Terminal, text, UsageError, type Values } from '../command.ts';

/** Who writes, with which keys: what every command that signs something asks for. */
export const STATION_OPTION: Option = {
  type: 'string',
  value: 'DIR',
  help: "the station's folder (default: CZERNIN_STATION, or ~/.czernin)",
};

export const KEY_OPTIONS: Readonly<Record<string, Option>> = {
  station: STATION_OPTION,
  'passphrase-file': {
    type: 'string',
    value: 'FILE',
    help: 'first line of FILE opens the keys (default: CZERNIN_PASSPHRASE, or asked for)',
  },
};

const CLOCKS = ClockTime.shape.source.options;

export const HAND_OPTIONS: Readonly<Record<string, Option>> = {
  ...KEY_OPTIONS,
  author: { type: 'string', value: 'NAME', help: 'who says it (default: CZERNIN_AUTHOR, or the account here)' },
  tlp: { type: 'string', value: TLP.join('|'), help: "how far it may go (default: the station's)" },
  pap: { type: 'string', value: PAP.join('|'), help: "what may be done with it (default: the station's)" },
  clock: { type: 'string', value: CLOCKS.join('|'), help: "what set this machine's clock (default: system)" },
};

export const PassphraseError = errorClass<'NO_PASSPHRASE'>('PassphraseError');

export async function passphraseOf(values: Values, terminal: Terminal, question = 'Passphrase: '): Promise<string> {
  const file = text(values, 'passphrase-file');
  if (file !== undefined) {
    try {
      return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] as string;
    } catch (cause) {
      throw new PassphraseError('NO_PASSPHRASE', 'the file with the passphrase cannot be read', file, cause);
    }
  }
  const given = process.env.CZERNIN_PASSPHRASE;
  if (given !== undefined) return given;
  if (process.stdin.isTTY) return askUnseen(terminal, question);
  throw new PassphraseError(
    'NO_PASSPHRASE',
    'the keys need a passphrase: --passphrase-file, CZERNIN_PASSPHRASE, or a terminal to ask on',
  );
}

/** Asks on the terminal without echo. */
function askUnseen(terminal: Terminal, question: string): Promise<string> {
  const { stdin } = process;
  terminal.err(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      terminal.err('\n');
    };
    const take = (keys: string): void => {
      for (const key of keys) {
        if (key === '\r' || key === '\n') {
          end();
          resolve(typed);
          return;
        }
        if (key === '\u0003' || key === '\u0004') {
          end();
          reject(new PassphraseError('NO_PASSPHRASE', 'stopped before a passphrase was given'));
          return;
        }
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on('data', take);
  });
}

export interface OpenStation {
  readonly home: StationHome;
  readonly station: Station;
  readonly hand: Hand;
}

/** The station with its keys open. Throws NO_STATION. */
export async function openStation(values: Values, terminal: Terminal): Promise<OpenStation> {
  const home = StationHome.open(stationHome(text(values, 'station')));
  return unlocked(home, values, terminal);
}

/** The same, or null when none is set up. */
export async function findStation(values: Values, terminal: Terminal): Promise<OpenStation | null> {
  const home = StationHome.find(stationHome(text(values, 'station')));
  return home && unlocked(home, values, terminal);
}

async function unlocked(home: StationHome, values: Values, terminal: Terminal): Promise<OpenStation> {
  const hand = handOf(home, values); // a slip in the options is told before the passphrase is asked for
  const { signer, retired } = await home.unlock(await passphraseOf(values, terminal));
  const station = { card: home.card, signer, retired, recovery: home.recovery, marks: home.marks };
  return { home, station, hand };
}

export function handOf(home: StationHome, values: Values): Hand {
  const marking: Marking = {
    ...home.marking,
    ...oneOf(values, 'tlp', TLP),
    ...oneOf(values, 'pap', PAP),
  };
  const { clock = 'system' } = oneOf(values, 'clock', CLOCKS);
  const author = authorOf(values);
  return () => ({ author, time: { at: new Date().toISOString(), source: clock }, marking });
}

export function authorOf(values: Values): string {
  return text(values, 'author') ?? process.env.CZERNIN_AUTHOR ?? whoAmI();
}

/** An option with a closed list of values; absent when not given. */
export function oneOf<const N extends string, const V extends string>(
  values: Values,
  name: N,
  allowed: readonly V[],
): { [P in N]?: V } {
  const given = text(values, name);
  if (given === undefined) return {};
  const found = allowed.find((a) => a === given);
  if (found === undefined) throw new UsageError(`--${name} is one of ${allowed.join(', ')}`);
  return { [name]: found } as { [P in N]?: V };
}

/** An option that must be given. */
export function needed(values: Values, name: string): string {
  const given = text(values, name);
  if (given === undefined || given.trim() === '') throw new UsageError(`--${name} is needed`);
  return given;
}
