/** SQL text handled as text, no more than is needed: names quoted, and what is comment or literal told from what is code. */

/** Comments and texts in single quotes taken out, names in double quotes kept. Linear; what is not closed runs to the end. */
export function bareSql(sql: string): string {
  let out = '';
  for (let at = 0; at < sql.length; ) {
    const two = sql.slice(at, at + 2);
    const end = two === '--' ? '\n' : two === '/*' ? '*/' : sql[at] === "'" ? "'" : '';
    if (end === '') {
      out += sql[at++];
      continue;
    }
    const close = sql.indexOf(end, at + (end === "'" ? 1 : 2));
    at = close < 0 ? sql.length : close + end.length;
    out += ' ';
  }
  return out;
}

/** Does the SQL speak of this view or table? A word in code, not in a comment or text. */
export function mentions(bare: string, view: string): boolean {
  return countMentions(bare, view) > 0;
}

export function countMentions(bare: string, view: string): number {
  return bare.match(new RegExp(`(?<![\\w"])"?${view}"?(?![\\w"])`, 'gi'))?.length ?? 0;
}

/** After these words a name is a table's; after the others it is a column's, until the next of them at the same depth. */
const TABLE_WORDS = new Set([
  'from',
  'join',
  'table',
  'into',
  'update',
  'describe',
  'summarize',
  'show',
  'pivot',
  'unpivot',
]);
const COLUMN_WORDS = new Set([
  'select',
  'where',
  'on',
  'using',
  'by',
  'having',
  'qualify',
  'when',
  'then',
  'limit',
  'offset',
]);
const TOKEN = /"(?:[^"]|"")*"|[A-Za-z_]\w*|[(),]/g;

/**
 * Does the SQL read this table, as told by where the name stands, and not only have a column of that name? In doubt yes.
 * @param bare SQL without comments and texts
 */
export function readsTable(bare: string, table: string): boolean {
  const clauses = ['from']; // by depth of parentheses: the word that says what a name stands for here
  const last = () => clauses.length - 1;
  let before = '';
  for (const [token] of bare.matchAll(TOKEN)) {
    const word = token.toLowerCase();
    if (word === '(') clauses.push(clauses[last()]!);
    else if (word === ')' && clauses.length > 1) clauses.pop();
    else if (TABLE_WORDS.has(word) || COLUMN_WORDS.has(word)) clauses[last()] = word;
    // after the condition of a join the list of tables goes on
    else if (word === ',' && (clauses[last()] === 'on' || clauses[last()] === 'using')) clauses[last()] = 'from';
    else if (TABLE_WORDS.has(clauses[last()]!) && before !== 'as' && (word === table || word === `"${table}"`))
      return true;
    before = word;
  }
  return false;
}

export const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const nameLiteral = (value: string): string => `"${value.replaceAll('"', '""')}"`;
