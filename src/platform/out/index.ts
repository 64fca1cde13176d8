import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * out: files for people, written whole or not at all. In: a folder and texts. Out: the file under its name once it is
 * closed; until then only a temporary one beside it, which the next run overwrites.
 */
export async function openOut(
  folder: string,
  name: string,
): Promise<{ write(text: string): Promise<void>; close(): Promise<void> }> {
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.part`);
  await mkdir(dirname(path), { recursive: true });
  const handle: FileHandle = await open(temporary, 'w');
  return {
    async write(text) {
      await handle.writeFile(text, 'utf8'); // at the handle's position: it appends
    },
    async close() {
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path).catch(async (error: unknown) => {
        await rm(temporary, { force: true });
        throw error;
      });
    },
  };
}
