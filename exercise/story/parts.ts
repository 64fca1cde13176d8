import type { CloudApp, Post, World } from '../contract.ts';
import type { Random } from '../random.ts';
import { type Cast, castOf } from './cast.ts';
import { Mesh } from './mesh.ts';
import type { Crew } from './operator.ts';
import { crewOf, type Dates, datesOf } from './plan.ts';
import { actsOf, Script } from './script.ts';
import { type Tool, type ToolSlug, toolsOf } from './tools.ts';

export const INTRUDER = 'intruder';
export const { did, tried } = actsOf(INTRUDER);

/** What the chapters of the intruder's story share: one crew with one kit, whatever line it comes through. */
export interface Parts {
  readonly world: World;
  readonly script: Script;
  readonly dates: Dates;
  readonly cast: Cast;
  readonly crew: Crew;
  readonly mesh: Mesh;
  readonly kit: Kit;
  readonly tools: Readonly<Record<ToolSlug, Tool>>;
  /** a stream of chance of its own for each chapter */
  random(chapter: string): Random;
}

/** A name outside and where it leads. */
interface Place {
  readonly domain: string;
  readonly address: string;
}

/** Programs and names of the crew: they stay while exits change. */
export interface Kit {
  /** VPN client: a free one, with the device id of the same few machines */
  readonly vpnAgent: string;
  readonly vpnDevices: readonly string[];
  /** the browser of the crew's machines */
  readonly browser: string;
  /** a name he owns: it carries the pictures of the first mails */
  readonly lure: string;
  /** the client that reads mail */
  readonly mailApp: CloudApp;
  readonly mailAgent: string;
  /** name of the implant: posed as an updater */
  readonly updater: {
    readonly folder: string;
    readonly program: string;
    readonly task: string;
    readonly maker: string;
  };
  /** the cloud drive that carries orders */
  readonly drive: { readonly orders: Place; readonly upload: Place };
}

export function partsOf(world: World): Parts {
  const random = (chapter: string) => world.random(`story/${chapter}`);
  const chance = random('kit');
  return {
    ...{ world, script: new Script(), dates: datesOf(world), cast: castOf(world), random },
    crew: crewOf(random('crew')),
    mesh: new Mesh(world, random('mesh')),
    kit: kitOf(world, chance),
    tools: toolsOf(world),
  };
}

function kitOf(world: World, random: Random): Kit {
  const firefox = random.int(91, 102);
  return {
    vpnAgent: random.pick([
      `Open AnyConnect VPN Agent v8.${random.int(10, 20)}`,
      'AnyConnect Linux_64 4.9.06037',
      `OpenConnect VPN Agent (NetworkManager) v8.${random.int(10, 20)}`,
    ]),
    vpnDevices: Array.from({ length: random.int(1, 3) }, () => random.hex(40)),
    browser: random.pick([
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${firefox}.0) Gecko/20100101 Firefox/${firefox}.0`,
      `Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${random.int(86, 98)}.0.${random.int(4200, 4700)}.${random.int(10, 120)} Safari/537.36`,
      `Mozilla/5.0 (X11; Linux x86_64; rv:${firefox}.0) Gecko/20100101 Firefox/${firefox}.0`,
    ]),
    ...mailClient(random),
    lure: random.pick(['img-relay.example', 'static-press.example', 'pixcdn-7.example', 'media-track.example']),
    updater: random.pick(UPDATERS),
    drive: driveOf(world, random),
  };
}

function mailClient(random: Random): Pick<Kit, 'mailApp' | 'mailAgent'> {
  const version = `15.00.${String(random.int(800, 1500)).padStart(4, '0')}.${String(random.int(10, 40)).padStart(3, '0')}`;
  const id = random.guid();
  return random.pick([
    {
      mailApp: { id, name: 'Mail Sync Assistant', client: 'Client=REST;Client=RESTSystem;;' },
      mailAgent: `python-requests/2.${random.int(20, 28)}.${random.int(0, 3)}`,
    },
    {
      mailApp: { id, name: 'Mail Archive Helper', client: `Client=WebServices;ExchangeServicesClient/${version};` },
      mailAgent: `ExchangeServicesClient/${version}`,
    },
    {
      mailApp: {
        id,
        name: 'Office Add-in Host',
        client: `Client=WebServices;Mozilla/4.0 (compatible; ews-client ${version});`,
      },
      mailAgent: `Mozilla/4.0 (compatible; ews-client ${version})`,
    },
  ]);
}

const UPDATERS: readonly Kit['updater'][] = [
  {
    folder: 'C:\\ProgramData\\Lumen Browser\\Update',
    program: 'LumenUpdate.exe',
    task: '\\LumenBrowserUpdateTaskMachineCore',
    maker: 'Lumen Browser',
  },
  {
    folder: 'C:\\ProgramData\\CloudBox',
    program: 'CloudBoxUpdate.exe',
    task: '\\CloudBox Update Setup',
    maker: 'CloudBox',
  },
  {
    folder: 'C:\\Users\\Public\\Libraries\\ReaderSync',
    program: 'ReaderUpdate.exe',
    task: '\\Reader Update Task',
    maker: 'Paperview Reader',
  },
  {
    folder: 'C:\\ProgramData\\Meridian\\Audio',
    program: 'MeridianSvc.exe',
    task: '\\Meridian Audio Update',
    maker: 'Meridian',
  },
];

/** Countries whose lines pass the guards: the post's own, or headquarters' and its neighbours'. */
export function nearby(world: World, post: Post): readonly string[] {
  return post === world.headquarters
    ? [world.country, world.country, ...world.neighbours]
    : [post.country, world.country];
}

/**
 * A cloud drive that people of the ministry use as well. In some exercises the implant talks to a name of its own below
 * it, in others to the very name people use: then the name alone says nothing.
 */
function driveOf(world: World, random: Random): Kit['drive'] {
  const drives = world.sites.filter((s) => s.kind === 'cloud drive');
  const shared = random.chance(50);
  const address = world.fresh(random, 'hosting', [world.country, ...world.neighbours]);
  const site = drives.length > 0 ? random.pick(drives) : { domain: 'cloudbox.example', address };
  const below = (name: string) => ({ domain: `${name}.${site.domain}`, address: site.address });
  return shared ? { orders: site, upload: site } : { orders: below('api'), upload: below('content') };
}
