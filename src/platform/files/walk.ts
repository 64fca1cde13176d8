import { lstatSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { FILE_REFUSALS, type FilePath, type FileRefusal, type WalkItem } from '../../app/effects/index.ts';
import { oneLine } from '../../base/index.ts';
import { refusalOf } from './errors.ts';

/** Folders within folders; deeper ones are refused by name. */
export const MAX_DEPTH = 128;

/**
 * Everything at and below `path`, depth first, the names of a folder in order of their bytes: the same disk gives the
 * same order on every machine. `path` itself may be a link (a person named it); below it links are reported, never
 * followed, so a walk can not leave the folder or turn in a circle. Nothing is opened but folders.
 */
export async function* walk(path: string, maxDepth = MAX_DEPTH): AsyncGenerator<WalkItem, void, void> {
  let root: string;
  try {
    root = realpathSync(path);
  } catch (error) {
    yield refused(Buffer.from(path), refusalOf(error));
    return;
  }
  yield* below(Buffer.from(root), 0, maxDepth);
}

async function* below(path: Buffer, depth: number, maxDepth: number): AsyncGenerator<WalkItem, void, void> {
  let stat: ReturnType<typeof lstatSync>;
  try {
    stat = lstatSync(path);
  } catch (error) {
    yield refused(path, refusalOf(error));
    return;
  }
  if (stat.isFile()) {
    yield {
      kind: 'file',
      path: asPath(path),
      shown: showPath(path),
      size: stat.size,
      modifiedMs: stat.mtimeMs,
      links: stat.nlink,
    };
  } else if (stat.isSymbolicLink()) yield refused(path, 'LINK');
  else if (!stat.isDirectory()) yield refused(path, 'SPECIAL');
  else if (depth >= maxDepth) yield refused(path, 'TOO_DEEP');
  else {
    let names: Buffer[];
    try {
      names = await readdir(path, { encoding: 'buffer' });
    } catch (error) {
      yield refused(path, refusalOf(error));
      return;
    }
    const base = path.at(-1) === SEPARATOR ? path : Buffer.concat([path, Buffer.of(SEPARATOR)]);
    for (const name of names.sort(Buffer.compare)) yield* below(Buffer.concat([base, name]), depth + 1, maxDepth);
  }
}

const SEPARATOR = sep.charCodeAt(0);
const strict = new TextDecoder('utf-8', { fatal: true });

/** Text when the name is UTF-8, else its bytes: no text would find the file again. */
function asPath(raw: Buffer): FilePath {
  try {
    return strict.decode(raw);
  } catch {
    return raw;
  }
}

/** A path for people: one line, nothing that deceives, bytes that are no UTF-8 as `\xNN`. */
export function showPath(path: FilePath): string {
  const known = typeof path === 'string' ? path : asPath(Buffer.from(path));
  if (typeof known === 'string') return oneLine(known);
  return oneLine(Buffer.from(known).toString('latin1')).replace(
    /[\u00a0-\u00ff]/g,
    (c) => `\\x${c.charCodeAt(0).toString(16)}`,
  );
}

function refused(path: Buffer, code: FileRefusal): WalkItem {
  return { kind: 'refused', shown: showPath(path), code, message: FILE_REFUSALS[code] };
}
