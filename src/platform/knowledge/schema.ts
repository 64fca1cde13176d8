/** Raised with the tables: a file of another version is no index and is made anew. */
export const VERSION = 1;

/** Versions of an object sort as texts; `hash` tells two contents under one version apart. */
export const SCHEMA = `
PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
CREATE TABLE source(n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, record TEXT);
CREATE TABLE object(n INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, version TEXT NOT NULL, creator TEXT NOT NULL,
  revoked INTEGER NOT NULL, hash TEXT NOT NULL, counts INTEGER NOT NULL, source INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX object_id ON object(id, version);
CREATE INDEX object_source ON object(source);
CREATE TABLE claim(id TEXT PRIMARY KEY, subject TEXT NOT NULL, predicate TEXT NOT NULL, object TEXT, name_key TEXT,
  source INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX claim_subject ON claim(subject);
CREATE INDEX claim_object ON claim(object) WHERE object IS NOT NULL;
CREATE INDEX claim_predicate ON claim(predicate);
CREATE INDEX claim_name ON claim(name_key) WHERE name_key IS NOT NULL;
CREATE TABLE indicator(id TEXT PRIMARY KEY, source INTEGER NOT NULL, json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE fault(n INTEGER PRIMARY KEY, source INTEGER NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL, message TEXT NOT NULL);
PRAGMA user_version=${VERSION};
`;
