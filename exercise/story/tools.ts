import type { Program, World } from '../contract.ts';
import { program } from '../ministry/records/programs.ts';

/** Files somebody brought along; each has one digest wherever it lies. */
export interface Tool {
  readonly slug: ToolSlug;
  /** what analysts would call it; invented */
  readonly name: string;
  readonly sha256: string;
}

const TOOLS = {
  /** the intruder's own: asks a cloud drive for orders */
  implant: 'TIDEPOOL',
  /** the intruder's own: runs commands as a service */
  service: 'SANDBAR',
  /** the intruder's own: takes passwords in the web server */
  module: 'LANTERNFISH',
  /** anybody's: a packer under another name */
  packer: 'renamed RAR',
  /** anybody's since its source leaked: planted by the intruder to point at somebody else */
  flag: 'IRONWEED',
  /** the other intruder's */
  loader: 'BURDOCK',
} as const;
export type ToolSlug = keyof typeof TOOLS;

export function toolsOf(world: World): Readonly<Record<ToolSlug, Tool>> {
  const tool = (slug: ToolSlug): Tool => ({
    ...{ slug, name: TOOLS[slug], sha256: world.random(`tool/${slug}`).hex(64).toUpperCase() },
  });
  return {
    ...{ implant: tool('implant'), service: tool('service'), module: tool('module') },
    ...{ packer: tool('packer'), flag: tool('flag'), loader: tool('loader') },
  };
}

/** The tool as a file says it is. */
export function disguised(tool: Tool, ...told: Parameters<typeof program>): Program {
  return { ...program(...told), sha256: tool.sha256 };
}
