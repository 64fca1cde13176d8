import { clip } from './stix.ts';
import { countryKey, victimsIn, withRegions } from './victims.ts';

/** What MISP galaxies (threat-actor, Tidal groups) say of an actor as a whole: undated, without report. */
export interface GalaxyClaim {
  readonly country?: string;
  readonly victims: readonly string[];
}

const LISTS = [
  'cfr-suspected-victims',
  'suspected-victims',
  'cfr-target-category',
  'targeted-sector',
  'target_categories',
  'victimology',
];

/** Galaxies as parsed JSON → claims by ATT&CK id and by lower-case name; what is not of the shape is passed over. */
export function readGalaxies(galaxies: readonly unknown[]): Map<string, GalaxyClaim> {
  const claims = new Map<string, { country?: string; victims: Set<string> }>();
  for (const galaxy of galaxies) {
    const values = (galaxy as { values?: unknown } | null)?.values;
    if (!Array.isArray(values)) continue;
    for (const value of values as unknown[]) {
      const v = value as { value?: unknown; meta?: Record<string, unknown> } | null;
      if (v === null || typeof v?.value !== 'string' || typeof v.meta !== 'object' || v.meta === null) continue;
      const meta = v.meta;
      const keys = [v.value, ...strings(meta.synonyms)].map((n) => `name:${n.toLowerCase()}`);
      if (typeof meta.group_attack_id === 'string') keys.push(`id:${meta.group_attack_id}`);
      const victims = new Set<string>();
      for (const list of LISTS) for (const s of strings(meta[list])) for (const k of victimsIn(s)) victims.add(k);
      for (const c of strings(meta.observed_countries)) {
        const key = countryKey(c);
        if (key !== undefined) for (const k of withRegions([key])) victims.add(k);
      }
      const country =
        typeof meta.country === 'string' && /^[A-Za-z]{2}$/.test(meta.country) ? meta.country.toUpperCase() : undefined;
      for (const key of keys) {
        const claim = claims.get(key) ?? { victims: new Set<string>() };
        for (const k of victims) claim.victims.add(k);
        if (country !== undefined && claim.country === undefined) claim.country = country;
        claims.set(key, claim);
      }
    }
  }
  return new Map([...claims].map(([k, c]) => [k, { ...c, victims: [...c.victims].sort() }]));
}

const strings = (x: unknown): string[] =>
  (Array.isArray(x) ? x : typeof x === 'string' ? [x] : [])
    .filter((s): s is string => typeof s === 'string')
    .map(clip)
    .slice(0, 500);
