import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareSql, readsTable } from './sql.ts';

const reads = (sql: string): boolean => readsTable(bareSql(sql), 'events');

test('a table is read where a table stands', () => {
  for (const sql of [
    'SELECT * FROM events',
    'FROM events SELECT host',
    'SELECT a FROM b, "events" e WHERE true',
    'SELECT (SELECT min(e.event) FROM events e WHERE e.x = h.x) FROM h',
    'SELECT 1 FROM a JOIN b ON a.x = b.x, events',
    'SELECT 1 FROM a JOIN b USING (x), EVENTS',
    'WITH x AS (FROM events) SELECT * FROM x',
    'SELECT * FROM (events CROSS JOIN b)',
    'SELECT 1 FROM a LEFT JOIN events USING (x)',
    'SELECT 1 UNION ALL (TABLE events)',
    'events\nSELECT 1',
  ])
    assert.ok(reads(sql), sql);
});

test('a column, an alias, a function or a word in a comment or text is none', () => {
  for (const sql of [
    'SELECT events_of(time, event) AS events FROM logins',
    'SELECT host, events FROM x WHERE events > 1 GROUP BY events HAVING events ORDER BY events',
    'SELECT m.events, count(*) FROM m JOIN n ON m.events = n.events',
    "SELECT 'FROM events' FROM m -- FROM events\n/* JOIN events */ WHERE true",
    'SELECT CASE WHEN x THEN events END FROM m',
    'WITH a AS (SELECT events FROM b) SELECT list(events) FROM a, b',
    'SELECT count(*) FILTER (WHERE events > 1) FROM a',
  ])
    assert.ok(!reads(sql), sql);
});
