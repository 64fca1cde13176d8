import { createHash, randomUUID } from 'node:crypto';
import { canonicalize } from '../../base/index.ts';

/**
 * Identifiers (2.9 of the standard, as corrected by errata 01). A cyber-observable is named by UUIDv5 over the canonical
 * JSON (RFC 8785) of its contributing properties: the same observable has the same id wherever it is made.
 */
const NAMESPACE = Uint8Array.fromHex('00abedb4aa42466c9c01fed23315a9b7');
export const SCO_NAMESPACE_VERSION = '5';

/** Per type; `hashes` counts with one hash only. A process has none: its id is random. */
const CONTRIBUTING: Readonly<Record<string, readonly string[]>> = {
  artifact: ['hashes', 'payload_bin'],
  'autonomous-system': ['number'],
  directory: ['path'],
  'domain-name': ['value'],
  'email-addr': ['value'],
  'email-message': ['from_ref', 'subject', 'body'],
  file: ['hashes', 'name', 'parent_directory_ref', 'extensions'],
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'mac-addr': ['value'],
  mutex: ['name'],
  'network-traffic': ['start', 'end', 'src_ref', 'dst_ref', 'src_port', 'dst_port', 'protocols', 'extensions'],
  software: ['name', 'cpe', 'swid', 'vendor', 'version'],
  url: ['value'],
  'user-account': ['account_type', 'user_id', 'account_login'],
  'windows-registry-key': ['key', 'values'],
  'x509-certificate': ['hashes', 'serial_number'],
};

const HASH_ORDER = ['MD5', 'SHA-1', 'SHA-256', 'SHA-512'] as const;

/** The id that follows from an observable's properties; null when none contributes (a random one is used then). */
export function observableId(object: Readonly<Record<string, unknown>>): string | null {
  const type = String(object.type);
  const names = Object.hasOwn(CONTRIBUTING, type) ? CONTRIBUTING[type]! : [];
  const said = names
    .filter((name) => Object.hasOwn(object, name))
    .map((name) => [name, name === 'hashes' ? oneHash(object[name]) : object[name]]);
  if (said.length === 0) return null;
  return `${type}--${uuidV5(NAMESPACE, canonicalize(Object.fromEntries(said)))}`;
}

function oneHash(hashes: unknown): unknown {
  if (typeof hashes !== 'object' || hashes === null) return hashes;
  const record = hashes as Readonly<Record<string, unknown>>;
  const name = HASH_ORDER.find((n) => Object.hasOwn(record, n)) ?? Object.keys(record)[0];
  return name === undefined ? {} : { [name]: record[name] };
}

/** The namespace in which our own objects are named from what they say, so that the same export has the same ids. */
const OWN_NAMESPACE = Uint8Array.fromHex('5d1c1a5e0c7b4b7e9f3a2c6d8e4f7a10');

/**
 * An id for an object made by us from `text`. The standard recommends version 4 for these; version 5 in a namespace of
 * our own is allowed, and makes the same export twice one object.
 */
export function ownId(type: string, text: string): string {
  return `${type}--${uuidV5(OWN_NAMESPACE, text)}`;
}

export function randomId(type: string): string {
  return `${type}--${randomUUID()}`;
}

/** RFC 9562, 5.5. */
function uuidV5(namespace: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
