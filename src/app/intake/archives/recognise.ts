import { tarHeaderIsSound } from './tar-header.ts';

export const OPENED = ['zip', 'tar', 'gz', 'zst'] as const;
export type OpenedFormat = (typeof OPENED)[number];

export type Recognised =
  | { readonly opened: true; readonly format: OpenedFormat }
  /** an archive we know by name only */
  | { readonly opened: false; readonly format: string };

/** First bytes, in hex, of archives that are named but not unpacked here. */
const NAMED: readonly (readonly [format: string, magic: string])[] = [
  ['xz', 'fd377a585a00'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['cab', '4d53434600000000'],
  ['lz4', '04224d18'],
  ['lzip', '4c5a495001'],
  ['compress', '1f9d'],
];

/** bz2: `BZh`, a level, and the magic of a block or of the empty end. The letters alone could begin a text. */
const BZIP2 = /^425a683[1-9](314159265359|177245385090)/;

/**
 * Which archive begins with these bytes? By content only, never by name. A zip behind a foreign beginning
 * (self-extracting) is not recognised: its beginning is a program.
 */
export function recogniseArchive(head: Uint8Array): Recognised | null {
  const magic = Buffer.from(head.subarray(0, 16)).toString('hex');
  if (/^504b(0304|0506)/.test(magic)) return { opened: true, format: 'zip' };
  if (magic.startsWith('1f8b08')) return { opened: true, format: 'gz' };
  if (/^28b52ffd/.test(magic) || (/^5[0-9a-f]2a4d18/.test(magic) && zstBehindSkippable(head))) {
    return { opened: true, format: 'zst' };
  }
  if (tarHeaderIsSound(head)) return { opened: true, format: 'tar' };
  // A zip in pieces begins with the mark of a spanned archive.
  if (magic.startsWith('504b0708504b0304')) return { opened: false, format: 'zip in pieces' };
  if (BZIP2.test(magic)) return { opened: false, format: 'bz2' };
  const named = NAMED.find(([, first]) => magic.startsWith(first));
  return named === undefined ? null : { opened: false, format: named[0] };
}

/** A skippable frame is also lz4's; what follows it decides. A frame that fills the head is taken at its word. */
function zstBehindSkippable(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  for (let at = 0; at + 8 <= head.length; at += 8 + view.getUint32(at + 4, true)) {
    const magic = view.getUint32(at, true);
    if (magic >>> 4 !== 0x184d2a5) return magic === 0xfd2fb528;
  }
  return true;
}
