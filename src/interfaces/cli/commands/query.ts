import { query as ask, showAnswer } from '../../../platform/lake/index.ts';
import { type Command, EXIT, text, UsageError } from '../command.ts';
import { CASE_OPTION, theCase } from './cases.ts';

export const query: Command = {
  name: 'query',
  summary: 'ask the event lake in SQL',
  args: '"SQL" [--case DIR]',
  options: {
    case: CASE_OPTION,
    format: { type: 'string', value: 'table|csv|jsonl', help: 'how rows are printed (default: table)' },
    json: { type: 'boolean', help: 'the same as --format jsonl' },
    limit: { type: 'string', value: 'N', help: 'rows at most (default: 1000 in a table, else all)' },
  },
  help: `One SELECT statement; DuckDB's SQL. Views: streams (what there is), events (columns all sources have), and one a source,
such as windows_security, zeek_conn. Fields keep their names; the lake's own columns begin with _: _time, _host, _user …
Examples:
  czernin query "FROM streams"
  czernin query "SELECT _time, TargetUserName, IpAddress FROM windows_security WHERE EventID = '4624' ORDER BY _time LIMIT 20"
Columns and what is portable to Trino: docs/lake.md.`,
  async run(values, positionals, terminal) {
    if (positionals.length !== 1) throw new UsageError('give one SQL statement, in quotes');
    const format = values.json === true ? 'jsonl' : (text(values, 'format') ?? 'table');
    if (format !== 'table' && format !== 'csv' && format !== 'jsonl')
      throw new UsageError('--format is table, csv or jsonl');
    const limit = text(values, 'limit');
    const maxRows = limit === undefined ? (format === 'table' ? 1000 : Number.POSITIVE_INFINITY) : Number(limit);
    if (!(maxRows > 0)) throw new UsageError('--limit takes a number above 0');
    const answer = await ask(theCase(values).lake, positionals[0] as string, { maxRows });
    for await (const part of showAnswer(answer, format)) terminal.out(part);
    return EXIT.nothing;
  },
};
