import { HOUR, utc } from '../calendar.ts';
import type { Log } from '../log.ts';
import { ARCHIVED, type Ministry } from '../ministry.ts';
import { iisHead, ZEEK_CONN, ZEEK_DNS, zeekDate, zeekHead } from '../records/text.ts';
import type { WindowsRecord } from '../records/windows/index.ts';
import { NOTICE, SPAN } from '../world.ts';
import { evtxFile, jsonFile, type Rendered, textFile } from './render.ts';

/** The files as somebody at the ministry collected them: folders by host, older exports packed, one copy too many. */
export interface OutFile extends Rendered {
  readonly path: string;
  /** the reader meant for it; null: none knows it */
  readonly format: string | null;
  readonly faults: readonly string[];
  readonly note: string;
  /** the ZIP archive it lies in, or gzip, when it does not lie open */
  readonly within?: string;
}

export const GZIP = 'gzip';
const EXPORTS = 'logs/exports-2022.zip';
const TRIAGE = 'logs/ws-104-triage.zip';

export function filesOf(m: Ministry): OutFile[] {
  return [...windowsFiles(m), ...iisFiles(m), ...networkFiles(m), ...cloudFiles(m), ...oddFiles(m)];
}

type Extra = Partial<Pick<OutFile, 'faults' | 'note' | 'within'>>;

function file(path: string, format: string | null, rendered: Rendered, extra: Extra = {}): OutFile {
  return { path, format, ...rendered, faults: [], note: '', ...extra };
}

const SYSMON = 'Microsoft-Windows-Sysmon%4Operational.evtx';

function windowsFiles({ logs }: Ministry): OutFile[] {
  const evtx = (path: string, log: Log<WindowsRecord>, firstId: number, extra?: Extra) =>
    file(path, 'evtx', evtxFile(log.entries(), firstId, log.cuts), extra);
  const security = logs.dcSecurity.entries();
  const kept = security.filter((e) => e.ms < ARCHIVED);
  const now = security.filter((e) => e.ms >= ARCHIVED);
  // record numbers run on through what was cleared: five weeks are missing between the two files
  const first = 4_410_221;
  const system = evtx('logs/dc01/System.evtx', logs.dcSystem, 48_101);
  const cut = evtx(`logs/ws-117/${SYSMON}`, logs.desk2Sysmon, 201_877, {
    faults: ['TRUNCATED', 'BAD_RECORD'],
    note: 'the copy broke off: the end of the file is missing',
  });
  return [
    file('dc01/Archive-Security-2023-03-31.evtx', 'evtx', evtxFile(kept, first), {
      within: EXPORTS,
      note: 'the domain controller’s Security log before it was cleared',
    }),
    file('logs/dc01/Security.evtx', 'evtx', evtxFile(now, first + kept.length + 38_412), {
      note: 'begins with its clearing',
    }),
    system,
    { ...system, path: 'logs/dc01/System - Copy.evtx', marks: [], note: 'the same bytes as System.evtx' },
    evtx('logs/ex01/Security.evtx', logs.exSecurity, 9_120_004),
    evtx('logs/ex01/System.evtx', logs.exSystem, 77_310, { note: 'record numbers are missing in November 2022' }),
    evtx(`logs/ex01/${SYSMON}`, logs.exSysmon, 1_204_117, { note: 'silent in May 2023: the sensor was stopped' }),
    evtx('logs/ex01/Microsoft-Windows-PowerShell%4Operational.evtx', logs.exPowerShell, 5_120),
    evtx('logs/ex01/MSExchange Management.evtx', logs.exManagement, 30_877),
    evtx('logs/ex01/Microsoft-IIS-Configuration%4Operational.evtx', logs.exIis, 412),
    evtx('ws-104/Security.evtx', logs.desk1Security, 118_033, { within: TRIAGE }),
    evtx(`ws-104/${SYSMON}`, logs.desk1Sysmon, 60_904, { within: TRIAGE }),
    evtx('logs/ws-117/Security.evtx', logs.desk2Security, 220_415),
    { ...cut, bytes: cut.bytes.subarray(0, cut.bytes.length - 41_000) },
  ];
}

/** One file a month, as IIS rolls them; those of 2022 lie in the archive. */
function iisFiles({ logs }: Ministry): OutFile[] {
  const months = Map.groupBy(logs.iis.entries(), (e) => new Date(e.ms).toISOString().slice(2, 7).replace('-', ''));
  return [...months].map(([month, entries]) => {
    const rendered = textFile(entries, { head: iisHead(entries[0]?.ms ?? 0), end: '\r\n' });
    const old = month < '2301';
    const path = `${old ? '' : 'logs/'}ex01/W3SVC1/u_ex${month}.log`;
    return file(path, 'w3c', rendered, old ? { within: EXPORTS } : {});
  });
}

function networkFiles({ logs }: Ministry): OutFile[] {
  const halves = (log: Log<string>, turn: string) => {
    const { true: old = [], false: now = [] } = Object.groupBy(log.entries(), (e) => `${e.ms < utc(turn)}`);
    return { old: textFile(old), now: textFile(now) };
  };
  const proxy = halves(logs.proxy, '2024-01-01');
  const vpn = halves(logs.vpn, '2023-01-01');
  const zeek = (path: string, log: Log<string>, { fields, types }: { fields: string; types: string }) =>
    textFile(log.entries(), { head: zeekHead(path, log.from, fields, types), tail: `#close\t${zeekDate(SPAN.to)}` });
  return [
    file('logs/vpn-gw01/vpn-gw01.log', 'syslog', vpn.now),
    file('logs/vpn-gw01/vpn-gw01.log.1.gz', 'syslog', vpn.old, { within: GZIP }),
    file('logs/jump01/secure', 'syslog', textFile(logs.jumpAuth.entries())),
    file('logs/jump01/audit.log', 'auditd', textFile(logs.jumpAudit.entries())),
    file('logs/proxy/access.log', 'squid', proxy.now),
    file('logs/proxy/access.log.1.gz', 'squid', proxy.old, { within: GZIP }),
    file('logs/sensor/conn.log.gz', 'zeek-tsv', zeek('conn', logs.conn, ZEEK_CONN), { within: GZIP }),
    file('logs/sensor/dns.log.gz', 'zeek-tsv', zeek('dns', logs.dns, ZEEK_DNS), { within: GZIP }),
  ];
}

function cloudFiles({ logs }: Ministry): OutFile[] {
  return [
    file('logs/m365/unified-audit.jsonl', 'm365-json', jsonFile(logs.mail.entries(), 'lines')),
    file('logs/entra/sign-ins.json', 'entra-json', jsonFile(logs.signIns.entries(), 'value')),
    file('logs/entra/audit.json', 'entra-json', jsonFile(logs.directory.entries(), 'value')),
  ];
}

/** What nobody can read: the store of a mail filter whose maker never said how it is built. */
function oddFiles(m: Ministry): OutFile[] {
  const random = m.random('odd');
  const bytes = Buffer.alloc(24_576);
  bytes.write('NWQ\x01', 'latin1');
  bytes.write(NOTICE, 16, 'latin1');
  for (let i = 512; i < bytes.length; i += 4) bytes.writeUInt32LE(random.next(), i);
  const rendered = { bytes, records: 0, marks: [] };
  return [file('logs/mail-filter/quarantine.nwq', null, rendered, { note: 'a format no reader knows' })];
}

export const COLLECTED = SPAN.to + 9 * HOUR;
