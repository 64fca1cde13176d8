import { quote } from '../../../base/index.ts';
import { OBSERVABLES } from '../observables.ts';
import { checkMusts, own, typeOf } from './musts.ts';
import { checkCustom, checkExtensions, checkShape, Issues, isMembers, type Members } from './values.ts';

/**
 * The deprecated `objects` of observed data: observables that refer to each other by key. 2.0 had no ids on them. Which
 * types a property may lead to: part 6 of the standard.
 */
const LEADS_TO: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  directory: { contains_refs: 'file directory' },
  'domain-name': { resolves_to_refs: 'ipv4-addr ipv6-addr domain-name' },
  'email-addr': { belongs_to_ref: 'user-account' },
  'email-message': {
    from_ref: 'email-addr',
    sender_ref: 'email-addr',
    to_refs: 'email-addr',
    cc_refs: 'email-addr',
    bcc_refs: 'email-addr',
    raw_email_ref: 'artifact',
  },
  file: { parent_directory_ref: 'directory', content_ref: 'artifact' },
  'ipv4-addr': { resolves_to_refs: 'mac-addr', belongs_to_refs: 'autonomous-system' },
  'ipv6-addr': { resolves_to_refs: 'mac-addr', belongs_to_refs: 'autonomous-system' },
  'network-traffic': {
    src_ref: 'ipv4-addr ipv6-addr mac-addr domain-name',
    dst_ref: 'ipv4-addr ipv6-addr mac-addr domain-name',
    src_payload_ref: 'artifact',
    dst_payload_ref: 'artifact',
    encapsulates_refs: 'network-traffic',
    encapsulated_by_ref: 'network-traffic',
  },
  process: {
    opened_connection_refs: 'network-traffic',
    creator_user_ref: 'user-account',
    image_ref: 'file',
    parent_ref: 'process',
    child_refs: 'process',
  },
  'windows-registry-key': { creator_user_ref: 'user-account' },
};

/** References inside extensions and lists: type → extension or list → property → types. */
const NESTED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  file: { 'archive-ext': { contains_refs: 'file directory' } },
  'network-traffic': { 'http-request-ext': { message_body_data_ref: 'artifact' } },
  process: { 'windows-service-ext': { service_dll_refs: 'file' } },
};

const MUST_HAVE_ID: ReadonlySet<string> = new Set(['id']);
const NOTHING: ReadonlySet<string> = new Set();

export function checkObservedObjects(data: Members, spec: '2.0' | '2.1', issues: Issues): void {
  const objects = own(data, 'objects');
  if (!isMembers(objects)) return;
  for (const [key, object] of Object.entries(objects)) {
    const at = `objects.${quote(key, 40)}`;
    if (!isMembers(object) || typeof object.type !== 'string') {
      issues.add('REQUIRED', at, 'an observable with a type');
      continue;
    }
    const inner = new Issues();
    const shape = Object.hasOwn(OBSERVABLES, object.type) ? OBSERVABLES[object.type]! : null;
    if (shape) checkShape(shape, object, '', inner, spec === '2.0' ? MUST_HAVE_ID : NOTHING);
    checkCustom(shape, object, inner, NOTHING);
    checkExtensions(shape, own(object, 'extensions'), inner);
    if (inner.list.length === 0) checkMusts(object, inner, spec);
    for (const { code, at: place, message } of inner.list) issues.add(code, `${at}.${place}`, message);
    references(object, objects, at, issues);
  }
}

function references(object: Members, objects: Members, at: string, issues: Issues): void {
  const type = typeOf(object);
  for (const [name, types] of Object.entries(Object.hasOwn(LEADS_TO, type) ? LEADS_TO[type]! : {}))
    lead(own(object, name), types, objects, `${at}.${name}`, issues);
  const extensions = isMembers(object.extensions) ? object.extensions : {};
  for (const [extension, properties] of Object.entries(Object.hasOwn(NESTED, type) ? NESTED[type]! : {})) {
    const inside = own(extensions, extension);
    if (!isMembers(inside)) continue;
    for (const [name, types] of Object.entries(properties))
      lead(own(inside, name), types, objects, `${at}.extensions.${extension}.${name}`, issues);
  }
  const parts = type === 'email-message' ? own(object, 'body_multipart') : [];
  for (const part of Array.isArray(parts) ? parts : []) {
    if (isMembers(part)) lead(own(part, 'body_raw_ref'), 'artifact file', objects, `${at}.body_multipart`, issues);
  }
}

function lead(refs: unknown, types: string, objects: Members, at: string, issues: Issues): void {
  for (const ref of Array.isArray(refs) ? refs : refs === undefined ? [] : [refs]) {
    const target = typeof ref === 'string' ? own(objects, ref) : undefined;
    if (!isMembers(target)) issues.add('REFERENCE', at, `${quote(String(ref), 40)} leads to no object`);
    else if (!types.split(' ').includes(typeOf(target))) issues.add('REFERENCE', at, `leads to no ${types}`);
  }
}
