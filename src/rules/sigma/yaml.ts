/**
 * Rule text in, plain trees out. The text is attacker-controlled: size, depth, aliases (billion laughs) and duplicate keys
 * are bounded here, and nothing of the YAML library's own types leaves this file. YAML 1.2 core schema: `yes` and `on` are texts,
 * dates are texts, and an integer keeps the way it was written (`0x17`), because that is what a rule's author meant.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { quote } from '../../base/index.ts';
import { LIMITS, RuleError } from '../codes.ts';

/** A number together with its spelling. */
export class Numeral {
  readonly number: number;
  readonly source: string;
  constructor(number: number, source: string) {
    this.number = number;
    this.source = source;
  }
}

export type Tree = string | boolean | null | Numeral | readonly Tree[] | TreeMap;
export type TreeMap = ReadonlyMap<string, Tree>;

export function isTreeMap(tree: Tree | undefined): tree is TreeMap {
  return tree instanceof Map;
}

export function isTreeList(tree: Tree | undefined): tree is readonly Tree[] {
  return Array.isArray(tree);
}

/** One document of a file: its tree or what was wrong with it, and its own text (the whole file's when it is the only one). */
export interface YamlDocument {
  readonly text: string;
  readonly tree: Tree | null;
  readonly error: RuleError | null;
}

/** All documents of a file; empty documents are left out. What is beyond a limit is a document with an error. */
export function readYaml(text: string): readonly YamlDocument[] {
  if (text.length > LIMITS.fileChars)
    return [failed(text, new RuleError('YAML_LIMIT', `longer than ${LIMITS.fileChars} characters`))];
  const pieces = split(text);
  if (pieces.length > LIMITS.documents)
    return [failed(text, new RuleError('YAML_LIMIT', `more than ${LIMITS.documents} documents`))];
  const out = pieces.flatMap((piece) => readPiece(piece));
  return out.length === 1 ? [{ ...out[0]!, text }] : out;
}

interface Piece {
  readonly text: string;
  /** lines of the file before it */
  readonly line: number;
}

/**
 * Cut at document markers before anything is parsed, so that limits and errors are each document's own. A line that begins with
 * `---` and a blank is a marker wherever it stands (YAML 1.2.2, rule 211: not even a quoted text may hold one).
 */
function split(text: string): readonly Piece[] {
  const out: Piece[] = [];
  let line = 0;
  for (const piece of text.split(/^---(?=\s|$)/m)) {
    if (/^(?![^\S\n]*(?:[#%].*)?$)/m.test(piece)) out.push({ text: piece, line });
    line += piece.split('\n').length - 1;
  }
  return out;
}

function readPiece({ text, line }: Piece): readonly YamlDocument[] {
  if (text.length > LIMITS.documentChars)
    return [failed(text, new RuleError('YAML_LIMIT', `a document longer than ${LIMITS.documentChars} characters`))];
  const lines = new LineCounter();
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false, // the library compares every key with every other; Walk does it once
      strict: true,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: lines,
    });
  } catch (cause) {
    // The composer recurses: very deep nesting can end its stack. That is the document's fault, not ours.
    const code = cause instanceof RangeError ? 'YAML_LIMIT' : 'YAML_SYNTAX';
    return [failed(text, new RuleError(code, 'nested too deeply or not parseable', undefined, cause))];
  }
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((doc): readonly YamlDocument[] => {
    const error = doc.errors[0];
    if (error) {
      const at = lines.linePos(error.pos[0]);
      const code = error.code === 'RESOURCE_EXHAUSTION' ? 'YAML_LIMIT' : 'YAML_SYNTAX';
      return [failed(text, new RuleError(code, `line ${line + at.line}, column ${at.col}: ${error.code}`))];
    }
    if (doc.contents === null || (isScalar(doc.contents) && doc.contents.value === null)) return [];
    try {
      return [{ text, tree: new Walk(doc).tree(doc.contents, 0), error: null }];
    } catch (e) {
      if (!(e instanceof RuleError)) throw e;
      return [failed(text, e)];
    }
  });
}

function failed(text: string, error: RuleError): YamlDocument {
  return { text, tree: null, error };
}

const TAGS = new Set(['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((t) => `tag:yaml.org,2002:${t}`));

type AliasScope = Parameters<Extract<Node, { resolve: unknown }>['resolve']>[0];

/** One walk over one document's nodes; counts what it visits, so that aliases cannot multiply without end. */
class Walk {
  readonly doc: AliasScope;
  nodes = 0;
  aliases = 0;
  constructor(doc: AliasScope) {
    this.doc = doc;
  }

  tree(node: unknown, depth: number): Tree {
    if (depth > LIMITS.depth) throw new RuleError('YAML_LIMIT', `nested deeper than ${LIMITS.depth}`);
    if (++this.nodes > LIMITS.nodes) throw new RuleError('YAML_LIMIT', `more than ${LIMITS.nodes} nodes`);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) {
      if (++this.aliases > LIMITS.aliases) throw new RuleError('YAML_LIMIT', `more than ${LIMITS.aliases} aliases`);
      return this.tree(node.resolve(this.doc), depth + 1);
    }
    if (isScalar(node)) return scalar(node);
    if (isSeq(node)) {
      checkTag(node.tag);
      return node.items.map((item) => this.tree(item, depth + 1));
    }
    if (isMap(node)) {
      checkTag(node.tag);
      return this.map(node.items, depth);
    }
    throw new RuleError('YAML_FORBIDDEN', 'a node of an unknown kind');
  }

  map(items: readonly { key: unknown; value: unknown }[], depth: number): TreeMap {
    const out = new Map<string, Tree>();
    for (const { key, value } of items) {
      const name = keyText(key);
      if (out.has(name)) throw new RuleError('YAML_SYNTAX', `the key ${quote(name)} stands twice`);
      out.set(name, this.tree(value, depth + 1));
    }
    return out;
  }
}

function keyText(key: unknown): string {
  if (!isScalar(key)) throw new RuleError('YAML_FORBIDDEN', 'a key that is not a plain text');
  checkTag(key.tag);
  if (key.value === '<<' && key.type === 'PLAIN')
    throw new RuleError('YAML_FORBIDDEN', 'merge keys (`<<`) are not part of Sigma');
  if (typeof key.value === 'string') return key.value;
  if (typeof key.value === 'number') return key.source ?? String(key.value);
  throw new RuleError('YAML_FORBIDDEN', 'a key that is not a plain text');
}

function scalar(node: { value: unknown; source?: string; tag?: string }): Tree {
  checkTag(node.tag);
  const v = node.value;
  if (typeof v === 'string' || typeof v === 'boolean' || v === null) return v;
  if (typeof v === 'number') {
    if (!Number.isFinite(v)) throw new RuleError('YAML_FORBIDDEN', 'an infinite number');
    const source = node.source ?? String(v);
    // `00000429`: decimal in YAML 1.2, text or octal in 1.1. Leading zeros say that its author meant the digits.
    return /^[-+]?0\d/.test(source) ? source : new Numeral(v, source);
  }
  throw new RuleError('YAML_FORBIDDEN', 'a scalar of a kind Sigma does not know');
}

function checkTag(tag: string | undefined): void {
  if (tag !== undefined && !TAGS.has(tag)) throw new RuleError('YAML_FORBIDDEN', `the tag ${quote(tag)}`);
}
