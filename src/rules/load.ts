/**
 * Rule files in, rules of the middle form out; everything else a Refusal or a Notice. Pure: the caller reads the files.
 * The answer does not depend on the order of `files`.
 */

import { type NoticeCode, RuleError } from './codes.ts';
import type { EventRule, Expr, Refusal, Rule } from './ir.ts';
import { type DraftCorrelation, link } from './link.ts';
import { compareText } from './order.ts';
import { applyActions } from './sigma/collection.ts';
import { readCorrelation } from './sigma/correlation.ts';
import { readDetection } from './sigma/detection.ts';
import { type Filter, fits, type PositiveFilters, readFilter } from './sigma/filter.ts';
import { nameOf, readLogsource, readMeta, textOf } from './sigma/meta.ts';
import type { Vocabulary } from './sigma/placeholders.ts';
import { isTreeMap, readYaml, type TreeMap, type YamlDocument } from './sigma/yaml.ts';
import { variantsOf } from './taxonomy/index.ts';

/** One file of a pack. `path` is inside the pack, with forward slashes. */
export interface RuleFile {
  readonly pack: string;
  readonly path: string;
  readonly text: string;
}

export interface LoadOptions {
  /** placeholder name → what it stands for here (Sigma texts; wildcards allowed); a rule that needs another is refused */
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
  /** how a filter condition without `not` is read (sigma/filter.ts); 'refuse' unless said otherwise */
  readonly positiveFilters?: PositiveFilters;
}

/** A rule was taken, and something about it should be known. */
export interface Notice {
  readonly code: NoticeCode;
  readonly origin: string;
  readonly id: string;
  readonly title: string;
  readonly message: string;
}

export interface LoadedRules {
  /** event rules first, then correlations; each by origin */
  readonly rules: readonly Rule[];
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Notice[];
  /** filters that are in force */
  readonly filters: number;
}

interface DraftEvent {
  readonly meta: EventRule['meta'];
  readonly names: readonly string[];
  readonly expr: Expr;
}

export function loadRules(files: readonly RuleFile[], options: LoadOptions = {}): LoadedRules {
  const loader = new Loader(options);
  const sorted = [...files].sort((a, b) => compareText(a.pack, b.pack) || compareText(a.path, b.path));
  for (const file of sorted) loader.file(file);
  return loader.finish();
}

class Loader {
  readonly vocabulary: Vocabulary;
  readonly positive: PositiveFilters;
  readonly events: DraftEvent[] = [];
  readonly correlations: DraftCorrelation[] = [];
  readonly filters: Filter[] = [];
  readonly refusals: Refusal[] = [];
  readonly notices: Notice[] = [];
  /** id → digest and origin of what was taken under it */
  readonly ids = new Map<string, { digest: string; origin: string }>();

  constructor(options: LoadOptions) {
    this.vocabulary = new Map(Object.entries(options.placeholders ?? {}));
    this.positive = options.positiveFilters ?? 'refuse';
  }

  file({ pack, path, text }: RuleFile): void {
    const documents = applyActions(readYaml(text));
    documents.forEach((doc, i) => {
      const origin = `${pack}/${path}${documents.length > 1 ? `#${i + 1}` : ''}`;
      try {
        this.document(doc, origin, `${pack}/${path}`);
      } catch (e) {
        if (!(e instanceof RuleError)) throw e;
        this.refuse(origin, nameOf(doc.tree, doc.text), e);
      }
    });
  }

  document(doc: YamlDocument, origin: string, file: string): void {
    if (doc.error) throw doc.error;
    const map = doc.tree;
    if (!isTreeMap(map ?? undefined)) throw new RuleError('NOT_A_RULE', 'the document is not a map');
    const tree = map as TreeMap;
    const kinds = (['detection', 'correlation', 'filter'] as const).filter((k) => tree.has(k));
    if (kinds.length !== 1)
      throw new RuleError(
        'NOT_A_RULE',
        `exactly one of detection, correlation, filter; found ${kinds.join(', ') || 'none'}`,
      );
    if (kinds[0] === 'detection') this.event(tree, doc.text, origin);
    else if (kinds[0] === 'correlation') this.correlation(tree, doc.text, origin, file);
    else this.filter(tree, doc.text, origin);
  }

  event(tree: TreeMap, text: string, origin: string): void {
    const meta = readMeta(tree, text, origin, readLogsource(tree.get('logsource')));
    const { expr } = readDetection(tree.get('detection'), ['timeframe'], this.vocabulary);
    if (this.isNew(meta)) this.events.push({ meta, names: namesOf(tree), expr });
  }

  correlation(tree: TreeMap, text: string, origin: string, file: string): void {
    const meta = readMeta(tree, text, origin, {});
    const written = readCorrelation(tree);
    const inheritLevel = textOf(tree, 'level') === undefined;
    if (this.isNew(meta)) this.correlations.push({ meta, names: namesOf(tree), written, inheritLevel, file });
  }

  filter(tree: TreeMap, text: string, origin: string): void {
    const filter = readFilter(tree, text, origin, this.vocabulary, this.positive);
    if (this.isNew(filter.meta)) this.filters.push(filter);
  }

  /** The first rule under an id stays; the same text again is noted, another text refused. */
  isNew(meta: EventRule['meta']): boolean {
    const before = this.ids.get(meta.id);
    if (!before) {
      this.ids.set(meta.id, { digest: meta.digest, origin: meta.origin });
      return true;
    }
    if (before.digest !== meta.digest) throw new RuleError('DUPLICATE', `the id is taken by ${before.origin}`);
    this.notice('SAME_RULE_TWICE', meta, `already taken from ${before.origin}`);
    return false;
  }

  finish(): LoadedRules {
    const filtered = this.applyFilters();
    const drafted = filtered.map(({ meta, names, expr }): EventRule => {
      return { $: 'event', meta, names, variants: variantsOf(meta.logsource, expr), reports: true };
    });
    const linked = link(drafted, this.correlations);
    for (const { draft, error } of linked.refused) this.refuse(draft.meta.origin, draft.meta, error);
    const events = drafted.map((rule): EventRule => {
      const by = linked.silent.get(rule.meta.id);
      if (by && by.file !== rule.meta.origin.replace(/#\d+$/, ''))
        this.notice('SILENCED', rule.meta, `counted by ${by.meta.origin}, which does not say \`generate: true\``);
      return by ? { ...rule, reports: false } : rule;
    });
    const byOrigin = (a: { origin: string }, b: { origin: string }) => compareText(a.origin, b.origin);
    return {
      rules: [...events, ...linked.correlations],
      refusals: this.refusals.sort(byOrigin),
      notices: this.notices.sort(byOrigin),
      filters: this.filters.filter((f) => this.used.has(f)).length,
    };
  }

  readonly used = new Set<Filter>();

  applyFilters(): readonly DraftEvent[] {
    const byName = new Map<string, DraftEvent[]>();
    for (const event of this.events)
      for (const name of new Set([event.meta.id, ...event.names])) {
        const list = byName.get(name);
        if (list) list.push(event);
        else byName.set(name, [event]);
      }
    const keeps = new Map<DraftEvent, Expr[]>();
    for (const filter of this.filters) {
      const wanted = filter.rules?.map((r) => byName.get(r) ?? []) ?? [this.events];
      const hit = new Set(wanted.flat().filter((e) => fits(filter.meta.logsource, e.meta.logsource)));
      for (const event of hit) keeps.set(event, [...(keeps.get(event) ?? []), filter.keeps]);
      this.reportFilter(filter, hit.size, wanted.filter((list) => !list.some((e) => hit.has(e))).length);
    }
    return this.events.map((e) => {
      const by = keeps.get(e);
      return by ? { ...e, expr: { $: 'and', of: [e.expr, ...by] } } : e;
    });
  }

  reportFilter(filter: Filter, hits: number, missed: number): void {
    const { meta } = filter;
    if (hits === 0) {
      const error = new RuleError('FILTER_UNUSED', 'no rule it names is there with a log source it fits');
      this.refuse(meta.origin, meta, error);
      return;
    }
    this.used.add(filter);
    this.notice('FILTERED', meta, `in force on ${hits} rule(s)`);
    if (missed > 0)
      this.notice('FILTER_PARTLY_UNUSED', meta, `${missed} of the rules it names are not there or do not fit`);
  }

  refuse(origin: string, { id, title }: { readonly id: string; readonly title: string }, error: RuleError): void {
    this.refusals.push({ origin, id, title, code: error.code, reason: error.message });
  }

  notice(code: NoticeCode, { origin, id, title }: EventRule['meta'], message: string): void {
    this.notices.push({ code, origin, id, title, message });
  }
}

/** What correlations and filters may call the rule besides its id. */
function namesOf(tree: TreeMap): readonly string[] {
  const name = textOf(tree, 'name');
  return name === undefined || name === '' ? [] : [name];
}
