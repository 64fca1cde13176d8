/** Raised with the tables: an older file is no index and is made anew. */
export const VERSION = 1;

/** Keys by content, never by the order of insertion: rows sorted by key give one file for one content. */
export const TABLES = {
  meta: 'name TEXT PRIMARY KEY, value TEXT NOT NULL',
  folder: `name TEXT PRIMARY KEY, journal TEXT NOT NULL, branch INTEGER NOT NULL, size INTEGER NOT NULL, bytes INTEGER NOT NULL,
  tip TEXT NOT NULL, seal TEXT NOT NULL, problems INTEGER NOT NULL, state TEXT, summary TEXT`,
  item: `folder TEXT NOT NULL, "index" INTEGER NOT NULL, id TEXT NOT NULL, journal TEXT NOT NULL, "offset" INTEGER NOT NULL,
  length INTEGER NOT NULL, kind TEXT NOT NULL, agency TEXT NOT NULL, author TEXT NOT NULL, at TEXT NOT NULL, shown TEXT NOT NULL,
  tlp TEXT NOT NULL, standing TEXT NOT NULL, answers TEXT NOT NULL, forked INTEGER NOT NULL, doubted INTEGER NOT NULL,
  withheld INTEGER NOT NULL, subject TEXT, says TEXT, now TEXT, PRIMARY KEY (folder, "index")`,
  ref: 'target TEXT NOT NULL, folder TEXT NOT NULL, "index" INTEGER NOT NULL, PRIMARY KEY (target, folder, "index")',
} as const;

export const ORDER: Readonly<Record<keyof typeof TABLES, string>> = {
  meta: 'name',
  folder: 'name',
  item: 'folder, "index"',
  ref: 'target, folder, "index"',
};

export const CREATE_TABLES = Object.entries(TABLES)
  .map(([name, columns]) => `CREATE TABLE ${name} (${columns}) STRICT, WITHOUT ROWID;`)
  .join('\n');

/** After the rows: built from a sorted whole they are smaller, and the same every time. */
export const CREATE_INDEXES = `
CREATE INDEX item_id ON item(id);
CREATE INDEX item_shown ON item(shown, journal, "index", id);
CREATE INDEX item_kind ON item(kind, shown);
CREATE INDEX item_subject ON item(kind, subject, journal, "index") WHERE subject IS NOT NULL;
`;
