/** Real files as the program would meet them: every file below a folder, archives unpacked, each content once. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expand } from '../../src/app/intake/archives/expand.ts';
import { recogniseArchive } from '../../src/app/intake/archives/index.ts';
import { memorySource } from '../../src/base/index.ts';

export interface Material {
  /** path below the root; members of archives as `archive!member` */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MiB = 2 ** 20;
const WIDE = { members: 500_000, memberBytes: 2048 * MiB, totalBytes: 8192 * MiB, ratioBytes: 8192 * MiB };
const DEPTH = 4;

export interface Options {
  /** files on disk over so many bytes are left out */
  readonly largest?: number;
  /** hears of what could not be unpacked */
  readonly onFault?: (name: string, code: string) => void;
}

/** In order of path; at most one archive is held unpacked at a time. */
export async function* materialBelow(
  root: string,
  { largest = Number.POSITIVE_INFINITY, onFault = () => {} }: Options = {},
): AsyncGenerator<Material, void, void> {
  const seen = new Set<string>();
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .filter((path) => statSync(path).size <= largest)
    .sort();
  for (const path of files) yield* opened({ name: relative(root, path), bytes: readFileSync(path) }, 0, seen, onFault);
}

async function* opened(
  material: Material,
  depth: number,
  seen: Set<string>,
  onFault: (name: string, code: string) => void,
): AsyncGenerator<Material, void, void> {
  const { name, bytes } = material;
  const digest = createHash('sha256').update(bytes).digest('base64');
  if (seen.has(digest)) return;
  seen.add(digest);
  const kind = recogniseArchive(bytes.subarray(0, 4096));
  if (kind === null) {
    yield material;
    return;
  }
  if (!kind.opened || depth >= DEPTH) {
    onFault(name, 'UNSUPPORTED_ARCHIVE');
    return;
  }
  for (const member of await members(material, kind.format, onFault)) yield* opened(member, depth + 1, seen, onFault);
}

async function members(
  { name, bytes }: Material,
  format: Parameters<typeof expand>[1],
  onFault: (name: string, code: string) => void,
): Promise<Material[]> {
  const out: Material[] = [];
  const chunks: Buffer[] = [];
  let current = '';
  await expand(memorySource(bytes), format, name, WIDE, {
    begin: (member) => {
      current = member.name;
    },
    data: (part) => void chunks.push(Buffer.from(part)),
    end: (end) => {
      const whole = Buffer.concat(chunks.splice(0));
      if (end !== 'dropped') out.push({ name: `${name}!${current}`, bytes: whole });
    },
    fault: (fault) => onFault(name, fault.code),
    progress() {},
  });
  return out;
}
