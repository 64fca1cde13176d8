import type { Channel, FileTold, Host, Kept, Silence, Telling } from '../contract.ts';
import { HTTP_PROXY_HEAD, IIS_HEAD, TRACKING_HEAD } from '../records/web.ts';
import { zeekFrame } from '../records/zeek.ts';
import { EvtxEncoder, type Files, JsonEncoder, LineEncoder, type TextFrame } from './encoder.ts';
import { Log } from './log.ts';
import type { Output } from './output.ts';

/** What the files of each log are called on the collected disk, and how they are cut: as the products themselves do. */
const stamp = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const compact = (ms: number) => stamp(ms).replaceAll('-', '');
/** The day logrotate gives a file: the first of the month after. */
const rotated = (ms: number) => {
  const d = new Date(ms);
  return compact(Date.UTC(d.getUTCFullYear(), d.getUTCMonth() + 1, 1));
};

const EVTX_NAMES: Partial<Record<Channel, string>> = {
  Security: 'Security',
  System: 'System',
  Sysmon: 'Microsoft-Windows-Sysmon%4Operational',
  PowerShell: 'Microsoft-Windows-PowerShell%4Operational',
  PnP: 'Microsoft-Windows-Kernel-PnP%4Configuration',
  MSExchange: 'MSExchange Management',
  'IIS-Configuration': 'Microsoft-IIS-Configuration%4Operational',
};

/** Busy logs of servers are archived every month; the others are one file. */
function evtxFiles({ host, channel }: Kept): Files {
  const name = EVTX_NAMES[channel]!;
  const busy = !host.startsWith('WS-') && (channel === 'Security' || channel === 'Sysmon');
  return {
    format: 'evtx',
    rotate: busy ? 'month' : 'never',
    gzip: false,
    path: (from, live, part) =>
      live && part === 0
        ? `logs/${host}/${name}.evtx`
        : `logs/${host}/Archive-${name.replaceAll('/', '%4')}-${stamp(from)}${part === 0 ? '' : `-${part}`}.evtx`,
  };
}

const logrotate = (folder: string, name: string, format: string): Files => ({
  format,
  rotate: 'month',
  gzip: true,
  path: (from, live) => `logs/${folder}/${name}${live ? '' : `-${rotated(from)}`}`,
});

const monthly = (format: string, path: (month: string) => string): Files => ({
  format,
  rotate: 'month',
  gzip: false,
  path: (from) => path(compact(from).slice(2, 6)),
});

function textFiles({ host, channel }: Kept): [Files, TextFrame] {
  switch (channel) {
    case 'IIS':
      return [monthly('w3c', (m) => `logs/${host}/inetpub/W3SVC1/u_ex${m}.log`), { head: IIS_HEAD, end: '\r\n' }];
    case 'HttpProxy':
      return [
        monthly('w3c', (m) => `logs/${host}/Logging/HttpProxy/HttpProxy_20${m}.LOG`),
        { head: HTTP_PROXY_HEAD, end: '\r\n' },
      ];
    case 'MessageTracking':
      return [
        monthly('w3c', (m) => `logs/${host}/Logging/MessageTracking/MSGTRK20${m}.LOG`),
        { head: TRACKING_HEAD, end: '\r\n' },
      ];
    case 'conn':
    case 'dns':
    case 'http':
    case 'ssl':
      return [
        {
          format: 'zeek-tsv',
          rotate: 'month',
          gzip: true,
          path: (from) => `logs/${host}/${stamp(from).slice(0, 7)}/${channel}.log`,
        },
        zeekFrame(channel),
      ];
    case 'squid':
      return [logrotate(host, 'access.log', 'squid'), {}];
    case 'maillog':
      return [logrotate(host, 'maillog', 'syslog'), {}];
    case 'asa':
      return [logrotate(host, 'vpn-gw01.log', 'syslog'), {}];
    case 'secure':
      return [{ ...logrotate(host, 'secure', 'syslog'), rotate: 'never' }, {}];
    case 'audit':
      return [{ ...logrotate(host, 'audit.log', 'auditd'), rotate: 'never' }, { several: true }];
    default:
      throw new RangeError(`no text log: ${channel}`);
  }
}

export interface Ground {
  readonly output: Output;
  readonly telling: Telling;
  readonly silences: readonly Silence[];
  readonly host: (name: string) => Host | undefined;
  /** EventRecordIDs begin anywhere */
  readonly firstId: (log: string) => number;
}

export function openLog(kept: Kept, ground: Ground) {
  const { output, telling } = ground;
  const tell = (file: FileTold) => telling.file(file);
  const silences = ground.silences.filter((s) => s.log === kept.log || s.log === kept.host);
  const host = ground.host(kept.host);
  const log = <T>(encoder: ConstructorParameters<typeof Log<T>>[1]) =>
    new Log<T>(kept, encoder, silences, host?.skewMs ?? 0, telling);
  if (kept.channel in EVTX_NAMES) {
    const computer = host?.fqdn ?? kept.host;
    return {
      kind: 'windows',
      log: log(new EvtxEncoder(kept, evtxFiles(kept), output, tell, computer, ground.firstId(kept.log))),
    } as const;
  }
  if (kept.host === 'cloud') {
    const lines = kept.channel === 'unified-audit';
    const folder = lines ? 'm365' : 'entra';
    const files: Files = {
      format: lines ? 'm365-json' : 'entra-json',
      rotate: 'month',
      gzip: false,
      path: (from) => `logs/${folder}/${kept.channel}-${stamp(from).slice(0, 7)}.${lines ? 'jsonl' : 'json'}`,
    };
    return { kind: 'json', log: log(new JsonEncoder(kept, files, output, tell, lines ? 'lines' : 'value')) } as const;
  }
  const [files, frame] = textFiles(kept);
  return { kind: 'text', log: log(new LineEncoder(kept, files, output, tell, frame)) } as const;
}
