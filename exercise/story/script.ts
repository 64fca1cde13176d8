import { DAY } from '../calendar.ts';
import type { Act, Plot, Verbs } from '../contract.ts';

/** What a party does, scene by scene, kept by the day on which each scene begins. */
export class Script {
  readonly #days = new Map<number, { readonly ms: number; readonly play: (verbs: Verbs) => void }[]>();

  at(ms: number, play: (verbs: Verbs) => void): void {
    const day = Math.floor(ms / DAY);
    const scenes = this.#days.get(day);
    if (scenes) scenes.push({ ms, play });
    else this.#days.set(day, [{ ms, play }]);
  }

  plot(name: string, more: Omit<Plot, 'name' | 'day'> = {}): Plot {
    return {
      name,
      ...more,
      day: (day, verbs) => {
        const scenes = this.#days.get(Math.floor(day / DAY)) ?? [];
        for (const { play } of scenes.toSorted((a, b) => a.ms - b.ms)) play(verbs);
      },
    };
  }
}

/** The phases of an intrusion, as the report names them. */
export type Phase =
  | 'reconnaissance'
  | 'initial-access'
  | 'execution'
  | 'persistence'
  | 'privilege-escalation'
  | 'defense-evasion'
  | 'credential-access'
  | 'discovery'
  | 'lateral-movement'
  | 'collection'
  | 'command-and-control'
  | 'exfiltration';

export interface Told {
  readonly phase: Phase;
  readonly technique: string;
  readonly what: string;
  readonly accounts?: readonly string[];
  readonly hosts?: readonly string[];
  readonly mailboxes?: readonly string[];
  readonly used?: Act['used'];
}

/** Acts of one party: `did` misuses what it names, `tried` only aimed at it. */
export function actsOf(party: string) {
  const act = (misuse: boolean, { phase, technique, what, used, ...victims }: Told): Act => ({
    ...{ party, phase, what, technique, victims, misuse },
    ...(used ? { used } : {}),
  });
  return { did: (told: Told) => act(true, told), tried: (told: Told) => act(false, told) };
}
