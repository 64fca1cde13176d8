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

export const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const nameLiteral = (value: string): string => `"${value.replaceAll('"', '""')}"`;
