import type { DeskDays } from '../../app/effects/index.ts';
import { type Asked, askedOf } from './asked.ts';

/**
 * Who sits where, told by the lake: a machine's own log of people at its keyboard (log-on types 2, 7, 10, 11), and the
 * controllers', to which address a person's first ticket of the day went. In days, so that one busy day is no habit.
 */
const SAID: readonly Asked[] = [
  {
    stream: 'windows-security',
    needs: ['EventID', 'LogonType', 'Computer', 'TargetUserName'],
    sql: `SELECT Computer AS host, TargetUserName AS account, count(DISTINCT CAST(_time AS DATE)) AS n FROM windows_security
          WHERE EventID = '4624' AND LogonType IN ('2', '7', '10', '11') GROUP BY ALL`,
  },
  {
    stream: 'windows-security',
    needs: ['EventID', 'TargetUserName', 'IpAddress'],
    sql: `SELECT IpAddress AS host, TargetUserName AS account, count(DISTINCT CAST(_time AS DATE)) AS n FROM windows_security
          WHERE EventID = '4768' GROUP BY ALL`,
  },
];

/** Days on which an account was at a host (its name, or its address); empty when there is no lake. @throws LakeError */
export async function deskDays(dir: string): Promise<DeskDays[]> {
  const rows = await askedOf(
    dir,
    SAID,
    (said) => `SELECT host, account, sum(n)::BIGINT AS n FROM (${said})
      WHERE host <> '' AND account <> '' AND account NOT LIKE '%$%' GROUP BY ALL ORDER BY n DESC, host, account`,
  );
  return rows.map(([host, account, n]) => ({ host: String(host), account: String(account), days: Number(n) }));
}
