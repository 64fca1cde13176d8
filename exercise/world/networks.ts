import type { Network, NetworkKind } from '../contract.ts';
import type { Random } from '../random.ts';

/**
 * The invented Internet. Public addresses come from 198.18.0.0/15, set aside for benchmarks (RFC 2544), and from the
 * three ranges for documentation (RFC 5737); countries have codes that ISO 3166 leaves to users. 512 networks of 256
 * addresses are dealt out: the home country has many home lines, every other one a few of each kind.
 */
export const HOME = 'XV';
export const FOREIGN: readonly string[] = [
  ...'ABCDEFGHIJLMNOPQRSTUWXYZ'.split('').map((c) => `X${c}`),
  ...'MNOPRSTUVWXYZ'.split('').map((c) => `Q${c}`),
  'AA',
  'ZZ',
];

/** How many networks of a kind, under how many providers' names. */
type Share = readonly [kind: NetworkKind, networks: number, providers: readonly string[]];
const HOME_SHARES: readonly Share[] = [
  ['residential', 72, ['Valdorra Telekom', 'Kabelnet Valdor', 'Hovan Fibre']],
  ['mobile', 4, ['Valdorra Mobil']],
  ['hosting', 4, ['Norrhost']],
  ['business', 6, ['Valdorra Telekom Business']],
  ['education', 2, ['University of Valdor']],
];
const FOREIGN_SHARES: readonly Share[] = [
  ['residential', 5, ['Broadband', 'Cable']],
  ['mobile', 1, ['Mobile']],
  ['hosting', 1, ['Hosting']],
  ['business', 2, ['Business Lines']],
];
const GLOBAL_SHARES: readonly Share[] = [
  ['satellite', 4, ['Skybridge Satellite']],
  ['satellite', 2, ['Polar Orbit Networks']],
  ['vpn', 6, ['Veilgate VPN']],
  ['vpn', 4, ['Tunnelfox VPN']],
  ['hosting', 24, ['Worldcloud']],
];

/** of no country: satellite operators, large clouds */
export const GLOBAL = 'QQ';
const FIRST = 198 * 2 ** 24 + 18 * 2 ** 16;

export function addressText(n: number): string {
  return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
}

export function addressNumber(text: string): number {
  return text.split('.').reduce((n, part) => n * 256 + Number(part), 0);
}

function provider(kind: NetworkKind, name: string, country: string, asn: number, first: number, blocks: number) {
  return { kind, name, country, asn, first: addressText(first), last: addressText(first + 256 * blocks - 1) };
}

/** Providers' blocks in order of address; the order of the countries is the seed's. */
export function networkPlan(random: Random): readonly Network[] {
  const plan: Network[] = [
    provider('business', 'Ministry of External Affairs', HOME, 64_496, addressNumber('192.0.2.0'), 1),
    provider('hosting', 'Documentation Hosting', HOME, 64_497, addressNumber('198.51.100.0'), 1),
    provider('business', 'Contracted Firms', HOME, 64_498, addressNumber('203.0.113.0'), 1),
  ];
  let next = FIRST;
  let asn = 64_512;
  const deal = (country: string, shares: readonly Share[], prefix: string) => {
    for (const [kind, networks, names] of shares) {
      names.forEach((name, i) => {
        const blocks = Math.floor(networks / names.length) + (i < networks % names.length ? 1 : 0);
        plan.push(provider(kind, `${prefix}${name}`, country, asn++, next, blocks));
        next += 256 * blocks;
      });
    }
  };
  const countries = random.some([HOME, ...FOREIGN, GLOBAL], FOREIGN.length + 2);
  for (const country of countries) {
    if (country === HOME) deal(country, HOME_SHARES, '');
    else if (country === GLOBAL) deal(country, GLOBAL_SHARES, '');
    else deal(country, FOREIGN_SHARES, `${country} `);
  }
  return plan.sort((a, b) => addressNumber(a.first) - addressNumber(b.first));
}

/** Hands out addresses, each once. */
export class Lines {
  readonly #plan: readonly { readonly network: Network; readonly first: number; readonly last: number }[];
  readonly #taken = new Set<number>();

  constructor(plan: readonly Network[]) {
    this.#plan = plan.map((network) => ({
      network,
      first: addressNumber(network.first),
      last: addressNumber(network.last),
    }));
  }

  take(address: string): string {
    this.#taken.add(addressNumber(address));
    return address;
  }

  /** Throws RangeError when no network of that kind and country has a free address. */
  fresh(random: Random, kind: NetworkKind, country: string | readonly string[]): string {
    const wanted = typeof country === 'string' ? [country] : country;
    const fit = this.#plan.filter(({ network: n }) => n.kind === kind && wanted.includes(n.country));
    const size = fit.reduce((n, { first, last }) => n + last - first + 1, 0);
    if (size === 0) throw new RangeError(`no ${kind} network in ${wanted.join(', ')}`);
    const start = random.int(0, size - 1);
    for (let i = 0; i < size; i++) {
      let at = (start + i) % size;
      for (const { first, last } of fit) {
        const n = first + at;
        if (n <= last) {
          const end = n & 255;
          if (end === 0 || end === 255 || this.#taken.has(n)) break;
          this.#taken.add(n);
          return addressText(n);
        }
        at -= last - first + 1;
      }
    }
    throw new RangeError(`every ${kind} address in ${wanted.join(', ')} is taken`);
  }

  network(address: string): Network | undefined {
    const n = addressNumber(address);
    return this.#plan.find(({ first, last }) => n >= first && n <= last)?.network;
  }
}

/** The table an analyst would import: which network an address was in, as known on the day of `ms`. */
export function networksTable(plan: readonly Network[], ms: number): string {
  const rows = plan.map((n) => [n.first, n.last, n.asn, n.name, n.country, n.kind].join('\t'));
  return [
    `# date: ${new Date(ms).toISOString().slice(0, 10)}`,
    '# INVENTED: networks, providers and countries of the exercise; no address here is anybody’s',
    'first\tlast\tasn\tname\tcountry\tkind',
    ...rows,
    '',
  ].join('\n');
}
