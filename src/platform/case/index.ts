import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { errorClass } from '../../base/index.ts';
import { CaseFile } from '../../model/index.ts';

/**
 * case: the folder a case lives in (design.md, "A case on disk"). In: a path. Out: the places of its parts. Only
 * `journal/` and `evidence/` are authoritative; everything else can be deleted and made again.
 */
export const CaseError = errorClass<'NO_CASE' | 'NOT_A_CASE' | 'CASE_FORMAT' | 'CASE_FOLDER_NOT_EMPTY'>('CaseError');

export interface CaseFolder {
  readonly root: string;
  readonly file: CaseFile;
  readonly journal: string;
  readonly evidence: string;
  readonly packs: string;
  readonly lake: string;
  readonly out: string;
  /** derived: what investigate keeps between runs */
  readonly work: string;
  /** derived: the replayed Case */
  readonly index: string;
}

/** The case at `path`, made when there is none there (an empty or absent folder). */
export function openOrCreateCase(
  path: string,
  { title, notice }: { title?: string; notice?: string } = {},
): CaseFolder {
  const root = resolve(path);
  if (existsSync(join(root, 'case.json'))) return openCase(root);
  if (existsSync(root) && readdirSync(root).length > 0) {
    throw new CaseError(
      'CASE_FOLDER_NOT_EMPTY',
      'the folder holds other things and no case.json: name an empty or a new one',
      root,
    );
  }
  mkdirSync(root, { recursive: true });
  const file: CaseFile = {
    format: 'czernin-case/1',
    id: randomBytes(16).toString('hex'),
    title: (title ?? basename(root).replace(/\.case$/, '')) || 'case',
    ...(notice === undefined ? {} : { notice }),
  };
  const temporary = join(root, `.case.json.${process.pid}`);
  writeFileSync(temporary, `${JSON.stringify(file, null, 2)}\n`, { flush: true });
  renameSync(temporary, join(root, 'case.json'));
  return layout(root, file);
}

/** The case at `path`; it must be there. */
export function openCase(path: string): CaseFolder {
  const root = resolve(path);
  let text: string;
  try {
    text = readFileSync(join(root, 'case.json'), 'utf8');
  } catch (cause) {
    throw new CaseError('NO_CASE', 'there is no case here (no case.json)', root, cause);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CaseError('NOT_A_CASE', 'case.json is no JSON', root, cause);
  }
  const parsed = CaseFile.safeParse(json);
  if (!parsed.success) {
    const format = (json as { format?: unknown } | null)?.format;
    throw typeof format === 'string' && format.startsWith('czernin-case/') && format !== 'czernin-case/1'
      ? new CaseError(
          'CASE_FORMAT',
          'the case was made by another version of the format; this program knows czernin-case/1',
          root,
        )
      : new CaseError('NOT_A_CASE', 'case.json does not describe a case', root);
  }
  return layout(root, parsed.data);
}

function layout(root: string, file: CaseFile): CaseFolder {
  const folder = (name: string) => {
    const path = join(root, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    root,
    file,
    journal: folder('journal'),
    evidence: folder('evidence'),
    packs: folder('packs'),
    lake: folder('lake'),
    out: folder('out'),
    work: join(root, 'work.sqlite'),
    index: join(root, 'index.sqlite'),
  };
}
