/**
 * networks: which network a public address belonged to, from a dated table somebody hands in. In: the bytes of a TSV
 * of ranges (ours or iptoasn.com's) or of an MMDB. Out: a table that answers by address. Laws: nothing is asked of the
 * Internet; the file is foreign and bounded; what the table does not say stays empty.
 */
import { NetworksError } from './errors.ts';
import { isMmdb, readMmdb } from './mmdb.ts';
import { readTsv } from './tsv.ts';
import type { NetworkTable } from './types.ts';

export { NetworksError, type NetworksErrorCode } from './errors.ts';
export type { Network, NetworkTable } from './types.ts';

/** @throws NetworksError UNKNOWN_FORMAT, BAD_LINE, BAD_MMDB, EMPTY */
export function readNetworks(bytes: Uint8Array): NetworkTable {
  if (isMmdb(bytes)) return readMmdb(bytes);
  const text = new TextDecoder().decode(bytes);
  if (text.includes('\0') || !text.slice(0, 65_536).includes('\t'))
    throw new NetworksError('UNKNOWN_FORMAT', 'neither a TSV of address ranges nor an MMDB');
  return readTsv(text);
}
