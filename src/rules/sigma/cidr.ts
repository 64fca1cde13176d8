/** Network ranges in CIDR notation, IPv4 and IPv6 (RFC 4632, RFC 4291). */

/** The range, or null when the text is none: a bad address, a bad length, or host bits that are not zero. */
export function parseCidr(text: string): { readonly network: string; readonly bits: number } | null {
  const m = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text.trim());
  if (!m) return null;
  const address = m[1]!;
  const bytes = address.includes(':') ? ipv6(address) : ipv4(address);
  if (!bytes) return null;
  const width = bytes.length * 8;
  const bits = m[2] === undefined ? width : Number(m[2]);
  if (bits > width) return null;
  for (let i = bits; i < width; i++) if ((bytes[i >> 3]! >> (7 - (i & 7))) & 1) return null;
  return { network: address.toLowerCase(), bits };
}

function ipv4(text: string): number[] | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) < 256)) return null;
  return parts.map(Number);
}

function ipv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':').map(group)));
  const [head, tail] = [groups[0]!, groups[1] ?? []];
  if ([...head, ...tail].includes(null)) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array<number>(missing).fill(0), ...tail] as number[];
  return all.flatMap((g) => [g >> 8, g & 255]);
}

function group(text: string): number | null {
  return /^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : null;
}
