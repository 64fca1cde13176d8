import type { DatabaseSync } from 'node:sqlite';
import type {
  CaseIndex,
  IndexedFolder,
  IndexedItem,
  IndexFilter,
  IndexMeta,
  IndexPosition,
} from '../../app/effects/index.ts';
import { fromHex } from '../../base/index.ts';
import type { CaseItem, CaseJournal } from '../../model/index.ts';

/** What can be asked of an open index. Texts from journals are only ever bound, never part of a statement. */
export function questions(db: DatabaseSync): CaseIndex {
  const folders = (): IndexedFolder[] =>
    (db.prepare('SELECT * FROM folder ORDER BY f').all() as unknown as (IndexedFolder & Numbers)[]).map(
      ({ f: _f, j: _j, ...folder }) => folder,
    );
  const positions = (kind: string, among: string): IndexPosition[] => {
    // of each journal the last word that stands; a forked branch speaks beside its main one
    const rows = db
      .prepare(
        `SELECT subject, kind, agency, journal, lower(hex(id)) AS entry, says, forked FROM item JOIN folder USING (f)
         WHERE kind = ?1 AND subject IS NOT NULL AND standing <> 'retracted' ${among} ORDER BY subject, item.j, forked, i`,
      )
      .all(kind) as unknown as (Omit<IndexPosition, 'forked'> & { forked: number })[];
    const last = new Map<string, IndexPosition>();
    for (const row of rows) {
      const lane = row.forked ? `${row.journal} ${row.entry}` : row.journal;
      last.set(`${row.subject} ${lane}`, { ...row, forked: row.forked === 1 });
    }
    return [...last.values()];
  };
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
      const { from, where, values } = conditions(filter);
      const limit = filter.limit === undefined ? '' : ` LIMIT ${Math.floor(filter.limit)}`;
      const order = 'item.shown DESC, item.j DESC, item.i DESC, item.id DESC';
      const rows = db.prepare(`${COLUMNS} FROM ${from} ${where} ORDER BY ${order}${limit}`).all(...values);
      return (rows as unknown as Row[]).map(toItem).reverse();
    },
    find(prefix, limit) {
      const [low, high] = [fromHex(prefix.padEnd(64, '0')), fromHex(prefix.padEnd(64, 'f'))];
      const rows = db
        .prepare(`${COLUMNS} FROM ${ITEMS} WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?`)
        .all(low, high, limit);
      return (rows as unknown as Row[]).map(toItem);
    },
    stances(kind) {
      const subjects =
        'SELECT count(DISTINCT subject) n FROM item WHERE kind = ? AND subject IS NOT NULL AND standing <> ?';
      const { n } = db.prepare(subjects).get(kind, 'retracted') as { n: number };
      const bySubject = Map.groupBy(positions(kind, SEVERAL_SPEAK), (p) => p.subject);
      const disputed = [...bySubject.values()].filter((all) => new Set(all.map((p) => p.says)).size > 1);
      return { subjects: n, disputed: disputed.length };
    },
    positions: (kind) => positions(kind, ''),
    countByKind() {
      const rows = db.prepare('SELECT kind, count(*) n FROM item GROUP BY kind ORDER BY kind').all();
      return Object.fromEntries((rows as { kind: string; n: number }[]).map((r) => [r.kind, r.n]));
    },
    targets(journal, kind) {
      const of =
        'SELECT DISTINCT target FROM item JOIN folder USING (f) JOIN ref ON ref.f = item.f AND ref.i = item.i WHERE kind = ? AND journal = ?';
      return (db.prepare(of).all(kind, journal) as { target: string }[]).map((r) => r.target);
    },
    lastShown(folder) {
      const last = 'SELECT shown FROM item WHERE f = (SELECT f FROM folder WHERE name = ?) ORDER BY i DESC LIMIT 1';
      const row = db.prepare(last).get(folder) as { shown: number } | undefined;
      return row ? momentOf(row.shown) : '';
    },
    close: () => db.close(),
  };
}

function conditions(filter: IndexFilter): { from: string; where: string; values: (string | number)[] } {
  const parts: string[] = [];
  const values: (string | number)[] = [];
  if (filter.refs !== undefined) values.push(filter.refs, after(filter.refs), filter.refs, after(filter.refs));
  for (const name of ['kind', 'agency', 'journal'] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(name === 'journal' ? 'folder.journal = ?' : `item.${name} = ?`);
    values.push(value);
  }
  const where = parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '';
  return { from: filter.refs === undefined ? ITEMS : SPOKEN_OF, where, values };
}

/** The least text after all that begin with `prefix`; targets and ids are ASCII. */
function after(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

const COLUMNS = 'SELECT lower(hex(item.id)) AS hex, item.*, folder.name AS folder, folder.journal AS journal';
const ITEMS = 'item JOIN folder ON folder.f = item.f';

/** Few, found by their keys first (CROSS JOIN keeps the order), then looked up. */
const SPOKEN_OF = `(SELECT f, i FROM ref WHERE target >= ? AND target < ?
  UNION SELECT f, i FROM item WHERE kind = 'finding-judged' AND subject >= ? AND subject < ?) AS hit
  CROSS JOIN item ON item.f = hit.f AND item.i = hit.i JOIN folder ON folder.f = item.f`;

/** Only subjects of which more than one journal, or a fork, has spoken: told from the index alone. */
const SEVERAL_SPEAK = `AND subject IN (SELECT subject FROM item WHERE kind = ?1 AND subject IS NOT NULL
  GROUP BY subject HAVING min(j) <> max(j) OR max(forked) = 1)`;

interface Numbers {
  readonly f: number;
  readonly j: number;
}

interface Row extends Numbers {
  readonly hex: string;
  readonly i: number;
  readonly folder: string;
  readonly journal: string;
  readonly offset: number;
  readonly length: number;
  readonly kind: string;
  readonly agency: string;
  readonly author: string;
  readonly at: number;
  readonly shown: number;
  readonly tlp: string;
  readonly standing: string;
  readonly answers: string | null;
  readonly forked: number;
  readonly doubted: number;
  readonly withheld: number;
  readonly subject: string | null;
  readonly says: string | null;
  readonly now: string | null;
}

function toItem(row: Row): IndexedItem {
  const { folder, journal, offset, length, agency, author, tlp, subject, says, now } = row;
  return {
    id: row.hex,
    journal,
    folder,
    index: row.i,
    offset,
    length,
    kind: row.kind as CaseItem['kind'],
    agency,
    author,
    at: momentOf(row.at),
    shown: momentOf(row.shown),
    tlp,
    standing: row.standing as CaseItem['standing'],
    answers: row.answers?.split(' ') ?? [],
    forked: row.forked === 1,
    doubted: row.doubted === 1,
    withheld: row.withheld === 1,
    subject,
    says,
    now,
  };
}

function momentOf(ms: number): string {
  return new Date(ms).toISOString();
}
