/**
 * The Windows XML Event Log format: sizes, offsets, tokens, value types.
 * Followed: libyal's "Windows XML Event Log (EVTX)" documentation and [MS-EVEN6] (BinXml, section 2.2.12).
 * All integers are little-endian; name, string and template offsets count from the start of their chunk.
 */
export const FILE_HEADER = 4096;
export const CHUNK = 65_536;
/** First record of a chunk. */
export const CHUNK_HEADER = 512;
/** Signature, size, id, FILETIME; BinXml follows, then the copy of the size. */
export const RECORD_HEADER = 24;
export const RECORD_MIN = 28;
export const RECORD_MAGIC = 0x00002a2a;
/** `0f 01 01 00` as an integer: fragment header, version 1.1, no flags. */
export const FRAGMENT = 0x0001010f;

export const Token = {
  EOF: 0x00,
  OPEN: 0x01,
  CLOSE_START: 0x02,
  CLOSE_EMPTY: 0x03,
  END: 0x04,
  VALUE: 0x05,
  ATTRIBUTE: 0x06,
  CDATA: 0x07,
  CHAR_REF: 0x08,
  ENTITY_REF: 0x09,
  PI_TARGET: 0x0a,
  PI_DATA: 0x0b,
  TEMPLATE: 0x0c,
  NORMAL: 0x0d,
  OPTIONAL: 0x0e,
  FRAGMENT: 0x0f,
  /** `0x40`: more of the same follows; on OPEN: the element has an attribute list. */
  MORE: 0x40,
} as const;

export const Type = {
  NULL: 0x00,
  STRING: 0x01,
  ANSI: 0x02,
  INT8: 0x03,
  UINT8: 0x04,
  INT16: 0x05,
  UINT16: 0x06,
  INT32: 0x07,
  UINT32: 0x08,
  INT64: 0x09,
  UINT64: 0x0a,
  REAL32: 0x0b,
  REAL64: 0x0c,
  BOOL: 0x0d,
  BINARY: 0x0e,
  GUID: 0x0f,
  SIZE: 0x10,
  FILETIME: 0x11,
  SYSTEMTIME: 0x12,
  SID: 0x13,
  HEX32: 0x14,
  HEX64: 0x15,
  HANDLE: 0x20,
  BINXML: 0x21,
  XML: 0x23,
  ARRAY: 0x80,
} as const;

/** Bytes of one value; 0: as long as its descriptor says. */
export const SIZE_OF: Uint8Array = (() => {
  const size = new Uint8Array(128);
  size.set([0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 0, 16, 0, 8, 16, 0, 4, 8]);
  return size;
})();

/**
 * Limits against hostile chunks (law 4). An honest chunk holds 64 KiB of template bodies at most, as bodies lie in the
 * chunk once each; a hostile one points many records at overlapping bodies, or nests values that unfold exponentially.
 */
export const EVTX_LIMITS = {
  /** bytes of template bodies read in one chunk by the fast path */
  templateBytesPerChunk: 4 * CHUNK,
  /** elements, attributes and pieces made in one chunk by the slow path */
  nodesPerChunk: 128 * 1024,
  /** bytes of values the slow path decodes in one chunk: an honest one holds 64 KiB, a hostile one names them often */
  valueBytesPerChunk: 64 * CHUNK,
  /** nodes made for one record */
  nodesPerRecord: 64 * 1024,
  /** substitution values of one event on the fast path, all template levels together */
  slots: 4096,
  /** pieces one field may be joined from on the fast path */
  pieces: 256,
  /** numbers kept as fingerprints of templates, fields kept in layouts, names; beyond, all are forgotten at the next chunk */
  fingerprints: 2 * 1024 * 1024,
  fields: 1024 * 1024,
  names: 100_000,
} as const;
