import {
  any,
  boolean,
  dictionary,
  hashes,
  identifier,
  type Kind,
  like,
  list,
  millis,
  needed,
  object,
  oneOf,
  range,
  type Shape,
  shape,
  string,
  strings,
  uri,
} from './kinds.ts';

/** Properties that many types share (part 3 of the standard). */
export const EXTENSION_TYPES = [
  'new-sdo',
  'new-sco',
  'new-sro',
  'property-extension',
  'toplevel-property-extension',
] as const;

export const killChainPhases = list(object(shape({ kill_chain_name: needed(string), phase_name: needed(string) })));

/** CVE and CAPEC numbers, and that something must be said besides the source, are checked in check/musts.ts. */
const externalReference: Kind = object(
  shape({ source_name: needed(string), description: string, url: uri, hashes, external_id: string }),
);

const selector = like(/^([a-z0-9_-]{3,249}(\.(\[\d+\]|[a-z0-9_-]{1,250}))*|id)$/);
const granularMarking: Kind = object(
  shape({ selectors: needed(list(selector)), lang: string, marking_ref: { is: 'id', to: ['marking-definition'] } }),
);

/** What any object may have; the extensions are looked at by check/values.ts. */
const shared = {
  type: needed(string),
  id: needed(identifier),
  spec_version: oneOf('2.0', '2.1'),
  object_marking_refs: list({ is: 'id' }),
  granular_markings: list(granularMarking),
  extensions: dictionary(any),
} as const;

/** Domain, relationship and meta objects. */
export const core = {
  ...shared,
  spec_version: needed(oneOf('2.0', '2.1')),
  created_by_ref: identifier,
  created: needed(millis),
  modified: needed(millis),
  revoked: boolean,
  labels: strings,
  confidence: range('integer', 0, 100),
  lang: string,
  external_references: list(externalReference),
} as const;

/** Cyber-observable objects. */
export const observableCore = { ...shared, defanged: boolean } as const;

export const bundle: Shape = shape({
  type: needed(oneOf('bundle')),
  id: needed(identifier),
  spec_version: string,
  objects: list(any),
});

export const markingDefinition: Shape = shape({
  ...shared,
  spec_version: needed(oneOf('2.0', '2.1')),
  created: needed({ is: 'timestamp' }),
  created_by_ref: identifier,
  external_references: list(externalReference),
  object_marking_refs: list({ is: 'id', to: ['marking-definition'] }),
  name: string,
  definition_type: string,
  definition: object(shape({})),
});

export const extensionDefinition: Shape = shape({
  ...core,
  name: needed(string),
  description: string,
  schema: needed(string),
  version: needed(string),
  extension_types: needed(list(oneOf(...EXTENSION_TYPES))),
  extension_properties: strings,
});

export const languageContent: Shape = shape({
  ...core,
  object_ref: needed({ is: 'id', notTo: ['bundle', 'language-content'] }),
  object_modified: { is: 'timestamp' },
  contents: needed(dictionary(dictionary(any))),
});
