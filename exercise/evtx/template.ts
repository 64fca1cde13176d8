import type { PlainValue } from './values.ts';

/** BinXml as trees: elements, pieces of text, slots of a template, and templates filled with values. */
export interface XmlElement {
  readonly element: string;
  readonly attributes?: Readonly<Record<string, readonly XmlPiece[]>>;
  readonly content?: readonly XmlNode[];
}
/** A text is itself; `slot` stands for a substitution of a template. */
export type XmlPiece =
  | string
  | { readonly slot: number; readonly type: number; readonly optional?: boolean }
  | { readonly cdata: string }
  | { readonly char: number }
  | { readonly entity: string };
export type XmlNode = XmlElement | XmlPiece | Instance | { readonly target: string; readonly data: string };
/** A template filled with values; an XML value (0x21) is a fragment again. */
export interface Instance {
  readonly template: XmlElement;
  readonly values: readonly (PlainValue | { readonly xml: XmlNode })[];
}

export const XMLNS = 'http://schemas.microsoft.com/win/2004/08/events/event';
