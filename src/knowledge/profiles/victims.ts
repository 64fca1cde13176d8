/**
 * Victims in words: countries, regions and sectors found in a title or a galaxy's list, as closed keys
 * (`country:ua`, `region:europe`, `sector:government`). A table of words, no geography beyond it.
 */
const COUNTRIES: Readonly<Record<string, string>> = {
  af: 'afghan(istan)?s?|kabul',
  ae: 'united arab emirates|emirati?|uae|dubai',
  al: 'albanian?',
  am: 'armenian?',
  ar: 'argentin(a|e|ian)',
  at: 'austrian?',
  au: 'australian?',
  az: 'azerbaijani?',
  bd: 'bangladeshi?',
  be: 'belgian|belgium',
  bg: 'bulgarian?',
  bh: 'bahraini?',
  br: 'brazil(ian)?',
  by: 'belarus(ian)?',
  ca: 'canad(a|ian)',
  ch: 'swiss|switzerland',
  cl: 'chilean?',
  cn: 'china|chinese|tibet(an)?s?|uyghurs?|uighurs?',
  co: 'colombian?',
  cz: 'czech( republic|ia)?',
  de: 'german(y)?',
  dk: 'danish|denmark',
  ec: 'ecuador',
  eg: 'egypt(ian)?',
  es: 'spanish|spain',
  et: 'ethiopian?',
  fi: 'finnish|finland',
  fr: 'french|france',
  gb: 'united kingdom|uk|british|britain',
  ge: 'georgian?',
  gr: 'greek|greece',
  hk: 'hong kong',
  hu: 'hungar(y|ian)',
  id: 'indonesian?',
  il: 'israelis?|israel',
  in: 'indian?|new delhi',
  iq: 'iraqi?|kurdish|kurds',
  ir: 'iranian?s?',
  it: 'ital(y|ian)',
  jo: 'jordan(ian)?',
  jp: 'japan(ese)?',
  kg: 'kyrgyz(stan)?',
  kh: 'cambodian?',
  kp: 'north korean?|dprk',
  kr: 'south korean?s?|seoul|republic of korea|korean?',
  kw: 'kuwaiti?',
  kz: 'kazakh(stan)?',
  la: 'laos|laotian',
  lb: 'leban(on|ese)',
  lk: 'sri lankan?',
  lt: 'lithuanian?',
  lv: 'latvian?',
  ly: 'libyan?',
  ma: 'morocc(o|an)',
  md: 'moldovan?',
  mm: 'myanmar|burm(a|ese)',
  mn: 'mongolian?',
  mx: 'mexic(o|an)',
  my: 'malaysian?',
  ng: 'nigerian?',
  nl: 'netherlands|dutch',
  no: 'norw(ay|egian)',
  np: 'nepal(ese|i)?',
  om: 'omani?',
  ph: 'philippines?|filipino',
  pk: 'pakistani?',
  pl: 'poland|polish',
  ps: 'palestin(e|ian)s?|gaza',
  pt: 'portug(al|uese)',
  qa: 'qatari?',
  ro: 'romanian?',
  rs: 'serbian?',
  ru: 'russian?s?|moscow',
  sa: 'saudi( arabian?)?',
  se: 'swed(en|ish)',
  sg: 'singapore(an)?',
  sk: 'slovak(ia)?',
  sy: 'syrian?',
  th: 'thai(land)?',
  tm: 'turkmen(istan)?',
  tn: 'tunisian?',
  tr: 'turk(ey|ish)',
  tw: 'taiwan(ese)?',
  ua: 'ukrain(e|ian)s?',
  us: 'united states|u\\.s\\.|usa|us|american?|washington',
  uz: 'uzbek(istan)?',
  ve: 'venezuelan?',
  vn: 'vietnam(ese)?',
  ye: 'yemeni?',
  za: 'south african?',
};
const REGIONS: Readonly<Record<string, { words: string; of: readonly string[] }>> = {
  'middle-east': {
    words: 'middle[- ]east(ern)?|gulf (states|countries|cooperation)|arab(ic|ian)?|levant',
    of: ['ae', 'bh', 'eg', 'il', 'iq', 'ir', 'jo', 'kw', 'lb', 'om', 'ps', 'qa', 'sa', 'sy', 'tr', 'ye'],
  },
  europe: {
    words: 'europe(an)?|eu|nato|balkans?',
    of: [
      'al',
      'at',
      'be',
      'bg',
      'ch',
      'cz',
      'de',
      'dk',
      'es',
      'fi',
      'fr',
      'gb',
      'gr',
      'hu',
      'it',
      'lt',
      'lv',
      'md',
      'nl',
      'no',
      'pl',
      'pt',
      'ro',
      'rs',
      'se',
      'sk',
      'ua',
    ],
  },
  'east-asia': {
    words: 'east asian?|asian?|far east|apac|asia[- ]pacific',
    of: ['cn', 'hk', 'jp', 'kp', 'kr', 'mn', 'tw'],
  },
  'southeast-asia': {
    words: 'south[- ]?east asian?|asean|mekong|south china sea',
    of: ['id', 'kh', 'la', 'mm', 'my', 'ph', 'sg', 'th', 'vn'],
  },
  'south-asia': { words: 'south asian?|indian subcontinent', of: ['af', 'bd', 'in', 'lk', 'np', 'pk'] },
  'central-asia': { words: 'central asian?|cis|caucasus', of: ['am', 'az', 'ge', 'kg', 'kz', 'tm', 'uz'] },
  africa: { words: 'africa(n)?', of: ['eg', 'et', 'ly', 'ma', 'ng', 'tn', 'za'] },
  'latin-america': { words: 'latin american?|south american?|latam', of: ['ar', 'br', 'cl', 'co', 'ec', 'mx', 've'] },
  'north-america': { words: 'north american?', of: ['ca', 'us'] },
};
const SECTORS: Readonly<Record<string, string>> = {
  government:
    'governments?|ministr(y|ies)|public sector|parliament\\w*|senate|state department|municipal\\w*|election\\w*|political|politic\\w*|officials?|public administration',
  diplomacy: 'diplom\\w+|embass(y|ies)|foreign affairs|consulates?',
  defence: 'defen[sc]e|military|army|navy|naval|defen[sc]e industrial base',
  aerospace: 'aerospace|aviation|airlines?|airports?|satellites?|space',
  energy: 'energy|oil|gas|petro\\w*|electric\\w*|power grid|utilit(y|ies)|nuclear',
  finance: 'banks?|banking|financ\\w+|atms?|swift|payment\\w*|point[- ]of[- ]sale|pos|casino\\w*|insurance|investment',
  crypto: 'crypto ?currenc\\w+|crypto|bitcoin|blockchain|defi',
  telecom: 'telecom\\w*|telcos?|mobile operators?|isps?|5g',
  technology:
    'technology|software compan\\w+|it (sector|services|companies|providers?)|information technology|high[- ]tech|semiconductors?|msps?|managed service\\w*|cloud hopper|developers?',
  media: 'media|journalis\\w+|news|broadcast\\w*|entertainment',
  ngo: 'ngos?|human rights|activists?|dissidents?|civil society|think[- ]tanks?|non[- ]?profit\\w*|opposition',
  education: 'education|universit\\w+|academi\\w+|schools?|research(ers)? institut\\w+',
  health: 'health ?care|hospitals?|medical|pharma\\w*|health|vaccine\\w*|covid\\w*',
  retail: 'retail\\w*|hospitality|hotels?|restaurants?|e-?commerce|magento|travel',
  industry:
    'manufactur\\w+|industrial|engineering|chemical|automotive|construction|ics|critical infrastructure|maritime|shipping|transport\\w*|logistics|mining',
  gaming: 'gaming|video games?|game (industry|developers?)|gambling',
  legal: 'law firms?|legal',
};

interface Rule {
  readonly key: string;
  readonly re: RegExp;
}
const rule = (key: string, words: string): Rule => ({
  key,
  re: new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'iu'),
});
const COUNTRY_RULES = Object.entries(COUNTRIES).map(([c, w]) => rule(`country:${c}`, w));
const REGION_RULES = Object.entries(REGIONS).map(([r, { words }]) => rule(`region:${r}`, words));
const SECTOR_RULES = Object.entries(SECTORS).map(([s, w]) => rule(`sector:${s}`, w));
const REGION_OF = new Map<string, string[]>();
for (const [r, { of }] of Object.entries(REGIONS))
  for (const c of of) REGION_OF.set(c, [...(REGION_OF.get(c) ?? []), `region:${r}`]);

/** the longest text looked at: titles and list values, never a whole report */
const LONGEST = 400;

/** Keys of the victims a short text names, with the regions of its countries, sorted. */
export function victimsIn(text: string): string[] {
  let rest = text.slice(0, LONGEST);
  // "North Korean" must not leave "Korean", "South East Asia" must not leave "Asia"
  const found = new Set<string>();
  for (const { key, re } of [...REGION_RULES, ...COUNTRY_RULES].sort(bySpecificity)) {
    const m = re.exec(rest);
    if (m === null) continue;
    found.add(key);
    rest = rest.replaceAll(m[0], ' · ');
  }
  for (const { key, re } of SECTOR_RULES) if (re.test(text.slice(0, LONGEST))) found.add(key);
  return withRegions(found);
}

/** Countries also count for their regions. */
export function withRegions(keys: Iterable<string>): string[] {
  const all = new Set<string>();
  for (const key of keys) {
    all.add(key);
    if (key.startsWith('country:')) for (const region of REGION_OF.get(key.slice(8)) ?? []) all.add(region);
  }
  return [...all].sort();
}

const FIRST = [
  'region:southeast-asia',
  'region:south-asia',
  'region:central-asia',
  'country:kp',
  'country:za',
  'region:latin-america',
  'region:north-america',
];
function bySpecificity(a: Rule, b: Rule): number {
  const rank = (r: Rule) => (FIRST.indexOf(r.key) + FIRST.length + 1) % (FIRST.length + 1);
  return rank(a) - rank(b);
}
/** ISO 3166 two-letter code → key, when the table knows it. */
export function countryKey(code: string): string | undefined {
  const c = code.trim().toLowerCase();
  return Object.hasOwn(COUNTRIES, c) ? `country:${c}` : undefined;
}
