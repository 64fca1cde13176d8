/**
 * A hundred thousand indicators over a lake of a given size, against grep over the same events as text, in one run.
 * `npm run bench:sweep -- [million events …]` (default 1; 100 needs 12 GB of disk). The events are invented: flows, DNS,
 * proxy and logons over years, with a pool of addresses and names that repeat and URLs that mostly do not.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { FIELD_FORMS, readKeys, readLists, sweep } from '../../src/app/sweep/index.ts';
import { openValueIndex } from '../../src/platform/sweep/index.ts';

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((n) => n > 0);
const say = (line: string) => process.stdout.write(`${line}\n`);
/** Wall and processor time since a beginning: on a shared machine only the second compares. */
interface Begun {
  readonly wall: number;
  readonly cpu: NodeJS.CpuUsage;
}
const begin = (): Begun => ({ wall: performance.now(), cpu: process.cpuUsage() });
const seconds = ({ wall, cpu }: Begun): string => {
  const { user, system } = process.cpuUsage(cpu);
  return `${((performance.now() - wall) / 1000).toFixed(1)} s (processor ${((user + system) / 1e6).toFixed(1)} s)`;
};

const STREAMS: readonly (readonly [name: string, share: number, columns: string])[] = [
  [
    'zeek-conn',
    0.5,
    `'10.20.' || (h % 8) || '.' || (h // 8 % 250) AS "id.orig_h", addr AS "id.resp_h", (h % 60000)::VARCHAR AS "id.orig_p", '443' AS "id.resp_p", (h % 1000000)::VARCHAR AS orig_bytes, hash(i)::VARCHAR AS uid`,
  ],
  [
    'zeek-dns',
    0.2,
    `'10.20.' || (h % 8) || '.' || (h // 8 % 250) AS "id.orig_h", name AS query, '["' || addr || '"]' AS answers`,
  ],
  [
    'proxy-squid',
    0.2,
    `'10.20.' || (h % 8) || '.' || (h // 8 % 250) AS "c-ip", 'user' || (h % 900) AS "cs-username", 'http://' || name || '/p/' || (h % 50000000) AS url`,
  ],
  ['windows-security', 0.1, `'user' || (h % 900) AS TargetUserName, addr AS IpAddress, '4624' AS EventID`],
];

async function makeLake(lake: string, raw: string, events: number, days: number): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '3GB',
    threads: '2',
    temp_directory: `${lake}.tmp`,
  });
  const connection = await instance.connect();
  for (const [at, [stream, share, columns]] of STREAMS.entries()) {
    const rows = Math.round((events * share) / days);
    for (let day = 0; day < days; day++) {
      const date = new Date(Date.UTC(2021, 0, 1 + day)).toISOString().slice(0, 10);
      const folder = join(lake, `stream=${stream}`, `day=${date}`);
      mkdirSync(folder, { recursive: true });
      const seed = (at * days + day) * rows;
      // Addresses and names repeat as in life: a few of them make most of the traffic.
      await connection.run(
        `COPY (SELECT repeat('${'abcdef'[at]}', 64) AS _evidence, i AS _offset, i AS _record, TIMESTAMP '${date}' + to_milliseconds((i - ${seed}) * ${Math.floor(86_400_000 / rows)}) AS _time, 0::INTEGER AS _ns, 0::INTEGER AS _flags,
           NULL::VARCHAR AS _product, NULL::VARCHAR AS _service, NULL::VARCHAR AS _category, NULL::VARCHAR AS _channel, NULL::VARCHAR AS _provider, NULL::INTEGER AS _event_id,
           'host' || (h % 900) AS _host, 'user' || (h % 900) AS _user, addr AS _address, ${columns}, NULL::VARCHAR AS _more
         FROM (SELECT i, h, '198.' || (18 + a % 2) || '.' || (a // 2 % 256) || '.' || (a // 512 % 256) AS addr, 'h' || a || '.site' || (a % 7000) || '.example' AS name
           FROM (SELECT i, (hash(i) % 1000000007)::BIGINT AS h, (pow((hash(i + 7) % 1000000)::DOUBLE / 1000000, 4) * 130000)::BIGINT AS a FROM range(${seed}, ${seed + rows}) r(i))))
         TO '${join(folder, 'events.parquet')}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)`,
      );
    }
    await connection.run(
      `COPY (SELECT * EXCLUDE (_product, _service, _category, _channel, _provider, _event_id, _more, _evidence) FROM read_parquet('${lake}/stream=${stream}/*/*.parquet')) TO '${join(raw, `${stream}.tsv`)}' (FORMAT csv, DELIMITER '\t', HEADER false)`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}

/** 60,000 addresses, 30,000 names, 9,000 URLs, 1,000 digests; one in a thousand of addresses and names is in the logs. */
function indicatorList(): string[] {
  const out: string[] = [];
  const address = (a: number) => `198.${18 + (a % 2)}.${Math.floor(a / 2) % 256}.${Math.floor(a / 512) % 256}`;
  for (let i = 0; i < 60_000; i++)
    out.push(i % 1000 === 0 ? address(1000 + i) : `203.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  for (let i = 0; i < 30_000; i++)
    out.push(i % 1000 === 0 ? `h${5000 + i}.site${(5000 + i) % 7000}.example` : `bad${i}.invalid.example`);
  for (let i = 0; i < 9_000; i++) out.push(`http://bad${i}.invalid.example/gate/${i}`);
  for (let i = 0; i < 1_000; i++) out.push(i.toString(16).padStart(64, 'e'));
  return out;
}

for (const millions of sizes.length > 0 ? sizes : [1]) {
  const root = mkdtempSync(join(tmpdir(), 'bench-sweep-'));
  try {
    const events = millions * 1e6;
    const [lake, raw] = [join(root, 'lake'), join(root, 'raw')];
    mkdirSync(raw);
    let from = begin();
    await makeLake(lake, raw, events, Math.min(1000, Math.max(30, 100 * Math.sqrt(millions))));
    say(`${millions} million events (made in ${seconds(from)})`);
    const list = indicatorList();
    writeFileSync(join(root, 'list.txt'), list.map((value) => `${value}\n`).join(''));
    const files = STREAMS.map(([stream]) => join(raw, `${stream}.tsv`));
    const bytes = files.reduce((n, file) => n + statSync(file).size, 0);

    from = begin();
    const { indicators } = readLists([{ name: 'list', text: list.join('\n') }]);
    say(`  list read            ${seconds(from)}, ${indicators.length} indicators`);
    for (const round of ['first', 'again', 'again']) {
      from = begin();
      const index = await openValueIndex(lake, join(root, 'values.duckdb'), FIELD_FORMS, readKeys);
      let built = 0;
      await index.refresh(() => {});
      built = performance.now() - from.wall;
      if (round === 'first')
        say(
          `  index made           ${seconds(from)}, ${(statSync(join(root, 'values.duckdb')).size / 1e6).toFixed(0)} MB, ${await index.size()} entries`,
        );
      from = begin();
      const { answer } = await sweep(
        { indicators, faults: {}, notices: {}, program: 'bench' },
        { index, progress: () => {} },
      );
      say(
        `  sweep (${round})${round === 'first' ? '' : `, index looked over in ${(built / 1000).toFixed(1)} s`}: ${seconds(from)}: ${answer.hits.length} indicators met in ${answer.hits.reduce((n, h) => n + h.events, 0)} events`,
      );
      await index.close();
    }
    say(`  memory at most       ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
    from = begin();
    const script = `TIMEFORMAT='%R s (processor %U s)'; time (cat ${files.join(' ')} | LC_ALL=C grep -F -c -f ${join(root, 'list.txt')})`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    say(
      `  grep -F -f over ${(bytes / 1e6).toFixed(0)} MB of text: ${stderr.trim()}, ${stdout.trim()} lines (substrings among them)`,
    );
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
