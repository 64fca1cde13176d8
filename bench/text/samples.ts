/** Invented logs of any size for timing: repetitive as real ones are, varied enough that nothing is read twice the same. */
const two = (n: number) => String(n).padStart(2, '0');
const clock = (i: number) => `${two(Math.floor(i / 3600) % 24)}:${two(Math.floor(i / 60) % 60)}:${two(i % 60)}`;
const ip = (i: number) => `10.${i % 7}.${(i >> 3) % 250}.${(i * 31) % 250}`;
const AGENT = 'Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/98.0';

const ZEEK = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tconn',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]',
].join('\n');

interface Sample {
  readonly format: string;
  readonly head: string;
  line(i: number): string;
}

const SYSLOG = [
  (i: number) =>
    `sshd[${i % 30_000}]: Failed password for invalid user u${i % 900} from ${ip(i)} port ${i % 60_000} ssh2`,
  (i: number) =>
    `sshd[${i % 30_000}]: Accepted publickey for bob from ${ip(i)} port ${i % 60_000} ssh2: RSA SHA256:abc`,
  (i: number) => `CRON[${i % 30_000}]: (root) CMD (run-parts --report /etc/cron.hourly)`,
  (i: number) => `sudo:      bob : TTY=pts/${i % 9} ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/apt update ${i}`,
  (i: number) =>
    `kernel: [${i}.5] [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=${ip(i)} DST=10.0.0.1 LEN=40 PROTO=TCP SPT=${i % 60_000} DPT=22 SYN`,
  (i: number) =>
    `named[5]: client @0x7f ${ip(i)}#${i % 60_000} (h${i % 800}.example): query: h${i % 800}.example IN A +E(0)K (10.0.0.53)`,
];

export const SAMPLES: readonly Sample[] = [
  {
    format: 'zeek-tsv',
    head: ZEEK,
    line: (i) =>
      `${1_646_370_000 + i}.${String(i % 1_000_000).padStart(6, '0')}\tC${i}abc\t${ip(i)}\t${i % 60_000}\t192.0.2.${i % 250}\t443\ttcp\tssl\t0.${i % 1000}\t${i % 5000}\t${i % 9000}\tSF\tT\tF\t0\tShADadfF\t12\t1307\t11\t2133\t-`,
  },
  {
    format: 'zeek-json',
    head: '',
    line: (i) =>
      `{"ts":${1_646_370_000 + i}.${(i % 999_999) + 1},"uid":"C${i}abc","id.orig_h":"${ip(i)}","id.orig_p":${i % 60_000},"id.resp_h":"192.0.2.${i % 250}","id.resp_p":443,"proto":"tcp","service":"ssl","duration":0.${i % 1000},"orig_bytes":${i % 5000},"resp_bytes":${i % 9000},"conn_state":"SF","missed_bytes":0,"history":"ShADadfF","orig_pkts":12,"orig_ip_bytes":1307,"resp_pkts":11,"resp_ip_bytes":2133}`,
  },
  { format: 'syslog', head: '', line: (i) => `Mar  4 ${clock(i >> 4)} web01 ${SYSLOG[i % SYSLOG.length]!(i)}` },
  {
    format: 'auditd',
    head: '',
    line: (i) =>
      i % 2 === 0
        ? `type=SYSCALL msg=audit(${1_646_370_000 + i}.123:${i}): arch=c000003e syscall=59 success=yes exit=0 a0=55d3 a1=1 a2=2 a3=3 items=2 ppid=${i % 9999} pid=${i % 30_000} auid=1000 uid=33 gid=33 euid=33 suid=33 fsuid=33 egid=33 sgid=33 fsgid=33 tty=(none) ses=1 comm="sh" exe="/usr/bin/dash" subj=unconfined key="exec"`
        : `type=EXECVE msg=audit(${1_646_370_000 + i}.123:${i - 1}): argc=3 a0="sh" a1="-c" a2=6563686F206869`,
  },
  {
    format: 'fortigate',
    head: '',
    line: (i) =>
      `date=2022-03-04 time=${clock(i >> 4)} devname="FG" devid="FG100" eventtime=${1_646_370_000 + i}123456789 tz="+0100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=${ip(i)} srcport=${i % 60_000} srcintf="port1" dstip=192.0.2.1 dstport=443 dstintf="wan1" sessionid=${i} proto=6 action="close" policyid=7 service="HTTPS" duration=${i % 99} sentbyte=${i % 9999} rcvdbyte=${i % 99_999} user="bob"`,
  },
  {
    format: 'w3c',
    head: '#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    line: (i) =>
      `2022-03-04 ${clock(i >> 4)} 10.0.0.5 GET /owa/page${i % 300}.aspx x=${i} 443 EXAMPLE\\bob ${ip(i)} ${AGENT} - 200 0 0 ${i % 400}`,
  },
  {
    format: 'web-access',
    head: '',
    line: (i) =>
      `${ip(i)} - bob [04/Mar/2022:${clock(i >> 4)} +0100] "GET /owa/page${i % 300}.php?x=${i} HTTP/1.1" 200 ${i % 9999} "https://www.example.org/" "${AGENT.replaceAll('+', ' ')}"`,
  },
  {
    format: 'squid',
    head: '',
    line: (i) =>
      `${1_646_370_000 + (i >> 4)}.603 ${String(i % 5000).padStart(6)} ${ip(i)} TCP_MISS/200 ${i % 99_999} GET http://h${i % 800}.example/a/b${i % 90}.html?x=${i} bob HIER_DIRECT/192.0.2.1 text/html`,
  },
];

export function sampleBytes(sample: Sample, size: number): Buffer {
  const parts: string[] = sample.head === '' ? [] : [sample.head];
  let have = sample.head.length;
  for (let i = 0; have < size; i++) {
    const line = sample.line(i);
    parts.push(line);
    have += line.length + 1;
  }
  return Buffer.from(`${parts.join('\n')}\n`);
}
