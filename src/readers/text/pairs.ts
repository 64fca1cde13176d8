/**
 * `name=value` sequences as firewalls, auditd and PAM write them. Values are bare (up to a space or comma), or stand in
 * double or single quotes. Hand-scanned: linear on any text.
 */
export type Quote = '' | '"' | "'";

export interface PairRules {
  /** a backslash in a double-quoted value takes the next character literally (FortiGate) */
  readonly escapes?: boolean;
  /** a comma ends a bare value, too (FortiAnalyzer, useradd) */
  readonly commas?: boolean;
}

/** Returns the index behind the last pair. Words without `=` are passed over. */
export function eachPair(
  text: string,
  from: number,
  each: (name: string, value: string, quote: Quote) => void,
  rules: PairRules = {},
): number {
  const { length } = text;
  let i = from;
  let last = from;
  while (i < length) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 44 || c === 59 || c === 9 || c === 29) {
      i++;
      continue;
    }
    let eq = i;
    let e = text.charCodeAt(eq);
    while (eq < length && e !== 0x3d && e !== 32 && e !== 44 && e !== 29) e = text.charCodeAt(++eq);
    if (e !== 0x3d || eq === i) {
      i = eq + 1;
      continue;
    }
    const name = text.slice(i, eq);
    const q = text.charCodeAt(eq + 1);
    if (q === 0x22 || q === 0x27) {
      let end = eq + 2;
      let escaped = false;
      while (end < length && text.charCodeAt(end) !== q) {
        if (rules.escapes === true && text.charCodeAt(end) === 0x5c) {
          escaped = true;
          end++;
        }
        end++;
      }
      const value = text.slice(eq + 2, Math.min(end, length));
      each(name, escaped ? value.replace(/\\(.)/g, '$1') : value, q === 0x22 ? '"' : "'");
      i = end + 1;
    } else {
      let end = eq + 1;
      let v = text.charCodeAt(end);
      while (end < length && v !== 32 && v !== 29 && !(v === 44 && rules.commas === true)) v = text.charCodeAt(++end);
      each(name, text.slice(eq + 1, end), '');
      i = end;
    }
    last = i;
  }
  return Math.min(last, length);
}
