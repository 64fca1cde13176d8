/**
 * How the parts of one stream and day lie in their sealed file: ordered by (evidence, number), so rows are ordered by
 * (evidence, offset); a large part keeps a row group of its own, runs of small ones share row groups. The layout
 * follows from the list of parts alone, so the same parts give the same file whatever the order they came in.
 */
import type { PartEntry } from './encode/manifest.ts';
import type { LakeFile } from './read.ts';

/** A part with this many rows or bytes (before compression) is a good row group by itself and is never decoded again. */
const OWN_ROWS = 8_192;
const OWN_BYTES = 4 * 1024 * 1024;
/**
 * Small parts share a row group up to this much. Rows alone would not bound it: a row group is read and written a
 * column at a time, whole, and sixty thousand rows of values that mean harm are gigabytes.
 */
const SHARED_ROWS = 65_536;
const SHARED_BYTES = 16 * 1024 * 1024;

export function layout<P extends { readonly entry: Pick<PartEntry, 'rows' | 'plainBytes'> }>(
  parts: readonly P[],
): P[][] {
  const groups: P[][] = [];
  let shared: P[] | undefined;
  const held = { rows: 0, bytes: 0 };
  for (const part of parts) {
    const { rows, plainBytes } = part.entry;
    if (rows >= OWN_ROWS || plainBytes >= OWN_BYTES) {
      groups.push([part]);
      shared = undefined;
      continue;
    }
    if (shared === undefined || held.rows + rows > SHARED_ROWS || held.bytes + plainBytes > SHARED_BYTES) {
      shared = [];
      held.rows = held.bytes = 0;
      groups.push(shared);
    }
    shared.push(part);
    held.rows += rows;
    held.bytes += plainBytes;
  }
  return groups;
}

/** A part and where its rows lie. */
export interface PlacedPart {
  readonly entry: PartEntry;
  readonly file: LakeFile;
  readonly group: number;
  /** rows of the group, `to` not included */
  readonly from: number;
  readonly to: number;
}

/** The parts of a file; null when its row groups are not what its manifest asks for. */
export function placedParts(file: LakeFile): PlacedPart[] | null {
  const out: PlacedPart[] = [];
  const groups = layout(file.manifest.parts.map((entry) => ({ entry })));
  if (groups.length !== file.groups.length) return null;
  for (const [group, parts] of groups.entries()) {
    let from = 0;
    for (const { entry } of parts) {
      out.push({ entry, file, group, from, to: from + entry.rows });
      from += entry.rows;
    }
    if (from !== file.groups[group]!.rows) return null;
  }
  return out;
}

/** The part is the whole of its row group. */
export function fillsGroup(part: PlacedPart): boolean {
  return part.from === 0 && part.to === part.file.groups[part.group]!.rows;
}
