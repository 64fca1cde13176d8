/**
 * What a file of the lake is made of, kept in its footer: the parts it holds in the order of its rows. It is what makes
 * sealing idempotent and a killed seal harmless: a loose part that the sealed file names with the same digest is in it.
 */
export interface PartEntry {
  /** `part-<evidence>-<number>`: text order is the order of (evidence, number) */
  readonly name: string;
  readonly rows: number;
  /** before compression, when it was put; 0: not told, as older lakes do */
  readonly plainBytes: number;
  /** SHA-256 of the part's bytes as it was put, first 32 hex digits; '' when this file is those bytes */
  readonly digest: string;
  /** columns that the part spells otherwise than this file, in its spelling; sorted */
  readonly spellings: readonly string[];
}

export interface Manifest {
  /** some field that could be a column stands in `_more` because there were too many */
  readonly overflow: boolean;
  readonly parts: readonly PartEntry[];
}

const HEAD = 'czernin lake 1';
const PART = /^part-[0-9a-f]{64}-\d{6}$/;

export const isPartName = (name: string): boolean => PART.test(name);
export const evidenceOf = (partName: string): string => partName.slice(5, 69);

export function manifestText(manifest: Manifest): string {
  const lines = manifest.parts.map(
    (p) => `${p.name} ${p.rows} ${p.digest} ${p.spellings.map(encodeURIComponent).join(',')} ${p.plainBytes}`,
  );
  return [`${HEAD} ${manifest.overflow ? 'overflow' : 'plain'}`, ...lines].join('\n');
}

/** null: not a manifest of ours. */
export function parseManifest(text: string): Manifest | null {
  const [head, ...lines] = text.split('\n');
  if (head !== `${HEAD} plain` && head !== `${HEAD} overflow`) return null;
  const parts: PartEntry[] = [];
  for (const line of lines) {
    const [name = '', rows = '', digest = '', others = '', plainBytes = '0'] = line.split(' ');
    if (!isPartName(name) || !/^\d{1,9}$/.test(rows) || !/^\d{1,12}$/.test(plainBytes)) return null;
    if (!/^([0-9a-f]{32})?$/.test(digest)) return null;
    const spellings = others === '' ? [] : others.split(',').map(decodeText);
    parts.push({ name, rows: Number(rows), plainBytes: Number(plainBytes), digest, spellings });
  }
  return { overflow: head.endsWith('overflow'), parts };
}

/** A text that is not well encoded names no column and is refused where columns are looked up. */
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
