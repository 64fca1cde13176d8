import { assertUnchanged, recordAt, resolveAddress } from '../../../app/ask/index.ts';
import type { ShownRecord } from '../../../app/reading/index.ts';
import { byteSize, manyLines, oneLine, plainJson } from '../../../base/index.ts';
import { files } from '../../../platform/files/index.ts';
import { openWorkStore } from '../../../platform/work/index.ts';
import { withReader } from '../../workplace.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { style } from '../style.ts';
import { CASE_OPTION, theCase } from './cases.ts';

/** Bytes printed as a hex dump unless --all. */
const DUMP_BYTES = 512;

export const show: Command = {
  name: 'show',
  summary: 'print the original bytes and the parsed record of an event address',
  args: 'ADDRESS [--case DIR]',
  options: {
    case: CASE_OPTION,
    raw: { type: 'boolean', help: "write the record's original bytes and nothing else" },
    all: { type: 'boolean', help: 'dump all bytes, not only the first 512' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: 'ADDRESS is <sha256 of the evidence, or its beginning>@<byte offset>, as reports print it.',
  async run(values, positionals, terminal) {
    if (positionals.length !== 1) throw new UsageError('give one event address');
    const folder = theCase(values);
    const work = openWorkStore(folder.work);
    const place = closing(work, () => resolveAddress(work, positionals[0] as string));
    const { evidence, offset } = place;
    await assertUnchanged(files, place.evidence);
    const record = await withReader([place.evidence.path], (pool) => recordAt(pool, place));
    const bytes = Buffer.from(record.bytes, 'base64');
    if (values.raw === true) {
      process.stdout.write(bytes);
      return EXIT.nothing;
    }
    const where = {
      address: `${evidence.digest}@${offset}`,
      evidence: evidence.origins.map((o) => o.path),
      size: evidence.size,
    };
    if (values.json === true) {
      terminal.out(`${plainJson({ ...where, ...record }, 2)}\n`);
      return EXIT.nothing;
    }
    const paint = style(terminal.color);
    const shown = values.all === true ? bytes : bytes.subarray(0, DUMP_BYTES);
    terminal.out(
      [
        `${paint.dim('address')}   ${where.address}`,
        `${paint.dim('evidence')}  ${where.evidence.map((n) => oneLine(n)).join(', ')} (${byteSize(evidence.size)}, SHA-256 checked)`,
        `${paint.dim('record')}    ${oneLine(record.record)} of ${record.stream}, ${record.format}, ${record.length} bytes, ${record.time || 'undated'}${record.time ? ' (UTC)' : ''}`,
        '',
        paint.bold('Bytes'),
        hexDump(shown, offset),
        ...(shown.length < record.length
          ? [paint.dim(`… ${record.length - shown.length} more bytes: --all or --raw`)]
          : []),
        '',
        paint.bold('Record'),
        manyLines(record.text),
        '',
        paint.bold('Fields'),
        fieldLines(record),
        '',
      ].join('\n'),
    );
    return EXIT.nothing;
  },
};

export function closing<T>(resource: { close(): void }, use: () => T): T {
  try {
    return use();
  } finally {
    resource.close();
  }
}

function fieldLines(record: ShownRecord): string {
  const names = Object.keys(record.fields);
  const width = Math.min(40, Math.max(0, ...names.map((n) => n.length)));
  return names
    .map((n) => {
      const v = record.fields[n];
      return `  ${oneLine(n).padEnd(width)}  ${oneLine(typeof v === 'string' ? v : JSON.stringify(v), 2000)}`;
    })
    .join('\n');
}

/** The classic three columns: offset in the evidence, sixteen bytes, printable ASCII. */
function hexDump(bytes: Uint8Array, from: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = Array.from(row, (b) => b.toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    const ascii = Array.from(row, (b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('');
    lines.push(`  ${(from + at).toString(16).padStart(10, '0')}  ${left}  ${right}  ${ascii}`);
  }
  return lines.join('\n');
}
