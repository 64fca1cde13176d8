/**
 * Loads a folder of Sigma rules, prints how long it took, and writes the list of refusals to REFUSALS.md beside this file.
 * `node bench/sigma/refusals.ts [folder with rules, rules-emerging-threats, rules-threat-hunting]`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadRules, type RuleFile } from '../../src/rules/index.ts';
import { shared } from '../../test/support/shared.ts';

const root = process.argv[2] ?? shared('sigma');
const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((d) => d.isFile() && d.name.endsWith('.yml'))
    .map((d): RuleFile => {
      const path = join(d.parentPath, d.name);
      return { pack: 'sigmahq', path: relative(root, path), text: readFileSync(path, 'utf8') };
    }),
);
const start = performance.now();
const { rules, refusals } = loadRules(files);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
const asked = rules.flatMap((r) => (r.$ === 'event' ? r.variants : [])).length;
process.stdout.write(
  `${files.length} files, ${rules.length} rules, ${asked} variants, ${refusals.length} refused, ${seconds} s\n`,
);
const rows = refusals.map((r) => `| ${r.code} | ${r.origin} | ${r.reason.replaceAll('|', '\\|')} |`);
writeFileSync(
  join(import.meta.dirname, 'REFUSALS.md'),
  `# SigmaHQ rules that are refused\n\nWritten by \`bench/sigma/refusals.ts\`: ${files.length} files, ${rules.length} rules taken, ${refusals.length} refused.\n\n| code | rule | reason |\n|---|---|---|\n${rows.join('\n')}\n`,
);
