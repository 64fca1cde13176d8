/** Files made to hurt, each with what must become of it. Written into a folder of its own, one case a folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { writeEvtx } from '../../exercise/evtx/writer.ts';
import { makeTar, makeZip } from '../platform/archives.ts';
import { IMPLANT, implantLine, implantLog, LONG } from './world.ts';

export interface Expected {
  readonly status?: 'read' | 'failed' | 'unknown' | 'archive' | 'empty';
  /** fault codes that must be counted for this file */
  readonly faults?: readonly string[];
  /** in what `reason` says */
  readonly reason?: RegExp;
  /** not taken in at all, with this code */
  readonly refused?: string;
  /** events that are still read, at least */
  readonly events?: number;
  /** findings inside this very file, at least */
  readonly findings?: number;
}

export interface Case {
  readonly name: string;
  /** by file name */
  readonly files: Readonly<Record<string, () => Uint8Array>>;
  readonly make?: (folder: string) => void;
  readonly expect: Readonly<Record<string, Expected>>;
}

const MB = 1_000_000;
const WEB = (n: number) =>
  `192.0.2.${n % 200} - - [01/Mar/2024:07:00:00 +0000] "GET /page${n} HTTP/1.1" 200 1 "-" "x"\n`;
const webLog = (lines: number) => Buffer.from(Array.from({ length: lines }, (_, i) => WEB(i)).join(''));
const webFinding = () => Buffer.from(`\n${implantLine.web('198.51.100.7')}\n`);
const jsonFinding = () => Buffer.from(`\n${implantLine.json('inside.lab.example')}\n`);
const filled = (size: number, byte = 0x61) => Buffer.alloc(size, byte);
const HEADER = 4096;
const CHUNK = 65_536;

/** Deflate data that repeats one block: gigabytes out of kilobytes, without making the gigabytes first. */
function deflatedZeros(megabytes: number): Buffer {
  const block = deflateRawSync(filled(MB * 16, 0), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array<Buffer>(Math.ceil(megabytes / 16)).fill(block), Buffer.of(3, 0)]);
}

function nested(levels: number, inside: Buffer): Buffer {
  let zip = makeZip([{ name: 'implant.evtx', data: inside }]);
  for (let i = 1; i < levels; i++) zip = makeZip([{ name: `level${i}.zip`, data: zip, method: 0 }]);
  return zip;
}

/** A chunk in which every record's template lies in another record and claims the rest of the chunk, in circles. */
function cyclicChunk(): Buffer {
  const chunk = Buffer.alloc(CHUNK);
  chunk.write('ElfChnk\0', 'latin1');
  chunk.writeUInt32LE(CHUNK, 48);
  for (let at = 512; at + 64 <= CHUNK; at += 64) {
    chunk.writeUInt32LE(0x2a2a, at);
    chunk.writeUInt32LE(64, at + 4);
    chunk.writeUInt32LE(0x0001010f, at + 24);
    chunk.writeUInt16LE(0x010c, at + 28);
    const target = 512 + ((at * 37) % (CHUNK - 1024));
    chunk.writeUInt32LE(target, at + 34);
    chunk.writeUInt32LE(CHUNK - target - 24, target + 20);
    chunk.writeUInt32LE(64, at + 60);
  }
  return chunk;
}

const evtxHeader = () => writeEvtx([]).subarray(0, HEADER);

/** Chunks full of record signatures with lengths that lie: a fault every few bytes. */
function faultyLog(megabytes: number): Buffer {
  const chunk = Buffer.alloc(CHUNK);
  chunk.write('ElfChnk\0', 'latin1');
  for (let at = 512; at + 8 <= CHUNK; at += 8) {
    chunk.writeUInt32LE(0x2a2a, at);
    chunk.writeUInt32LE([0, 8, 24, 25, 0xffff_ffff, 0x7fff_ffff][(at / 8) % 6]!, at + 4);
  }
  return Buffer.concat([evtxHeader(), ...Array<Buffer>(Math.ceil((megabytes * MB) / CHUNK)).fill(chunk)]);
}

function lyingLog(): Buffer {
  const file = Buffer.from(
    writeEvtx(
      Array.from({ length: 40 }, (_, i) => ({
        ...{ provider: 'p', channel: 'Microsoft-Windows-Sysmon/Operational', eventId: 1, computer: 'lying' },
        ...{ ms: Date.UTC(2024, 2, 1) + i, data: { Image: i === 39 ? IMPLANT : 'C:\\x.exe' } },
      })),
      { recordsPerChunk: 10 },
    ),
  );
  // The second record of the first chunk says that it is as long as the world.
  const first = HEADER + 512;
  file.writeUInt32LE(0xffff_fff0, first + file.readUInt32LE(first + 4) + 4);
  file.writeUInt32LE(0xffff_ffff, HEADER + CHUNK + 48); // and the second chunk's free space begins beyond the file
  return file;
}

const size = LONG ? 1000 * MB : 100 * MB;

export const CASES: readonly Case[] = [
  {
    name: 'zip-bomb',
    files: {
      'bomb.zip': () => rawZip('zeros.log', deflatedZeros(2000), 2_000_000_000),
      'bomb.gz': () => Buffer.concat(Array<Buffer>(64).fill(gzipSync(filled(16 * MB, 0)))),
      'overlap.zip': () => {
        const data = filled(MB, 0);
        return makeZip(
          Array.from({ length: 50 }, (_, i) => ({ name: `${i}.log`, data, claim: i > 0 ? { offset: 0 } : {} })),
        );
      },
      'climbing.zip': () =>
        makeZip([
          { name: '../../../../../tmp/climbed.log', data: webLog(3) },
          { name: '/etc/absolute.log', data: webLog(4) },
          { name: 'C:\\Windows\\x.log', data: webLog(5) },
        ]),
      'special.tar': () =>
        makeTar([
          { name: 'link', type: '2', link: '/etc/passwd' },
          { name: 'hard', type: '1', link: '/etc/passwd' },
          { name: 'device', type: '3' },
          { name: 'good.log', data: Buffer.concat([webLog(6), webFinding()]) },
        ]),
    },
    expect: {
      'bomb.zip': { reason: /LIMIT_RATIO/ },
      'bomb.gz': { reason: /LIMIT_RATIO/ },
      'overlap.zip': { reason: /OVERLAP/ },
      'climbing.zip': { status: 'archive' },
      'special.tar': { status: 'archive', faults: ['LINK', 'SPECIAL'] },
      'special.tar!good.log': { status: 'read', findings: 1 },
    },
  },
  {
    name: 'nested',
    files: {
      'six.zip': () => nested(6, implantLog('six-levels.lab.example')),
      'seven.zip': () => nested(7, implantLog('seven-levels.lab.example')),
    },
    expect: {
      'six.zip': { status: 'archive' },
      'seven.zip!level6.zip!level5.zip!level4.zip!level3.zip!level2.zip!level1.zip': { reason: /LIMIT_DEPTH/ },
    },
  },
  {
    name: 'long-line',
    files: {
      'access.log': () => Buffer.concat([webLog(100), filled(size), webFinding()]),
      'events.json': () =>
        Buffer.concat([
          jsonFinding().subarray(1),
          Buffer.from('{"EventID":1,"a":"'),
          filled(size),
          Buffer.from('"}'),
          jsonFinding(),
        ]),
      'events.csv': () =>
        Buffer.concat([
          Buffer.from('time,host,message\n2024-03-01T08:00:00Z,a,b\n2024-03-01T08:00:00Z,a,"'),
          filled(size),
          Buffer.from('"\n2024-03-01T08:00:00Z,a,after\n'),
        ]),
      'events.xml': () =>
        Buffer.concat([
          Buffer.from(xmlEvent('before')),
          Buffer.from('<Event><System><Computer>'),
          filled(size),
          Buffer.from(`</Computer></System></Event>${xmlEvent('after')}`),
        ]),
    },
    expect: {
      'access.log': { status: 'read', events: 101, faults: ['LIMIT_SIZE'], findings: 1 },
      'events.json': { status: 'read', events: 2, faults: ['LIMIT_SIZE'], findings: 2 },
      'events.csv': { status: 'read', events: 2, faults: ['LIMIT_SIZE'] },
      'events.xml': { status: 'read', events: 2, faults: ['LIMIT_SIZE'] },
    },
  },
  {
    name: 'deep',
    files: {
      'deep.json': () =>
        Buffer.concat([
          jsonFinding(),
          Buffer.from(`{"EventID":1,"a":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_001)}`),
          jsonFinding(),
        ]),
      'brackets.json': () =>
        Buffer.concat([jsonFinding(), Buffer.from(`{"EventID":1,"a":${'['.repeat(200_000)}`), jsonFinding()]),
      'deep.xml': () =>
        Buffer.from(
          `${xmlEvent('one')}<Event><System>${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}</System></Event>${xmlEvent('two')}`,
        ),
      'entities.xml': () =>
        Buffer.from(
          `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${xmlEvent('&b;&b;')}`,
        ),
    },
    expect: {
      'deep.json': { status: 'read', findings: 2, faults: ['LIMIT_DEPTH'] },
      'brackets.json': { status: 'read', findings: 1 },
      'deep.xml': { status: 'read', events: 2, faults: ['BAD_RECORD'] },
      'entities.xml': { status: 'read', events: 1 },
    },
  },
  {
    name: 'evtx',
    files: {
      'cyclic.evtx': () => Buffer.concat([evtxHeader(), ...Array<Buffer>(40).fill(cyclicChunk())]),
      'lying.evtx': lyingLog,
      'faults.evtx': () => faultyLog(LONG ? 80 : 9),
      'cut.evtx': () => implantLog('cut.lab.example').subarray(0, HEADER + 300),
    },
    expect: {
      'cyclic.evtx': { status: 'read', faults: ['LIMIT_DEPTH'] },
      'lying.evtx': { status: 'read', faults: ['BAD_STRUCTURE'], events: 30, findings: 1 },
      'faults.evtx': { status: 'read', faults: ['BAD_STRUCTURE'] },
      'cut.evtx': { status: 'read', faults: ['TRUNCATED'] },
    },
  },
  {
    name: 'encoding',
    files: {
      'latin.log': () =>
        Buffer.concat([
          webLog(10),
          Buffer.from(
            '192.0.2.1 - \xff\xfe\xc0\x80 [01/Mar/2024:07:00:00 +0000] "GET /\xe9\xed\xa0\x80 HTTP/1.1" 200 1\n',
            'latin1',
          ),
          webFinding(),
        ]),
      'halves.json': () =>
        Buffer.from(
          `\ufeff${implantLine.json('wide.lab.example')}\n{"EventID":1,"a":"\ud800"}\n${implantLine.json('wide2.lab.example')}\n`,
          'utf16le',
        ),
      'odd.json': () =>
        Buffer.concat([Buffer.from(`\ufeff${implantLine.json('odd.lab.example')}\n`, 'utf16le'), Buffer.of(0x41)]),
      'preallocated.log': () => Buffer.concat([webLog(10), webFinding(), filled(50 * MB, 0)]),
      'zeros.log': () => filled(50 * MB + 1, 0),
      'empty.log': () => Buffer.alloc(0),
    },
    expect: {
      'latin.log': { status: 'read', findings: 1 },
      'halves.json': { status: 'read', findings: 2 },
      'odd.json': { status: 'read', findings: 1 },
      'preallocated.log': { status: 'read', findings: 1 },
      'zeros.log': { status: 'unknown' },
      'empty.log': { status: 'empty' },
    },
  },
  {
    name: 'names-of-fields',
    files: {
      'proto.json': () =>
        Buffer.from(
          `${implantLine.json('p').replace('"Image"', '"__proto__":"y","constructor":{"prototype":{"z":1}},"Image"')}
${implantLine.json('q').replace('"Image"', '"__proto__":{"Image":"x"},"toString":1,"hasOwnProperty":2,"Image"')}
`,
        ),
      'proto.evtx': () =>
        writeEvtx([
          {
            ...{ provider: 'p', channel: 'Microsoft-Windows-Sysmon/Operational', eventId: 1, computer: '__proto__' },
            ...{
              ms: Date.UTC(2024, 2, 1),
              data: Object.fromEntries([
                ['Image', IMPLANT],
                ['__proto__', 'y'],
                ['constructor', 'z'],
                ['', 'nameless'],
              ]),
            },
          },
        ]),
      'proto.csv': () =>
        Buffer.from('time,__proto__,constructor,toString,host\n2024-03-01T08:00:00Z,1,2,3,__proto__\n'),
    },
    expect: {
      'proto.json': { status: 'read', events: 2, findings: 2 },
      'proto.evtx': { status: 'read', events: 1, findings: 1 },
      'proto.csv': { status: 'read', events: 1 },
    },
  },
  {
    // What is sent from process to process has limits of its own: no value may make a file unreadable as a whole.
    name: 'giant-values',
    files: {
      'hosts.json': () => jsonEvents(80, (i) => ({ Hostname: `${filled(250_000)}${i}` })),
      'commands.json': () =>
        jsonEvents(LONG ? 600 : 120, (i) => ({
          CommandLine: 'x'.repeat(200_000) + i,
          Image: `C:\\${'y'.repeat(200_000)}\\implant.exe`,
        })),
      'keys.json': () => jsonEvents(100, (i) => ({ [`${'k'.repeat(200_000)}${i}`]: 1 })),
      'many-keys.json': () =>
        jsonEvents(60, (i) => Object.fromEntries(Array.from({ length: 20_000 }, (_, k) => [`${i}-${k}`, 1]))),
      'days.json': () =>
        jsonEvents(5_000, (i) => ({ Hostname: `h${i}`, '@timestamp': new Date(i * 86_400_000).toISOString() })),
      'channels.json': () => jsonEvents(100, (i) => ({ Channel: `${'c'.repeat(200_000)}${i}` })),
    },
    expect: {
      'hosts.json': { status: 'read', events: 80, findings: 80 },
      'commands.json': { status: 'read', events: 120, findings: 120 },
      'keys.json': { status: 'read', events: 100, findings: 100 },
      'many-keys.json': { status: 'read', events: 60 },
      'days.json': { status: 'read', events: 5_000, findings: 5_000 },
      'channels.json': { status: 'read', events: 100 },
    },
  },
  {
    name: 'not-files',
    files: {},
    make(folder) {
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      symlinkSync(folder, join(folder, 'loop'));
      symlinkSync('/etc/passwd', join(folder, 'passwd'));
      symlinkSync('nowhere', join(folder, 'dangling'));
      mkdirSync(join(folder, ...Array<string>(140).fill('d')), { recursive: true });
    },
    expect: {
      fifo: { refused: 'SPECIAL' },
      socket: { refused: 'SPECIAL' },
      loop: { refused: 'LINK' },
      passwd: { refused: 'LINK' },
      dangling: { refused: 'LINK' },
      'd/d/d': { refused: 'TOO_DEEP' },
    },
  },
];

function jsonEvents(count: number, more: (i: number) => object): Buffer {
  const base = JSON.parse(implantLine.json('giant.lab.example')) as object;
  return Buffer.from(Array.from({ length: count }, (_, i) => `${JSON.stringify({ ...base, ...more(i) })}\n`).join(''));
}

function xmlEvent(host: string): string {
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Sysmon"/><EventID>1</EventID><TimeCreated SystemTime="2024-03-01T08:00:00.000Z"/><EventRecordID>1</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>${host}</Computer></System><EventData><Data Name="Image">C:\\x.exe</Data></EventData></Event>\n`;
}

/** A zip of one member whose packed bytes are given. */
function rawZip(name: string, packed: Buffer, claimed: number): Buffer {
  const stored = makeZip([{ name, data: packed, method: 0, claim: { size: claimed, crc: 0 } }]);
  // the same bytes under the name of deflate: in the local header, and in the directory
  stored.writeUInt16LE(8, 8);
  stored.writeUInt16LE(8, stored.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 10);
  return stored;
}

/** Writes all cases below `root`, each with an implant beside it. The caller closes the server, whose socket is one of them. */
export async function writeCases(root: string, cases: readonly Case[] = CASES): Promise<Server> {
  for (const { name, files, make } of cases) {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'zz-implant.evtx'), implantLog(`${name}.lab.example`));
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content());
    make?.(folder);
  }
  const server = createServer();
  const folder = join(root, 'not-files');
  if (cases.some((c) => c.name === 'not-files')) {
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
  }
  return server;
}
