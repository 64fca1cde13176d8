import { readFileSync } from 'node:fs';
import { CodedError } from '../../src/base/index.ts';
import { checkObject } from '../../src/knowledge/stix/index.ts';
import { parsePattern } from '../../src/rules/stix/index.ts';

/**
 * Verdicts of ours beside those of the OASIS validator, written by verdicts.py: `crosscheck.ts VERDICTS.jsonl`. Prints
 * every difference; NOTES.md explains them.
 */
interface Line {
  readonly object: Record<string, unknown> & { objects?: unknown[] };
  readonly valid: boolean | null;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** The validator's numbers of SHOULD checks as ours name them; 211 to 245 without these are vocabularies. */
const NAMES: Readonly<Record<string, string>> = {
  103: 'uuid-check',
  111: 'open-vocab-format',
  121: 'kill-chain-names',
  141: 'observable-object-keys',
  142: 'observable-dictionary-keys',
  143: 'malware-analysis-product',
  149: 'windows-process-priority-format',
  150: 'hash-length',
  201: 'marking-definition-type',
  202: 'relationship-types',
  241: 'hash-algo',
  271: 'mime-type',
  272: 'protocols',
  273: 'ipfix',
  274: 'http-request-headers',
  275: 'socket-options',
  276: 'pdf-doc-info',
  277: 'countries',
  301: 'network-traffic-ports',
  302: 'extref-hashes',
  303: 'indicator-properties',
  304: 'deprecated-properties',
  305: 'extension-description',
  306: 'extension-properties',
  401: 'extensions-use',
};

const pattern = (text: string): string | null => {
  try {
    parsePattern(text);
    return null;
  } catch (error) {
    if (error instanceof CodedError) return error.message;
    throw error;
  }
};

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('name the file that verdicts.py wrote');
let same = 0;
let warned = 0;
let judged = 0;
let compared = 0;
for (const text of readFileSync(path, 'utf8').trim().split('\n')) {
  const line = JSON.parse(text) as Line;
  if (line.valid === null) continue; // the validator gave none
  const objects = line.object.type === 'bundle' ? [line.object, ...(line.object.objects ?? [])] : [line.object];
  const verdicts = objects.map((object) => checkObject(object, { pattern }));
  const musts = verdicts.flatMap((v) => v.musts);
  const about = `${line.object.type} ${JSON.stringify(line.object).slice(0, 160)}`;
  judged++;
  if ((musts.length === 0) === line.valid) same++;
  else
    print(
      `VERDICT theirs ${line.valid} ${line.errors[0]?.slice(0, 160) ?? ''}\n  ours ${JSON.stringify(musts[0] ?? 'valid')}\n  ${about}`,
    );
  if (musts.length > 0 || !line.valid) continue;
  compared++;
  // sco-id is ours alone: the validator does not compute ids
  const ours = new Set<string>(verdicts.flatMap((v) => v.shoulds.map((s) => s.code)).filter((c) => c !== 'sco-id'));
  const theirs = new Set(line.warnings.map((c) => NAMES[c] ?? 'vocabulary'));
  const differ = [...theirs]
    .filter((c) => !ours.has(c))
    .map((c) => `-${c}`)
    .concat([...ours].filter((c) => !theirs.has(c)).map((c) => `+${c}`));
  if (differ.length === 0) warned++;
  else print(`WARNINGS ${differ.join(' ')}\n  ${about}`);
}
print(`${judged} judged, ${same} with the same verdict; ${compared} valid for both, ${warned} with the same warnings`);

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
