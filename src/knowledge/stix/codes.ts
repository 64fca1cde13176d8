/** What makes an object no STIX 2.1: rules the standard writes with MUST. Such an object is refused. */
export const MUST_CODES = {
  REQUIRED: 'a required property is missing',
  WRONG_TYPE: 'the value is not of the type the property has',
  BAD_VALUE: 'the value is not one of those allowed, or out of range',
  BAD_FORMAT: 'the text has not the form the property asks for',
  BAD_NAME: 'a name (of a type, property, dictionary key or extension) breaks the rules for names',
  BAD_ID: 'the identifier is malformed, of another type, or of a UUID version that is not allowed',
  BAD_TIME: 'not an RFC 3339 time in UTC, no such date, or not precise enough',
  TIME_ORDER: 'two times stand in the wrong order',
  EMPTY: 'an empty list, dictionary or extension',
  COMBINATION: 'properties that need or exclude each other',
  RESERVED: 'a reserved property or type',
  MARKING: 'a marking that is not what it says, or marks itself',
  SELECTOR: 'a granular marking selects what is not there',
  REFERENCE: 'a reference inside observed data leads nowhere, or to the wrong type',
  LANGUAGE: 'no known language code',
  PATTERN: 'the pattern of an indicator is not valid',
  CONTRIBUTING: 'an id made from properties that are not there',
} as const;
export type MustCode = keyof typeof MUST_CODES;

/** Rules the standard writes with SHOULD: the object is taken, with a warning. Names as the OASIS validator has them. */
export const SHOULD_CODES = {
  'uuid-check': 'another version of UUID than recommended',
  'open-vocab-format': 'a value of an open vocabulary in capitals, with blanks or underscores',
  'kill-chain-names': 'a kill chain or phase in capitals, with blanks or underscores',
  'observable-object-keys': 'keys of observed objects that are no numbers',
  'observable-dictionary-keys': 'dictionary keys in capitals',
  'malware-analysis-product': 'a product not in small letters and hyphens',
  'windows-process-priority-format': 'a priority that does not end in _CLASS',
  'hash-length': 'a name of a hash over 30 characters',
  'marking-definition-type': 'a marking type outside the standard, or a country outside ISO 3166-1',
  'relationship-types': 'a relationship the standard does not suggest between these types',
  vocabulary: 'a value outside the suggested vocabulary',
  'hash-algo': 'a hash outside the suggested vocabulary',
  'mime-type': 'not of the form of a media type',
  protocols: 'not of the form of a protocol’s name',
  ipfix: 'not of the form of an IPFIX element',
  'http-request-headers': 'not a usual header of an HTTP request',
  'socket-options': 'not of the form of a socket option',
  'pdf-doc-info': 'not a key of a PDF’s information dictionary',
  'network-traffic-ports': 'a connection without both ports',
  'extref-hashes': 'an external reference with an address but no hash of what was there',
  'indicator-properties': 'an indicator without name or description',
  'deprecated-properties': 'a deprecated property',
  'extension-description': 'an extension definition without description',
  'extension-properties': 'an extension definition that does not name its properties',
  'extensions-use': 'custom content without an extension definition',
  'sco-id': 'an id in the deterministic namespace that does not follow from the properties',
  'future-time': 'made or changed after the time of import',
} as const;
export type ShouldCode = keyof typeof SHOULD_CODES;

export interface Issue<C extends string = MustCode | ShouldCode> {
  readonly code: C;
  /** path inside the object: `granular_markings[0].selectors[1]` */
  readonly at: string;
  readonly message: string;
}
