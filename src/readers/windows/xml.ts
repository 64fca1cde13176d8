import { LIMITS } from '../contract.ts';
import type { Element } from './tree.ts';

/**
 * A bounded hand scanner for the XML of one event (or of its EventData alone). The text is the adversary's: no
 * declarations are obeyed, no entity but the five of XML and character references is resolved (others stay as written),
 * depth and number of elements are limited. Comments and processing instructions are passed over, CDATA is text.
 * In: text that begins with `<`. Out: its first element; null when it is not well formed or beyond a limit.
 */
export function parseXml(text: string): Element | null {
  const stack: Node[] = [];
  let at = 0;
  let elements = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    const top = stack[stack.length - 1];
    if (open < 0) return null;
    if (open > at && top !== undefined) top.text += unescapeXml(text.slice(at, open));
    if (text.startsWith('<!--', open)) at = behind(text, '-->', open);
    else if (text.startsWith('<![CDATA[', open)) {
      at = behind(text, ']]>', open);
      if (top !== undefined && at > 0) top.text += text.slice(open + 9, at - 3);
    } else if (text.startsWith('<?', open)) at = behind(text, '?>', open);
    else if (text.startsWith('<!', open)) return null;
    else if (text[open + 1] === '/') {
      const end = text.indexOf('>', open);
      const done = stack.pop();
      if (end < 0 || done === undefined || text.slice(open + 2, end).trim() !== done.name) return null;
      const element = finish(done);
      const parent = stack[stack.length - 1];
      if (parent === undefined) return element;
      parent.children.push(element);
      at = end + 1;
    } else {
      TAG.lastIndex = open;
      const m = TAG.exec(text);
      if (m === null || ++elements > LIMITS.fields * 4 || stack.length >= LIMITS.depth) return null;
      const node: Node = { name: m[1]!, attributes: attributesOf(m[2]!), children: [], text: '' };
      at = TAG.lastIndex;
      if (m[3] === '') stack.push(node);
      else if (top === undefined) return finish(node);
      else top.children.push(finish(node));
    }
    if (at <= 0) return null;
  }
}

interface Node {
  name: string;
  attributes: [string, string][];
  children: Element[];
  text: string;
}

const TAG = /<([A-Za-z_][\w.:-]{0,255})((?:\s+[A-Za-z_][\w.:-]{0,255}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

function finish(node: Node): Element {
  const { name, attributes, children, text } = node;
  // Whitespace between children is layout; an element with text and no children keeps it as it is.
  return { name, attributes, children, value: children.length > 0 || text === '' ? undefined : text };
}

function attributesOf(text: string): [string, string][] {
  const out: [string, string][] = [];
  for (const m of text.matchAll(ATTRIBUTE)) out.push([m[1]!, unescapeXml(m[2] ?? m[3] ?? '')]);
  return out;
}

function behind(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? -1 : end + mark.length;
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g, (all, dec, hex, name) => {
    if (name !== undefined) return NAMED[name]!;
    const code = dec !== undefined ? Number(dec) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : all;
  });
}
