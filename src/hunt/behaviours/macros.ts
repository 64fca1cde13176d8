/**
 * Functions that views and behaviours share, as DuckDB macros: the same normal forms as `entityKey` (a test holds them
 * to it), and the few shapes scores are made of.
 */
const EMPTY = '^(-|null|n/a|unknown|\\(unknown\\)|s-1-0-0|nobody|anonymous logon)$';

/** Suffixes under which somebody else registers: enough to tell sites apart, not the public suffix list. */
const TWO_PART = '(co|com|org|net|gov|gouv|ac|edu|mil|or|ne|go|gob|nic|in|id|web)';

export const MACROS: readonly string[] = [
  `CREATE MACRO event_address(evidence, pos) AS evidence || '@' || CAST(pos AS VARCHAR)`,
  // A heap of 100, not a list of all: memory is bounded however many events a group has.
  `CREATE MACRO events_of(t, e) AS list_transform(min({'t': t, 'e': e}, 100), x -> x.e)`,
  // A macro's argument is pasted wherever its name stands: each of these names it once, or nesting would double the work.
  `CREATE MACRO named(x) AS nullif(regexp_replace(x, '${EMPTY}', ''), '')`,
  `CREATE MACRO bare_name(x) AS lower(trim(nfc_normalize(x)))`,
  `CREATE MACRO bare_account(x) AS named(trim(split_part(split_part(named(bare_name(x)), '\\', -1), '@', 1)))`,
  `CREATE MACRO odd_address(x) AS named(regexp_replace(trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(trim(x)),
    '^\\[([^\\]]+)\\](:\\d+)?$', '\\1'), '^(\\d+(\\.\\d+){3}):\\d+$', '\\1'), '^::ffff:(\\d+\\.)', '\\1'), '^([^%]*:[^%]*)%.*$', '\\1')), '^(127\\..*|::1|0\\.0\\.0\\.0|::)$', ''))`,
  // Nearly all are plain: they pass without being rewritten.
  `CREATE MACRO bare_address(x) AS CASE WHEN regexp_full_match(x, '(10|1[013-9]\\d?|12[0-689]?|[2-9]\\d?|2[0-5]\\d|1)\\.\\d+\\.\\d+\\.\\d+') THEN x ELSE odd_address(x) END`,
  `CREATE MACRO bare_host(x) AS CASE WHEN regexp_matches(x, ':|^\\s*[\\d.]+\\s*$') THEN odd_address(x)
    ELSE named(rtrim(split_part(ltrim(named(bare_name(x)), '\\'), '.', 1), '$')) END`,
  `CREATE MACRO is_external(a) AS a IS NOT NULL AND regexp_full_match(a, '[0-9a-f.:]+') AND (contains(a, '.') OR contains(a, ':'))
    AND NOT regexp_matches(a, '^(10\\.|127\\.|0\\.|169\\.254\\.|192\\.168\\.|172\\.(1[6-9]|2\\d|3[01])\\.|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.|2(2[4-9]|3\\d)\\.|255\\.|f[cd]|fe[89ab]|ff|::1?$)')`,
  `CREATE MACRO line_prefix(a) AS CASE WHEN contains(a, ':') THEN regexp_extract(a, '^([0-9a-f]*:[0-9a-f]*:[0-9a-f]*)', 1) || '::/48'
    ELSE regexp_extract(a, '^(\\d+\\.\\d+\\.\\d+)\\.', 1) || '.0/24' END`,
  `CREATE MACRO site_of(d) AS CASE WHEN regexp_full_match(d, '[\\d.]+') OR contains(d, ':') THEN d
    ELSE coalesce(nullif(regexp_extract(rtrim(lower(d), '.'), '([^.]+\\.${TWO_PART}\\.[a-z]{2})$', 1), ''),
      nullif(regexp_extract(rtrim(lower(d), '.'), '([^.]+\\.[^.]+)$', 1), ''), lower(d)) END`,
  `CREATE MACRO file_name(p) AS lower(regexp_extract(p, '([^\\\\/]*)$', 1))`,
  `CREATE MACRO unjson_first(x) AS CASE WHEN left(x, 1) = '[' THEN coalesce(json_extract_string(TRY_CAST(x AS JSON), '$[0]'), x) ELSE x END`,
  `CREATE MACRO unescape_xml(x) AS replace(replace(replace(replace(x, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&amp;', '&')`,
  `CREATE MACRO clamp(x) AS greatest(0.0, least(1.0, CAST(x AS DOUBLE)))`,
  `CREATE MACRO ramp(x, low, high) AS clamp((CAST(x AS DOUBLE) - low) / (CAST(high AS DOUBLE) - low))`,
];
