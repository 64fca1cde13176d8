import type { Post } from '../contract.ts';
import type { Random } from '../random.ts';
import { FOREIGN, GLOBAL, HOME, type Lines } from './networks.ts';

/** Headquarters and the posts abroad: cities that do not exist, in countries that do not. */
const CITIES = [
  'Aldmar', 'Berevik', 'Cassolo', 'Dorvane', 'Elmstad', 'Farrowgate', 'Ghentara', 'Halverin', 'Ixmouth', 'Jorvaal',
  'Kestrin', 'Lormont', 'Mirabad', 'Nyssala', 'Orvieda', 'Pelhaven', 'Quorra', 'Ravelna', 'Sundheim', 'Tirvalo',
  'Ulmarra', 'Vestrava', 'Wexholm', 'Xandria', 'Yarrowby', 'Zelmar', 'Ashkora', 'Brindova', 'Calvary Point', 'Drennick',
  'Estamar', 'Fjellby', 'Gorlandia', 'Hestovar', 'Imbrela', 'Jasmora', 'Karrath', 'Lysander Bay', 'Morvena', 'Norvick',
] as const; // biome-ignore format: a list of names

/** Hours from UTC, half hours too, as embassies are spread. */
const ZONES = [
  -8, -6, -5, -5, -4, -3, -3, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4.5, 5, 5.5, 7, 8, 8, 9, 10, 12,
];
const HOLIDAYS = ['01-01', '05-01', '12-25', '12-26', '07-12', '10-03'] as const;

export function headquarters(): Post {
  return {
    id: 'HQ',
    city: 'Valdor',
    country: HOME,
    zone: 1,
    daylight: true,
    line: 'fibre',
    exit: '192.0.2.20',
    prefix: '10.20',
    rest: [0, 6],
    holidays: new Set([...HOLIDAYS, '12-24', '12-31']),
  };
}

export function posts(random: Random, lines: Lines, count: number): Post[] {
  const cities = random.some(CITIES, count);
  const countries = random.some(FOREIGN, count);
  const skyExits = [0, 1, 2].map(() => lines.fresh(random, 'satellite', GLOBAL));
  return cities.map((city, i): Post => {
    const country = countries[i % countries.length]!;
    const zone = random.pick(ZONES);
    const line = i % 8 === 5 ? 'satellite' : i % 13 === 7 ? 'mobile' : 'fibre';
    // some of the world rests on Friday and Saturday
    const rest = zone >= 2 && zone <= 5 && random.chance(35) ? [5, 6] : [0, 6];
    const holidays = new Set(['01-01', ...random.some(HOLIDAYS, 2)]);
    for (let n = 0; n < 7; n++) {
      holidays.add(`${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`);
    }
    return {
      id: `P${String(i + 1).padStart(2, '0')}`,
      city,
      country,
      zone,
      daylight: zone >= 0 && zone <= 2 && random.chance(70),
      line,
      exit:
        line === 'satellite'
          ? random.pick(skyExits)
          : lines.fresh(random, line === 'mobile' ? 'mobile' : 'business', country),
      prefix: `10.21.${i + 1}`,
      rest,
      holidays,
    };
  });
}
