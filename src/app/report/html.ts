import { createHash } from 'node:crypto';
import { oneLine } from '../../base/index.ts';
import type { Answer, Finding, Intrusions, RuleFate } from '../../model/index.ts';
import { shortValue, type ToldFinding } from './told.ts';

/** The report's style and script, read from content/templates/report by the caller. */
export interface ReportAssets {
  readonly css: string;
  readonly js: string;
}

export interface ReportRecord {
  readonly text: string;
  readonly time: string;
  /** the text was cut for the page */
  readonly cut: boolean;
}

export interface ReportInput {
  readonly title: string;
  /** stands at the head of the page, e.g. that everything is invented; '' when there is nothing to say */
  readonly notice: string;
  readonly answer: Answer;
  readonly intrusions: Intrusions | null;
  /** by finding id: those the story names */
  readonly told: Readonly<Record<string, ToldFinding>>;
  /** the last assessment of who it was, as out/assessment.json has it; null: none */
  readonly who: unknown;
  readonly sample: ReportSample;
  /** by event address */
  readonly records: Readonly<Record<string, ReportRecord>>;
  readonly fates: readonly RuleFate[];
}

const ROWS_PER_RULE = { critical: 60, high: 60, medium: 25, low: 10, informational: 5 } as const;
const RECORDS_PER_RULE = { critical: 8, high: 8, medium: 4, low: 2, informational: 1 } as const;
const MAX_ROWS = 8_000;
export const MAX_RECORDS = 1_000;
/** Longest record text kept in the page, characters. */
export const RECORD_CHARS = 12_000;
const HOUR = 3_600_000;
const MAX_BUCKETS = 4_000;
const ORDER = ['critical', 'high', 'medium', 'low', 'informational'] as const;

interface Row {
  readonly rule: string;
  readonly finding: Finding;
}

/**
 * What of the findings a page can hold: counts of all of them by hour and level (coarser when there are many hours),
 * and the earliest rows of each rule. One pass, bounded memory; what is left out is counted by the page itself.
 */
export class ReportSample {
  #buckets = new Map<number, number[]>();
  #bucketMs = HOUR;
  #perRule = new Map<string, number>();
  #rows: Row[] = [];
  #wanted: string[] = [];

  add(f: Finding): void {
    if (f.time) {
      const ms = Date.parse(f.time);
      const key = Math.floor(ms / this.#bucketMs) * this.#bucketMs;
      let counts = this.#buckets.get(key);
      if (!counts) {
        counts = [0, 0, 0, 0, 0];
        this.#buckets.set(key, counts);
      }
      counts[ORDER.indexOf(f.rule.level)]!++;
      if (this.#buckets.size > MAX_BUCKETS * 4) this.#coarsen();
    }
    const seen = this.#perRule.get(f.rule.id) ?? 0;
    this.#perRule.set(f.rule.id, seen + 1);
    if (seen < ROWS_PER_RULE[f.rule.level] && this.#rows.length < MAX_ROWS)
      this.#rows.push({ rule: f.rule.id, finding: f });
    if (seen < RECORDS_PER_RULE[f.rule.level]) this.#wanted.push(f.events[0] as string);
  }

  #coarsen(): void {
    this.#bucketMs *= 4;
    const old = this.#buckets;
    this.#buckets = new Map();
    for (const [start, counts] of old) {
      const key = Math.floor(start / this.#bucketMs) * this.#bucketMs;
      const sum = this.#buckets.get(key);
      if (sum === undefined) this.#buckets.set(key, counts);
      else for (let i = 0; i < counts.length; i++) sum[i] = (sum[i] ?? 0) + (counts[i] ?? 0);
    }
  }

  /** Addresses whose records the page should carry, at most MAX_RECORDS; call when all findings are in. */
  wantedRecords(first: readonly string[]): string[] {
    return [...new Set([...first, ...this.#wanted])].slice(0, MAX_RECORDS);
  }

  data(answer: Answer): { bucketMs: number; buckets: [number, number[]][]; findings: object[] } {
    while (this.#buckets.size > MAX_BUCKETS) this.#coarsen();
    const index = new Map(answer.rules.map((r, i) => [r.id, i]));
    return {
      bucketMs: this.#bucketMs,
      buckets: [...this.#buckets].sort((a, b) => a[0] - b[0]),
      findings: this.#rows.map(({ rule, finding: f }) => ({
        rule: index.get(rule),
        time: f.time,
        host: f.host,
        user: f.user,
        address: f.address,
        stream: f.stream,
        why: f.why,
        count: f.count,
        event: f.events[0],
        matched: f.matched.map((m) => ({ field: m.field, value: shortValue(m.value) })),
        caveats: f.caveats,
      })),
    };
  }
}

/**
 * report.html: one self-contained file. A content security policy lets nothing in but its own style and script (by
 * hash), so that evidence text can never run; data lies in a JSON block whose `<` are escaped.
 */
export function reportHtml(input: ReportInput, assets: ReportAssets): string {
  const { answer } = input;
  const data = { answer, ...input.sample.data(answer), records: input.records, fates: input.fates };
  const csp = `default-src 'none'; script-src '${sha256(assets.js)}'; style-src '${sha256(assets.css)}'; base-uri 'none'; form-action 'none'`;
  const title = escapeHtml(oneLine(input.title, 120));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title} – Czernin</title>
<style>${assets.css}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><span class="meta">${escapeHtml(answer.program)} · all times UTC · analysis <code>${answer.analysis.slice(0, 16)}</code></span></header>
${input.notice ? `<p class="notice">${escapeHtml(oneLine(input.notice, 300))}</p>` : ''}
<nav><a href="#story-h">Story</a><a href="#who-h">Who</a><a href="#answer-h">Findings in short</a><a href="#notseen-h">Not seen</a><a href="#timeline-h">Timeline and coverage</a><a href="#findings-h">Findings</a><a href="#touched-h">Hosts and accounts</a><a href="#sources-h">Sources</a><a href="#rules-h">Rules</a><a href="#evidence-h">Evidence</a></nav>
<section id="story-h"><div id="story"></div></section>
<section id="who-h"><div id="whoitwas"></div></section>
<section id="part2"><h2 id="answer-h">Findings in short</h2><div id="answer"></div></section>
<h2 id="notseen-h">What could not be seen</h2><div id="notseen"></div>
<h2 id="timeline-h">Timeline and coverage</h2>
<div class="bar"><span class="meta" id="range"></span><button id="whole" type="button">whole range</button><span class="meta">drag to zoom · Ctrl or Shift and wheel · double click for all · green: log there, dashed red: silent, red tick: record numbers missing</span></div>
<div id="timeline"></div>
<h2 id="findings-h">Findings</h2>
<div class="bar"><button id="by-rule" type="button" aria-pressed="true">by rule</button><button id="by-host" type="button" aria-pressed="false">by host</button>
<label>at least <select id="level"><option value="all">any level</option><option>critical</option><option>high</option><option>medium</option><option>low</option></select></label>
<input id="q" type="search" placeholder="filter (press /)" aria-label="filter findings" size="34"></div>
<div id="findings"></div>
<h2 id="touched-h">Hosts and accounts touched</h2><div id="hosts"></div><h3>Accounts</h3><div id="accounts"></div><h3>Source addresses</h3><div id="addresses"></div>
<h2 id="sources-h">Sources</h2><div id="sources"></div>
<h2 id="rules-h">Rules</h2>
<div class="bar"><select id="fate" aria-label="fate of rules"><option>fired</option><option>field never present</option><option>unsupported</option><option>no such log</option><option>ran</option><option>all</option></select></div><div id="rules"></div>
<h2 id="evidence-h">Evidence</h2><div id="evidence"></div>
<footer>Every number here walks back to its bytes: click a finding, or <code>czernin show ADDRESS</code>. A finding says that a rule was met, not that somebody is guilty.</footer>
</main>
<aside id="event" aria-label="event"></aside>
${block('data', data)}
${block('picture', { intrusions: input.intrusions, told: input.told })}
${block('who', input.who)}
<script>${assets.js}</script>
</body>
</html>
`;
}

/** Parts of a report that change without the rest: people judge, or weigh. */
export type ReportPart = 'picture' | 'who';

/** The report with one part put in the place of the old one; null when the page has no such part. */
export function patchReport(html: string, part: ReportPart, value: unknown): string | null {
  const open = `<script type="application/json" id="${part}">`;
  const from = html.indexOf(open);
  const to = html.indexOf('</script>', from);
  if (from < 0 || to < 0) return null;
  return `${html.slice(0, from)}${block(part, value)}${html.slice(to + '</script>'.length)}`;
}

/** Data for the page's script: no `<` of foreign text can end the block. */
function block(id: 'data' | ReportPart, value: unknown): string {
  const json = JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `<script type="application/json" id="${id}">${json}</script>`;
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
