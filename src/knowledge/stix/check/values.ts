import { quote } from '../../../base/index.ts';
import type { Issue, MustCode } from '../codes.ts';
import { EXTENSION_TYPES } from '../common.ts';
import type { Kind, Shape, TextKind } from '../kinds.ts';
import { timeDigits } from '../time.ts';

/** Values against the tables. Objects come from JSON.parse: own properties only are looked at, `__proto__` too is one. */
export type Members = Readonly<Record<string, unknown>>;

/** Issues named of one object; more say nothing new. */
const MAX_ISSUES = 40;

export class Issues {
  readonly list: Issue<MustCode>[] = [];
  add(code: MustCode, at: string, message: string): void {
    if (this.list.length < MAX_ISSUES) this.list.push({ code, at, message });
  }
}

export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
const IDENTIFIER = new RegExp(`^([a-z][a-z0-9-]+[a-z0-9])--${UUID}$`);
const EXTENSION_ID = new RegExp(`^extension-definition--${UUID}$`);
const OLD_EXTENSION = /^[a-z][a-z0-9]*(-[a-z0-9]+)*-ext$/;
const PROPERTY = /^([a-z][a-z0-9_]{2,249}|id)$/;
const DICTIONARY_KEY = /^[a-zA-Z0-9_-]{1,250}$/;
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s]+$/;

/**
 * A text that must have a form is short. Longer ones are not shown to a regular expression: the adversary wrote them, and
 * an expression with groups takes stack, or time that grows with the square.
 */
const FORMED_CHARS = 4096;
const URI_CHARS = 65_536;
const NAME_CHARS = 400;

const RESERVED = new Set(['severity', 'action', 'username', 'phone_numbers']);

const HASHES: ReadonlyMap<string, RegExp> = new Map([
  ['MD5', /^[a-fA-F0-9]{32}$/],
  ['SHA-1', /^[a-fA-F0-9]{40}$/],
  ['SHA-256', /^[a-fA-F0-9]{64}$/],
  ['SHA-512', /^[a-fA-F0-9]{128}$/],
  ['SHA3-256', /^[a-fA-F0-9]{64}$/],
  ['SHA3-512', /^[a-fA-F0-9]{128}$/],
  ['SSDEEP', /^[a-zA-Z0-9/+:.]{1,128}$/],
  ['TLSH', /^[a-zA-Z0-9]{70}$/],
]);

/** The type an identifier names; null when it is none. */
export function idType(id: string): string | null {
  return id.length > NAME_CHARS ? null : (IDENTIFIER.exec(id)?.[1] ?? null);
}

/** A whole object (or extension, or part of one) against its shape. `at` is '' for the object itself. */
export function checkShape(shape: Shape, value: Members, at: string, issues: Issues, dropped?: ReadonlySet<string>) {
  for (const name of shape.required) {
    if (!Object.hasOwn(value, name) && !dropped?.has(name)) issues.add('REQUIRED', join(at, name), 'must be there');
  }
  if (shape.anyOf && !shape.anyOf.some((name) => Object.hasOwn(value, name)))
    issues.add('COMBINATION', at, `one of these must be there: ${shape.anyOf.slice(0, 5).join(', ')}`);
  for (const [name, item] of Object.entries(value)) {
    const kind = Object.hasOwn(shape.properties, name) ? shape.properties[name] : undefined;
    if (kind) checkValue(kind, item, join(at, name), issues);
    else if (shape.closed) issues.add('BAD_NAME', join(at, name), 'no other properties are allowed here');
  }
}

/** Properties the type does not define: their names and that they say something (3.1, 3.3). */
export function checkCustom(shape: Shape | null, value: Members, issues: Issues, allowed: ReadonlySet<string>): void {
  for (const [name, item] of Object.entries(value)) {
    if (shape && Object.hasOwn(shape.properties, name)) continue;
    if (RESERVED.has(name) && !allowed.has(name)) issues.add('RESERVED', name, 'the name is reserved');
    else if (!PROPERTY.test(name))
      issues.add('BAD_NAME', quote(name, 60), 'a property is named by 3 to 250 of a-z, 0-9 and _');
    else if (name.endsWith('_bin')) checkValue({ is: 'binary' }, item, name, issues);
    else if (name.endsWith('_hex')) checkValue({ is: 'hex' }, item, name, issues);
    else checkValue({ is: 'any' }, item, name, issues);
  }
}

/** `extensions`: predefined ones against their shapes, the others by their type. */
export function checkExtensions(shape: Shape | null, value: unknown, issues: Issues): void {
  if (!isMembers(value)) return;
  for (const [name, extension] of Object.entries(value)) {
    const at = join('extensions', name);
    const known = shape?.extensions && Object.hasOwn(shape.extensions, name) ? shape.extensions[name] : undefined;
    if (name.length > NAME_CHARS) issues.add('BAD_NAME', 'extensions', 'an extension has a shorter name');
    else if (!isMembers(extension)) issues.add('WRONG_TYPE', at, 'an extension is an object');
    else if (Object.keys(extension).length === 0) issues.add('EMPTY', at, 'an extension says something');
    else if (known) checkShape(known, extension, at, issues);
    else if (EXTENSION_ID.test(name)) {
      if (!EXTENSION_TYPES.some((type) => type === extension.extension_type))
        issues.add('REQUIRED', `${at}.extension_type`, `one of ${EXTENSION_TYPES.join(', ')}`);
    } else if (!OLD_EXTENSION.test(name))
      issues.add('BAD_NAME', at, 'an extension is named by the id of its definition, or ends in -ext');
  }
}

export function checkValue(kind: Kind, value: unknown, at: string, issues: Issues): void {
  switch (kind.is) {
    case 'any':
      if (value === null) issues.add('WRONG_TYPE', at, 'null is no value');
      else if (Array.isArray(value) && value.length === 0) issues.add('EMPTY', at, 'an empty list');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') issues.add('WRONG_TYPE', at, 'true or false is asked for');
      return;
    case 'integer':
    case 'number':
      if (typeof value !== 'number' || (kind.is === 'integer' && !Number.isInteger(value)))
        issues.add('WRONG_TYPE', at, `${kind.is === 'integer' ? 'an integer' : 'a number'} is asked for`);
      else if (value < (kind.min ?? -Infinity) || value > (kind.max ?? Infinity))
        issues.add('BAD_VALUE', at, `out of range (${kind.min ?? ''} to ${kind.max ?? ''})`);
      return;
    case 'list':
      if (!Array.isArray(value)) issues.add('WRONG_TYPE', at, 'a list is asked for');
      else if (value.length < kind.min) issues.add('EMPTY', at, 'an empty list');
      else for (let i = 0; i < value.length; i++) checkValue(kind.of, value[i], `${at}[${i}]`, issues);
      return;
    case 'one or more':
      if (!Array.isArray(value)) checkValue(kind.of, value, at, issues);
      else if (value.length < 2) issues.add('EMPTY', at, 'a list of at least two');
      else for (let i = 0; i < value.length; i++) checkValue(kind.of, value[i], `${at}[${i}]`, issues);
      return;
    case 'object':
      if (isMembers(value)) checkShape(kind.shape, value, at, issues);
      else issues.add('WRONG_TYPE', at, 'an object is asked for');
      return;
    case 'dictionary':
      checkDictionary(kind.of, kind.key ?? DICTIONARY_KEY, value, at, issues);
      return;
    case 'hashes':
      checkHashes(value, at, issues);
      return;
    default:
      if (typeof value === 'string') checkText(kind, value, at, issues);
      else issues.add('WRONG_TYPE', at, 'a text is asked for');
  }
}

function checkText(kind: TextKind, text: string, at: string, issues: Issues): void {
  switch (kind.is) {
    case 'string':
      if (kind.oneOf && !kind.oneOf.includes(text)) issues.add('BAD_VALUE', at, `${quote(text, 40)} is not allowed`);
      else if ((kind.like && (text.length > FORMED_CHARS || !kind.like.test(text))) || kind.not?.test(text))
        issues.add('BAD_FORMAT', at, `${quote(text, 40)} has not the form asked for`);
      return;
    case 'uri':
      if (text.length > URI_CHARS || !URI.test(text))
        issues.add('BAD_FORMAT', at, `${quote(text, 40)} is no URI (RFC 3986)`);
      return;
    case 'hex':
      if (text === '' || text.length % 2 !== 0 || !made(text, HEX_DIGITS))
        issues.add('BAD_FORMAT', at, 'pairs of hex digits are asked for');
      return;
    case 'binary': {
      const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
      if (text === '' || text.length % 4 !== 0 || !made(body, BASE64_DIGITS))
        issues.add('BAD_FORMAT', at, 'base64 (RFC 4648) is asked for');
      return;
    }
    case 'timestamp':
    case 'millis': {
      const digits = timeDigits(text);
      if (digits === null) issues.add('BAD_TIME', at, `${quote(text, 40)} is no RFC 3339 time in UTC`);
      else if (kind.is === 'millis' && digits < 3) issues.add('BAD_TIME', at, 'must be precise to the millisecond');
      return;
    }
    case 'id': {
      const type = idType(text);
      if (type === null) issues.add('BAD_ID', at, `${quote(text, 60)} is no identifier (type--UUID)`);
      else if ((kind.to && !kind.to.includes(type)) || kind.notTo?.includes(type))
        issues.add('BAD_ID', at, `may not lead to: ${type}`);
    }
  }
}

const HEX_DIGITS = /^[a-fA-F0-9]*$/;
const BASE64_DIGITS = /^[A-Za-z0-9+/]*$/;
const PIECE = 65_536;

/** Whether a text of any length is made of the characters of an expression, looked at piece by piece. */
function made(text: string, of: RegExp): boolean {
  for (let i = 0; i < text.length; i += PIECE) if (!of.test(text.slice(i, i + PIECE))) return false;
  return true;
}

function checkDictionary(of: Kind, key: RegExp, value: unknown, at: string, issues: Issues): void {
  if (!isMembers(value)) {
    issues.add('WRONG_TYPE', at, 'a dictionary is asked for');
    return;
  }
  const members = Object.entries(value);
  if (members.length === 0) issues.add('EMPTY', at, 'an empty dictionary');
  for (const [name, item] of members) {
    if (name.length > FORMED_CHARS || !key.test(name))
      issues.add('BAD_NAME', join(at, quote(name, 40)), 'a key has not the form asked for');
    checkValue(of, item, join(at, name.slice(0, 60)), issues);
  }
}

function checkHashes(value: unknown, at: string, issues: Issues): void {
  if (!isMembers(value)) {
    issues.add('WRONG_TYPE', at, 'a dictionary of hashes is asked for');
    return;
  }
  const members = Object.entries(value);
  if (members.length === 0) issues.add('EMPTY', at, 'no hash');
  for (const [name, hash] of members) {
    const form = HASHES.get(name);
    if (name.length < 3 || !DICTIONARY_KEY.test(name)) issues.add('BAD_NAME', join(at, quote(name, 40)), 'no hash');
    else if (typeof hash !== 'string') issues.add('WRONG_TYPE', join(at, name), 'a text is asked for');
    else if (form && !form.test(hash)) issues.add('BAD_FORMAT', join(at, name), `no ${name}`);
  }
}

export function join(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
