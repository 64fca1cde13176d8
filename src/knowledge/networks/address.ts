/**
 * Addresses as numbers that sort: an IPv4 address stands among the IPv6 ones as ::ffff:a.b.c.d does, so that one table
 * holds both. Text is the adversary's: anything that is not exactly an address is null.
 */

export const V4_BASE = 0xffff_0000_0000n;

/** 0 to 2^128-1; null: no address. */
export function addressNumber(text: string): bigint | null {
  if (text.length > 45) return null;
  return text.includes(':') ? v6(text) : v4(text);
}

function v4(text: string): bigint | null {
  const n = v4Number(text);
  return n === null ? null : V4_BASE + BigInt(n);
}

function v4Number(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let n = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part)) return null;
    const byte = Number(part);
    if (byte > 255) return null;
    n = n * 256 + byte;
  }
  return n;
}

function v6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(groups);
  if (head === null || head === undefined || tail === null) return null;
  const given = head.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== 8 : given > 7) return null;
  const all = [...head, ...Array<number>(8 - given).fill(0), ...(tail ?? [])];
  return all.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of one side of `::`; the last may be an IPv4 address. */
function groups(side: string): number[] | null {
  if (side === '') return [];
  const out: number[] = [];
  const parts = side.split(':');
  for (const [at, part] of parts.entries()) {
    if (part.includes('.') && at === parts.length - 1) {
      const n = v4Number(part);
      if (n === null) return null;
      out.push(Math.floor(n / 65_536), n % 65_536);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16));
    else return null;
  }
  return out.length > 8 ? null : out;
}

/** Text of a number: dotted for IPv4, eight groups without `::` for IPv6. */
export function addressText(n: bigint): string {
  if (n >> 32n === 0xffffn) {
    const low = Number(n & 0xffff_ffffn);
    return [24, 16, 8, 0].map((shift) => (low >>> shift) & 255).join('.');
  }
  return Array.from({ length: 8 }, (_, i) => ((n >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');
}
