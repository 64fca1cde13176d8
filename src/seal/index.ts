/**
 * seal: digests, signatures, the Merkle log and its texts. Who said it, and unchanged.
 * In: bytes and keys handed in. Out: hashes, signatures, proofs, and strict readers of the public formats (RFC 6962,
 * RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof). Law: what is read from foreign text is
 * only shape until a verify function has said yes; every refusal has a code; no key is ever stored or printed here.
 */
export * from './checkpoint.ts';
export * from './digest.ts';
export { admitPublicKey, type PublicKey, type Signer, signerFromSeed } from './ed25519.ts';
export * from './errors.ts';
export { Frontier, HashTree, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';
export {
  cosignatureTime,
  formatVkey,
  type Note,
  type NoteKey,
  noteKey,
  openNote,
  parseNote,
  parseVkey,
  SIGNATURE_TYPE,
} from './note.ts';
export * from './proof.ts';
