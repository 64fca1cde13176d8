import { BehaviourError } from './errors.ts';
import { bareSql, countMentions, mentions, readsTable } from './sql.ts';
import type { LakeStreams, View } from './view.ts';

/** What SQL reads, through derived views down to the streams of the lake. */
export type Views = ReadonlyMap<string, View>;

/** Tables or views of these names that the SQL itself names, in order of name. */
export function namesIn(sql: string, names: Iterable<string>): string[] {
  const bare = bareSql(sql);
  return [...names].filter((name) => mentions(bare, name)).sort();
}

/** How often the SQL names each of these tables or views. */
export function timesNamed(sql: string, name: string): number {
  return countMentions(bareSql(sql), name);
}

/**
 * Every view that must be there before this SQL runs: those that others are derived from come first.
 * @throws BehaviourError BAD_VIEW for views derived from each other in a circle
 */
export function viewsFor(sql: string, views: Views): View[] {
  return closure(namesIn(sql, views.keys()), views);
}

function closure(names: readonly string[], views: Views): View[] {
  const out: View[] = [];
  const open = new Set<string>();
  const visit = (id: string): void => {
    const view = views.get(id);
    if (view === undefined || out.includes(view)) return;
    if (open.has(id)) throw new BehaviourError('BAD_VIEW', 'it is derived from itself', id);
    open.add(id);
    for (const read of view.reads) visit(read);
    open.delete(id);
    out.push(view);
  };
  for (const id of names) visit(id);
  return out;
}

/** Does it, or a view it reads, ask for this table (and not only have a column of that name)? */
export function asksFor(sql: string, table: string, views: Views): boolean {
  return [sql, ...viewsFor(sql, views).map((view) => view.sql)].some((text) => readsTable(bareSql(text), table));
}

/** A derived view and what it is derived from, in the order they are made. @throws BehaviourError BAD_VIEW */
export function derivation(view: View, views: Views): View[] {
  return closure([view.id], views);
}

/** Streams of this lake that the view has rows from. */
export function viewStreams(view: View, views: Views, lake: Pick<LakeStreams, 'has'>): string[] {
  const streams = closure([view.id], views).flatMap((v) => v.sections.flatMap((section) => section.streams));
  return [...new Set(streams)].filter((name) => lake.has(name)).sort();
}
