import type { DatabaseSync } from 'node:sqlite';
import type {
  CaseIndex,
  IndexedFolder,
  IndexedItem,
  IndexFilter,
  IndexMeta,
  IndexPosition,
} from '../../app/effects/index.ts';
import type { CaseItem, CaseJournal } from '../../model/index.ts';

/** What can be asked of an open index. Texts from journals are only ever bound, never part of a statement. */
export function questions(db: DatabaseSync): CaseIndex {
  const folders = (): IndexedFolder[] =>
    db.prepare('SELECT * FROM folder ORDER BY name').all() as unknown as IndexedFolder[];
  return {
    folders,
    meta() {
      const rows = db.prepare('SELECT name, value FROM meta').all() as { name: string; value: string }[];
      return Object.fromEntries(rows.map((r) => [r.name, JSON.parse(r.value)])) as unknown as IndexMeta;
    },
    summaries: () =>
      folders()
        .filter((f) => f.summary !== null)
        .map((f) => JSON.parse(f.summary!) as CaseJournal)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    items(filter) {
      const { where, values } = conditions(filter);
      const limit = filter.limit === undefined ? '' : ` LIMIT ${Math.floor(filter.limit)}`;
      const order = 'item.shown DESC, item.journal DESC, item."index" DESC, item.id DESC';
      const rows = db.prepare(`SELECT item.* FROM item ${where} ORDER BY ${order}${limit}`).all(...values);
      return (rows as unknown as Row[]).map(toItem).reverse();
    },
    find: (prefix, limit) =>
      (
        db
          .prepare('SELECT * FROM item WHERE id >= ? AND id < ? ORDER BY id LIMIT ?')
          .all(prefix, after(prefix), limit) as unknown as Row[]
      ).map(toItem),
    positions(kind) {
      // of each journal the last word that stands; a forked branch speaks beside its main one
      const rows = db
        .prepare(
          `SELECT subject, kind, agency, journal, id AS entry, says, forked FROM item
           WHERE kind = ? AND subject IS NOT NULL AND standing <> 'retracted' ORDER BY subject, journal, forked, "index"`,
        )
        .all(kind) as unknown as (Omit<IndexPosition, 'forked'> & { forked: number })[];
      const last = new Map<string, IndexPosition>();
      for (const row of rows) {
        const lane = row.forked ? `${row.journal} ${row.entry}` : row.journal;
        last.set(`${row.subject} ${lane}`, { ...row, forked: row.forked === 1 });
      }
      return [...last.values()];
    },
    countByKind() {
      const rows = db.prepare('SELECT kind, count(*) n FROM item GROUP BY kind ORDER BY kind').all();
      return Object.fromEntries((rows as { kind: string; n: number }[]).map((r) => [r.kind, r.n]));
    },
    targets: (journal, kind) =>
      (
        db
          .prepare(
            'SELECT DISTINCT target FROM item JOIN ref ON ref.folder = item.folder AND ref."index" = item."index" WHERE item.kind = ? AND item.journal = ?',
          )
          .all(kind, journal) as { target: string }[]
      ).map((r) => r.target),
    lastShown(journal) {
      const last = 'SELECT shown FROM item WHERE folder = ? ORDER BY "index" DESC LIMIT 1';
      return (db.prepare(last).get(journal) as { shown: string } | undefined)?.shown ?? '';
    },
    close: () => db.close(),
  };
}

function conditions(filter: IndexFilter): { where: string; values: (string | number)[] } {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  if (filter.refs !== undefined) {
    parts.push('(item.folder, item."index") IN (SELECT folder, "index" FROM ref WHERE target >= ? AND target < ?)');
    values.push(filter.refs, after(filter.refs));
  }
  for (const name of ['kind', 'agency', 'journal'] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(`item.${name} = ?`);
    values.push(value);
  }
  return { where: parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '', values };
}

/** The least text after all that begin with `prefix`; targets and ids are ASCII. */
function after(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

type Row = Omit<IndexedItem, 'answers' | 'forked' | 'doubted' | 'withheld'> & {
  readonly answers: string;
  readonly forked: number;
  readonly doubted: number;
  readonly withheld: number;
};

function toItem(row: Row): IndexedItem {
  return {
    ...row,
    kind: row.kind as CaseItem['kind'],
    answers: row.answers === '' ? [] : row.answers.split(' '),
    forked: row.forked === 1,
    doubted: row.doubted === 1,
    withheld: row.withheld === 1,
  };
}
