import { recoverKey, revokeKey } from '../../journal/index.ts';
import type { PublicKey, Signer } from '../../seal/index.ts';
import { RecordError } from './errors.ts';
import type { CaseWorld, Hand, Station } from './world.ts';
import { openWriter } from './writer.ts';

/** The key that signs our journal now ends here; only the recovery key can go on. Returns journal and entry. */
export function endKey(
  world: CaseWorld,
  station: Station,
  hand: Hand,
  about: { readonly why: string; readonly doubtFrom?: number },
): { readonly journal: string; readonly entry: string } {
  const writer = openWriter(world, station, hand);
  try {
    const entry = writer.write((state, pen, occasion) => revokeKey(state, about, occasion, pen()));
    return { journal: writer.journal, entry };
  } finally {
    writer.close();
  }
}

/**
 * After loss, theft or revocation: with the recovery key the station's present key takes a journal over, and promises the
 * next recovery key.
 */
export function takeOver(
  world: CaseWorld,
  station: Station,
  hand: Hand,
  about: {
    readonly journal: string;
    readonly recovery: Signer;
    readonly next: PublicKey;
    readonly why: string;
    readonly doubtFrom?: number;
  },
): { readonly journal: string; readonly entry: string } {
  const { journal, recovery, next, ...said } = about;
  const writer = openWriter(world, station, hand, { takeOver: journal });
  try {
    const named = { ...said, recipient: station.card.recipient, recovery: next };
    const entry = writer.write((state, pen, occasion) => {
      if (state.agency !== station.card.name) {
        throw new RecordError('NOT_OURS', `the journal is of another agency than this station (${station.card.name})`);
      }
      return recoverKey(state, station.signer, named, occasion, pen(recovery));
    });
    return { journal: writer.journal, entry };
  } finally {
    writer.close();
  }
}
