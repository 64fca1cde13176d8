import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KnowledgeIndex, StoredObject } from '../../app/effects/index.ts';
import type { Claim, Indicator } from '../../model/index.ts';
import { KnowledgeError } from './errors.ts';

/** A write; what the disk or SQLite has against it by code: the shelf stands, and the next opening fills the index again. */
function writing<T>(db: DatabaseSync, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
    throw new KnowledgeError('INDEX_UNWRITABLE', (error as Error).message, db.location() ?? undefined, error);
  }
}

/** The index over one open database. Rows stream: nothing is held but the row being looked at. */
export function knowledgeIndex(db: DatabaseSync): KnowledgeIndex {
  const prepared = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const found = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, found);
    return found;
  };
  let source = 0;

  return {
    sources: () =>
      new Set(
        sql('SELECT name FROM source')
          .all()
          .map((row) => String(row.name)),
      ),
    begin(name, record) {
      writing(db, () => db.exec('BEGIN IMMEDIATE')); // another import may be at work
      const made = sql('INSERT INTO source(name, record) VALUES (?, ?)').run(name, record && JSON.stringify(record));
      source = Number(made.lastInsertRowid);
    },
    commit: () => writing(db, () => db.exec('COMMIT')),
    rollback: () => db.exec('ROLLBACK'),
    addObject(o) {
      const insert = sql('INSERT INTO object VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
      const flags = [o.revoked ? 1 : 0, o.hash, o.counts ? 1 : 0] as const;
      writing(db, () => insert.run(o.id, o.type, o.version, o.creator, ...flags, source, o.json));
    },
    addClaim(claim, nameKey) {
      const { changes } = sql('INSERT OR IGNORE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        claim.id,
        claim.subject,
        claim.predicate,
        claim.object ?? null,
        nameKey,
        source,
        JSON.stringify(claim),
      );
      return Number(changes) > 0;
    },
    addIndicator(indicator) {
      const text = JSON.stringify(indicator);
      const { changes } = sql('INSERT OR IGNORE INTO indicator VALUES (?, ?, ?)').run(indicator.id, source, text);
      return Number(changes) > 0;
    },
    addFault(fault) {
      sql('INSERT INTO fault VALUES (NULL, ?, ?, ?, ?)').run(source, fault.code, fault.at, fault.message);
    },
    versions(id, contentOf) {
      const json = contentOf === undefined ? 'json' : "CASE WHEN version = :contentOf THEN json ELSE '' END json";
      const text = `SELECT id, type, version, creator, revoked, hash, counts, ${json} FROM object WHERE id = :id ORDER BY version, n`;
      return sql(text)
        .all({ id, ...(contentOf === undefined ? {} : { contentOf }) })
        .map(toObject);
    },
    object(id) {
      const row = sql('SELECT * FROM object WHERE id = ? AND counts = 1 ORDER BY version DESC, n LIMIT 1').get(id);
      return row ? toObject(row) : null;
    },
    *objects({ source: name, type, latest }) {
      const where = [
        ...(name === undefined ? [] : ['source = (SELECT n FROM source WHERE name = :name)']),
        ...(type === undefined ? [] : ['type = :type']),
        ...(latest !== true
          ? []
          : [
              'counts = 1',
              `NOT EXISTS (SELECT 1 FROM object o WHERE o.id = object.id AND o.counts = 1 AND o.version > object.version)`,
            ]),
      ];
      const text = `SELECT * FROM object ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY n`;
      const values = { ...(name === undefined ? {} : { name }), ...(type === undefined ? {} : { type }) };
      for (const row of db.prepare(text).iterate(values)) yield toObject(row);
    },
    *claims(query) {
      const asked = [
        ['subject', query.subject],
        ['object', query.object],
        ['predicate', query.predicate],
        ['name_key', query.nameKey],
      ].filter(([, value]) => value !== undefined) as [string, string][];
      const where = asked.length > 0 ? `WHERE ${asked.map(([name]) => `${name} = ?`).join(' AND ')}` : '';
      const rows = db.prepare(`SELECT json FROM claim ${where} ORDER BY id`).iterate(...asked.map(([, v]) => v));
      for (const row of rows) yield JSON.parse(String(row.json)) as Claim;
    },
    *indicators() {
      for (const row of db.prepare('SELECT json FROM indicator ORDER BY id').iterate())
        yield JSON.parse(String(row.json)) as Indicator;
    },
    *faults(name) {
      const where = name === undefined ? '' : 'WHERE s.name = ?';
      const text = `SELECT f.code, f.at, f.message, s.name FROM fault f JOIN source s ON s.n = f.source ${where} ORDER BY f.n`;
      for (const row of db.prepare(text).iterate(...(name === undefined ? [] : [name])))
        yield { code: String(row.code), at: String(row.at), message: String(row.message), source: String(row.name) };
    },
    types: () =>
      new Map(
        sql('SELECT type, count(DISTINCT id) n FROM object GROUP BY type ORDER BY type')
          .all()
          .map((row) => [String(row.type), Number(row.n)]),
      ),
    counts() {
      const count = (text: string) => Number(sql(text).get()?.n);
      return {
        imports: count('SELECT count(*) n FROM source WHERE record IS NOT NULL'),
        objects: count('SELECT count(DISTINCT id) n FROM object'),
        claims: count('SELECT count(*) n FROM claim'),
        indicators: count('SELECT count(*) n FROM indicator'),
        faults: count('SELECT count(*) n FROM fault'),
      };
    },
    close: () => db.close(),
  };
}

function toObject(row: Record<string, unknown>): StoredObject {
  return {
    id: String(row.id),
    type: String(row.type),
    version: String(row.version),
    creator: String(row.creator),
    revoked: row.revoked === 1,
    hash: String(row.hash),
    counts: row.counts === 1,
    json: String(row.json),
  };
}
