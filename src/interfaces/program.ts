import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the program lies and which version it is: the folder with our package.json, in a checkout and when installed. */
function findRoot(): string {
  let folder = import.meta.dirname;
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'czernin')
      return folder;
    if (dirname(folder) === folder) throw new Error('the program lies outside its package: package.json is missing');
    folder = dirname(folder);
  }
}

export const ROOT = findRoot();
export const CONTENT = join(ROOT, 'content');
export const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
/** what results depend on and reports name */
export const PROGRAM = `czernin ${VERSION}`;
