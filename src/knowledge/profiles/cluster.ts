import type { Cluster } from './types.ts';

/**
 * The coarse origin an actor's own description states, with the galaxies' country as second voice. First sentence that
 * says it wins: later ones speak of victims. Wording of sources, nothing inferred.
 */
const ORIGINS: readonly (readonly [Cluster, RegExp])[] = [
  ['KP', /north korea|dprk|reconnaissance general bureau|lazarus group/i],
  ['CN', /\bchin(a|ese)\b|people.s republic|\bprc\b|\bpla\b|ministry of state security/i],
  ['RU', /\brussian?\b|\bgru\b|\bfsb\b|\bsvr\b/i],
  ['IR', /\biran(ian)?s?\b|\birgc\b|\bmois\b/i],
  ['IN', /\bindian?\b/i],
  ['PK', /\bpakistan(i)?\b/i],
  ['west', /\bequation\b|\bnsa\b|lamberts|longhorn/i],
  [
    'other-state',
    /\bvietnam|\bturk(ey|ish)|leban(on|ese)|palestin|\bgaza\b|south korea|belarus|united arab|\buae\b|nigeria|brazil|south america|syria|egypt|israel|kazakh/i,
  ],
];
const STATED =
  /(attributed|based|sponsored|nexus|linked|affiliat|suspected|threat group|threat actor|operat|originat|aligned|behalf|intelligence|group of|actors?|espionage|believed|ties|associated|interests)/i;
const TARGET = /(target(s|ed|ing)?|victims?|against|organizations (in|across)|primarily in|focus(ed|es)? on)\b.*$/is;
const CRIME =
  /financial(ly)?[- ]motivated|financial(ly)? (gain|motivat)|cyber ?crim|ransomware|e-?crime|extort|crimin|point of sale|steal (money|payment)|payment card|cryptojack|cryptocurrency min|cryptomin|botnet|monetar/i;

const BEHIND =
  /state[- ]sponsored|state[- ]backed|government[- ]sponsored|attributed to (the )?\w+'s|\bgru\b|\bfsb\b|\bsvr\b|\bmois\b|\birgc\b|intelligence (service|agency|director)|nation[- ]state|cyber ?espionage/i;

const OF_COUNTRY: Readonly<Record<string, Cluster>> = {
  CN: 'CN',
  RU: 'RU',
  IR: 'IR',
  KP: 'KP',
  IN: 'IN',
  PK: 'PK',
  US: 'west',
  GB: 'west',
};

/** @param country ISO code that galaxies state, if any */
export function clusterOf(description: string, country?: string): Cluster {
  const text = description.replace(/\[([^\]]{1,100})\]\([^)]{1,300}\)/g, '$1').replace(/\(Citation:[^)]{1,200}\)/g, '');
  const sentences = text.split(/(?<=[.;])\s+/).slice(0, 4);
  // a gang that steals money is of the crime cluster wherever it sits, unless a state is said to stand behind it
  const crime = CRIME.test(text) && !BEHIND.test(text);
  for (const sentence of sentences) {
    const head = sentence.replace(TARGET, '');
    if (!STATED.test(sentence)) continue;
    const stated = ORIGINS.find(([, re]) => re.test(head))?.[0];
    if (stated !== undefined) return crime && stated !== 'CN' && stated !== 'KP' ? 'crime' : stated;
  }
  if (crime) return 'crime';
  if (country !== undefined) return OF_COUNTRY[country.toUpperCase()] ?? 'other-state';
  return CRIME.test(text) ? 'crime' : 'unattributed';
}
