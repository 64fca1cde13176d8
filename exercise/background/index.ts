/**
 * Routine: what happens in the ministry on days like any other. In: the ministry, and plots that say who is absent. Out:
 * one day after the other, told with verbs. Law: scale multiplies how often things happen, never what they look like;
 * each area draws from a stream of chance of its own for each day.
 */
import type { Plot, Verbs } from '../contract.ts';
import type { Ministry } from '../world/index.ts';
import { correspondenceDay } from './correspondence.ts';
import { Day } from './day.ts';
import { desksDay } from './desks.ts';
import { peopleDay } from './people.ts';
import { serversDay } from './servers.ts';
import { webDay } from './web.ts';

export interface Background {
  day(start: number, verbs: Verbs): void;
}

export function background(ministry: Ministry, plots: readonly Plot[]): Background {
  const { world } = ministry;
  const kept = new Set([...world.kept.map((k) => k.host), ...plots.flatMap((p) => p.collect ?? []).map((h) => h.name)]);
  const collected = new Set(world.hosts.filter((host) => host.kind === 'workstation' && kept.has(host.name)));
  return {
    day(start, verbs) {
      const people = world.people.filter((p) => !plots.some((plot) => plot.absent?.(p.account.name, start)));
      const of = (area: string) => new Day(ministry, start, verbs, area);
      peopleDay(of('people'), people);
      correspondenceDay(of('correspondence'), people);
      webDay(of('web'), people);
      serversDay(of('servers'), people);
      desksDay(of('desks'), people, collected);
    },
  };
}
