import { parseAddress, prefixOf } from '../../base/index.ts';
import { Automaton, type Hits, reversed } from './automaton.ts';
import { type Network, parseNetwork } from './cidr.ts';
import { compileGlob, longestPiece } from './glob.ts';
import { requiredLiterals } from './literals.ts';
import { compileRegex } from './regex.ts';
import { compareNumbers, holds, numberOf, type ValueTest } from './scalar.ts';
import { Skipper } from './skip.ts';

/**
 * All distinct tests that are put on one field, answered together for one value: which of them hold? The work is one
 * lower-casing, one table look-up for whole values, one walk from either end, one pass of an automaton, and a closer
 * look only where a literal hit says that it may be worth it. Slow twin: `holds` (scalar.ts) asked test by test.
 *
 * Soundness of the closer looks: a cased literal is sought in its lower-cased form, which is only done when it is ASCII
 * (an ASCII unit folds the same whatever stands beside it; `Σ` does not); a glob is tried when its longest piece was
 * seen; an expression when one of its required literals was seen, or always when the value is not ASCII.
 */
export class ValueMatcher {
  /**
   * A text of fewer units, if no unit grows when lower-cased, satisfies no test but those that any text does: it is
   * answered as the empty text is. 0: there is no such length.
   */
  readonly least: number;
  /** When it rules a text out, that is answered as the empty text is. null: nothing can be ruled out cheaply. */
  readonly skipper: Skipper | null;
  /** Indices of the tests that held for the value last asked; unordered, without doubles. */
  readonly found: number[] = [];

  private readonly tests: readonly ValueTest[];
  /** hold for every present value */
  private readonly present: number[] = [];
  /** hold for every present value but null */
  private readonly anyText: number[] = [];
  /** asked one by one: no literal leads to them */
  private readonly direct: number[] = [];
  private readonly ifNull: number[] = [];

  private readonly whole = new Map<string, number[]>();
  private readonly start = new Words();
  private readonly end = new Words();
  private readonly inside = new Words();
  /** closer look, by test; undefined: a hit alone is enough */
  private readonly check: (((text: string, folded: string) => boolean) | undefined)[];
  /** expressions that are tried after a hit only because the value is ASCII */
  private readonly guarded: number[] = [];

  private readonly numbers = new Map<number, number[]>();
  private readonly compares: { readonly index: number; readonly test: ValueTest & { $: 'compare' } }[] = [];
  private readonly networks: { readonly family: 4 | 6; readonly bits: number; readonly of: Map<bigint, number[]> }[] =
    [];

  /** per test: the run in which it was found or tried last */
  private readonly seen: Int32Array;
  private run = 0;
  private readonly mindsBeyondAscii: boolean;
  private text = '';
  private folded = '';
  private readonly atStart: Hits;
  private readonly atEnd: Hits;
  private readonly anywhere: Hits;

  constructor(tests: readonly ValueTest[]) {
    this.tests = tests;
    this.seen = new Int32Array(tests.length);
    this.check = new Array(tests.length);
    for (const [index, test] of tests.entries()) this.place(index, test);
    this.least = tests.reduce((n, test) => Math.min(n, leastUnits(test)), LONG);
    this.skipper = this.least === 0 ? null : Skipper.over(tests.flatMap(literalOf));
    const all = [this.start, this.end, this.inside];
    for (const words of all) words.close(words !== this.inside);
    this.mindsBeyondAscii = this.guarded.length > 0 || all.some((w) => w.other !== null);
    [this.atStart, this.atEnd, this.anywhere] = all.map((w): Hits => ({ hit: (word) => this.use(w.uses[word]!) })) as [
      Hits,
      Hits,
      Hits,
    ];
  }

  ofText(text: string): void {
    this.begin();
    this.ask(text, text, numberOf(text));
  }

  ofNumber(value: number): void {
    this.begin();
    this.ask(value, String(value), value);
  }

  ofBoolean(value: boolean): void {
    this.begin();
    this.ask(value, String(value), undefined);
  }

  ofNull(): void {
    this.begin();
    for (const index of this.ifNull) this.take(index);
  }

  /** An empty array: present, yet without any value. */
  ofNothing(): void {
    this.begin();
  }

  /** The field is absent. */
  ofAbsent(): void {
    this.found.length = 0;
    for (const [index, test] of this.tests.entries()) {
      if (test.$ === 'isNull' || (test.$ === 'exists' && !test.wanted)) this.found.push(index);
    }
  }

  /** Size of the tables in bytes. */
  get bytes(): number {
    return [this.start, this.end, this.inside].reduce((n, w) => n + (w.ascii?.bytes ?? 0) + (w.other?.bytes ?? 0), 0);
  }

  private begin(): void {
    this.found.length = 0;
    this.run++;
    for (const index of this.present) this.take(index);
  }

  private ask(value: string | number | boolean, text: string, number: number | undefined): void {
    const folded = text.toLowerCase();
    this.text = text;
    this.folded = folded;
    for (const index of this.anyText) this.take(index);
    if (this.whole.size > 0) {
      const uses = this.whole.get(folded);
      if (uses !== undefined) this.use(uses);
    }
    this.start.ascii?.findAtStart(folded, this.atStart);
    this.end.ascii?.findAtEnd(folded, this.atEnd);
    this.inside.ascii?.findIn(folded, this.anywhere);
    if (this.mindsBeyondAscii && NOT_ASCII.test(text)) this.askBeyondAscii(folded);
    if (number !== undefined) this.askNumber(number);
    if (this.networks.length > 0) this.askNetworks(text);
    for (const index of this.direct) {
      const check = this.check[index];
      if (check === undefined ? holds(this.tests[index]!, value) : check(text, folded)) this.take(index);
    }
  }

  /** What can only be in a text with a unit beyond ASCII: literals that have one, and folding that expressions see differently. */
  private askBeyondAscii(folded: string): void {
    this.start.other?.findAtStart(folded, this.atStart);
    this.end.other?.findAtEnd(folded, this.atEnd);
    this.inside.other?.findIn(folded, this.anywhere);
    this.use(this.guarded);
  }

  private askNumber(number: number): void {
    const same = this.numbers.get(number);
    if (same !== undefined) this.use(same);
    for (const { index, test } of this.compares) if (compareNumbers(test.op, number, test.number)) this.take(index);
  }

  private askNetworks(text: string): void {
    const address = parseAddress(text);
    if (address === null) return;
    for (const { family, bits, of } of this.networks) {
      const uses = family === address.family ? of.get(prefixOf(address, bits)) : undefined;
      if (uses !== undefined) this.use(uses);
    }
  }

  private use(indices: readonly number[]): void {
    for (const index of indices) {
      if (this.seen[index] === this.run) continue;
      const check = this.check[index];
      if (check === undefined || check(this.text, this.folded)) this.found.push(index);
      this.seen[index] = this.run;
    }
  }

  private take(index: number): void {
    if (this.seen[index] === this.run) return;
    this.seen[index] = this.run;
    this.found.push(index);
  }

  private place(index: number, test: ValueTest): void {
    switch (test.$) {
      case 'exists':
        if (test.wanted) this.present.push(index);
        return;
      case 'isNull':
        this.ifNull.push(index);
        return;
      case 'equals':
      case 'startsWith':
      case 'endsWith':
      case 'contains':
        this.placeText(index, test);
        return;
      case 'glob': {
        const piece = longestPiece(test.parts);
        if (piece === '' || (test.cased && NOT_ASCII.test(piece))) {
          if (test.parts.every((p) => p.$ === 'any') && test.parts.length > 0) this.anyText.push(index);
          else this.direct.push(index);
          return;
        }
        const fits = compileGlob(test.parts, test.cased ? (t) => t : (t) => t.toLowerCase());
        this.check[index] = test.cased ? (text) => fits(text) : (_, folded) => fits(folded);
        this.inside.add(piece.toLowerCase(), index);
        return;
      }
      case 'regex': {
        const regex = compileRegex(test.source, test.flags);
        const literals = requiredLiterals(test.source);
        this.check[index] = (text) => regex.test(text);
        if (literals === null || literals.includes('')) this.direct.push(index);
        else {
          for (const literal of literals) this.inside.add(literal, index);
          this.guarded.push(index);
        }
        return;
      }
      case 'number':
        put(this.numbers, test.number, index);
        return;
      case 'compare':
        this.compares.push({ index, test });
        return;
      case 'cidr':
        this.placeNetwork(index, parseNetwork(test.network, test.bits));
        return;
      case 'timePart':
        this.direct.push(index);
    }
  }

  private placeText(index: number, test: ValueTest & { $: 'equals' | 'startsWith' | 'endsWith' | 'contains' }): void {
    if (test.cased && NOT_ASCII.test(test.text)) {
      this.direct.push(index);
      return;
    }
    const folded = test.text.toLowerCase();
    if (test.cased && test.text !== '') this.check[index] = (text) => holds(test, text);
    if (test.$ === 'equals') put(this.whole, folded, index);
    else if (folded === '') this.anyText.push(index);
    else if (test.$ === 'startsWith') this.start.add(folded, index);
    else if (test.$ === 'endsWith') this.end.add(reversed(folded), index);
    else this.inside.add(folded, index);
  }

  private placeNetwork(index: number, network: Network): void {
    let table = this.networks.find((t) => t.family === network.family && t.bits === network.bits);
    if (table === undefined) {
      table = { family: network.family, bits: network.bits, of: new Map() };
      this.networks.push(table);
    }
    put(table.of, network.value, index);
  }
}

const LONG = 1 << 20;

/** Units a text must have at least for the test to tell it from the empty text. */
function leastUnits(test: ValueTest): number {
  switch (test.$) {
    case 'exists':
    case 'isNull':
      return LONG;
    case 'equals':
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      // An empty literal: true of every text, but as a whole value of the empty text alone.
      return test.text === '' ? (test.$ === 'equals' ? 0 : LONG) : test.text.toLowerCase().length;
    case 'glob':
      return longestPiece(test.parts) === '' ? 0 : longestPiece(test.parts).toLowerCase().length;
    default:
      return 0;
  }
}

/** The lower-cased literal that every text must hold for which the test is more than it is for the empty text. */
function literalOf(test: ValueTest): string[] {
  const text = 'text' in test ? test.text : test.$ === 'glob' ? longestPiece(test.parts) : '';
  return text === '' ? [] : [text.toLowerCase()];
}

const NOT_ASCII = /[^\0-\x7f]/;

function put<K>(map: Map<K, number[]>, key: K, index: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [index]);
  else list.push(index);
}

/**
 * Distinct literals and the tests that wait for them. Literals with a unit beyond ASCII have an automaton of their own
 * that most texts never enter.
 */
class Words {
  ascii: Automaton | null = null;
  other: Automaton | null = null;
  readonly uses: (readonly number[])[] = [];
  private readonly waiting = new Map<string, number[]>();

  add(word: string, test: number): void {
    put(this.waiting, word, test);
  }

  close(anchored: boolean): void {
    const words = [...this.waiting.keys()];
    const other = words.filter((w) => NOT_ASCII.test(w));
    const ascii = other.length === 0 ? words : words.filter((w) => !NOT_ASCII.test(w));
    for (const word of [...ascii, ...other]) this.uses.push(this.waiting.get(word)!);
    if (ascii.length > 0) this.ascii = new Automaton(ascii, 0, anchored);
    if (other.length > 0) this.other = new Automaton(other, ascii.length, anchored);
    this.waiting.clear();
  }
}
