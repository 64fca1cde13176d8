/** Why a file, or one object of it, was not taken. The rest of the file is. */
export const IMPORT_CODES = {
  NOT_UTF8: 'the bytes are not UTF-8',
  NOT_JSON: 'the bytes are not JSON',
  TRUNCATED: 'the file ends in the middle; what was whole is taken',
  TRAILING: 'something follows the end of the document',
  TOO_DEEP: 'nested deeper than the limit',
  TOO_LARGE: 'one object is larger than the limit',
  STRING_TOO_LONG: 'a text is longer than the limit',
  TOO_MANY: 'more objects than the limit; those before it are taken',
  TOO_MANY_VERSIONS: 'more versions and contents under one id than the limit of 100',
  DUPLICATE_KEY: 'a property stands twice: readers would not agree on what it says',
  PROTOTYPE_KEY: 'a property is called __proto__',
  UNKNOWN_FORMAT: 'neither STIX, MISP, claims nor a list of indicators',
  NOT_STIX: 'not an object as STIX writes it; the MUST rule it breaks is named',
  NOT_MISP: 'not an event, attribute or cluster as MISP writes it',
  OTHER_CONTENT: 'another content under an id and version that is known: both are kept, the first one counts',
  FOREIGN_VERSION: 'a new version by somebody else than who made the object: kept, does not count',
  AFTER_REVOCATION: 'a version after the object was revoked: kept, does not count',
  OLDER_VERSION: 'an older version than the one known: kept, the newer one counts',
} as const;
export type ImportCode = keyof typeof IMPORT_CODES;
