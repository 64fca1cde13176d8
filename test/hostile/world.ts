/**
 * The whole program against one folder: started as a user starts it, watched from outside while it runs (memory of the
 * process tree, sockets), its output taken apart. All evidence of these tests is invented.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeEvtx } from '../../exercise/evtx/writer.ts';
import { Answer, Finding } from '../../src/model/index.ts';

const czernin = join(import.meta.dirname, '../../czernin');

/** Longer and larger variants of what is tried here. */
export const LONG = process.env.CZERNIN_LONG !== undefined;

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** largest resident memory of any one process, MB */
  readonly peakMb: number;
  /** Internet sockets that any process of the program had open at any time it was looked at */
  readonly sockets: readonly string[];
  /** how often it was looked at, and how many processes were seen */
  readonly looks: number;
  readonly processes: number;
}

/** Runs `czernin` with these arguments; after `limitSeconds` it is killed, which fails the caller's assertions. */
export async function run(
  args: readonly string[],
  { cwd, limitSeconds = 240, during }: { cwd: string; limitSeconds?: number; during?: () => void },
): Promise<Run> {
  const started = performance.now();
  const child = spawn(process.execPath, [czernin, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  child.stdout.on('data', (b: Buffer) => chunks.out.push(b));
  child.stderr.on('data', (b: Buffer) => chunks.err.push(b));
  const seen = { peakMb: 0, looks: 0, processes: new Set<number>(), sockets: new Set<string>() };
  const look = setInterval(() => {
    seen.looks++;
    for (const pid of processTree(child.pid!)) {
      seen.processes.add(pid);
      seen.peakMb = Math.max(seen.peakMb, residentMb(pid));
      for (const socket of internetSockets(pid)) seen.sockets.add(socket);
    }
    during?.();
  }, 25);
  const killer = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(look);
  clearTimeout(killer);
  return {
    status,
    stdout: Buffer.concat(chunks.out).toString('utf8'),
    stderr: Buffer.concat(chunks.err).toString('utf8'),
    seconds: (performance.now() - started) / 1000,
    peakMb: seen.peakMb,
    sockets: [...seen.sockets],
    looks: seen.looks,
    processes: seen.processes.size,
  };
}

export interface Out {
  readonly answer: Answer;
  readonly findings: readonly Finding[];
  readonly files: Readonly<Record<string, string>>;
}

/** What a run left in its case, held to its schemas. */
export function outOf(caseDir: string): Out {
  const out = join(caseDir, 'out');
  const files = Object.fromEntries(readdirSync(out).map((f) => [f, readFileSync(join(out, f), 'utf8')]));
  const lines = files['findings.jsonl']!.split('\n').filter((l) => l !== '');
  return {
    answer: Answer.parse(JSON.parse(files['summary.json']!)),
    findings: lines.map((l) => Finding.parse(JSON.parse(l))),
    files,
  };
}

export const IMPLANT = 'C:\\Users\\Public\\implant.exe';
export const START = Date.UTC(2024, 2, 1, 8);

/** An event log with one record that a rule of `writeRules` finds; the host says beside which hostile file it lies. */
export function implantLog(host: string): Buffer {
  return writeEvtx([
    {
      provider: 'Microsoft-Windows-Sysmon',
      channel: 'Microsoft-Windows-Sysmon/Operational',
      eventId: 1,
      computer: host,
      ms: START,
      data: { Image: IMPLANT, CommandLine: 'implant -quiet', User: 'LAB\\user' },
    },
  ]);
}

/** A line of each text format that the same rules find; `host` is kept where the format has a place for it. */
export const implantLine = {
  json: (host: string) =>
    JSON.stringify({
      ...{ '@timestamp': '2024-03-01T08:00:00Z', EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational' },
      ...{ Hostname: host, SourceName: 'Microsoft-Windows-Sysmon', Image: IMPLANT },
    }),
  web: (client: string) => `${client} - - [01/Mar/2024:08:00:00 +0000] "GET /?cmd=whoami HTTP/1.1" 200 1 "-" "curl/8"`,
} as const;

export const RULES = { process: '7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b01', web: '7d2b6f0e-57d1-4c54-9f0a-5a3a1f6f7b02' };

export function writeRules(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'implant.yml'),
    `title: Invented implant
id: ${RULES.process}
level: high
logsource: {product: windows, category: process_creation}
detection: {selection: {Image|endswith: '\\implant.exe'}, condition: selection}
`,
  );
  writeFileSync(
    join(folder, 'web.yml'),
    `title: Invented command in a query
id: ${RULES.web}
level: medium
logsource: {category: webserver}
detection: {selection: {cs-uri-query|contains: 'cmd=whoami'}, condition: selection}
`,
  );
}

/** Text that would move a terminal's cursor, turn writing around, hide, or break a line. */
export const DECEIVING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

export function assertPlain(text: string, what: string): void {
  const at = text.search(DECEIVING);
  assert.ok(at < 0, `${what}: raw ${JSON.stringify(text.slice(Math.max(0, at - 40), at + 20))}`);
}

function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // it ended while we looked
    }
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
}

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Sockets of a process that are not of the UNIX family (Node's pipes to its children are). A socket of any family that
 * leads out of the machine has its inode in one of these tables.
 */
const TABLES = ['tcp', 'tcp6', 'udp', 'udp6', 'udplite', 'udplite6', 'raw', 'raw6', 'icmp', 'icmp6', 'packet'];
export function internetSockets(pid: number): string[] {
  const inodes = new Set<string>();
  for (const link of links(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  if (inodes.size === 0) return [];
  return TABLES.flatMap((table) => {
    let lines: string[];
    try {
      lines = readFileSync(`/proc/${pid}/net/${table}`, 'latin1').split('\n').slice(1);
    } catch {
      return [];
    }
    return lines
      .filter((line) => line.split(/\s+/).some((word) => inodes.has(word)))
      .map((line) => `${table}: ${line.trim()}`);
  });
}

function links(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return []; // it ended while we looked
  }
  return names.flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      return []; // closed while we looked
    }
  });
}
