import { randomBytes } from 'node:crypto';
import { Decrypter, Encrypter, generateHybridIdentity, identityToRecipient } from 'age-encryption';
import { z } from 'zod';
import { fromBase64, toBase64 } from '../../base/index.ts';
import { type Signer, signerFromSeed } from '../../seal/index.ts';
import { StationError } from './errors.ts';

/**
 * The secret half of a station: signing seeds and the age identity, in one age file under a passphrase (scrypt), so that
 * any age tool opens it when this program is gone. Nothing of it ever stands in an error, a log or a list of arguments.
 */
const Secrets = z.strictObject({
  format: z.literal('czernin-keys/1'),
  /** Ed25519 seeds in base64, the present one first */
  seeds: z
    .array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/))
    .min(1)
    .max(1000),
  /** `AGE-SECRET-KEY-PQ-1…`, ML-KEM-768 with X25519; earlier ones open what was sealed before */
  identities: z
    .array(z.string().regex(/^AGE-SECRET-KEY-PQ-1[0-9A-Z]+$/))
    .min(1)
    .max(1000),
});
type Secrets = z.infer<typeof Secrets>;

/** Bits of scrypt work: age's own default. Tests ask for less. */
export const WORK_FACTOR = 18;
const MIN_PASSPHRASE = 12;

/** What a vault opens to. */
export interface Keys {
  readonly signer: Signer;
  readonly retired: readonly Signer[];
  readonly identities: readonly string[];
  /** the public half of the present identity */
  readonly recipient: string;
}

export async function newVault(passphrase: string, workFactor: number): Promise<{ bytes: Uint8Array; keys: Keys }> {
  if (passphrase.length < MIN_PASSPHRASE) {
    throw new StationError(
      'WEAK_PASSPHRASE',
      `a passphrase has at least ${MIN_PASSPHRASE} characters: use five or six words`,
    );
  }
  const secrets: Secrets = {
    format: 'czernin-keys/1',
    seeds: [toBase64(randomBytes(32))],
    identities: [await generateHybridIdentity()],
  };
  return { bytes: await seal(secrets, passphrase, workFactor), keys: await keysOf(secrets) };
}

export async function openVault(bytes: Uint8Array, passphrase: string): Promise<Keys> {
  return keysOf(await unseal(bytes, passphrase));
}

/** A new signing key and a new identity in front; the old ones stay to sign the way over and to open what was sealed. */
export async function rotateVault(
  bytes: Uint8Array,
  passphrase: string,
  workFactor: number,
): Promise<{ bytes: Uint8Array; keys: Keys }> {
  const old = await unseal(bytes, passphrase);
  const secrets: Secrets = {
    ...old,
    seeds: [toBase64(randomBytes(32)), ...old.seeds],
    identities: [await generateHybridIdentity(), ...old.identities],
  };
  return { bytes: await seal(secrets, passphrase, workFactor), keys: await keysOf(secrets) };
}

async function keysOf({ seeds, identities }: Secrets): Promise<Keys> {
  const [signer, ...retired] = seeds.map((seed) => signerFromSeed(fromBase64(seed)!));
  return { signer: signer!, retired, identities, recipient: await identityToRecipient(identities[0]!) };
}

async function seal(secrets: Secrets, passphrase: string, workFactor: number): Promise<Uint8Array> {
  const age = new Encrypter();
  age.setPassphrase(passphrase);
  age.setScryptWorkFactor(workFactor);
  return age.encrypt(JSON.stringify(secrets));
}

async function unseal(bytes: Uint8Array, passphrase: string): Promise<Secrets> {
  const age = new Decrypter();
  age.addPassphrase(passphrase);
  let text: string;
  try {
    text = await age.decrypt(bytes, 'text');
  } catch {
    // no cause: what it was tried with must not travel
    throw new StationError('WRONG_PASSPHRASE', 'the keys do not open with this passphrase (or their file is damaged)');
  }
  try {
    const parsed = Secrets.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // the same answer as for another shape: the text is secret
  }
  throw new StationError('BAD_STATION', "the keys' file opens, but holds no keys of this program");
}
