import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fromBase64 } from '../../base/index.ts';
import { KnownStation, Marking, StationCard } from '../../model/index.ts';
import { admitPublicKey, type PublicKey } from '../../seal/index.ts';
import { writeAtomic } from '../files/index.ts';
import { StationError } from './errors.ts';
import { type Keys, newVault, openVault, rotateVault, WORK_FACTOR } from './vault.ts';
import { newRecoveryKey } from './words.ts';

/** station.json: what is public of a station, and how it marks what it writes. */
const StationFile = z.strictObject({
  format: z.literal('czernin-station/1'),
  card: StationCard,
  /** public half of the recovery key; its secret half is not here */
  recovery: z.string().nullable(),
  marking: Marking.pick({ tlp: true, pap: true }),
  workFactor: z.number().int().min(10).max(20),
});
type StationFile = z.infer<typeof StationFile>;

const Mark = z.strictObject({ size: z.number().int().min(0), tip: z.string().regex(/^[0-9a-f]{64}$/) });
type Mark = z.infer<typeof Mark>;
const Book = z.array(KnownStation).max(10_000);

export function stationHome(named: string | undefined): string {
  return resolve(named ?? process.env.CZERNIN_STATION ?? join(homedir(), '.czernin'));
}

/** A station on disk: station.json, keys.age, book.json, marks/ in a folder only its owner may enter. */
export class StationHome {
  readonly root: string;
  readonly #file: StationFile;

  private constructor(root: string, file: StationFile) {
    this.root = root;
    this.#file = file;
  }

  /** A new station; returns the recovery key once, as text. It is kept nowhere. */
  static async create(
    root: string,
    about: { readonly name: string; readonly role: string; readonly marking: Pick<Marking, 'tlp' | 'pap'> },
    passphrase: string,
    workFactor = WORK_FACTOR,
  ): Promise<{ home: StationHome; recoveryKey: string }> {
    if (existsSync(join(root, 'station.json')))
      throw new StationError('STATION_EXISTS', 'there is a station here already', root);
    const { bytes, keys } = await newVault(passphrase, workFactor);
    const recovery = newRecoveryKey();
    mkdirSync(root, { recursive: true, mode: 0o700 });
    mustBePrivate(root);
    const file = {
      format: 'czernin-station/1' as const,
      card: cardOf(about.name, about.role, keys),
      recovery: recovery.signer.publicKey.text,
      marking: about.marking,
      workFactor,
    };
    const parsed = StationFile.safeParse(file);
    if (!parsed.success) throw new StationError('BAD_CARD', 'name and role are one line each, up to 500 characters');
    writeAtomic(join(root, 'keys.age'), bytes);
    // last: a folder without it is no station, and can be begun again
    writeAtomic(join(root, 'station.json'), json(parsed.data));
    return { home: new StationHome(root, parsed.data), recoveryKey: recovery.text };
  }

  static open(root: string): StationHome {
    if (!existsSync(join(root, 'station.json'))) {
      throw new StationError('NO_STATION', 'there is no station here; czernin station init makes one', root);
    }
    mustBePrivate(root);
    return new StationHome(root, readJson(root, 'station.json', StationFile));
  }

  /** null when nothing was set up: what signs nothing goes on without. */
  static find(root: string): StationHome | null {
    return existsSync(join(root, 'station.json')) ? StationHome.open(root) : null;
  }

  get card(): StationCard {
    return this.#file.card;
  }
  get marking(): Marking {
    return { ...this.#file.marking, originator: this.card.name };
  }
  get recovery(): PublicKey | null {
    const raw = this.#file.recovery === null ? null : fromBase64(this.#file.recovery);
    return raw && admitPublicKey(raw);
  }

  async unlock(passphrase: string): Promise<Keys> {
    const keys = await openVault(readFileSync(join(this.root, 'keys.age')), passphrase);
    if (keys.signer.publicKey.text === this.card.key) return keys;
    // killed between the two files of a rotation: the keys lead, the card follows
    this.#write({ ...this.#file, card: cardOf(this.card.name, this.card.role, keys) });
    return keys;
  }

  /** New keys; the card changes with them. */
  async rotate(passphrase: string): Promise<{ home: StationHome; keys: Keys }> {
    const old = readFileSync(join(this.root, 'keys.age'));
    const { bytes, keys } = await rotateVault(old, passphrase, this.#file.workFactor);
    writeAtomic(join(this.root, 'keys.age'), bytes);
    return { home: this.#write({ ...this.#file, card: cardOf(this.card.name, this.card.role, keys) }), keys };
  }

  /** The next recovery key, after one was used. */
  promise(recovery: PublicKey): StationHome {
    return this.#write({ ...this.#file, recovery: recovery.text });
  }

  book(): KnownStation[] {
    return existsSync(join(this.root, 'book.json')) ? readJson(this.root, 'book.json', Book) : [];
  }
  saveBook(book: readonly KnownStation[]): void {
    writeAtomic(join(this.root, 'book.json'), json(book));
  }

  /** How far our keys have signed each journal: a file each, so that two processes do not forget each other's. */
  get marks(): {
    get(journal: string): Mark | undefined;
    set(journal: string, mark: Mark): void;
  } {
    const at = (journal: string): string => join('marks', `${journal}.json`);
    return {
      get: (journal) => (existsSync(join(this.root, at(journal))) ? readJson(this.root, at(journal), Mark) : undefined),
      set: (journal, mark) => {
        mkdirSync(join(this.root, 'marks'), { recursive: true, mode: 0o700 });
        writeAtomic(join(this.root, at(journal)), json(mark));
      },
    };
  }

  #write(file: StationFile): StationHome {
    writeAtomic(join(this.root, 'station.json'), json(file));
    return new StationHome(this.root, file);
  }
}

function cardOf(name: string, role: string, keys: Keys): StationCard {
  return { format: 'czernin-card/1', name, role, key: keys.signer.publicKey.text, recipient: keys.recipient };
}

/** Keys in a folder that others may enter are not only ours. Windows keeps its rights elsewhere. */
function mustBePrivate(root: string): void {
  if (process.platform === 'win32') return;
  const stat = lstatSync(root);
  const ours = process.getuid === undefined || stat.uid === process.getuid();
  if (!stat.isDirectory() || (stat.mode & 0o077) !== 0 || !ours) {
    throw new StationError('OPEN_TO_OTHERS', 'the station folder must be ours and closed to others (chmod 700)', root);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readJson<S extends z.ZodType>(root: string, name: string, schema: S): z.infer<S> {
  const path = join(root, name);
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.data;
  } catch (cause) {
    throw new StationError('BAD_STATION', 'the file cannot be read', path, cause);
  }
  throw new StationError('BAD_STATION', 'the file is not what it should be', path);
}
