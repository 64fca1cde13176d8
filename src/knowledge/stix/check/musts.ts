import { quote } from '../../../base/index.ts';
import { isLanguage } from '../languages.ts';
import { compareStixTimes, timeDigits } from '../time.ts';
import { TLP1, TLP2, TLP2_EXTENSION } from '../tlp.ts';
import { type Issues, isMembers, join, type Members } from './values.ts';

/** Rules over several properties of one object: what the shapes cannot say. */
export function checkMusts(object: Members, issues: Issues, spec: '2.0' | '2.1'): void {
  timeOrder(object, issues);
  markingLoops(object, issues);
  granularMarkings(object, issues);
  externalReferences(object, issues);
  languages(object, issues);
  uuidVersion(object, issues);
  byType(object, issues, spec);
}

const ORDER: Readonly<Record<string, readonly (readonly [later: string, earlier: string, strictly: boolean])[]>> = {
  campaign: [['last_seen', 'first_seen', false]],
  indicator: [['valid_until', 'valid_from', true]],
  infrastructure: [['last_seen', 'first_seen', false]],
  'intrusion-set': [['last_seen', 'first_seen', false]],
  malware: [['last_seen', 'first_seen', false]],
  'observed-data': [['last_observed', 'first_observed', false]],
  relationship: [['stop_time', 'start_time', true]],
  sighting: [['last_seen', 'first_seen', false]],
  'threat-actor': [['last_seen', 'first_seen', false]],
  'network-traffic': [['end', 'start', false]],
};

function timeOrder(object: Members, issues: Issues): void {
  for (const [later, earlier, strictly] of [
    ['modified', 'created', false] as const,
    ...(ORDER[typeOf(object)] ?? []),
  ]) {
    const [a, b] = [own(object, later), own(object, earlier)];
    if (typeof a !== 'string' || typeof b !== 'string' || timeDigits(a) === null || timeDigits(b) === null) continue;
    const order = compareStixTimes(a, b);
    if (order < 0 || (strictly && order === 0)) issues.add('TIME_ORDER', later, `is not later than ${earlier}`);
  }
}

function markingLoops(object: Members, issues: Issues): void {
  if (object.type !== 'marking-definition') return;
  if (listOf(object, 'object_marking_refs').includes(object.id))
    issues.add('MARKING', 'object_marking_refs', 'a marking does not mark itself');
  if (listOf(object, 'granular_markings').some((g) => isMembers(g) && own(g, 'marking_ref') === object.id))
    issues.add('MARKING', 'granular_markings', 'a marking does not mark itself');
}

/** Exactly one of `lang` and `marking_ref` (7.2.3.1), and selectors that lead to something (7.2.3.1.1). */
function granularMarkings(object: Members, issues: Issues): void {
  for (const [i, granular] of listOf(object, 'granular_markings').entries()) {
    if (!isMembers(granular)) continue;
    const at = `granular_markings[${i}]`;
    const [lang, ref] = [own(granular, 'lang'), own(granular, 'marking_ref')];
    if ((lang === undefined) === (ref === undefined))
      issues.add('COMBINATION', at, 'exactly one of lang and marking_ref');
    if (typeof lang === 'string' && !isLanguage(lang)) issues.add('LANGUAGE', `${at}.lang`, quote(lang, 40));
    for (const [n, selector] of listOf(granular, 'selectors').entries()) {
      if (typeof selector === 'string' && !selects(object, selector))
        issues.add('SELECTOR', `${at}.selectors[${n}]`, `${quote(selector, 60)} leads to nothing`);
    }
  }
}

/** Whether a selector (`a.[1].b`) leads to something in the object. Own properties only: it is the adversary's text. */
export function selects(object: Members, selector: string): boolean {
  let place: unknown = object;
  for (const part of selector.split('.')) {
    const index = /^\[(\d{1,9})\]$/.exec(part);
    if (index) {
      if (!Array.isArray(place) || Number(index[1]) >= place.length) return false;
      place = place[Number(index[1])];
    } else {
      if (!isMembers(place) || !Object.hasOwn(place, part)) return false;
      place = place[part];
    }
  }
  return true;
}

const CVE = /^CVE-\d{4}-(0\d{3}|[1-9]\d{3,})$/;
const CAPEC = /^CAPEC-\d+$/;

function externalReferences(object: Members, issues: Issues): void {
  for (const [i, ref] of listOf(object, 'external_references').entries()) {
    if (!isMembers(ref)) continue;
    const at = `external_references[${i}]`;
    const [source, id] = [own(ref, 'source_name'), own(ref, 'external_id')];
    if (typeof id === 'string') {
      if ((source === 'cve') !== CVE.test(id)) issues.add('BAD_FORMAT', at, 'a CVE number, and source_name cve');
      if ((source === 'capec') !== CAPEC.test(id))
        issues.add('BAD_FORMAT', at, 'a CAPEC number, and source_name capec');
    }
    if (id === undefined && own(ref, 'description') === undefined && own(ref, 'url') === undefined)
      issues.add('COMBINATION', at, 'external_id, description or url must be there');
  }
}

function languages(object: Members, issues: Issues): void {
  if (typeof object.lang === 'string' && !isLanguage(object.lang))
    issues.add('LANGUAGE', 'lang', quote(object.lang, 40));
  if (object.type !== 'language-content' || !isMembers(object.contents)) return;
  for (const [language, texts] of Object.entries(object.contents)) {
    if (!isLanguage(language)) issues.add('LANGUAGE', join('contents', quote(language, 40)), 'no language');
    for (const name of isMembers(texts) ? Object.keys(texts) : []) {
      if (!/^[a-z0-9_]{3,250}$/.test(name))
        issues.add('BAD_NAME', `contents.${language}`, `${quote(name, 40)} is the name of no property`);
    }
  }
}

/** Of these types no property need be there; without a contributing one the id is random, version 4 (2.9). */
const CONTRIBUTING: Readonly<Record<string, readonly string[]>> = {
  artifact: ['hashes', 'payload_bin'],
  'email-message': ['from_ref', 'subject', 'body'],
  process: [],
  'user-account': ['account_type', 'user_id', 'account_login'],
  'windows-registry-key': ['key', 'values'],
  'x509-certificate': ['hashes', 'serial_number'],
};

function uuidVersion(object: Members, issues: Issues): void {
  const type = typeOf(object);
  if (typeof object.id !== 'string' || !Object.hasOwn(CONTRIBUTING, type)) return;
  const version = object.id.slice(object.id.indexOf('--') + 2)[14];
  if (version !== '4' && !CONTRIBUTING[type]!.some((name) => Object.hasOwn(object, name)))
    issues.add('CONTRIBUTING', 'id', 'without contributing properties a UUID of version 4 is used');
}

function byType(object: Members, issues: Issues, spec: '2.0' | '2.1'): void {
  const has = (name: string) => Object.hasOwn(object, name);
  const together = (at: string, message: string) => issues.add('COMBINATION', at, message);
  switch (object.type) {
    case 'malware':
      if (object.is_family === true && !has('name')) issues.add('REQUIRED', 'name', 'a family has a name');
      return;
    case 'observed-data':
      if (has('objects') && has('object_refs')) together('objects', 'either objects or object_refs');
      return;
    case 'location':
      if (has('latitude') !== has('longitude')) together('latitude', 'latitude and longitude stand together');
      if (has('precision') && !has('latitude')) together('precision', 'a precision of no place');
      return;
    case 'artifact':
      if (has('payload_bin') === has('url')) together('payload_bin', 'either payload_bin or url');
      if (has('url') && !has('hashes')) together('hashes', 'an artifact elsewhere is named by its hashes');
      if (has('decryption_key') && !has('encryption_algorithm')) together('decryption_key', 'a key to no algorithm');
      return;
    case 'email-message':
      if (object.is_multipart === true && has('body')) together('body', 'a multipart message has body_multipart');
      if (object.is_multipart === false && has('body_multipart')) together('body_multipart', 'is not multipart');
      for (const [i, part] of listOf(object, 'body_multipart').entries()) {
        if (isMembers(part) && Object.hasOwn(part, 'body') === Object.hasOwn(part, 'body_raw_ref'))
          together(`body_multipart[${i}]`, 'either body or body_raw_ref');
      }
      return;
    case 'network-traffic':
      if (object.is_active === true && has('end')) together('end', 'an active connection has no end');
      return;
    case 'extension-definition':
      if (has('extension_properties') && !listOf(object, 'extension_types').includes('toplevel-property-extension'))
        together('extension_properties', 'belongs to a toplevel-property-extension');
      return;
    case 'marking-definition':
      markingDefinition(object, issues, spec);
  }
}

/** A TLP marking is one of the fixed definitions, whole (7.2.1.4), and an id of a fixed definition is nothing else. */
function markingDefinition(object: Members, issues: Issues, spec: '2.0' | '2.1'): void {
  const definition = isMembers(object.definition) ? object.definition : null;
  const extension = isMembers(object.extensions) ? own(object.extensions, TLP2_EXTENSION) : undefined;
  const id = typeof object.id === 'string' ? object.id : '';
  const [one, two] = [TLP1.get(id), TLP2.get(id)];
  if (object.definition_type === 'tlp' || one) {
    const named = spec === '2.0' || object.name === `TLP:${one?.word.toUpperCase()}`;
    const when = typeof object.created === 'string' && /^2017-01-20T00:00:00(\.0+)?Z$/.test(object.created);
    if (!one || object.definition_type !== 'tlp' || definition?.tlp !== one.word || !named || !when)
      issues.add('MARKING', 'definition', 'a TLP 1 marking is one of the four definitions of the standard');
    return;
  }
  if (extension !== undefined || two) {
    const said = isMembers(extension) ? own(extension, 'tlp_2_0') : undefined;
    if (!two || said !== two || object.name !== `TLP:${two.toUpperCase()}`)
      issues.add('MARKING', 'extensions', 'a TLP 2 marking is one of the five fixed definitions');
    return;
  }
  if (!Object.hasOwn(object, 'extensions') && (object.definition_type === undefined || definition === null))
    issues.add('REQUIRED', 'definition', 'definition_type and definition, or an extension');
  if (object.definition_type === 'statement' && typeof definition?.statement !== 'string')
    issues.add('REQUIRED', 'definition.statement', 'a statement says something');
}

export function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function listOf(object: Members, name: string): readonly unknown[] {
  const value = own(object, name);
  return Array.isArray(value) ? value : [];
}

export function typeOf(object: Members): string {
  return typeof object.type === 'string' ? object.type : '';
}
