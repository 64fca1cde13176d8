import type { CloudApp, Site } from '../contract.ts';
import type { Random } from '../random.ts';
import { GLOBAL, HOME, type Lines } from './networks.ts';

/** What people and programs talk to outside. */
const SITES: readonly (readonly [Site['kind'], readonly string[]])[] = [
  ['news', ['news.valdor-times.example', 'www.worldwire.example', 'www.kurier.example', 'live.globe-report.example', 'www.evening-post.example', 'www.policy-review.example']],
  ['government', ['www.valdorra.example', 'www.union-council.example', 'treaties.assembly.example', 'stats.finance.example']],
  ['updates', ['update.windows-service.example', 'definitions.guard-av.example', 'updates.edge-browser.example', 'packages.linux-mirror.example', 'updates.office-suite.example']],
  ['telemetry', ['telemetry.office-suite.example', 'beacon.guard-av.example', 'stats.edge-browser.example', 'time.clock-service.example', 'licence.pdf-tools.example']],
  ['cloud drive', ['api.drivebox.example', 'files.worldcloud.example', 'share.cloud-suite.example']],
  ['cloud mail', ['outlook.cloud-suite.example', 'login.cloud-suite.example']],
  ['newsletter', ['img.mailcourier.example', 'open.digest-sender.example', 'track.campaign-desk.example']],
  ['shop', ['www.bookshop.example', 'www.trainticket.example', 'www.airways.example']],
  ['search', ['www.findit.example', 'maps.findit.example', 'translate.findit.example']],
  ['video', ['video.streamtube.example', 'call.meetroom.example']],
]; // biome-ignore format: a table

export function sites(random: Random, lines: Lines): Site[] {
  return SITES.flatMap(([kind, domains]) =>
    domains.map((domain) => {
      const country = kind === 'government' || random.chance(25) ? HOME : GLOBAL;
      return { kind, domain, address: lines.fresh(random, 'hosting', country) };
    }),
  );
}

/** The ids Microsoft gives these programs in every tenant; the archive is invented. */
export const APPS = {
  outlook: {
    id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c',
    name: 'Microsoft Office',
    client: 'Client=MSExchangeRPC;Client=OutlookDesktop;Outlook/16.0.14931',
  },
  phone: {
    id: '27922004-5251-4030-b22d-91ecd9a37ea4',
    name: 'Outlook Mobile',
    client: 'Client=OutlookService;Outlook-iOS/2.0',
  },
  web: {
    id: '00000002-0000-0ff1-ce00-000000000000',
    name: 'Office 365 Exchange Online',
    client: 'Client=OWA;Action=ViaProxy',
  },
  archive: {
    id: '5e7a9c31-0b1d-4c38-8f4e-6a2b1d9e7c55',
    name: 'Northwall Archive',
    client: 'Client=WebServices;NorthwallArchive/4.1',
  },
  shell: {
    id: 'fb78d390-0c51-40cd-8e17-fdbfab77341b',
    name: 'Microsoft Exchange REST API Based Powershell',
    client: 'Client=RemotePowerShell',
  },
} as const satisfies Record<string, CloudApp>;
