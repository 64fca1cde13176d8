/** Events like those of a Windows host: Security and Sysmon process, network and logon records with values that repeat. */
import type { Event, Shape, Value } from '../../src/model/index.ts';

/** A small generator with a fixed seed, so that every run measures the same events (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const WINDOWS = ['EventID', 'Channel', 'Provider_Name', 'Computer', 'Level', 'Task', 'Keywords', 'ProcessID'];
const PROCESS = [
  ...WINDOWS,
  ...[
    'UtcTime',
    'ProcessGuid',
    'Image',
    'CommandLine',
    'CurrentDirectory',
    'User',
    'LogonId',
    'IntegrityLevel',
    'Hashes',
  ],
  ...['ParentProcessGuid', 'ParentImage', 'ParentCommandLine', 'OriginalFileName', 'Company'],
];
const LOGON = [
  ...WINDOWS,
  ...['SubjectUserSid', 'SubjectUserName', 'TargetUserSid', 'TargetUserName', 'TargetDomainName', 'TargetLogonId'],
  ...[
    'LogonType',
    'LogonProcessName',
    'AuthenticationPackageName',
    'WorkstationName',
    'IpAddress',
    'IpPort',
    'ProcessName',
  ],
];

function shape(
  stream: string,
  channel: string,
  eventId: number,
  fields: string[],
  user: string,
  address: string,
): Shape {
  const at = (name: string): number[] => (fields.includes(name) ? [fields.indexOf(name)] : []);
  const source = {
    product: 'windows',
    service: stream.slice(8),
    channel,
    provider: `Microsoft-Windows-${channel}`,
    eventId,
  };
  return { source, stream, fields, host: at('Computer'), user: at(user), address: at(address) };
}

const SHAPES = [
  shape('windows-sysmon', 'Sysmon', 1, PROCESS, 'User', 'SourceIp'),
  shape('windows-security', 'Security', 4624, LOGON, 'TargetUserName', 'IpAddress'),
  shape('windows-security', 'Security', 4634, LOGON.slice(0, 14), 'TargetUserName', 'IpAddress'),
];

/** Values a column draws from: how many distinct ones, and whether nearly every event has its own. */
function pool(field: string, next: () => number): () => Value | undefined {
  if (/Guid$|UtcTime|^TargetLogonId$/.test(field)) {
    let n = 0;
    return () => `{b3285c3e-${(n++ + 0x10000).toString(16)}-6349-1234-${Math.floor(next() * 1e9)}}`;
  }
  if (/CommandLine/.test(field)) {
    const known = Array.from(
      { length: 600 },
      (_, i) => `"C:\\Program Files\\App ${i}\\agent.exe" --mode service --id ${i * 77}`,
    );
    return () => {
      const r = next();
      return r < 0.2
        ? `C:\\Windows\\system32\\cmd.exe /c whoami /all > C:\\t\\${Math.floor(next() * 1e6)}`
        : known[Math.floor(r * 600)];
    };
  }
  const size = /Port|ProcessID/.test(field) ? 4_000 : /Name|Image|Hashes|Ip|Sid|Directory/.test(field) ? 200 : 4;
  const known: Value[] = Array.from({ length: size }, (_, i) =>
    field === 'EventID'
      ? 1
      : size === 4
        ? `${field}-${i}`
        : `C:\\Windows\\System32\\${field.toLowerCase()}\\value-${i}.exe`,
  );
  return () => known[Math.floor(next() * next() * size)];
}

/** Calls `each` with `count` events over `days` days; the Event object is reused, as readers do. */
export function syntheticEvents(count: number, days: number, each: (event: Event) => void): void {
  const next = random(42);
  const draws = SHAPES.map((s) => s.fields.map((f) => pool(f, next)));
  const step = (days * 86_400_000) / count;
  const event = {
    shape: SHAPES[0]!,
    offset: 0,
    record: 0,
    ms: 0,
    ns: 0,
    flags: 0,
    values: [] as (Value | undefined)[],
    value(slot: number): Value | undefined {
      return this.values[slot];
    },
  };
  for (let i = 0; i < count; i++) {
    const kind = i % 3;
    event.shape = SHAPES[kind]!;
    event.offset = i * 1_200;
    event.record = i + 1;
    event.ms = Date.UTC(2022, 3, 4) + Math.floor(i * step);
    event.ns = (i % 10_000) * 100;
    const draw = draws[kind]!;
    for (let s = 0; s < draw.length; s++) event.values[s] = draw[s]!();
    each(event);
  }
}
