import {
  asksFor,
  derivation,
  derivedRows,
  MACROS,
  namesIn,
  timesNamed,
  type View,
  type Views,
  viewOver,
  viewRows,
  viewStreams,
  viewsFor,
} from '../../hunt/behaviours/index.ts';
import type { NetworkTable } from '../../knowledge/networks/index.ts';
import { ALL_STREAMS, type BehaviourLake } from '../effects/index.ts';

/** Facts that are not in the lake: what each source shows, its gaps, and what people have set or decided. */
export interface BehaviourFacts {
  readonly coverage: () => Iterable<
    readonly [stream: string, host: string, day: string, events: number, first: string, last: string]
  >;
  readonly gaps: () => Iterable<
    readonly [
      kind: string,
      stream: string,
      host: string,
      since: string,
      until: string,
      missing: number,
      sentence: string,
    ]
  >;
  readonly settings: ReadonlyMap<string, string>;
}

const COVERAGE = {
  stream: 'VARCHAR',
  host: 'VARCHAR',
  day: 'DATE',
  events: 'BIGINT',
  first: 'TIMESTAMP',
  last: 'TIMESTAMP',
};
const GAPS = {
  kind: 'VARCHAR',
  stream: 'VARCHAR',
  host: 'VARCHAR',
  since: 'TIMESTAMP',
  until: 'TIMESTAMP',
  missing: 'BIGINT',
  sentence: 'VARCHAR',
};
/** The tables besides views, by the columns example cases may give. */
export const FACT_TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  coverage: COVERAGE,
  gaps: GAPS,
};
const SETTINGS = { name: 'VARCHAR', value: 'VARCHAR' };
const NETWORKS = {
  address: 'VARCHAR',
  asn: 'BIGINT',
  name: 'VARCHAR',
  country: 'VARCHAR',
  kind: 'VARCHAR',
  prefix: 'VARCHAR',
  range: 'VARCHAR',
};

/** A view that is read more than once is laid down when its streams have no more rows than this: a bound on disk. */
const LAID_ROWS = 200_000_000;
const ADDRESS_SECONDS = 600;

/** Streams of the lake that these behaviours can ask for, each with the columns that views of it read. */
export function streamsFor(sqls: readonly string[], views: Views): Map<string, Set<string>> {
  const out = new Map<string, Set<string>>();
  for (const sql of sqls) {
    for (const { streams, uses } of viewsFor(sql, views).flatMap((view) => view.sections)) {
      for (const stream of streams) {
        const columns = out.get(stream) ?? new Set<string>();
        for (const column of uses) columns.add(column);
        out.set(stream, columns);
      }
    }
    if (asksFor(sql, 'events', views)) out.set(ALL_STREAMS, new Set());
  }
  return out;
}

/**
 * Macros, and every view over the lake that is read; what several read is laid down once. A view that cannot be made is
 * given back with its error: who reads it fails with that, the others run.
 */
export async function makeViews(
  lake: BehaviourLake,
  sqls: readonly string[],
  views: Views,
): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>();
  for (const macro of MACROS) await lake.make(macro);
  const seen = new Set(sqls.flatMap((sql) => viewsFor(sql, views)));
  const asking = [...sqls, ...[...seen].map((view) => view.sql)];
  // Its addresses are looked up by reading it too.
  const lookups = (view: View) =>
    asking.some((sql) => timesNamed(sql, 'address_networks') > 0) ? view.networks.length : 0;
  const readers = new Map(
    [...seen].map((view) => [view, asking.reduce((n, sql) => n + timesNamed(sql, view.id), lookups(view))]),
  );
  for (const [view, count] of [...readers].sort(([a], [b]) => (a.id < b.id ? -1 : 1))) {
    if (view.sql !== '') continue;
    const rows = viewRows(view, lake.streams);
    const size = viewStreams(view, views, lake.streams).reduce((sum, name) => sum + lake.streams.get(name)!.rows, 0);
    try {
      const laid = count > 1 && (view.selective || size <= LAID_ROWS) && (await laidDown(lake, view.id, rows));
      await lake.make(`CREATE VIEW ${view.id} AS ${viewOver(view, laid ? `"${view.id}:rows"` : `(${rows})`)}`);
    } catch (error) {
      failed.set(view.id, error);
    }
  }
  const all = lake.streams.get(ALL_STREAMS);
  if (all !== undefined) {
    await lake.make(`CREATE VIEW events AS SELECT stream, _time AS time, bare_host(_host) AS host, bare_account(_user) AS account,
      bare_address(_address) AS address, _event_id, _flags AS flags, event_address(_evidence, _offset) AS event FROM ${all.table}`);
  }
  return failed;
}

/** False when there is no room for it: the view is then made anew by each that reads it. */
async function laidDown(lake: BehaviourLake, id: string, rows: string): Promise<boolean> {
  try {
    await lake.make(`CREATE TABLE "${id}:rows" AS ${rows}`);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'TOO_LARGE') throw error;
    return false;
  }
}

/** The tables that are no views. */
export async function fillFacts(
  lake: BehaviourLake,
  facts: BehaviourFacts,
  asked: (table: string) => boolean,
  networks: NetworkTable | null,
): Promise<void> {
  await lake.fill('coverage', COVERAGE, asked('coverage') ? facts.coverage() : []);
  await lake.fill('gaps', GAPS, asked('gaps') ? facts.gaps() : []);
  const settings = new Map(facts.settings);
  if (networks !== null) settings.set('networks_date', networks.date);
  await lake.fill('settings', SETTINGS, settings);
  await lake.fill('address_networks', NETWORKS, []);
}

/**
 * What behaviours read that is made when the first one asks for it: `address_networks`, filled with each distinct address
 * once, and derived views, which may ask for it themselves.
 */
export class OnDemand {
  readonly #lake: BehaviourLake;
  readonly #table: NetworkTable | null;
  readonly #views: Views;
  /** views made, columns looked up */
  readonly #done: Set<string>;
  readonly #known = new Set<string>();
  readonly #failed: Map<string, unknown>;

  /** @param failed views that could not be made
   *  @param made derived views whose rows are there already (example cases may give them) */
  constructor(
    lake: BehaviourLake,
    table: NetworkTable | null,
    views: Views,
    failed: Map<string, unknown>,
    made: Iterable<string> = [],
  ) {
    this.#lake = lake;
    this.#table = table;
    this.#views = views;
    this.#failed = failed;
    this.#done = new Set(made);
  }

  /** Before this SQL is asked. @throws what the lake throws, and the same again for who asks again */
  async ready(sql: string): Promise<void> {
    for (const view of viewsFor(sql, this.#views)) {
      if (this.#failed.has(view.id)) throw this.#failed.get(view.id);
      if (view.sql === '' || this.#done.has(view.id)) continue;
      try {
        if (namesIn(view.sql, ['address_networks']).length > 0) await this.#networks(derivation(view, this.#views));
        await this.#lake.make(`CREATE TABLE ${view.id} AS ${derivedRows(view)}`);
      } catch (error) {
        this.#failed.set(view.id, error);
        throw error;
      }
      this.#done.add(view.id);
    }
    if (asksFor(sql, 'address_networks', this.#views)) await this.#networks(viewsFor(sql, this.#views));
  }

  async #networks(views: readonly View[]): Promise<void> {
    for (const view of views) {
      for (const column of view.networks) {
        if (this.#done.has(`${view.id}.${column}`)) continue;
        const fresh: string[] = [];
        // The column first, the test on its distinct values after: the test costs more than the scan.
        const distinct = `SELECT a FROM (SELECT DISTINCT ${column} AS a FROM ${view.id}) WHERE is_external(a) ORDER BY a`;
        for await (const row of this.#lake.ask(distinct, {}, ADDRESS_SECONDS)) {
          const address = String(row.a);
          if (!this.#known.has(address)) fresh.push(address);
        }
        for (const address of fresh) this.#known.add(address);
        await this.#lake.fill('address_networks', NETWORKS, this.#rows(fresh));
        this.#done.add(`${view.id}.${column}`);
      }
    }
  }

  *#rows(addresses: readonly string[]): Generator<readonly unknown[]> {
    for (const address of addresses) {
      const network = this.#table?.lookup(address) ?? null;
      const { asn = 0, name = '', country = '', kind = '', range = '' } = network ?? {};
      yield [address, asn || null, name || null, country || null, kind || null, linePrefix(address), range || null];
    }
  }
}

/** As the macro `line_prefix` does it. */
function linePrefix(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const head = /^([0-9a-f]*:[0-9a-f]*:[0-9a-f]*)/.exec(address);
  return `${head?.[1] ?? ''}::/48`;
}
