/** The encodings of Sigma's modifiers: UTF-16 forms, Base64 at three offsets, and the dashes of Windows command lines. */
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';
import { concat, literal, type Pattern } from './pattern.ts';

export type Wide = 'utf16le' | 'utf16be' | 'utf16';

/** Bytes of a text as the modifiers before `base64` made them; `utf16` is little-endian behind its byte order mark. */
export function encodeText(text: string, wide: Wide | null): Buffer {
  if (wide === null) return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(wide === 'utf16' ? `\ufeff${text}` : text, 'utf16le');
  return wide === 'utf16be' ? bytes.swap16() : bytes;
}

/** A wide text that is not Base64-encoded afterwards: what a log shows that took the bytes for single characters. */
export function interleaved(text: string, wide: Wide): string {
  if (/[^\x00-\x7f]/.test(text))
    throw new RuleError('VALUE', `${quote(text)}: only ASCII can be looked for as UTF-16 in a text field`);
  return [...text].map((c) => (wide === 'utf16be' ? `\0${c}` : `${c}\0`)).join('');
}

/**
 * What Base64 shows of `bytes` wherever they begin inside the encoded data: one text for each position modulo three,
 * without the characters that neighbouring bytes would change.
 */
export function base64Offsets(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    const firstSure = Math.ceil((shift * 8) / 6);
    const firstUnsure = Math.floor((whole.length * 8) / 6);
    const sure = whole.toString('base64').slice(firstSure, firstUnsure);
    if (sure === '') throw new RuleError('VALUE', 'too short to be looked for inside Base64');
    return sure;
  });
}

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;
const OPTION_DASH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;

/**
 * Every way to write the option dashes of a text: a dash counts when no word character stands before it and one stands
 * behind it, so that `-param-name` changes only its first. (The specification does not say which dashes; this is pySigma's reading.)
 */
export function dashVariants(pattern: Pattern): readonly Pattern[] {
  let variants: Pattern[] = [[]];
  for (const part of pattern) {
    if (part.$ !== 'text') {
      variants = variants.map((v) => concat(v, [part]));
      continue;
    }
    let done = 0;
    for (const m of part.text.matchAll(OPTION_DASH)) {
      const before = literal(part.text.slice(done, m.index));
      done = m.index + m[0].length;
      if (variants.length * DASHES.length > LIMITS.alternatives)
        throw new RuleError('LIMIT_EXPANSION', 'too many dashes under `windash`');
      variants = DASHES.flatMap((dash) => variants.map((v) => concat(v, before, literal(dash))));
    }
    const rest = literal(part.text.slice(done));
    variants = variants.map((v) => concat(v, rest));
  }
  return variants;
}
