import { oneLine } from '../../base/index.ts';
import type { Finding } from '../../model/index.ts';
import { csvLine } from './csv.ts';

/**
 * timeline.csv: one line a finding in time order, with the three columns Timesketch asks of a CSV (`message`,
 * `datetime`, `timestamp_desc`; its user guide "Import from JSON or CSV") first, the rest as further attributes.
 * Undated findings are left out, since a timeline cannot hold them; the caller says how many.
 */
export const TIMELINE_HEADER = csvLine([
  'message',
  'datetime',
  'timestamp_desc',
  'level',
  'rule',
  'rule_id',
  'attack',
  'host',
  'user',
  'address',
  'source',
  'count',
  'why',
  'caveats',
  'finding',
  'event',
]);

export function timelineLine(f: Finding): string {
  const where = [f.host, f.user].filter(Boolean).join(' / ');
  return csvLine([
    oneLine(`[${f.rule.level}] ${f.rule.title}${where ? ` (${where})` : ''}`),
    f.time,
    f.kind === 'correlation' ? 'First event of correlation' : 'Event time',
    f.rule.level,
    oneLine(f.rule.title),
    f.rule.id,
    f.rule.attack.join(' '),
    oneLine(f.host),
    oneLine(f.user),
    oneLine(f.address),
    f.stream,
    f.count,
    oneLine(f.why),
    f.caveats.join('; '),
    f.id,
    f.events[0] as string,
  ]);
}
