import { quote } from '../../../base/index.ts';
import type { Issue, ShouldCode } from '../codes.ts';
import { observableId, SCO_NAMESPACE_VERSION } from '../ids.ts';
import type { Kind, Shape } from '../kinds.ts';
import { OBJECTS } from '../objects.ts';
import { OBSERVABLES } from '../observables.ts';
import { isSuggested } from '../relationships.ts';
import { COUNTRIES, HASH_NAMES, HTTP_HEADERS, PDF_KEYS, VOCABULARIES } from '../vocab.ts';
import { listOf, own, typeOf } from './musts.ts';
import { idType, isMembers, type Members } from './values.ts';

/** What the standard recommends. Only asked of objects that break no MUST: their values have the right types. */
export function checkShoulds(object: Members): Issue<ShouldCode>[] {
  const issues: Issue<ShouldCode>[] = [];
  const add: Add = (code, at, message) => issues.push({ code, at, message });
  const type = typeOf(object);
  ids(object, type, add);
  vocabularies(object, type, add);
  customContent(object, type, add);
  for (const [i, ref] of listOf(object, 'external_references').entries()) {
    if (isMembers(ref) && Object.hasOwn(ref, 'url') && !Object.hasOwn(ref, 'hashes'))
      add('extref-hashes', `external_references[${i}]`, 'an address, but no hash of what was there');
  }
  if (Object.hasOwn(OBSERVABLES, type)) {
    observable(object, type, add);
    dictionaryKeys(object, '', add);
  } else domainObject(object, type, add);
  return issues;
}

type Add = (code: ShouldCode, at: string, message: string) => void;

function ids(object: Members, type: string, add: Add): void {
  const id = String(object.id);
  const version = id.slice(id.indexOf('--') + 2)[14];
  if (!Object.hasOwn(OBSERVABLES, type) || type === 'process') {
    if (version !== '4') add('uuid-check', 'id', 'a UUID of version 4 is recommended');
  } else if (version !== SCO_NAMESPACE_VERSION) add('uuid-check', 'id', 'a UUID of version 5 is recommended');
  else if (observableId(object) !== id)
    add('sco-id', 'id', 'does not follow from the properties (2.9, corrected by errata 01)');
}

function vocabularies(object: Members, type: string, add: Add): void {
  const vocabulary = Object.hasOwn(VOCABULARIES, type) ? VOCABULARIES[type]! : {};
  for (const [name, words] of Object.entries(vocabulary)) {
    const value = own(object, name);
    for (const word of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
      if (typeof word !== 'string' || words.has(word)) continue;
      if (/[A-Z_ ]/.test(word) && name !== 'pattern_type') add('open-vocab-format', name, quote(word, 40));
      add('vocabulary', name, `${quote(word, 40)} is not in the suggested vocabulary`);
    }
  }
  for (const [i, phase] of listOf(object, 'kill_chain_phases').entries()) {
    if (!isMembers(phase)) continue;
    for (const name of ['kill_chain_name', 'phase_name']) {
      const word = own(phase, name);
      if (typeof word === 'string' && (word !== word.toLowerCase() || /[_ ]/.test(word)))
        add('kill-chain-names', `kill_chain_phases[${i}].${name}`, quote(word, 40));
    }
  }
}

/** Custom types and properties come with an extension (7.3). */
function customContent(object: Members, type: string, add: Add): void {
  const extensions = isMembers(object.extensions) ? Object.values(object.extensions) : [];
  const extendedBy = (...types: string[]) =>
    extensions.some((e) => isMembers(e) && types.some((t) => t === own(e, 'extension_type')));
  const shape = OBJECTS[type] ?? OBSERVABLES[type];
  if (!shape || !(Object.hasOwn(OBJECTS, type) || Object.hasOwn(OBSERVABLES, type))) {
    if (!extendedBy('new-sdo', 'new-sco', 'new-sro')) add('extensions-use', 'type', `${quote(type, 40)} is custom`);
    return;
  }
  if (!extendedBy('toplevel-property-extension')) {
    for (const name of Object.keys(object)) {
      if (!Object.hasOwn(shape.properties, name)) add('extensions-use', name, 'a custom property');
    }
  }
  if (type === 'marking-definition' && extensions.length === 0) {
    const word = object.definition_type;
    if (word !== 'statement' && word !== 'tlp') {
      add('extensions-use', 'definition_type', 'a custom marking is defined by an extension');
      if (word !== undefined) add('marking-definition-type', 'definition_type', 'statement or tlp');
    }
  }
  if (!Object.hasOwn(OBSERVABLES, type)) return;
  for (const [name, kind] of Object.entries(shape.properties)) insideOf(kind, own(object, name), name, add);
  if (!shape.extensions || !isMembers(object.extensions)) return;
  for (const [name, extension] of Object.entries(object.extensions)) {
    const known = Object.hasOwn(shape.extensions, name) ? shape.extensions[name] : undefined;
    if (known && isMembers(extension)) customParts(known, extension, `extensions.${name}`, add);
    else if (!extendedBy('property-extension')) add('extensions-use', `extensions.${name}`, 'a custom extension');
  }
}

/** Properties that the parts of an observable do not have: values of a registry key, sections of a file. */
function customParts(shape: Shape, value: Members, at: string, add: Add): void {
  for (const [name, item] of Object.entries(value)) {
    const kind = Object.hasOwn(shape.properties, name) ? shape.properties[name]! : null;
    if (kind === null) add('extensions-use', `${at}.${quote(name, 40)}`, 'a custom property');
    else insideOf(kind, item, `${at}.${name}`, add);
  }
}

function insideOf(kind: Kind, item: unknown, at: string, add: Add): void {
  if (kind.is === 'list' && Array.isArray(item)) for (const part of item) insideOf(kind.of, part, at, add);
  else if (kind.is === 'object' && isMembers(item)) customParts(kind.shape, item, at, add);
}

function domainObject(object: Members, type: string, add: Add): void {
  switch (type) {
    case 'relationship': {
      const [source, target] = [idType(String(object.source_ref)), idType(String(object.target_ref))];
      const word = String(object.relationship_type);
      if (source !== null && target !== null && !isSuggested(source, word, target))
        add('relationship-types', 'relationship_type', `${source} ${quote(word, 40)} ${target}`);
      return;
    }
    case 'indicator':
      if (!Object.hasOwn(object, 'name') || !Object.hasOwn(object, 'description'))
        add('indicator-properties', 'name', 'name and description are recommended');
      return;
    case 'observed-data':
      if (!isMembers(object.objects)) return;
      add('deprecated-properties', 'objects', 'object_refs are recommended');
      for (const key of Object.keys(object.objects)) {
        if (!/^\d+$/.test(key)) add('observable-object-keys', 'objects', `${quote(key, 40)} is no number`);
      }
      return;
    case 'malware-analysis':
      if (!/^[a-z0-9-]+$/.test(String(object.product)))
        add('malware-analysis-product', 'product', 'small letters and hyphens are recommended');
      return;
    case 'location':
      if (typeof object.country === 'string' && !COUNTRIES.has(object.country.toUpperCase()))
        add('marking-definition-type', 'country', 'no ISO 3166-1 alpha-2 code');
      return;
    case 'extension-definition':
      if (!Object.hasOwn(object, 'description')) add('extension-description', 'description', 'is recommended');
      if (
        listOf(object, 'extension_types').includes('toplevel-property-extension') &&
        !Object.hasOwn(object, 'extension_properties')
      )
        add('extension-properties', 'extension_properties', 'are recommended for a toplevel-property-extension');
  }
}

const MEDIA_TYPE = /^(application|audio|font|image|message|model|multipart|text|video)\/[a-zA-Z0-9.+_-]+$/;

function observable(object: Members, type: string, add: Add): void {
  hashNames(object.hashes, 'hashes', add);
  const extension = (name: string): Members => {
    const found = isMembers(object.extensions) ? own(object.extensions, name) : undefined;
    return isMembers(found) ? found : {};
  };
  const keys = (value: unknown): string[] => (isMembers(value) ? Object.keys(value) : []);
  if (type === 'file') {
    if (typeof object.mime_type === 'string' && !MEDIA_TYPE.test(object.mime_type))
      add('mime-type', 'mime_type', 'no media type');
    for (const key of keys(extension('pdf-ext').document_info_dict)) {
      if (!PDF_KEYS.has(key)) add('pdf-doc-info', 'extensions.pdf-ext', quote(key, 40));
    }
    const pe = extension('windows-pebinary-ext');
    if (typeof pe.pe_type === 'string' && !['exe', 'dll', 'sys'].includes(pe.pe_type))
      add('vocabulary', 'extensions.windows-pebinary-ext.pe_type', quote(pe.pe_type, 40));
    hashNames(pe.file_header_hashes, 'extensions.windows-pebinary-ext.file_header_hashes', add);
    hashNames(isMembers(pe.optional_header) ? pe.optional_header.hashes : null, 'optional_header.hashes', add);
    for (const part of [...listOf(pe, 'sections'), ...listOf(extension('ntfs-ext'), 'alternate_data_streams')])
      if (isMembers(part)) hashNames(part.hashes, 'extensions', add);
  }
  if (type === 'network-traffic') {
    if (!Object.hasOwn(object, 'src_port') || !Object.hasOwn(object, 'dst_port'))
      add('network-traffic-ports', 'src_port', 'both ports are recommended');
    for (const name of listOf(object, 'protocols')) {
      if (!/^[a-z0-9-]{1,15}$/.test(String(name))) add('protocols', 'protocols', quote(String(name), 40));
    }
    for (const name of keys(object.ipfix))
      if (!/^[a-z][a-zA-Z0-9]+$/.test(name)) add('ipfix', 'ipfix', quote(name, 40));
    for (const name of keys(extension('http-request-ext').request_header))
      if (!HTTP_HEADERS.has(name.toLowerCase()))
        add('http-request-headers', 'extensions.http-request-ext', quote(name, 40));
    for (const name of keys(extension('socket-ext').options))
      if (!/^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(name)) add('socket-options', 'extensions.socket-ext', quote(name, 40));
  }
  const priority = type === 'process' ? extension('windows-process-ext').priority : undefined;
  if (typeof priority === 'string' && !/_CLASS$/.test(priority))
    add('windows-process-priority-format', 'extensions.windows-process-ext.priority', quote(priority, 40));
}

function hashNames(hashes: unknown, at: string, add: Add): void {
  for (const name of isMembers(hashes) ? Object.keys(hashes) : []) {
    if (name.length > 30) add('hash-length', at, quote(name, 40));
    if (!HASH_NAMES.has(name) && !name.startsWith('x_')) add('hash-algo', at, quote(name, 40));
  }
}

/** Dictionaries whose keys are somebody else's words. */
const FOREIGN_KEYS = new Set(
  (
    'hashes file_header_hashes request_header additional_header_fields document_info_dict exif_tags ipfix options ' +
    'environment_variables startup_info'
  ).split(' '),
);

function dictionaryKeys(value: Members, at: string, add: Add): void {
  for (const [key, item] of Object.entries(value)) {
    if (/[A-Z]/.test(key)) add('observable-dictionary-keys', at, `${quote(key, 40)} should be in small letters`);
    // two levels deep at most: extensions and what stands in them
    if (isMembers(item) && !FOREIGN_KEYS.has(key) && at.split('.').length < 4)
      dictionaryKeys(item, at === '' ? key : `${at}.${key}`, add);
  }
}
