import type { TextFrame } from '../logs/encoder.ts';
import type { Random } from '../random.ts';
import { epoch } from './stamp.ts';

/** Zeek's TSV logs as version 6 writes them: head, lines, `#close`. */
const LOGS = {
  conn: [
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents',
    'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]',
  ],
  dns: [
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected',
    'time string addr port addr port enum count interval string count string count string count string bool bool bool bool count vector[string] vector[interval] bool',
  ],
  http: [
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types',
    'time string addr port addr port count string string string string string string string count count count string count string set[enum] string string set[string] vector[string] vector[string] vector[string] vector[string] vector[string] vector[string]',
  ],
  ssl: [
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher curve server_name resumed last_alert next_protocol established ssl_history cert_chain_fps client_cert_chain_fps sni_matches_cert validation_status',
    'time string addr port addr port string string string string bool string string bool string vector[string] vector[string] bool string',
  ],
} as const;

const date = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace(/[T:]/g, '-');

export function zeekFrame(path: keyof typeof LOGS): TextFrame {
  const [fields, types] = LOGS[path];
  return {
    head: (ms) =>
      `${[
        '#separator \\x09',
        '#set_separator\t,',
        '#empty_field\t(empty)',
        '#unset_field\t-',
        `#path\t${path}`,
        `#open\t${date(ms)}`,
        `#fields\t${fields.replaceAll(' ', '\t')}`,
        `#types\t${types.replaceAll(' ', '\t')}`,
      ].join('\n')}\n`,
    tail: (ms) => `#close\t${date(ms + 1000)}\n`,
  };
}

/** One connection as all its logs name it: `uid`, `from`, `fromPort`, `to`, `port`, in Zeek's order. */
export interface Ends {
  readonly uid: string;
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly port: number;
}

/** Microseconds, made of what is there, so that a line needs no chance of its own. */
const stamp = (ms: number, e: Ends) => `${epoch(ms)}${THREE[(e.fromPort * 7 + e.port) % 1000]}`;
const ends = (e: Ends) => `${e.uid}\t${e.from}\t${e.fromPort}\t${e.to}\t${e.port}`;
const THREE = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));
const local = (a: string) => (a.startsWith('10.') ? 'T' : 'F');

export function connectionEnds(random: Random, from: string, to: string, port: number): Ends {
  return { uid: `C${random.letters(17)}`, from, fromPort: random.int(49_200, 65_000), to, port };
}

export interface Flow {
  readonly proto: string;
  readonly service: string;
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
  readonly state: string;
}

export function connLine(ms: number, e: Ends, f: Flow): string {
  const done = f.state === 'SF' || f.state === 'S1' || f.state === 'RSTO' || f.state === 'RSTR';
  const out = done ? Math.ceil(f.sent / 1400) + 4 : 1;
  const back = done ? Math.ceil(f.received / 1400) + 4 : 0;
  const udp = f.proto === 'udp';
  const history = udp ? 'Dd' : f.state === 'S0' ? 'S' : f.state === 'REJ' ? 'Sr' : 'ShADadFf';
  const counts = done ? `${f.seconds.toFixed(6)}\t${f.sent}\t${f.received}` : '-\t-\t-';
  const head = udp ? 28 : 40;
  return `${stamp(ms, e)}\t${ends(e)}\t${f.proto}\t${f.service || '-'}\t${counts}\t${f.state}\t${local(e.from)}\t${local(e.to)}\t0\t${history}\t${out}\t${(done ? f.sent : 0) + out * head}\t${back}\t${(done ? f.received : 0) + back * head}\t-`;
}

const QTYPES: Readonly<Record<string, number>> = { A: 1, PTR: 12, MX: 15, TXT: 16, AAAA: 28 };
const CODES: Readonly<Record<string, number>> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };

export function dnsLine(
  ms: number,
  e: Ends,
  id: number,
  name: string,
  type: string,
  answer: string,
  code: string,
): string {
  const said = answer === '' ? '-' : type === 'TXT' ? `TXT ${answer.length} ${answer}` : answer;
  return `${stamp(ms, e)}\t${ends(e)}\tudp\t${id}\t0.00${1 + (id % 9)}000\t${name}\t1\tC_INTERNET\t${QTYPES[type] ?? 1}\t${type}\t${CODES[code] ?? 0}\t${code}\tF\tF\tT\tT\t0\t${said}\t${said === '-' ? '-' : '300.000000'}\tF`;
}

export interface Http {
  readonly method: string;
  readonly host: string;
  readonly uri: string;
  readonly agent: string;
  readonly sent: number;
  readonly received: number;
  readonly status: number;
  readonly mime: string;
  readonly proxied: string;
}

export function httpLine(ms: number, e: Ends, h: Http): string {
  const message = h.status === 200 ? 'OK' : h.status === 404 ? 'Not Found' : h.status === 204 ? 'No Content' : '-';
  return `${stamp(ms, e)}\t${ends(e)}\t1\t${h.method}\t${h.host}\t${h.uri}\t-\t1.1\t${h.agent || '-'}\t-\t${h.sent}\t${h.received}\t${h.status}\t${message}\t-\t-\t(empty)\t-\t-\t${h.proxied || '-'}\t-\t-\t-\t-\t-\t${h.mime || '-'}`;
}

export function sslLine(ms: number, e: Ends, name: string): string {
  return `${stamp(ms, e)}\t${ends(e)}\tTLSv12\tTLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384\tsecp384r1\t${name || '-'}\tF\t-\th2\tT\tCsxknGIti\t-\t-\tT\tok`;
}
