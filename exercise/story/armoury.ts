import { DAY, utc } from '../calendar.ts';
import type { Random } from '../random.ts';
import { FLAG_DOMAIN } from './flag.ts';
import type { Parts } from './parts.ts';

/**
 * What others know of those who act in the exercise, for its knowledge and its late indicators: actors with profiles,
 * tools with holders, and the part of it that an ally hands over. Everything is invented; only ids of techniques are
 * ATT&CK's.
 */
export interface Armoury {
  readonly actors: readonly Actor[];
  readonly tools: readonly ToolKnown[];
  readonly indicators: readonly Indicator[];
}

interface Actor {
  readonly slug: string;
  readonly name: string;
  readonly role: 'intruder' | 'second' | 'framed' | 'bystander';
  readonly country: string;
  /** ATT&CK techniques of its profile, sorted */
  readonly techniques: readonly string[];
  readonly victims: readonly string[];
  /** hours of its day in UTC, [from, to); may pass midnight */
  readonly hoursUtc: readonly [number, number];
  /** 0 is Sunday */
  readonly weekdays: readonly number[];
}

interface ToolKnown {
  readonly slug: string;
  readonly name: string;
  /** slugs of actors; empty: anybody */
  readonly owners: readonly string[];
  /** since when anybody may have it, `YYYY-MM-DD` */
  readonly publicSince?: string;
  readonly sha256s: readonly string[];
  readonly fileNames: readonly string[];
  readonly domains: readonly string[];
  /** run by the intruder to point at its owner */
  readonly planted?: true;
}

export interface Indicator {
  readonly kind: 'sha256' | 'domain' | 'ipv4';
  readonly value: string;
  readonly tool?: string;
  readonly actor?: string;
  /** `YYYY-MM-DD`; holds from then, and until before */
  readonly from: string;
  readonly until?: string;
  /** Admiralty code of source and statement */
  readonly reliability: string;
}

const NAMES = [
  ['glass-heron', 'GLASS HERON'],
  ['quiet-tern', 'QUIET TERN'],
  ['salt-marten', 'SALT MARTEN'],
  ['paper-otter', 'PAPER OTTER'],
  ['north-lynx', 'NORTH LYNX'],
  ['amber-stoat', 'AMBER STOAT'],
  ['hollow-finch', 'HOLLOW FINCH'],
  ['pale-cormorant', 'PALE CORMORANT'],
] as const;

/** What the intruder does in this story. */
const OWN = [
  ...['T1598.003', 'T1110.003', 'T1078', 'T1078.004', 'T1133', 'T1190', 'T1505.003', 'T1505.004', 'T1090.003'],
  ...['T1033', 'T1018', 'T1069.002', 'T1087.002', 'T1003.001', 'T1021.002', 'T1569.002', 'T1053.005', 'T1036.004'],
  ...['T1102.002', 'T1567.002', 'T1560.001', 'T1114.002', 'T1098.002', 'T1091', 'T1025', 'T1070.001', 'T1562.001'],
];
/** What anybody may do; other actors have shares of both. */
const COMMON = [
  ...['T1566.001', 'T1566.002', 'T1204.001', 'T1204.002', 'T1059.001', 'T1059.003', 'T1059.006', 'T1547.001'],
  ...['T1055', 'T1027', 'T1140', 'T1082', 'T1016', 'T1057', 'T1083', 'T1105', 'T1071.001', 'T1071.004', 'T1573.001'],
  ...['T1041', 'T1005', 'T1056.001', 'T1113', 'T1021.001', 'T1021.004', 'T1110.001', 'T1558.003', 'T1218.011'],
];

export function armouryOf(parts: Parts): Armoury {
  const random = parts.random('armoury');
  const order = random.some(NAMES, random.int(6, 8));
  const [intruder, second, framed] = order.map(([slug]) => slug) as [string, string, string];
  return {
    actors: order.map(([slug, name], i) => actor(parts, random, slug, name, i)),
    tools: toolsKnown(parts, intruder, second, framed),
    indicators: indicators(parts, random, intruder, framed),
  };
}

function actor(parts: Parts, random: Random, slug: string, name: string, nth: number): Actor {
  const role = (['intruder', 'second', 'framed'] as const)[nth] ?? 'bystander';
  const { crew, world } = parts;
  const own = role === 'intruder' ? random.int(17, 22) : random.int(4, 11);
  const techniques = [...random.some(OWN, own), ...random.some(COMMON, random.int(8, 18))].sort();
  const from = role === 'intruder' ? crew.from - crew.zone : random.int(0, 23);
  return {
    ...{ slug, name, role, techniques },
    country: random.pick(world.posts.slice(1)).country,
    victims: random.some(VICTIMS, random.int(2, 4)).sort(),
    hoursUtc: [(from + 24) % 24, (from + 9 + 24) % 24],
    weekdays: role === 'intruder' ? [...crew.week].sort() : [1, 2, 3, 4, 5],
  };
}

const VICTIMS = [
  'foreign ministries',
  'parliaments',
  'defence industry',
  'telecoms',
  'research',
  'dissidents',
  'shipping',
];

function toolsKnown({ kit, tools }: Parts, intruder: string, second: string, framed: string): ToolKnown[] {
  const known = (slug: keyof typeof tools) => ({ slug, name: tools[slug].name, sha256s: [tools[slug].sha256] });
  return [
    { ...known('implant'), owners: [intruder], fileNames: [kit.updater.program], domains: [] },
    { ...known('service'), owners: [intruder], fileNames: [], domains: [] },
    { ...known('module'), owners: [intruder], fileNames: [], domains: [] },
    { ...known('packer'), owners: [], publicSince: '2000-01-01', fileNames: ['r.exe'], domains: [] },
    {
      ...known('flag'),
      ...{
        owners: [framed],
        publicSince: '2021-09-14',
        fileNames: ['iw64.exe'],
        domains: [FLAG_DOMAIN],
        planted: true,
      },
    },
    { ...known('loader'), owners: [second], fileNames: [], domains: [] },
  ];
}

const date = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Part of what was used, handed over late; and an address that was somebody else's in another year. */
function indicators(
  { mesh, tools, world, cast }: Parts,
  random: Random,
  intruder: string,
  framed: string,
): Indicator[] {
  const exits = random.some(mesh.used, random.int(6, 12)).map(
    ({ address, ms }): Indicator => ({
      ...{ kind: 'ipv4', value: address, actor: intruder, reliability: 'B2' },
      ...{ from: date(ms - random.int(2, 20) * DAY), until: date(ms + random.int(8, 30) * DAY) },
    }),
  );
  const lent = world.homeAddress(random.pick(cast.innocent.hotspot), utc('2023-06-01'));
  return [
    { kind: 'sha256', value: tools.implant.sha256, tool: 'implant', from: '2021-11-02', reliability: 'B2' },
    { kind: 'sha256', value: tools.module.sha256, tool: 'module', from: '2022-02-17', reliability: 'B3' },
    { kind: 'sha256', value: tools.flag.sha256, tool: 'flag', actor: framed, from: '2019-05-20', reliability: 'A2' },
    { kind: 'domain', value: FLAG_DOMAIN, tool: 'flag', actor: framed, from: '2019-05-20', reliability: 'A2' },
    ...exits,
    { kind: 'ipv4', value: lent, actor: intruder, from: '2021-02-01', until: '2021-04-15', reliability: 'C3' },
  ];
}
