/**
 * IP addresses as values. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`, as Windows logs write it) counts as the IPv4
 * address; a zone (`fe80::1%3`) is passed over.
 */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

const MAPPED = 0xffffn;

/** null: not an address. */
export function parseAddress(text: string): Address | null {
  if (text.length > 64) return null;
  if (!text.includes(':')) {
    const v4 = parseV4(text);
    return v4 === null ? null : { family: 4, value: v4 };
  }
  const zone = text.indexOf('%');
  const value = parseV6(zone < 0 ? text : text.slice(0, zone));
  if (value === null) return null;
  return value >> 32n === MAPPED ? { family: 4, value: value & 0xffff_ffffn } : { family: 6, value };
}

/** The leading `bits` of an address, shifted down: equal for all addresses of one network. */
export function prefixOf(address: Address, bits: number): bigint {
  return address.value >> BigInt((address.family === 4 ? 32 : 128) - bits);
}

/** Dotted IPv4, or IPv6 in the text form of RFC 5952. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & MAPPED).toString(16));
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === '0') end++;
    if (end - i > length) [start, length] = [i, end - i];
    i = Math.max(i, end - 1);
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0;
  for (const part of parts) {
    // A leading zero is octal to some programs and decimal to others: not guessed.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    value = value * 256 + Number(part);
  }
  return BigInt(value);
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  let value = 0n;
  for (const group of [...head, ...new Array<number>(missing).fill(0), ...tail]) value = (value << 16n) | BigInt(group);
  return value;
}

/** The 16-bit groups of one side of `::`; dotted IPv4 may end the address. */
function groups(text: string, last: boolean): number[] | null {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else {
      const v4 = last && i === parts.length - 1 ? parseV4(part) : null;
      if (v4 === null) return null;
      out.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    }
  }
  return out;
}
