import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LIMITS, READERS } from '../../src/readers/index.ts';
import { readAll } from '../support/reading.ts';
import { shared, withoutShared } from '../support/shared.ts';
import { unzip } from '../support/zip.ts';

/**
 * Real network and Unix logs (OTRF Security Datasets): every file claimed by the right reader, every record read, and
 * the counts pinned, good and bad.
 */
function readBest(bytes: Buffer, name: string) {
  const ranks = READERS.map((reader) => ({
    reader,
    sure: reader.sniff(bytes.subarray(0, LIMITS.headBytes), bytes.length),
  }));
  const { reader } = ranks.reduce((a, b) => (b.sure > a.sure ? b : a));
  const { events, codes } = readAll(reader, bytes, { referenceMs: Date.UTC(2023, 7, 16) });
  const undated = events.filter((e) => Number.isNaN(e.ms)).length;
  return { name, format: reader.format, events, codes, undated };
}

const ZEEK = ['otrf', 'datasets', 'compound', 'apt29', 'day1', 'zeek'];
const COMBINED = [...ZEEK, 'combined_zeek.log'];
test('APT29 day 1: the combined Zeek log is the sum of the single ones', { skip: withoutShared(...COMBINED) }, () => {
  const combined = readBest(readFileSync(shared(...COMBINED)), 'combined');
  const streams = (events: { stream: string }[]) => {
    const out: Record<string, number> = {};
    for (const { stream } of events) out[stream] = (out[stream] ?? 0) + 1;
    return out;
  };
  assert.deepEqual([combined.format, combined.codes, combined.undated], ['zeek-json', [], 0]);
  assert.deepEqual(streams(combined.events), {
    'zeek-conn': 613,
    'zeek-dce-rpc': 123,
    'zeek-dns': 53,
    'zeek-dpd': 12,
    'zeek-files': 448,
    'zeek-http': 62,
    'zeek-kerberos': 35,
    'zeek-notice': 2,
    'zeek-pe': 1,
    'zeek-smb-files': 12,
    'zeek-smb-mapping': 11,
    'zeek-ssl': 378,
    'zeek-weird': 12,
    'zeek-x509': 378,
  });
  const folder = shared(...ZEEK, 'individual_zeek_logs');
  const single = readdirSync(folder).flatMap((f) => readBest(readFileSync(`${folder}/${f}`), f).events);
  assert.deepEqual(streams(single), streams(combined.events));
  assert.ok(combined.events.every((e) => e.fields.id_orig_h === undefined));
});

const LSASS = [
  'otrf',
  'datasets',
  'compound',
  'LSASS_campaign_02',
  'metasploit_procdump_lsass_memory_dump_zeek_logs.zip',
];
test('LSASS campaign: Zeek TSV logs out of their archive', { skip: withoutShared(...LSASS) }, () => {
  const files = unzip(readFileSync(shared(...LSASS)));
  const read = [...files].map(([name, bytes]) => readBest(bytes, name));
  const counts = Object.fromEntries(
    read.map((r) => [r.name.split('/').at(-1), [r.format, r.events.length, r.codes.length, r.undated]]),
  );
  assert.deepEqual(counts, {
    'conn.log': ['zeek-tsv', 119, 0, 0],
    'dns.log': ['zeek-tsv', 147, 0, 0],
    'files.log': ['zeek-tsv', 2, 0, 0],
    'http.log': ['zeek-tsv', 3, 0, 0],
    'packet_filter.log': ['zeek-tsv', 1, 0, 0],
    'weird.log': ['zeek-tsv', 6, 0, 0],
  });
});

const LOG4SHELL = ['otrf', 'datasets', 'compound', 'Log4Shell'];
for (const [file, stream, count] of [
  ['syslog_auoms_auditd_log4shell_cve2021_44228_jndi_reference.zip', 'linux-auditd', 50],
  ['syslog_sysmon_log4shell_cve2021_44228_jndi_reference.zip', 'linux-sysmon', 93],
] as const) {
  test(`Log4Shell: ${stream} inside syslog rows`, { skip: withoutShared(...LOG4SHELL, file) }, () => {
    const [entry] = unzip(readFileSync(shared(...LOG4SHELL, file)));
    assert.ok(entry);
    const { format, events, codes, undated } = readBest(entry[1], file);
    assert.deepEqual([format, events.length, codes, undated], ['syslog-json', count, [], 0]);
    assert.ok(events.every((e) => e.stream === stream && e.host === 'UBUNTU5'));
    if (stream === 'linux-sysmon') {
      const started = events.filter((e) => e.fields.EventID === 1);
      assert.ok(started.length > 0);
      assert.ok(
        started.every((e) => typeof e.fields.CommandLine === 'string' && typeof e.fields.ParentImage === 'string'),
      );
    } else assert.ok(events.some((e) => e.fields.CommandLine === 'bash -i' && e.fields.SYSCALL === 'execve'));
  });
}
