import type { DayRange, Report } from './types.ts';
import { victimsIn } from './victims.ts';

/**
 * Citations come down to reports: one report is cited under several names, sometimes with another address. Two
 * citations are one report when their addresses agree, else when their titles do. Without this a report that is held out
 * stays in the knowledge under its second name.
 */
export interface Citation {
  readonly name: string;
  readonly url?: string;
  readonly description?: string;
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const MONTH = new Map(MONTHS.flatMap((m, i) => [[m, i] as const, [m.slice(0, 3), i] as const]));
/** shorter titles ("Blog", "APT37") are too common to tell that two reports are one */
const TITLE_LEAST = 20;
const DAY = 86_400_000;

export class ReportIndex {
  #byKey = new Map<string, number>();
  #names: Set<string>[] = [];
  #titles: string[] = [];
  #dates: (DayRange | undefined)[] = [];
  #parent: number[] = [];

  /** The report a citation names; call `finish` before using the number. */
  add(c: Citation): number {
    const parsed = parseDescription(c.description ?? '');
    const title = parsed.title || c.name;
    const keys = [`n:${c.name.trim().toLowerCase()}`];
    const url = urlKey(c.url);
    if (url !== undefined) keys.push(`u:${url}`);
    const t = titleKey(parsed.title);
    if (t.length >= TITLE_LEAST) keys.push(`t:${t}`);
    const known = keys.map((k) => this.#byKey.get(k)).filter((n) => n !== undefined);
    let id = known[0];
    if (id === undefined) {
      id = this.#names.length;
      this.#names.push(new Set());
      this.#titles.push(title);
      this.#dates.push(undefined);
      this.#parent.push(id);
    }
    const root = this.#root(id);
    for (const other of known) this.#parent[this.#root(other)] = root;
    for (const k of keys) this.#byKey.set(k, root);
    this.#names[id]!.add(c.name);
    this.#dates[id] = better(this.#dates[id], parsed.date);
    return id;
  }

  /** Numbers given by `add` → positions in the list of reports. */
  finish(): { reports: Report[]; position: (id: number) => number } {
    const place = new Map<number, number>();
    const names: Set<string>[] = [];
    const dates: (DayRange | undefined)[] = [];
    const titles: string[] = [];
    for (let i = 0; i < this.#names.length; i++) {
      const root = this.#root(i);
      let at = place.get(root);
      if (at === undefined) {
        at = names.length;
        place.set(root, at);
        names.push(new Set());
        dates.push(undefined);
        titles.push(this.#titles[i]!);
      }
      for (const n of this.#names[i]!) names[at]!.add(n);
      dates[at] = better(dates[at], this.#dates[i]);
    }
    const reports = names.map((set, i): Report => {
      const date = dates[i];
      const title = titles[i]!;
      return { title, names: [...set].sort(), victims: victimsIn(title), ...(date === undefined ? {} : { date }) };
    });
    return { reports, position: (id) => place.get(this.#root(id))! };
  }

  #root(i: number): number {
    let r = i;
    while (this.#parent[r] !== r) r = this.#parent[r]!;
    for (let at = i; at !== r; ) {
      const next = this.#parent[at]!;
      this.#parent[at] = r;
      at = next;
    }
    return r;
  }
}

/** The more precise date; of equals the earlier: a report is not younger than its first form. */
function better(a: DayRange | undefined, b: DayRange | undefined): DayRange | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if ((a.precision === 'retrieved') !== (b.precision === 'retrieved')) return a.precision === 'retrieved' ? b : a;
  const [wa, wb] = [a.to - a.from, b.to - b.from];
  if (wa !== wb) return wa < wb ? a : b;
  return a.from <= b.from ? a : b;
}

/** `Author, A. (2021, December 2). Title. Retrieved June 13, 2022.` */
export function parseDescription(text: string): { title: string; date?: DayRange } {
  const m = /\((\d{4})(?:,\s*([A-Za-z]+)\.?(?:\s+(\d{1,2}))?)?[^)]{0,20}\)\.?\s*/.exec(text);
  const nd = /\(n\.d\.?\)\.?\s*/.exec(text);
  const head = m ?? nd;
  const rest = head === null ? text : text.slice(head.index + head[0].length);
  const title = rest.replace(/\.?\s*Retrieved\b.*$/s, '').trim();
  const retrieved = /\bRetrieved\s+([A-Za-z]+)\.?\s+(\d{1,2}),\s*(\d{4})/.exec(text);
  const late =
    retrieved === null
      ? undefined
      : dayRange(Number(retrieved[3]), MONTH.get(retrieved[1]!.toLowerCase()), Number(retrieved[2]));
  if (m === null) return late === undefined ? { title } : { title, date: { ...late, precision: 'retrieved' } };
  const date = dayRange(
    Number(m[1]),
    m[2] === undefined ? undefined : MONTH.get(m[2].toLowerCase()),
    m[3] === undefined ? undefined : Number(m[3]),
  );
  return date === undefined ? { title } : { title, date };
}

function dayRange(year: number, month?: number, day?: number): DayRange | undefined {
  if (year < 1990 || year > 2100) return undefined;
  const at = (y: number, m: number, d: number) => Math.floor(Date.UTC(y, m, d) / DAY);
  if (month === undefined) return { from: at(year, 0, 1), to: at(year + 1, 0, 1) - 1, precision: 'year' };
  if (day === undefined || day < 1 || day > 31)
    return { from: at(year, month, 1), to: at(year, month + 1, 1) - 1, precision: 'month' };
  return { from: at(year, month, day), to: at(year, month, day), precision: 'day' };
}

function urlKey(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const key = url
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\/(web\.archive\.org\/web\/\d+\w*\/)?(https?:\/\/)?(www\.)?/, '')
    .replace(/[#?].*$/, '')
    .replace(/\/+$/, '');
  // a bare host is the front page of many reports
  return key.includes('/') ? key : undefined;
}

const titleKey = (title: string) =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
