/**
 * Lists as people send them: one value a line with comments, or a table. Columns are found by their heading, else by what
 * stands in them. In: text. Out: indicators, and a fault for each line that gave none.
 */
import type { IndicatorFacts, IndicatorKind } from '../../model/index.ts';
import { LIST_LIMITS } from './codes.ts';
import { guessKind } from './kinds.ts';
import { Collector, type IndicatorReading, type ListContext } from './reading.ts';
import { refang } from './refang.ts';

export function readIndicatorList(text: string, context: ListContext): IndicatorReading {
  const collector = new Collector(context);
  const lines = linesOf(text);
  const separator = separatorOf(lines);
  if (separator === null) readPlain(lines, collector);
  else readTable(lines, separator, collector);
  return collector.done();
}

interface Line {
  readonly number: number;
  readonly text: string;
}

function linesOf(text: string): Line[] {
  const out: Line[] = [];
  let number = 0;
  for (const raw of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    number++;
    if (raw.trim() !== '' && !/^\s*(?:#|\/\/|;)/.test(raw)) out.push({ number, text: raw });
  }
  return out;
}

function readPlain(lines: readonly Line[], collector: Collector) {
  for (const [i, { number, text }] of lines.entries()) {
    if (i >= LIST_LIMITS.lines)
      return collector.fault('LIST_LIMIT', `line ${number}`, `${lines.length - i} lines left`);
    if (text.length > LIST_LIMITS.lineChars) {
      collector.fault('TOO_LONG', `line ${number}`, `${text.length} characters`);
      continue;
    }
    // A comment after the value, and lists for hosts files: `0.0.0.0 evil.example`.
    const value = text
      .replace(/\s+(?:#|\/\/).*$/, '')
      .replace(/^\s*(?:0\.0\.0\.0|127\.0\.0\.1)\s+(?=\S)/, '')
      .trim();
    const where = `line ${number}`;
    collector.add(null, value.replace(/^(\d+(?:\.\d+){3}|\[[0-9a-f:]+\]):\d+$/i, '$1'), where, { ref: where });
  }
}

/** Headings as tools and people write them → what the column says. */
const HEADINGS: readonly (readonly [RegExp, keyof Columns])[] = [
  [/^(?:indicator|ioc|value|observable|artifact|indicator_value|ioc_value|attribute|data)$/, 'value'],
  [/^(?:type|kind|indicator_type|ioc_type|observable_type|attribute_type)$/, 'kind'],
  [/^(?:valid_?from|start|from|active_?from)$/, 'validFrom'],
  [/^(?:valid_?until|valid_?to|expires?|expiration|until|end)$/, 'validUntil'],
  [/^(?:first_?seen|first_?seen_?utc|first)$/, 'firstSeen'],
  [/^(?:last_?seen|last_?seen_?utc|last|last_online)$/, 'lastSeen'],
  [/^(?:description|comment|note|notes|info|threat|title|context)$/, 'title'],
  [/^(?:source|reporter|reported_by|provider|feed|origin)$/, 'source'],
  [/^(?:actor|threat_actor|group|apt|attribution)$/, 'actor'],
  [/^(?:malware|family|malware_family|malware_printable|tool|signature)$/, 'tool'],
  [/^(?:confidence|confidence_level|score)$/, 'confidence'],
  [/^(?:tags|labels|label|tag|category)$/, 'labels'],
];

interface Columns {
  value?: number;
  kind?: number;
  validFrom?: number;
  validUntil?: number;
  firstSeen?: number;
  lastSeen?: number;
  title?: number;
  source?: number;
  actor?: number;
  tool?: number;
  confidence?: number;
  labels?: number;
}

/** Columns whose heading is a kind: `ip`, `domain`, `sha256`. */
const KIND_WORDS: readonly (readonly [RegExp, IndicatorKind])[] = [
  [/^(?:ipv4|ipv6|ip|ip_?addr(?:ess)?|ipv4-addr|ipv6-addr|address|ip-(?:src|dst)|(?:src|dst)_?ip)$/, 'ipv4'],
  [/^(?:cidr|network|range|subnet|netblock)$/, 'cidr'],
  [/^(?:domain|domain-name|fqdn|host|hostname)$/, 'domain'],
  [/^(?:url|uri|link)$/, 'url'],
  [/^(?:e-?mail|email-addr|email-(?:src|dst)|sender|mail)$/, 'email'],
  [/^(?:md5|md5_?hash|filehash-md5)$/, 'md5'],
  [/^(?:sha-?1|sha1_?hash|filehash-sha1)$/, 'sha1'],
  [/^(?:sha-?256|sha256_?hash|filehash-sha256)$/, 'sha256'],
  [/^(?:sha-?512)$/, 'sha512'],
  [/^(?:file-?_?name|filename)$/, 'file-name'],
  [/^(?:file-?_?path|path|filepath)$/, 'file-path'],
  [/^(?:regkey|registry|registry-?_?key|windows-registry-key)$/, 'registry-key'],
  [/^(?:user-?_?agent|useragent|ua)$/, 'user-agent'],
  [/^(?:ja3|ja3_?md5|ja3-fingerprint-md5)$/, 'ja3'],
  [/^ja3s$/, 'ja3s'],
  [/^(?:ja4|ja4-plus)$/, 'ja4'],
  [/^(?:mutex)$/, 'mutex'],
  [/^(?:pipe|named_?pipe)$/, 'pipe'],
  [/^(?:account|user|username|user-account)$/, 'account'],
  [/^(?:asn|as|autonomous-system)$/, 'asn'],
  [/^(?:mac|mac-?addr(?:ess)?)$/, 'mac'],
  [/^(?:pattern|stix|stix_pattern|stix-pattern)$/, 'pattern'],
  [/^(?:service|service_?name)$/, 'service'],
  [/^(?:subject|email-subject)$/, 'subject'],
  [
    /^(?:certificate|fingerprint|x509|cert_?sha(?:1|256)|x509-fingerprint-(?:md5|sha1|sha256)|thumbprint)$/,
    'certificate',
  ],
];

/** The kind that a word of another list, table or tool names; null: it names none of ours. */
export function kindOfWord(word: string): IndicatorKind | null {
  const plain = word.trim().toLowerCase().replaceAll(' ', '_');
  return KIND_WORDS.find(([words]) => words.test(plain))?.[1] ?? null;
}

function readTable(lines: readonly Line[], separator: string, collector: Collector) {
  const heading = cells(lines[0]!.text, separator).map((cell) => cell.trim().toLowerCase().replaceAll(' ', '_'));
  const columns: Columns = {};
  const kinds = new Map<number, IndicatorKind>();
  for (const [i, cell] of heading.entries()) {
    const name = HEADINGS.find(([words]) => words.test(cell))?.[1];
    if (name !== undefined) columns[name] ??= i;
    else {
      const kind = kindOfWord(cell);
      if (kind !== null) kinds.set(i, kind);
    }
  }
  const headed = columns.value !== undefined || kinds.size > 0;
  if (!headed) {
    const guessed = valueColumn(lines.slice(0, 50), separator);
    if (guessed === null)
      return collector.fault('NO_COLUMN', `line ${lines[0]!.number}`, heading.join(', ').slice(0, 200));
    columns.value = guessed;
  }
  for (const [i, { number, text }] of lines.slice(headed ? 1 : 0).entries()) {
    const where = `line ${number}`;
    if (i >= LIST_LIMITS.lines) return collector.fault('LIST_LIMIT', where, `${lines.length - i} lines left`);
    if (text.length > LIST_LIMITS.lineChars) collector.fault('TOO_LONG', where, `${text.length} characters`);
    else readRow(cells(text, separator), columns, kinds, where, collector);
  }
}

function readRow(
  row: readonly string[],
  columns: Columns,
  kinds: ReadonlyMap<number, IndicatorKind>,
  where: string,
  collector: Collector,
): void {
  const cell = (name: keyof Columns): string => (columns[name] === undefined ? '' : (row[columns[name]] ?? '').trim());
  const times: Partial<Record<'validFrom' | 'validUntil' | 'firstSeen' | 'lastSeen', string>> = {};
  for (const name of ['validFrom', 'validUntil', 'firstSeen', 'lastSeen'] as const) {
    const time = collector.time(cell(name), where);
    if (time === null) return;
    if (time !== undefined) times[name] = time;
  }
  const confidence = Number(cell('confidence'));
  const said: Partial<IndicatorFacts> = {
    ref: where,
    ...times,
    ...(cell('title') !== '' && { title: cell('title').slice(0, 500) }),
    ...(cell('source') !== '' && { source: cell('source').slice(0, 300) }),
    ...(cell('confidence') !== '' &&
      Number.isInteger(confidence) &&
      confidence >= 0 &&
      confidence <= 100 && { confidence }),
    labels: cell('labels')
      .split(/[,;|]/)
      .map((label) => label.trim().slice(0, 300))
      .filter(Boolean)
      .slice(0, 200),
    refs: [
      ...(cell('actor') === '' ? [] : [{ type: 'actor' as const, name: cell('actor').slice(0, 300) }]),
      ...(cell('tool') === '' ? [] : [{ type: 'tool' as const, name: cell('tool').slice(0, 300) }]),
    ],
  };
  let given = false;
  const take = (kind: IndicatorKind | null, value: string) => {
    given = true;
    collector.add(kind, value, where, said);
  };
  if (cell('value') !== '') take(cell('kind') === '' ? null : kindOfWord(cell('kind')), cell('value'));
  for (const [i, kind] of kinds) if ((row[i] ?? '').trim() !== '') take(kind, row[i]!.trim());
  if (!given) collector.fault('NO_KIND', where, 'no value in this row');
}

/** The column most of whose cells are values by their form. */
function valueColumn(lines: readonly Line[], separator: string): number | null {
  const votes = new Map<number, number>();
  for (const { text } of lines)
    for (const [i, cell] of cells(text, separator).entries())
      if (guessKind(refang(cell)) !== null) votes.set(i, (votes.get(i) ?? 0) + 1);
  const best = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  return best !== undefined && best[1] >= lines.length / 2 ? best[0] : null;
}

/** A table has the same number of separators on (nearly) every line; null: one value a line. */
function separatorOf(lines: readonly Line[]): string | null {
  const some = lines.slice(0, 50);
  if (some.some(({ text }) => guessKind(text.trim())?.kind === 'pattern')) return null;
  for (const separator of ['\t', ',', ';', '|']) {
    const counts = some.map(({ text }) => cells(text, separator).length);
    if (some.length > 0 && counts.every((n) => n === counts[0]) && counts[0]! > 1) return separator;
  }
  return null;
}

/** RFC 4180: cells in double quotes may hold the separator and doubled quotes. A line is one row. */
function cells(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const out: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === '"') {
      if (quoted && line[i + 1] === '"') {
        cell += '"';
        i++;
      } else quoted = !quoted;
    } else if (c === separator && !quoted) {
      out.push(cell);
      cell = '';
    } else cell += c;
  }
  out.push(cell);
  return out;
}
