/** Raised with the tables: an older file is no index and is made anew. */
export const VERSION = 3;

/**
 * Folders are numbered in order of their names, journals (`j`) in order of their ids, so that a row costs little; a new
 * folder means a new file. Ids are 32 bytes, times ms since 1970. Keys come from the content, never from the order of
 * insertion: rows sorted by key give one file for one content.
 */
export const TABLES = {
  meta: 'name TEXT PRIMARY KEY, value TEXT NOT NULL',
  folder: `f INTEGER PRIMARY KEY, j INTEGER NOT NULL, name TEXT NOT NULL, journal TEXT NOT NULL, branch INTEGER NOT NULL,
  size INTEGER NOT NULL, bytes INTEGER NOT NULL, tip TEXT NOT NULL, seal TEXT NOT NULL, problems INTEGER NOT NULL,
  state TEXT, summary TEXT`,
  item: `f INTEGER NOT NULL, i INTEGER NOT NULL, j INTEGER NOT NULL, id BLOB NOT NULL, "offset" INTEGER NOT NULL,
  length INTEGER NOT NULL, kind TEXT NOT NULL, agency TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL,
  shown INTEGER NOT NULL, tlp TEXT NOT NULL, standing TEXT NOT NULL, answers TEXT, forked INTEGER NOT NULL,
  doubted INTEGER NOT NULL, withheld INTEGER NOT NULL, subject TEXT, says TEXT, now TEXT, PRIMARY KEY (f, i)`,
  ref: 'target TEXT NOT NULL, f INTEGER NOT NULL, i INTEGER NOT NULL, PRIMARY KEY (target, f, i)',
} as const;

export const ORDER: Readonly<Record<keyof typeof TABLES, string>> = {
  meta: 'name',
  folder: 'f',
  item: 'f, i',
  ref: 'target, f, i',
};

export const CREATE_TABLES = Object.entries(TABLES)
  .map(([name, columns]) => `CREATE TABLE ${name} (${columns}) STRICT, WITHOUT ROWID;`)
  .join('\n');

/** After the rows: built from a sorted whole they are smaller, and the same every time. */
export const CREATE_INDEXES = `
CREATE INDEX item_id ON item(id);
CREATE INDEX item_shown ON item(shown, j, i);
CREATE INDEX item_kind ON item(kind, shown, j, i);
CREATE INDEX item_subject ON item(kind, subject, j, i, forked, standing) WHERE subject IS NOT NULL;
`;
