/**
 * Which literals must stand in every text a regular expression matches. A search for them is a thousand times cheaper
 * than the expression, so the matcher tries an expression only after one of them was seen.
 *
 * The answer is a set of lower-case ASCII literals of which at least ONE occurs in the lower-cased text, for every
 * ASCII text that matches; null: nothing is known. For texts beyond ASCII it promises nothing (`ſ` matches `s` under
 * the flag i, yet lower-cases to itself). Sound by refusal: whatever the parser does not know makes it answer null.
 */
export function requiredLiterals(source: string): readonly string[] | null {
  const parser = new Parser(source);
  const set = parser.alternatives(0);
  return parser.lost || parser.at < source.length ? null : set;
}

const LIMIT = { literals: 64, depth: 100 } as const;

/** Escaped letters that stand for a class or a place, not for themselves. */
const NOT_LITERAL = 'dDwWsSbBAz';
const CONTROL: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

class Parser {
  at = 0;
  /** something unknown was met: no promise may be made */
  lost = false;
  /** the last atom had no quantifier: it stands exactly once and what follows touches it */
  private exact = true;
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }

  /** Every branch must promise something, else the whole promises nothing. */
  alternatives(depth: number): string[] | null {
    let all: string[] | null = [];
    for (;;) {
      const branch = this.sequence(depth);
      all = all === null || branch === null ? null : [...all, ...branch];
      if (this.lost || this.source[this.at] !== '|') break;
      this.at++;
    }
    return all !== null && all.length <= LIMIT.literals ? all : null;
  }

  /** The best promise among the parts that must all occur. */
  private sequence(depth: number): string[] | null {
    if (depth > LIMIT.depth) this.lost = true;
    let best: string[] | null = null;
    let run = '';
    const offer = (set: string[] | null) => {
      if (set !== null && (best === null || weight(set) > weight(best))) best = set;
    };
    while (!this.lost && this.at < this.source.length) {
      const c = this.source[this.at]!;
      if (c === '|' || c === ')') break;
      const atom = this.atom(depth);
      const least = this.quantifier();
      if (typeof atom === 'string' && least > 0) {
        run += atom;
        if (this.exact) continue;
      }
      if (run !== '') offer([run.toLowerCase()]);
      run = '';
      if (typeof atom !== 'string' && least > 0) offer(atom);
    }
    if (run !== '') offer([run.toLowerCase()]);
    return best;
  }

  /** A literal character; or the promise of a group; or null for a class, a place, anything else. */
  private atom(depth: number): string | string[] | null {
    const c = this.source[this.at++]!;
    switch (c) {
      case '(':
        return this.group(depth);
      case '[':
        return this.class();
      case '.':
      case '^':
      case '$':
        return null;
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        this.lost = true;
        return null;
      default:
        return c.charCodeAt(0) < 128 ? c : null;
    }
  }

  private group(depth: number): string[] | null {
    if (this.source[this.at] === '?') {
      const head = /^\?(?:P?<[A-Za-z0-9_]+>|[imsU]*(?:-[imsU]+)?:)/.exec(this.source.slice(this.at, this.at + 100));
      if (head === null) {
        // `(?i)` changes case only, which the lower-casing of both sides already forgives; anything else, a quantifier behind it too, is not known.
        const flags = /^\?[ims]+\)(?![*+?{])/.exec(this.source.slice(this.at, this.at + 10));
        if (flags === null) this.lost = true;
        else this.at += flags[0].length;
        return null;
      }
      this.at += head[0].length;
    }
    const set = this.alternatives(depth + 1);
    if (this.source[this.at] !== ')') this.lost = true;
    this.at++;
    return set;
  }

  private class(): null {
    let first = true;
    if (this.source[this.at] === '^') this.at++;
    for (; this.at < this.source.length; first = false) {
      const c = this.source[this.at++]!;
      if (c === ']' && !first) return null;
      if (c === '\\') this.at++;
      if (c === '[' && this.source[this.at] === ':') {
        const end = this.source.indexOf(':]', this.at);
        if (end < 0) break;
        this.at = end + 2;
      }
    }
    this.lost = true;
    return null;
  }

  private escape(): string | null {
    const c = this.source[this.at++];
    if (c === undefined) this.lost = true;
    else if (CONTROL[c] !== undefined) return CONTROL[c];
    else if (c === 'x') {
      const hex = /^(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,8}\})/.exec(this.source.slice(this.at, this.at + 12));
      if (hex === null) this.lost = true;
      else this.at += hex[0].length;
    } else if (/[A-Za-z0-9]/.test(c)) {
      if (!NOT_LITERAL.includes(c)) this.lost = true;
    } else if (c.charCodeAt(0) < 128) return c;
    return null;
  }

  /** How often the atom stands at least, 0 or 1 (more adds nothing). */
  private quantifier(): number {
    const rest = this.source.slice(this.at, this.at + 16);
    const q = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(rest);
    this.exact = q === null;
    if (q === null) {
      if (/^\{[\d,]/.test(rest)) this.lost = true;
      return 1;
    }
    this.at += q[0].length;
    return q[1] !== undefined ? Math.min(Number(q[1]), 1) : q[0][0] === '+' ? 1 : 0;
  }
}

/** Longer is rarer; the shortest literal of a set decides, then the smaller set. */
function weight(set: readonly string[]): number {
  return Math.min(...set.map((s) => s.length)) - set.length / 1000;
}
