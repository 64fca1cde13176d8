/** Mulberry32: numbers below `below`, the same for the same seed on every machine. */
export type Pick = (below: number) => number;
export function random(seed: number): Pick {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** What parsers trip over: ends and openings of every format read here, extreme numbers, names with a meaning. */
const TOKENS = [
  ...['\0', '\0\0\0\0', '\n', '\r\n', '\t', '"', '""', "'", '\\', '\\u0000', '\\ud800', ',', ';', '|', '=', ': ', '#'],
  ...['{', '}', '[', ']', '[[[[[[[[', '{"a":', '<', '>', '</', '/>', '<!--', '-->', '<![CDATA[', ']]>', '&', '&#0;'],
  ...['<Event>', '</Event>', '<System>', '&#x110000;', '<?xml', '__proto__', 'constructor', 'toString', '-', '- '],
  ...['0', '-1', '1e999', '9999999999999999999', '0x', 'NaN', 'null', '2022-13-99T99:99:99Z', '0000-00-00', '+99:99'],
  ...[
    '\ufeff',
    '\u2028',
    '\u202e',
    '\u{1f40e}',
    '*',
    '?',
    '|re: ',
    '|base64offset|contains: ',
    '1 of them',
    'not not ',
  ],
  ...[
    '%',
    '%%',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    'condition: ',
    'selection',
    '!!binary ',
    '(((((((((',
    '.*.*.*.*',
    '{1,1000}',
  ],
].map((t) => Buffer.from(t, 'utf8'));
const BYTES = [
  Buffer.of(0xff),
  Buffer.of(0xc0, 0x80),
  Buffer.of(0xed, 0xa0, 0x80),
  Buffer.of(0xff, 0xfe),
  Buffer.alloc(300, 0x41),
];
const NUMBERS = [0, 1, 0x7f, 0xff, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** One hostile file out of a real one: cut out a piece of at most `most` bytes, then hurt it a few times. */
export function mutate(original: Uint8Array, other: Uint8Array, pick: Pick, most: number): Buffer {
  let file = piece(original, pick, most);
  for (let n = 1 + pick(6); n > 0; n--) file = hurt(file, other, pick, most);
  return file;
}

/** From the beginning mostly: without its head many a format is not recognised. */
function piece(original: Uint8Array, pick: Pick, most: number): Buffer {
  if (original.length <= most) return Buffer.from(original);
  const at = pick(6) === 0 ? pick(original.length - most) : 0;
  return Buffer.from(original.subarray(at, at + most));
}

function hurt(file: Buffer, other: Uint8Array, pick: Pick, most: number): Buffer {
  if (file.length < 8) return Buffer.concat([file, TOKENS[pick(TOKENS.length)]!]);
  const at = pick(file.length - 4);
  const length = 1 + pick(Math.min(file.length - at, pick(4) === 0 ? file.length : 64));
  switch (pick(11)) {
    case 0:
      file[at] = pick(256);
      return file;
    case 1:
      file[at]! ^= 1 << pick(8);
      return file;
    case 2:
      file.writeUInt32LE(pick(3) === 0 ? pick(file.length) : NUMBERS[pick(NUMBERS.length)]!, at);
      return file;
    case 3:
      file.copyWithin(at, pick(file.length), pick(file.length));
      return file;
    case 4:
      return file.fill(pick(3) === 0 ? 0 : pick(256), at, at + length);
    case 5:
      return inserted(file, at, TOKENS[pick(TOKENS.length)]!);
    case 6:
      return inserted(file, at, BYTES[pick(BYTES.length)]!);
    case 7:
      return file.subarray(0, at + 1); // cut
    case 8:
      return Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
    case 9: {
      // the same again and again
      const times = Math.min(2 + pick(2000), Math.ceil(most / length));
      return inserted(file, at, Buffer.concat(Array<Buffer>(times).fill(file.subarray(at, at + length))));
    }
    default: {
      const from = pick(Math.max(1, other.length));
      return inserted(file, at, Buffer.from(other.subarray(from, from + 1 + pick(4096))));
    }
  }
}

function inserted(file: Buffer, at: number, what: Uint8Array): Buffer {
  return Buffer.concat([file.subarray(0, at), what, file.subarray(at)]);
}
