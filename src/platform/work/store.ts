import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type {
  CoverRow,
  EventKind,
  EvidenceRow,
  ReadResult,
  Received,
  StoredFinding,
  StoredInput,
  WorkStore,
} from '../../app/effects/index.ts';
import { errorClass } from '../../base/index.ts';
import type { Origin } from '../../model/index.ts';

export const WorkError = errorClass<'CASE_IN_USE' | 'WORK_UNREADABLE'>('WorkError');

/** Raised with the tables: an older file is thrown away and made anew, since all of it is derived. */
const SCHEMA_VERSION = 5;

const SCHEMA = `
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, origins TEXT NOT NULL, path TEXT NOT NULL,
  stored TEXT NOT NULL, result TEXT
) STRICT;
CREATE TABLE finding (
  evidence INTEGER NOT NULL, rule TEXT NOT NULL, ms REAL, ns INTEGER NOT NULL, stream TEXT NOT NULL, host TEXT NOT NULL,
  user TEXT NOT NULL, address TEXT NOT NULL, "offset" INTEGER NOT NULL, record TEXT NOT NULL, matched TEXT NOT NULL,
  why TEXT NOT NULL, entities TEXT NOT NULL, acted TEXT NOT NULL, flags INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_evidence ON finding(evidence);
CREATE TABLE input (
  evidence INTEGER NOT NULL, rule TEXT NOT NULL, ms REAL, ns INTEGER NOT NULL, "offset" INTEGER NOT NULL,
  fields TEXT NOT NULL, host TEXT NOT NULL, user TEXT NOT NULL, source TEXT NOT NULL, stream TEXT NOT NULL
) STRICT;
CREATE INDEX input_evidence ON input(evidence);
CREATE TABLE cover (
  evidence INTEGER NOT NULL, stream TEXT NOT NULL, host TEXT NOT NULL, day INTEGER, events INTEGER NOT NULL,
  first_ms REAL, last_ms REAL
) STRICT;
CREATE INDEX cover_evidence ON cover(evidence);
CREATE TABLE kind (evidence INTEGER NOT NULL, kinds TEXT NOT NULL) STRICT;
CREATE INDEX kind_evidence ON kind(evidence);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** Tables that hold what was read of evidence. */
const DERIVED = ['finding', 'input', 'cover', 'kind'];

/**
 * The store in one SQLite file, held exclusively: a second process on the same case is told so instead of mixing in.
 * WAL with synchronous=NORMAL: a killed process loses nothing committed; a power cut may lose the last commits, which
 * costs reading that evidence again.
 */
export function openWorkStore(path: string): WorkStore {
  let db = open(path);
  const version = (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (version !== SCHEMA_VERSION && version !== 0) {
    for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as {
      name: string;
    }[]) {
      db.exec(`DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}"`);
    }
  }
  if (version !== SCHEMA_VERSION) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);

  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const known = statements.get(text);
    if (known) return known;
    const made = db.prepare(text);
    statements.set(text, made);
    return made;
  };
  const transaction = (work: () => void): void => {
    db.exec('BEGIN');
    try {
      work();
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  };
  const done = 'evidence IN (SELECT id FROM evidence WHERE result IS NOT NULL)';

  return {
    evidence: () => (sql('SELECT * FROM evidence ORDER BY digest').all() as unknown as RawEvidence[]).map(toEvidence),
    find: (digest) => {
      const row = sql('SELECT * FROM evidence WHERE digest = ?').get(digest) as RawEvidence | undefined;
      return row && toEvidence(row);
    },
    receive: (item) => receive(sql, item),
    begin(id) {
      transaction(() => {
        for (const name of DERIVED) sql(`DELETE FROM ${name} WHERE evidence = ?`).run(id);
        sql('UPDATE evidence SET result = NULL WHERE id = ?').run(id);
      });
    },
    addFindings(id, rows) {
      const insert = sql('INSERT INTO finding VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)');
      transaction(() => {
        for (const r of rows) {
          insert.run(
            id,
            r.rule,
            r.ms,
            r.ns,
            r.stream,
            r.host,
            r.user,
            r.address,
            r.offset,
            r.record,
            r.matched,
            r.why,
            r.entities,
            r.acted,
            r.flags,
          );
        }
      });
    },
    addInputs(id, rows) {
      const insert = sql('INSERT INTO input VALUES (?,?,?,?,?,?,?,?,?,?)');
      transaction(() => {
        for (const r of rows)
          insert.run(id, r.rule, r.ms, r.ns, r.offset, r.fields, r.host, r.user, r.source, r.stream);
      });
    },
    finish(id, result) {
      const insert = sql('INSERT INTO cover VALUES (?,?,?,?,?,?,?)');
      transaction(() => {
        for (const c of result.cover) insert.run(id, c.stream, c.host, c.day, c.events, c.firstMs, c.lastMs);
        sql('INSERT INTO kind VALUES (?,?)').run(id, JSON.stringify(result.kinds));
        sql('UPDATE evidence SET result = ? WHERE id = ?').run(JSON.stringify({ ...result, kinds: [], cover: [] }), id);
      });
    },
    findings: () =>
      sql(
        `SELECT f.*, e.digest FROM finding f JOIN evidence e ON e.id = f.evidence WHERE e.result IS NOT NULL
         ORDER BY f.ms IS NULL, f.ms, f.ns, f.rule, e.digest, f."offset"`,
      ).iterate() as Iterable<unknown> as Iterable<StoredFinding>,
    inputs: () =>
      sql(
        `SELECT i.*, e.digest FROM input i JOIN evidence e ON e.id = i.evidence WHERE e.result IS NOT NULL AND i.ms IS NOT NULL
         ORDER BY i.ms, i.ns, e.digest, i."offset", i.rule`,
      ).iterate() as Iterable<unknown> as Iterable<StoredInput>,
    undatedInputs: () => (sql(`SELECT count(*) n FROM input WHERE ms IS NULL AND ${done}`).get() as { n: number }).n,
    coverage: () =>
      sql(
        `SELECT stream, host, day, sum(events) events, min(first_ms) firstMs, max(last_ms) lastMs FROM cover
         WHERE ${done} GROUP BY stream, host, day ORDER BY stream, host, day IS NULL, day`,
      ).iterate() as Iterable<unknown> as Iterable<CoverRow>,
    *kinds() {
      for (const { kinds } of sql(`SELECT kinds FROM kind WHERE ${done} ORDER BY evidence`).iterate())
        yield* JSON.parse(kinds as string) as EventKind[];
    },
    bind(readingKey, options) {
      const row = sql("SELECT value FROM meta WHERE name = 'reading'").get() as { value: string } | undefined;
      if (row?.value === readingKey) return false;
      const set = sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value');
      transaction(() => {
        for (const name of DERIVED) sql(`DELETE FROM ${name}`).run();
        sql('UPDATE evidence SET result = NULL').run();
        set.run('reading', readingKey);
        set.run('options', JSON.stringify(options));
      });
      return row !== undefined;
    },
    readingOptions() {
      const row = sql("SELECT value FROM meta WHERE name = 'options'").get() as { value: string } | undefined;
      return row === undefined ? null : JSON.parse(row.value);
    },
    counts: () =>
      sql(
        `SELECT (SELECT count(*) FROM evidence) evidence, (SELECT count(*) FROM evidence WHERE result IS NOT NULL) done,
         (SELECT count(*) FROM finding WHERE ${done}) findings, (SELECT count(*) FROM input WHERE ${done}) inputs`,
      ).get() as unknown as { evidence: number; done: number; findings: number; inputs: number },
    close: () => {
      statements.clear();
      db.close();
      db = undefined as unknown as DatabaseSync;
    },
  };
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = FILE; PRAGMA cache_size = -8000;',
    );
    db.exec('BEGIN IMMEDIATE; COMMIT;'); // takes the exclusive lock now, not at the first write
    return db;
  } catch (cause) {
    db.close();
    if (/locked|busy/i.test((cause as Error).message)) {
      throw new WorkError(
        'CASE_IN_USE',
        'another process is working on this case; wait for it or stop it',
        path,
        cause,
      );
    }
    throw new WorkError(
      'WORK_UNREADABLE',
      `${(cause as Error).message}; it is derived: delete it and run again`,
      path,
      cause,
    );
  }
}

interface RawEvidence {
  id: number;
  digest: string;
  size: number;
  origins: string;
  path: string;
  stored: string;
  result: string | null;
}

function toEvidence(row: RawEvidence): EvidenceRow {
  return {
    id: row.id,
    digest: row.digest,
    size: row.size,
    origins: JSON.parse(row.origins) as Origin[],
    path: row.path,
    stored: row.stored as EvidenceRow['stored'],
    result: row.result === null ? null : (JSON.parse(row.result) as ReadResult),
  };
}

function receive(sql: (text: string) => StatementSync, item: Received): { id: number; isNew: boolean } {
  const known = sql('SELECT * FROM evidence WHERE digest = ?').get(item.digest) as RawEvidence | undefined;
  if (!known) {
    const { lastInsertRowid } = sql(
      'INSERT INTO evidence (digest, size, origins, path, stored) VALUES (?,?,?,?,?)',
    ).run(item.digest, item.size, JSON.stringify([item.origin]), item.path, item.stored);
    return { id: Number(lastInsertRowid), isNew: true };
  }
  const origins = JSON.parse(known.origins) as Origin[];
  if (!origins.some((o) => sameOrigin(o, item.origin))) origins.push(item.origin);
  // The path handed in last is where the bytes lie now; a copy in the case stays the better place.
  const keep = known.stored === 'copy' && item.stored === 'reference';
  sql('UPDATE evidence SET origins = ?, path = ?, stored = ? WHERE id = ?').run(
    JSON.stringify(origins),
    keep ? known.path : item.path,
    keep ? 'copy' : item.stored,
    known.id,
  );
  return { id: known.id, isNew: false };
}

/** The same file or member handed in again, whoever brought it and whenever. */
function sameOrigin(a: Origin, b: Origin): boolean {
  return a.path === b.path && a.container?.digest === b.container?.digest && a.container?.index === b.container?.index;
}
