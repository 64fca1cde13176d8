import type { Element, Node } from './tree.ts';
import { textOf } from './tree.ts';

/**
 * A record for people: its XML as Windows shows it, indented. An array value repeats its element. Characters XML cannot
 * carry are shown as U+FFFD, so that the text is well-formed whatever the record holds.
 */
export function toXml(nodes: readonly Node[]): string {
  const out: string[] = [];
  for (const node of nodes) write(node, '', out);
  return out.join('\n');
}

function write(node: Node, indent: string, out: string[]): void {
  if (node.$ === 'element') writeElement(node, indent, out);
  else if (node.$ === 'instruction') out.push(`${indent}<?${escaped(node.target)} ${escaped(node.data)}?>`);
  else if (textOf([node]).trim() !== '') out.push(indent + escaped(textOf([node])));
}

function writeElement(el: Element, indent: string, out: string[]): void {
  const attributes = el.attributes
    .filter((a) => !a.content.every((p) => p.$ === 'value' && p.value === null))
    .map((a) => ` ${escaped(a.name)}="${escaped(textOf(a.content))}"`);
  const name = escaped(el.name);
  const open = `${indent}<${name}${attributes.join('')}`;
  const only = el.content[0];
  if (el.content.some((n) => n.$ === 'element' || n.$ === 'instruction')) {
    out.push(`${open}>`);
    for (const node of el.content) write(node, `${indent}  `, out);
    out.push(`${indent}</${name}>`);
  } else if (el.content.length === 1 && only?.$ === 'value' && Array.isArray(only.value) && only.value.length > 0) {
    for (const item of only.value) out.push(`${open}>${escaped(String(item))}</${name}>`);
  } else {
    const text = escaped(textOf(el.content));
    out.push(text === '' ? `${open}/>` : `${open}>${text}</${name}>`);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\r]/g, (c) => ENTITIES[c]!);
}
