import {
  asksFor,
  type BehaviourCase,
  BehaviourError,
  type BehaviourFile,
  behaviourFinding,
  COMMON_COLUMNS,
  caseFailures,
  caseRows,
  MACROS,
  parameterValues,
  parseBehaviour,
  parseCases,
  type Views,
  viewsFor,
} from '../../hunt/behaviours/index.ts';
import { type NetworkTable, readNetworks } from '../../knowledge/networks/index.ts';
import type { Finding } from '../../model/index.ts';
import type { BehaviourLake, OpenBehaviourLake } from '../effects/index.ts';
import { FACT_TABLES, fillFacts, OnDemand } from './engine.ts';

export interface CaseResult {
  readonly name: string;
  /** empty: as expected */
  readonly failures: readonly string[];
  readonly findings: readonly Finding[];
}

const SECONDS = 60;

/**
 * A behaviour against its own example cases, each in an engine of its own that holds nothing but the case's rows.
 * @throws BehaviourError for a file that cannot be read; LakeError for SQL that does not run
 */
export async function testBehaviour(
  file: BehaviourFile,
  casesFile: BehaviourFile,
  views: Views,
  open: OpenBehaviourLake,
): Promise<CaseResult[]> {
  const behaviour = parseBehaviour(file);
  const out: CaseResult[] = [];
  for (const one of parseCases(casesFile, behaviour.id)) {
    const lake = await open(new Map());
    if (lake === null) throw new Error('an engine without a lake could not be opened');
    try {
      const networks = one.networks.length === 0 ? null : readNetworks(new TextEncoder().encode(networkText(one)));
      await layOut(lake, one, behaviour.sql, views, networks);
      await lake.closeIn();
      const given = viewsFor(behaviour.sql, views).filter((v) => v.sql !== '' && v.id in one.rows);
      await new OnDemand(
        lake,
        networks,
        views,
        new Map(),
        given.map((v) => v.id),
      ).ready(behaviour.sql);
      const values = parameterValues(behaviour, new Map(Object.entries(one.parameters)));
      const findings: Finding[] = [];
      for await (const row of lake.ask(behaviour.sql, values, SECONDS)) findings.push(behaviourFinding(behaviour, row));
      out.push({ name: one.name, failures: caseFailures(one.expect, findings), findings });
    } finally {
      await lake.close();
    }
  }
  return out;
}

function networkText(one: BehaviourCase): string {
  const rows = one.networks.map((n) =>
    [n.first, n.last, n.asn ?? 0, n.name ?? '', n.country ?? '', n.kind ?? ''].join('\t'),
  );
  return ['# date: 2024-01-01', ...rows, ''].join('\n');
}

async function layOut(
  lake: BehaviourLake,
  one: BehaviourCase,
  sql: string,
  views: Views,
  networks: NetworkTable | null,
): Promise<void> {
  for (const macro of MACROS) await lake.make(macro);
  for (const view of viewsFor(sql, views)) {
    if (view.sql !== '' && !(view.id in one.rows)) continue; // derived from the rows of others
    const columns = { ...view.columns, ...COMMON_COLUMNS };
    await lake.fill(view.id, columns, table(view.id, columns, one));
  }
  const facts = (id: string) => table(id, FACT_TABLES[id]!, one);
  if (asksFor(sql, 'events', views)) await lake.fill('events', EVENTS, table('events', EVENTS, one));
  await fillFacts(
    lake,
    {
      coverage: () => facts('coverage') as never,
      gaps: () => facts('gaps') as never,
      settings: new Map(Object.entries(one.settings)),
    },
    () => true,
    networks,
  );
}

const EVENTS = { host: 'VARCHAR', account: 'VARCHAR', address: 'VARCHAR', _event_id: 'INTEGER', ...COMMON_COLUMNS };

function table(id: string, columns: Readonly<Record<string, string>>, one: BehaviourCase): unknown[][] {
  const names = Object.keys(columns);
  const known = new Set([...names, 'repeat', 'every', 'jitter']);
  const unknown = (one.rows[id] ?? []).flatMap(Object.keys).find((name) => !known.has(name));
  if (unknown !== undefined) throw new BehaviourError('BAD_CASES', `${id} has no column ${unknown}`, one.name);
  return caseRows(id, one.rows[id] ?? []).map((row) => names.map((name) => row[name] ?? null));
}
