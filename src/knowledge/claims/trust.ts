import type { Claim, Marking } from '../../model/index.ts';

/** What an import says of all that comes with it: told by the person who imports. */
export interface Provenance {
  /** who says it where an object names nobody */
  readonly source: string;
  readonly reliability: Claim['reliability'];
  /** of what bears no marking of its own; absent: such things stay unmarked, and are not released */
  readonly marking?: Marking;
}

/** STIX confidence 0–100 as Admiralty credibility (appendix A of the standard); 6 when nothing is said. */
export function credibilityOf(confidence: unknown): number {
  if (typeof confidence !== 'number') return 6;
  return confidence >= 80 ? 1 : confidence >= 60 ? 2 : confidence >= 40 ? 3 : confidence >= 20 ? 4 : 5;
}

/** A foreign text as a claim may hold it: one line of plain characters where `line`, cut at `limit`. */
export function claimText(text: string, limit: number): string {
  const plain = text.toWellFormed().trim();
  if (plain.length <= limit) return plain;
  const end = plain.charCodeAt(limit - 2) >= 0xd800 && plain.charCodeAt(limit - 2) < 0xdc00 ? limit - 2 : limit - 1;
  return `${plain.slice(0, end)}…`;
}

/** The name of a thing that has only a name: `Private sector` → `private-sector`. '' when nothing is left of it. */
export function slug(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 200);
}

/** Names as people look for them: `APT 31`, `APT-31` and `apt31` are one spelling. Not one actor: that is a claim. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
