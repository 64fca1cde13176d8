import type { Value } from '../../model/index.ts';
import { LIMITS } from '../contract.ts';
import type { Element, Node, Piece } from './tree.ts';
import { textOf } from './tree.ts';

/**
 * From an event's XML to fields by Sigma's names. In: the tree, of a record or of a template. Out: for every field the
 * places its value comes from. The names follow Sigma's Windows taxonomy, as evtx_dump's users flatten it:
 *
 * - System: `Element` for text, `Element_Attribute` for attributes; but `TimeCreated/@SystemTime` is `TimeCreated` and
 *   `EventID/@Qualifiers` is `Qualifiers`. Numbers written as text (forwarded events) become numbers, so that EventID is
 *   one type everywhere. An empty element gives no field.
 * - EventData: `<Data Name="X">` is `X`; nameless `<Data>` collect in `Data`; anything else by its leaf element's name.
 * - UserData and other children of Event: by leaf element name, attributes as `Element_Attribute`. Namespace
 *   declarations are no data. RenderingInfo is what a collector added, so all its names begin with `RenderingInfo_`.
 * - A name the System part already has gets its container's name in front: `EventData_Channel`, `UserData_Computer`.
 * - The same name twice makes an array, in document order.
 */
export interface Field {
  readonly name: string;
  /** one entry for each element or attribute that bears the name; its pieces joined are its text */
  readonly sources: readonly (readonly Piece[])[];
  /** text that is a decimal number counts as that number */
  readonly numeric: boolean;
}

export interface FieldMap {
  readonly fields: readonly Field[];
  /** a field name depends on a substitution: true only for templates, whose records must be mapped one by one */
  readonly dynamic: boolean;
  /** fields were cut at LIMITS.fields */
  readonly cut: boolean;
}

const NUMERIC = new Set([
  'EventID',
  'Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
]);
const RENAMED: Readonly<Record<string, string>> = {
  TimeCreated_SystemTime: 'TimeCreated',
  EventID_Qualifiers: 'Qualifiers',
};

export function mapFields(nodes: readonly Node[]): FieldMap {
  return new Mapper().map(nodes);
}

class Mapper {
  readonly #sources = new Map<string, (readonly Piece[])[]>();
  #system: ReadonlySet<string> = new Set();
  #dynamic = false;
  #cut = false;

  map(nodes: readonly Node[]): FieldMap {
    const roots = nodes.filter(isElement);
    const parts = roots.flatMap((root) => root.content.filter(isElement));
    for (const part of parts)
      if (part.name === 'System') for (const el of part.content.filter(isElement)) this.#inSystem(el);
    this.#system = new Set(this.#sources.keys());
    for (const root of roots) this.#pieces(root.name, piecesOf(root), root.name);
    for (const part of parts) if (part.name !== 'System') this.#leaf(part, part.name, true);
    return {
      fields: [...this.#sources].map(([name, sources]) => ({
        name,
        sources,
        numeric: this.#system.has(name) && NUMERIC.has(name),
      })),
      dynamic: this.#dynamic,
      cut: this.#cut,
    };
  }

  #inSystem(el: Element): void {
    const pieces = piecesOf(el);
    if (pieces.length > 0) this.#add(el.name, pieces);
    for (const { name, content } of el.attributes) {
      if (isNamespace(name)) continue;
      const full = `${el.name}_${name}`;
      this.#add(RENAMED[full] ?? full, content);
    }
    for (const child of el.content.filter(isElement)) this.#inSystem(child);
  }

  /** `part`: this element is the container itself, whose name is no field when it is empty. */
  #leaf(el: Element, container: string, part: boolean): void {
    const named =
      el.name === 'Data' || el.name === 'ComplexData' ? el.attributes.find((a) => a.name === 'Name') : undefined;
    if (named?.content.some((p) => p.$ === 'slot')) this.#dynamic = true;
    const name = (named && textOf(named.content)) || el.name;
    const children = el.content.filter(isElement);
    const pieces = piecesOf(el);
    if (children.length > 0 || part) this.#pieces(name, pieces, container);
    else if (pieces.length > 0 || named !== undefined || el.attributes.length === 0)
      this.#add(this.#free(name, container), pieces);
    for (const attribute of el.attributes) {
      if (attribute === named || isNamespace(attribute.name)) continue;
      const full = `${name}_${attribute.name}`;
      this.#add(part ? full : this.#free(full, container), attribute.content);
    }
    for (const child of children) this.#leaf(child, container, false);
  }

  /** Text beside child elements: indentation is none, anything else is kept. */
  #pieces(name: string, pieces: readonly Piece[], container: string): void {
    const kept = pieces.filter((p) => p.$ !== 'text' || p.text.trim() !== '');
    if (kept.length > 0) this.#add(this.#free(name, container), kept);
  }

  #free(name: string, container: string): string {
    return container === 'RenderingInfo' || this.#system.has(name) ? `${container}_${name}` : name;
  }

  #add(name: string, source: readonly Piece[]): void {
    const sources = this.#sources.get(name);
    if (sources !== undefined) sources.push(source);
    else if (this.#sources.size < LIMITS.fields) this.#sources.set(name, [source]);
    else this.#cut = true;
  }
}

function isElement(node: Node): node is Element {
  return node.$ === 'element';
}

function isNamespace(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:');
}

function piecesOf(el: Element): Piece[] {
  return el.content.filter((n): n is Piece => n.$ !== 'element' && n.$ !== 'instruction');
}

/** The value of a field; `at` gives the value of a piece, undefined when it is optional and absent. */
export function fieldValue(field: Field, at: (piece: Piece) => Value | undefined): Value | undefined {
  const values: Value[] = [];
  for (const source of field.sources) {
    const value = sourceValue(source, at);
    if (Array.isArray(value)) values.push(...value);
    else if (value !== undefined) values.push(value as Value);
  }
  if (values.length === 0) return undefined;
  return numericValue(field, values.length === 1 ? values[0]! : values);
}

function numericValue(field: Field, value: Value): Value {
  return field.numeric && typeof value === 'string' ? numericText(value) : value;
}

export function numericText(text: string): number | string {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

function sourceValue(source: readonly Piece[], at: (piece: Piece) => Value | undefined): Value | undefined {
  if (source.length === 0) return '';
  if (source.length === 1) return at(source[0]!);
  let text: string | undefined;
  let nothing: null | undefined;
  for (const piece of source) {
    const value = at(piece);
    if (value === null) nothing = null;
    else if (value !== undefined && (text === undefined || text.length < LIMITS.fieldChars)) {
      text = (text ?? '') + (Array.isArray(value) ? value.join(', ') : String(value));
    }
  }
  return text === undefined ? nothing : text.slice(0, LIMITS.fieldChars);
}
