/** The few members of STIX 2.1 objects that profiles need, read without trust: wrong types count as absent. */
export interface Thin {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly external: readonly { name: string; id?: string; url?: string; description?: string }[];
  readonly tactics: readonly string[];
  readonly source: string;
  readonly target: string;
  readonly relation: string;
  readonly live: boolean;
}

/** longest text kept of a hostile object; ATT&CK's longest description is below it */
const LONGEST = 20_000;
export const clip = (s: string) => s.slice(0, LONGEST);
const text = (x: unknown) => (typeof x === 'string' ? clip(x) : '');
const list = (x: unknown): unknown[] => (Array.isArray(x) ? x.slice(0, 2000) : []);

export function thin(object: unknown): Thin | undefined {
  if (typeof object !== 'object' || object === null) return undefined;
  const o = object as Record<string, unknown>;
  if (typeof o.id !== 'string' || typeof o.type !== 'string') return undefined;
  return {
    id: o.id,
    type: o.type,
    name: text(o.name),
    description: text(o.description),
    aliases: [...list(o.aliases), ...list(o.x_mitre_aliases)].filter((a) => typeof a === 'string'),
    external: list(o.external_references).flatMap((r) => {
      const e = r as Record<string, unknown> | null;
      if (e === null || typeof e !== 'object' || typeof e.source_name !== 'string') return [];
      return [
        {
          name: clip(e.source_name),
          ...(typeof e.external_id === 'string' ? { id: clip(e.external_id) } : {}),
          ...(typeof e.url === 'string' ? { url: clip(e.url) } : {}),
          ...(typeof e.description === 'string' ? { description: clip(e.description) } : {}),
        },
      ];
    }),
    tactics: list(o.kill_chain_phases)
      .map((p) => (p as { phase_name?: unknown } | null)?.phase_name)
      .filter((p) => typeof p === 'string'),
    source: text(o.source_ref),
    target: text(o.target_ref),
    relation: text(o.relationship_type),
    live: o.revoked !== true && o.x_mitre_deprecated !== true,
  };
}
