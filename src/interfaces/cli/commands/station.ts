import { writeFileSync } from 'node:fs';
import { openWriter } from '../../../app/case/index.ts';
import { oneLine, plainJson, plural } from '../../../base/index.ts';
import { type KnownStation, PAP, TLP, VERIFIED_HOW } from '../../../model/index.ts';
import {
  cardDigits,
  readCard,
  StationHome,
  stationHome,
  stationNamed,
  withCard,
  withVerified,
} from '../../../platform/station/index.ts';
import { type Command, EXIT, type Terminal, text, UsageError, type Values } from '../command.ts';
import { style, table } from '../style.ts';
import { theCase } from './cases.ts';
import {
  authorOf,
  HAND_OPTIONS,
  KEY_OPTIONS,
  needed,
  oneOf,
  openStation,
  passphraseOf,
  STATION_OPTION,
} from './hands.ts';
import { worldOf } from './worlds.ts';

/** This installation's keys, and the book of others: `czernin station …`. */
const JSON_OPTION = { type: 'boolean', help: 'print as JSON' } as const;

const init: Command = {
  name: 'station init',
  summary: "make this installation's keys: one to sign, one to be sealed to, one for recovery",
  args: '--name AGENCY --role ROLE --recovery FILE',
  options: {
    name: { type: 'string', value: 'AGENCY', help: 'who keeps this station: the agency' },
    role: { type: 'string', value: 'ROLE', help: 'what it is: lead, national CSIRT, ministry, ally' },
    recovery: {
      type: 'string',
      value: 'FILE',
      help: 'where the recovery key is written: another medium, kept elsewhere',
    },
    tlp: { type: 'string', value: TLP.join('|'), help: 'marking of what is written here (default: amber+strict)' },
    pap: { type: 'string', value: PAP.join('|'), help: 'and what may be done with it (default: amber)' },
    ...KEY_OPTIONS,
    'work-factor': { type: 'string', value: '10…20', help: 'bits of scrypt work on the passphrase (default: 18)' },
    json: JSON_OPTION,
  },
  help: `The recovery key is the only way on when the keys are lost or stolen. It is written once, to FILE (or shown, with --recovery -),
and kept nowhere here: print it, lock it away, delete the file.`,
  async run(values, _positionals, terminal) {
    const about = {
      name: needed(values, 'name'),
      role: needed(values, 'role'),
      marking: {
        tlp: oneOf(values, 'tlp', TLP).tlp ?? ('amber+strict' as const),
        pap: oneOf(values, 'pap', PAP).pap ?? ('amber' as const),
      },
    };
    const recovery = needed(values, 'recovery');
    const root = stationHome(text(values, 'station'));
    const passphrase = await passphraseOf(values, terminal, 'New passphrase (five or six words): ');
    const { home, recoveryKey } = await StationHome.create(root, about, passphrase, workFactor(values));
    if (recovery === '-') terminal.err(`Recovery key, shown once: ${recoveryKey}\n`);
    else writeSecret(recovery, `${recoveryKey}\n`);
    if (values.json === true)
      terminal.out(jsonText({ root: home.root, card: home.card, digits: cardDigits(home.card) }));
    else {
      terminal.out(`Station of ${oneLine(home.card.name)} made in ${oneLine(home.root)}.\n`);
      if (recovery !== '-') terminal.out(`Recovery key: ${oneLine(recovery)}. Take it off this machine now.\n`);
      terminal.out(
        `Your card: czernin station card > ${fileNameOf(home.card.name)}.card.json\nIts digits, to be read to others: ${cardDigits(home.card)}\n`,
      );
    }
    return EXIT.nothing;
  },
};

const card: Command = {
  name: 'station card',
  summary: 'print this station’s public card, to be handed to others',
  args: '[--digits]',
  options: {
    station: STATION_OPTION,
    digits: { type: 'boolean', help: 'print the digits to be read over the phone instead' },
  },
  async run(values, _positionals, terminal) {
    const home = StationHome.open(stationHome(text(values, 'station')));
    terminal.out(values.digits === true ? `${cardDigits(home.card)}\n` : jsonText(home.card));
    return EXIT.nothing;
  },
};

const add: Command = {
  name: 'station add',
  summary: "put another station's card into the book",
  args: 'CARD…',
  options: { station: STATION_OPTION, json: JSON_OPTION },
  help: 'A card that was only received proves nothing yet: compare its digits with its owner, then czernin station verify.',
  async run(values, positionals, terminal) {
    if (positionals.length === 0) throw new UsageError('name at least one card file');
    const home = StationHome.open(stationHome(text(values, 'station')));
    const cards = positionals.map(readCard);
    const verified = { how: 'not-verified' as const, by: authorOf(values), at: new Date().toISOString() };
    home.saveBook(cards.reduce((book, one) => withCard(book, one, verified), home.book()));
    if (values.json === true) terminal.out(jsonText(home.book()));
    else {
      for (const one of cards) {
        terminal.out(
          `${oneLine(one.name)} is in the book, not verified. Its digits: ${cardDigits(one)}\n  Compare them with its owner, then: czernin station verify ${JSON.stringify(oneLine(one.name))} --how phone --digits "…"\n`,
        );
      }
    }
    return EXIT.nothing;
  },
};

const verify: Command = {
  name: 'station verify',
  summary: 'put on record how you made sure that a card is theirs',
  args: 'NAME --how HOW [--digits "…"]',
  options: {
    how: { type: 'string', value: VERIFIED_HOW.join('|'), help: 'how you compared' },
    digits: { type: 'string', value: 'DIGITS', help: 'the digits as they read them to you: compared here' },
    note: { type: 'string', value: 'TEXT', help: 'who was asked, which number was called' },
    ...HAND_OPTIONS,
    case: { type: 'string', value: 'DIR', help: 'also put it on record in this case, signed: others see who vouches' },
    json: JSON_OPTION,
  },
  async run(values, positionals, terminal) {
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw new UsageError('name one station of the book');
    const { how } = oneOf(values, 'how', VERIFIED_HOW);
    if (how === undefined) throw new UsageError(`--how is needed: ${VERIFIED_HOW.join(', ')}`);
    if ((how === 'phone' || how === 'video') && text(values, 'digits') === undefined)
      throw new UsageError('--digits is needed: what was read out is compared here, not by eye');
    const home = StationHome.open(stationHome(text(values, 'station')));
    const note = text(values, 'note');
    const verified = { how, by: authorOf(values), at: new Date().toISOString(), ...(note ? { note } : {}) };
    home.saveBook(withVerified(home.book(), name, verified, text(values, 'digits')));
    const known = stationNamed(home.book(), name);
    if (text(values, 'case') !== undefined) await introduce(known, values, terminal);
    if (values.json === true) terminal.out(jsonText(known));
    else terminal.out(`${oneLine(name)}: verified, ${how}, by ${oneLine(verified.by)}\n`);
    return EXIT.nothing;
  },
};

/** The record of the book, as an entry of our journal in the case. */
async function introduce({ card: c, verified }: KnownStation, values: Values, terminal: Terminal): Promise<void> {
  const folder = theCase(values);
  const { station, hand } = await openStation(values, terminal);
  const payload = { agency: c.name, role: c.role, key: c.key, recipient: c.recipient, verified };
  const writer = openWriter(worldOf(folder), station, hand);
  try {
    writer.append([{ kind: 'station-introduced', payload }]);
  } finally {
    writer.close();
  }
}

const remove: Command = {
  name: 'station remove',
  summary: 'take a card out of the book',
  args: 'NAME',
  options: { station: STATION_OPTION },
  async run(values, positionals, terminal) {
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw new UsageError('name one station of the book');
    const home = StationHome.open(stationHome(text(values, 'station')));
    const known = stationNamed(home.book(), name);
    home.saveBook(home.book().filter((k) => k.card.key !== known.card.key));
    terminal.out(`${oneLine(name)} is out of the book; its journals in your cases stay\n`);
    return EXIT.nothing;
  },
};

const list: Command = {
  name: 'station list',
  summary: 'print the book of known stations, and how each was verified',
  args: '',
  options: { station: STATION_OPTION, json: JSON_OPTION },
  async run(values, _positionals, terminal) {
    const home = StationHome.open(stationHome(text(values, 'station')));
    const book = home.book();
    if (values.json === true) {
      terminal.out(jsonText({ own: home.card, book }));
      return EXIT.nothing;
    }
    const paint = style(terminal.color);
    terminal.out(
      `${paint.bold(oneLine(home.card.name))}, ${oneLine(home.card.role)} (this station)\n${cardDigits(home.card)}\n\n`,
    );
    terminal.out(
      book.length === 0 ? 'No other station in the book.\n' : `${plural(book.length, 'station')} in the book\n`,
    );
    if (book.length > 0) {
      terminal.out(
        table(
          [
            { title: 'name', min: 12 },
            { title: 'role', min: 8 },
            { title: 'verified' },
            { title: 'by', min: 8 },
            { title: 'when' },
            { title: 'digits', min: 23 },
          ],
          book.map(row),
          terminal.columns,
          (cell, r, c) => (c === 2 && book[r]!.verified.how === 'not-verified' ? paint.level('medium', cell) : cell),
        ),
      );
    }
    return EXIT.nothing;
  },
};

function row({ card: c, verified }: KnownStation): string[] {
  return [c.name, c.role, verified.how, verified.by, verified.at.slice(0, 16), cardDigits(c)];
}

function workFactor(values: Values): number | undefined {
  const given = text(values, 'work-factor');
  if (given === undefined) return undefined;
  const bits = Number(given);
  if (!Number.isInteger(bits) || bits < 10 || bits > 20)
    throw new UsageError('--work-factor is a whole number from 10 to 20');
  return bits;
}

/** Never over another file: what lies there may be the recovery key of another station. */
export function writeSecret(path: string, content: string): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600, flush: true });
  } catch (cause) {
    throw new UsageError(
      `cannot write ${path} (it must not be there yet): ${(cause as NodeJS.ErrnoException).code}`,
      path,
      cause,
    );
  }
}

function fileNameOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'station'
  );
}

export function jsonText(value: unknown): string {
  return `${plainJson(value, 2)}\n`;
}

export const STATION_COMMANDS: readonly Command[] = [init, card, add, verify, remove, list];
