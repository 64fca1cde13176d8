import type { AddressPair } from '../../app/effects/index.ts';
import { type Asked, askedOf } from './asked.ts';

/**
 * Which machine had which address, told by the lake: a machine's own ticket or log-on names both, Sysmon writes its own
 * address with each connection, mail servers say who and where they are, DHCP whom it gave one, name servers who is asked
 * for. `pairs` weighs what was said.
 */
const SAID: readonly Asked[] = [
  {
    stream: 'windows-security',
    needs: ['EventID', 'TargetUserName', 'IpAddress'],
    sql: `SELECT split_part(TargetUserName, '$', 1) AS host, IpAddress AS address, 10 * count(*) AS n FROM windows_security
          WHERE EventID IN ('4768', '4769', '4624') AND TargetUserName LIKE '%$%' GROUP BY ALL`,
  },
  {
    stream: 'windows-sysmon',
    needs: ['EventID', 'Computer', 'SourceIp', 'Initiated'],
    sql: `SELECT Computer AS host, SourceIp AS address, 10 * count(*) AS n FROM windows_sysmon
          WHERE EventID = '3' AND lower(Initiated) = 'true' GROUP BY ALL`,
  },
  {
    stream: 'zeek-dhcp',
    needs: ['host_name', 'assigned_addr'],
    sql: 'SELECT host_name AS host, assigned_addr AS address, 10 * count(*) AS n FROM zeek_dhcp GROUP BY ALL',
  },
  {
    stream: 'exchange-messagetracking',
    needs: ['server-hostname', 'server-ip'],
    sql: `SELECT "server-hostname" AS host, "server-ip" AS address, 10 * count(*) AS n FROM exchange_messagetracking GROUP BY ALL`,
  },
  {
    stream: 'mail-postfix',
    needs: ['relay'],
    sql: `SELECT split_part(relay, '[', 1) AS host, split_part(split_part(relay, '[', 2), ']', 1) AS address,
          10 * count(*) AS n FROM mail_postfix WHERE relay LIKE '%[%' GROUP BY ALL`,
  },
  {
    // the name is what a client calls itself: a tenth of what a machine says of itself
    stream: 'windows-security',
    needs: ['EventID', 'WorkstationName', 'IpAddress'],
    sql: `SELECT WorkstationName AS host, IpAddress AS address, count(*) AS n FROM windows_security
          WHERE EventID = '4624' AND WorkstationName NOT IN ('', '-') GROUP BY ALL`,
  },
];

/** One address of the inside, and nothing else, as the answer: Zeek's list, Sysmon's `::ffff:10.0.0.5;`. */
const ONE_INSIDE = String.raw`^(?:\["|::ffff:)?((?:10|192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))(?:\.[0-9]{1,3}){2,3})(?:"\]|;)?$`;
const ANSWERED: readonly Asked[] = [
  {
    stream: 'zeek-dns',
    needs: ['query', 'answers'],
    sql: answered('zeek_dns', 'query', 'answers'),
  },
  {
    stream: 'windows-sysmon',
    needs: ['EventID', 'QueryName', 'QueryResults'],
    sql: answered(`(FROM windows_sysmon WHERE EventID = '22')`, 'QueryName', 'QueryResults'),
  },
];

function answered(from: string, name: string, answers: string): string {
  return `SELECT ${name} AS host, regexp_extract(${answers}, '${ONE_INSIDE}', 1) AS address, count(*) AS n FROM ${from}
          WHERE regexp_matches(${answers}, '${ONE_INSIDE}') GROUP BY ALL`;
}

/** Pairs of host and address as logs name them; empty when there is no lake. @throws LakeError */
export async function addressPairs(dir: string): Promise<AddressPair[]> {
  const told = await pairsOf(dir, SAID);
  const asked = await pairsOf(dir, ANSWERED);
  return [...told, ...asked.map((pair) => ({ ...pair, answered: true }))];
}

async function pairsOf(dir: string, asked: readonly Asked[]): Promise<AddressPair[]> {
  const rows = await askedOf(
    dir,
    asked,
    (said) => `SELECT host, address, sum(n)::BIGINT AS n FROM (${said})
      WHERE host <> '' AND address <> '' GROUP BY ALL ORDER BY n DESC, host, address`,
  );
  return rows.map(([host, address, n]) => ({ host: String(host), address: String(address), pairs: Number(n) }));
}
