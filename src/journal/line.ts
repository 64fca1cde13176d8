import { canonicalize, decodeUtf8, fromBase64, JcsError, type Json, parseJson, quote } from '../base/index.ts';
import { ANSWER_KINDS, ENTRY_KINDS, EntryHeader, KEY_KINDS } from '../model/index.ts';
import type { ProblemCode } from './errors.ts';
import { entryIdOf, signedHeader } from './formulas.ts';

/** One line of entries.jsonl. Lines are attacker-controlled; the limits stand here. */
export const MAX_LINE_BYTES = 1024 * 1024;
export const MAX_LINE_DEPTH = 32;

/** How much of an entry a copy holds: that it exists, its signed header, all of it. */
export const DEGREE = { hash: 0, header: 1, full: 2 } as const;
export type Degree = (typeof DEGREE)[keyof typeof DEGREE];

export interface Opened {
  readonly degree: 1 | 2;
  readonly id: string;
  readonly header: EntryHeader;
  readonly headerText: string;
  readonly signature: Uint8Array;
  /** both or neither */
  readonly payload?: Json;
  readonly payloadText?: string;
  readonly salt?: Uint8Array;
}
export type ReadLine = Opened | { readonly degree: 0; readonly id: string } | Refusal;

export interface Refusal {
  readonly code: ProblemCode;
  readonly message: string;
}

export function refusal(code: ProblemCode, message: string): Refusal {
  return { code, message };
}

/** The text of a full line; the members stand in canonical order. Without the newline. */
export function fullLine(headerText: string, payloadText: string, salt: string, signature: string): string {
  return `{"header":${headerText},"payload":${payloadText},"salt":"${salt}","signature":"${signature}"}`;
}

/** A full line that was verified before, without payload and salt. */
export function headerLineOf(line: string): string {
  const { header, signature } = parseJson(line) as { header: unknown; signature: string };
  return signedHeader(canonicalize(header), signature);
}

export function hashLine(id: string): string {
  return `{"leaf":"${id}"}`;
}

/**
 * Shape of one line (without its newline): canonical, of the known version, header and payload after their schemas,
 * digest not yet compared, nothing verified. One canonicalisation does for checking the text and for what is signed.
 */
export function readLine(bytes: Uint8Array): ReadLine {
  try {
    const text = decodeUtf8(bytes);
    return readValue(text, parseJson(text));
  } catch (e) {
    if (!(e instanceof JcsError)) throw e;
    switch (e.code) {
      case 'NOT_UTF8':
      case 'NOT_JSON':
      case 'TOO_DEEP':
        return refusal(e.code, e.message);
      default:
        return refusal('NOT_CANONICAL', e.message);
    }
  }
}

const HASH_LINE = /^\{"leaf":"([0-9a-f]{64})"\}$/;
const KEYS = { header: 'header,signature', full: 'header,payload,salt,signature' };

function readValue(text: string, value: unknown): ReadLine {
  const leaf = HASH_LINE.exec(text)?.[1];
  if (leaf) return { degree: DEGREE.hash, id: leaf };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refusal('BAD_SHAPE', 'the line is not an object');
  }
  const line = value as Record<string, unknown>;
  const members = Object.keys(line).join();
  const full = members === KEYS.full;
  if (!full && members !== KEYS.header) return refusal('BAD_SHAPE', `members are ${quote(members)}`);
  if (typeof line.signature !== 'string' || (full && typeof line.salt !== 'string')) {
    return refusal('BAD_SHAPE', 'signature or salt is no text');
  }
  const headerText = canonicalize(line.header, MAX_LINE_DEPTH);
  const payloadText = full ? canonicalize(line.payload, MAX_LINE_DEPTH) : undefined;
  const signed = signedHeader(headerText, line.signature);
  const whole =
    payloadText === undefined ? signed : fullLine(headerText, payloadText, line.salt as string, line.signature);
  if (whole !== text) return refusal('NOT_CANONICAL', 'the line is not in canonical form (RFC 8785)');
  const signature = fromBase64(line.signature);
  const salt = full ? fromBase64(line.salt as string) : undefined;
  if (signature?.length !== 64 || (full && salt?.length !== 32)) {
    return refusal('BAD_SHAPE', 'the signature is not 64 bytes or the salt not 32, in base64');
  }
  const header = checkedHeader(line.header);
  if ('code' in header) return header;
  const id = entryIdOf(signed);
  if (payloadText === undefined) {
    if (KEY_KINDS.has(header.kind)) return refusal('KEY_ENTRY_WITHHELD', `${header.kind} must not be withheld`);
    return { degree: DEGREE.header, id, header, headerText, signature };
  }
  const wrong = payloadFault(header, line.payload);
  if (wrong) return wrong;
  const payload = line.payload as Json;
  return { degree: DEGREE.full, id, header, headerText, signature, payload, payloadText, salt: salt! };
}

function checkedHeader(value: unknown): EntryHeader | Refusal {
  const result = EntryHeader.safeParse(value);
  if (result.success) {
    if (ANSWER_KINDS.has(result.data.kind) && result.data.refs.entries.length !== 1) {
      return refusal('BAD_ANSWER', `${result.data.kind} answers exactly one entry`);
    }
    return result.data;
  }
  const issue = result.error.issues[0]!;
  const at = issue.path.join('.');
  if (at === 'v') return refusal('UNKNOWN_VERSION', 'the header is of a version this program does not know');
  if (at === 'kind') return refusal('UNKNOWN_KIND', 'the entry is of a kind this program does not know');
  return refusal('BAD_SHAPE', `header ${quote(at)}: ${quote(issue.message, 200)}`);
}

function payloadFault(header: EntryHeader, payload: unknown): Refusal | null {
  const result = ENTRY_KINDS[header.kind].safeParse(payload);
  if (result.success) return null;
  const issue = result.error.issues[0]!;
  return refusal('BAD_PAYLOAD', `${header.kind} ${quote(issue.path.join('.'))}: ${quote(issue.message, 200)}`);
}
