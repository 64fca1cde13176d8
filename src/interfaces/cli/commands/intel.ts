import { closeSync, createReadStream, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type ExportOptions,
  type ExportReport,
  exportCsv,
  exportMispEvent,
  exportMispGalaxy,
  exportStix,
  type ImportReport,
  importFile,
  type Knowledge,
} from '../../../app/intel/index.ts';
import { byteSize, CodedError, errorClass, oneLine, plural } from '../../../base/index.ts';
import { type Marking, PAP, RELIABILITY, TLP } from '../../../model/index.ts';
import { files } from '../../../platform/files/index.ts';
import { type Command, EXIT, type Option, text, UsageError, type Values } from '../command.ts';
import { oneOf } from './hands.ts';
import { CLAIM_COMMAND } from './intelClaim.ts';
import { SHOW_COMMANDS } from './intelShow.ts';
import { INTEL_OPTIONS, intelPlace, withKnowledge } from './intelStore.ts';
import { jsonText } from './station.ts';

const JSON_OPTION: Option = { type: 'boolean', help: 'print as JSON' };

const IntelError = errorClass<'UNREADABLE' | 'UNWRITABLE'>('IntelError');

export const importKnowledge: Command = {
  name: 'intel import',
  summary: 'take in STIX, ATT&CK, MISP, lists of indicators, files of claims; says what became of everything',
  args: 'FILE|FOLDER…',
  options: {
    ...INTEL_OPTIONS,
    source: { type: 'string', value: 'NAME', help: 'who says it, where the file names nobody (default: its name)' },
    reliability: { type: 'string', value: RELIABILITY.join('|'), help: 'of the source, Admiralty code (default: F)' },
    tlp: { type: 'string', value: TLP.join('|'), help: 'of what bears no marking; without it that is never exported' },
    pap: {
      type: 'string',
      value: PAP.join('|'),
      help: 'of what bears no marking (default: red; clear with TLP clear)',
    },
    originator: { type: 'string', value: 'NAME', help: 'who alone may let it go (default: the source)' },
    json: JSON_OPTION,
  },
  help: `The format is told by the content; gzip and zstd are unpacked. The file is kept as it came, under its digest;
nothing known is overwritten, and the same file again says "0 new".
Examples:
  czernin intel import enterprise-attack-18.1.json.gz --source "MITRE ATT&CK" --reliability B --tlp clear
  czernin intel import ally-indicators.csv --source "Ally CSIRT" --reliability A --tlp amber --pap amber
Formats, codes and limits: docs/knowledge.md and docs/stix.md.`,
  async run(values, positionals, terminal) {
    if (positionals.length === 0) throw new UsageError('name at least one file');
    const place = intelPlace(values);
    const reports: ImportReport[] = [];
    const failed: { file: string; code: string; message: string }[] = [];
    const passedOver = (shown: string, why: string): void => terminal.err(`czernin: ${shown}: ${oneLine(why)}\n`);
    await withKnowledge(place, async (knowledge) => {
      for await (const path of filesOf(positionals, passedOver)) {
        try {
          const source = { name: basename(path), chunks: readable(path) };
          const provenance = provenanceOf(values, source.name);
          reports.push(await importFile(place.store, knowledge.index, source, { provenance, now: () => new Date() }));
          if (values.json !== true) terminal.out(importText(reports.at(-1) as ImportReport));
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          failed.push({ file: path, code: error.code, message: error.message });
          terminal.err(`czernin: ${oneLine(path)}: ${error.code}: ${oneLine(error.message)}\n`);
        }
      }
    });
    if (values.json === true) terminal.out(jsonText({ imports: reports, failed }));
    if (failed.length > 0) return EXIT.failed;
    return reports.some((r) => r.refused.length > 0) ? EXIT.incomplete : EXIT.nothing;
  },
};

/** What is taken from a folder; other files of a folder are told, not guessed at. */
const IN_FOLDERS = /\.(json|ya?ml|csv|txt)(\.(gz|zst))?$/i;

/** Folders (a MISP feed) give their files in order of name, a feed's manifest last: it names what must be there. */
async function* filesOf(
  paths: readonly string[],
  passedOver: (shown: string, why: string) => void,
): AsyncGenerator<string> {
  for (const path of paths) {
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      yield path;
      continue;
    }
    const manifests: string[] = [];
    for await (const item of files.walk(path)) {
      if (item.kind === 'refused') passedOver(item.shown, `${item.code}: ${item.message}`);
      else if (typeof item.path !== 'string' || !IN_FOLDERS.test(item.path))
        passedOver(item.shown, 'passed over: not named as knowledge is (json, yaml, csv, txt); name it to take it in');
      else if (basename(item.path) === 'manifest.json') manifests.push(item.path);
      else yield item.path;
    }
    yield* manifests;
  }
}

/** A plain file; links to devices and pipes are not read. */
function readable(path: string): AsyncIterable<Uint8Array> {
  try {
    if (statSync(path).isFile()) return createReadStream(path, { highWaterMark: 1024 * 1024 });
  } catch (cause) {
    throw new IntelError('UNREADABLE', 'there is no such file, or it cannot be read', path, cause);
  }
  throw new IntelError('UNREADABLE', 'not a plain file', path);
}

function provenanceOf(values: Values, name: string) {
  const source = text(values, 'source') ?? name;
  const { reliability = 'F' } = oneOf(values, 'reliability', RELIABILITY);
  const { tlp } = oneOf(values, 'tlp', TLP);
  const { pap = tlp === 'clear' ? 'clear' : 'red' } = oneOf(values, 'pap', PAP);
  const marking: Marking | null = tlp ? { originator: text(values, 'originator') ?? source, pap, tlp } : null;
  if (!tlp && (values.pap !== undefined || values.originator !== undefined))
    throw new UsageError('--pap and --originator belong to a --tlp');
  return { source, reliability, ...(marking ? { marking } : {}) };
}

function importText(report: ImportReport): string {
  const head = `${oneLine(report.name)} (${report.kind}, ${byteSize(report.size)})`;
  if (report.knownSince !== null) return `${head}: 0 new; the same file was taken in ${report.knownSince}\n`;
  const total = report.new.objects + report.new.claims + report.new.indicators;
  const lines = [
    `${head}: ${total === 0 ? '0 new' : newText(report)}${report.known > 0 ? `; ${plural(report.known, 'known one', 'known ones')}` : ''}`,
    line('read', report.read),
    line('kept, nothing made of it', report.notUnderstood),
    line('warnings', report.warnings),
    ...list('look at', report.conflicts),
    ...list('refused', report.refused),
  ];
  const all = Object.values(report.counts).reduce((a, b) => a + b, 0);
  const shown = Math.min(report.conflicts.length, SHOWN) + Math.min(report.refused.length, SHOWN);
  if (all > shown)
    lines.push(`  … ${plural(all - shown, 'more')}: ${counted(report.counts)} (all with --json, intel list faults)`);
  return `${lines.filter((l) => l !== '').join('\n')}\n`;
}

const newText = ({ new: n }: ImportReport): string =>
  `new: ${[
    n.objects > 0 ? plural(n.objects, 'object') : '',
    n.claims > 0 ? plural(n.claims, 'claim') : '',
    n.indicators > 0 ? plural(n.indicators, 'indicator') : '',
  ]
    .filter(Boolean)
    .join(', ')}`;

const SHOWN = 10;

function list(title: string, items: ImportReport['refused']): string[] {
  return items.slice(0, SHOWN).map((r) => `  ${title}: ${r.code} ${oneLine(r.at, 160)}: ${oneLine(r.message, 240)}`);
}

function line(title: string, counts: Readonly<Record<string, number>>): string {
  return Object.keys(counts).length === 0 ? '' : `  ${title}: ${counted(counts)}`;
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${oneLine(name, 80)} ${n.toLocaleString('en-US')}`)
    .join(', ');

const FORMATS = { stix: exportStix, csv: exportCsv, 'misp-event': exportMispEvent, 'misp-galaxy': exportMispGalaxy };

const exportCommand: Command = {
  name: 'intel export',
  summary: 'write the knowledge as STIX, MISP or CSV; what is not marked for the receiver stays and is counted',
  args: 'FILE --tlp LEVEL',
  options: {
    ...INTEL_OPTIONS,
    format: { type: 'string', value: Object.keys(FORMATS).join('|'), help: 'what is written (default: stix)' },
    tlp: { type: 'string', value: TLP.join('|'), help: "the receiver's level: what is marked above it stays" },
    'all-versions': { type: 'boolean', help: 'STIX: every version, not only the newest' },
    of: {
      type: 'string',
      value: 'DIGEST',
      help: 'STIX: only what this import brought (or the beginning of its digest)',
    },
    json: JSON_OPTION,
  },
  help: `Objects of others leave byte for byte as they came, or not at all. FILE - is the standard output.
Unmarked things stay: give what you import a marking (intel import --tlp).`,
  async run(values, positionals, terminal) {
    const [path] = positionals;
    if (path === undefined || positionals.length !== 1)
      throw new UsageError('name the file to write, or - for the output');
    const { format = 'stix' } = oneOf(values, 'format', Object.keys(FORMATS) as (keyof typeof FORMATS)[]);
    const { tlp: level } = oneOf(values, 'tlp', TLP);
    if (level === undefined)
      throw new UsageError(`--tlp is needed: how far may the receiver's copy go (${TLP.join(', ')})`);
    const report = await withKnowledge(intelPlace(values), (knowledge) => {
      const of = digestOf(knowledge, text(values, 'of'));
      const options: ExportOptions = {
        level,
        ...(of === null ? {} : { source: of }),
        ...(values['all-versions'] === true ? { allVersions: true } : {}),
      };
      return path === '-'
        ? FORMATS[format](knowledge, options, (t) => terminal.out(t))
        : toFile(path, (write) => FORMATS[format](knowledge, options, write));
    });
    const say = path === '-' ? terminal.err : terminal.out;
    say(values.json === true ? jsonText(report) : exportText(report));
    return EXIT.nothing;
  },
};

function digestOf(knowledge: Knowledge, prefix: string | undefined): string | null {
  if (prefix === undefined) return null;
  const found = knowledge.imports().filter((r) => r.digest.startsWith(prefix.toLowerCase()));
  if (found.length !== 1)
    throw new UsageError(`${found.length} imports have a digest that begins so: czernin intel list`);
  return (found[0] as { digest: string }).digest;
}

/** Whole or not at all: written beside, then renamed. */
function toFile(path: string, make: (write: (text: string) => void) => ExportReport): ExportReport {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, 'wx', 0o600);
    let report: ExportReport;
    try {
      report = make((part) => writeSync(fd, part));
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    return report;
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof CodedError || (error as NodeJS.ErrnoException).errno === undefined) throw error;
    throw new IntelError('UNWRITABLE', (error as Error).message, path, error);
  }
}

function exportText({ written, withheld }: ExportReport): string {
  const lines = [
    Object.keys(written).length === 0 ? 'nothing written' : `written: ${counted(written)}`,
    Object.keys(withheld).length === 0
      ? 'nothing held back'
      : `held back: ${counted(withheld as Record<string, number>)}`,
  ];
  return `${lines.join('\n')}\n`;
}

export const INTEL_COMMANDS: readonly Command[] = [importKnowledge, exportCommand, ...SHOW_COMMANDS, CLAIM_COMMAND];
