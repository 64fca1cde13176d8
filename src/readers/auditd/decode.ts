/**
 * Values of Linux audit records. The kernel writes an untrusted string in double quotes, or, when it holds a quote, a
 * space or a control character, as upper-case hex of its bytes (audit_log_untrustedstring).
 */
const UNTRUSTED = new Set([
  'acct',
  'cmd',
  'comm',
  'cwd',
  'data',
  'dir',
  'exe',
  'file',
  'grp',
  'key',
  'name',
  'ocomm',
  'path',
  'proctitle',
  'root_dir',
  'vm',
  'watch',
]);

export function isUntrusted(name: string): boolean {
  return UNTRUSTED.has(name);
}

/** The text of hex-encoded bytes; null when it is not such hex. */
export function fromAuditHex(value: string): string | null {
  const { length } = value;
  if (length === 0 || length % 2 !== 0) return null;
  for (let i = 0; i < length; i++) {
    const c = value.charCodeAt(i);
    if (!((c >= 48 && c <= 57) || (c >= 65 && c <= 70))) return null;
  }
  return Buffer.from(value, 'hex').toString('utf8');
}

/** proctitle: the arguments with NUL between them, as a command line. */
export function argumentsText(decoded: string): string {
  return decoded.includes('\0') ? decoded.replace(/\0+$/, '').replaceAll('\0', ' ') : decoded;
}

export interface SocketAddress {
  readonly family: string;
  readonly address?: string;
  readonly port?: string;
  readonly path?: string;
}

/** `saddr=`: a struct sockaddr as hex: family in host order (little endian on what auditd runs on), port big endian. */
export function socketAddress(hex: string): SocketAddress | null {
  if (hex.length < 4 || hex.length > 512 || hex.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(hex)) return null;
  const b = Buffer.from(hex, 'hex');
  switch (b.readUInt16LE(0)) {
    case 1: {
      const end = b.indexOf(0, 3);
      const path = b.toString('utf8', 2, end < 0 ? b.length : end);
      return { family: 'local', path: path.startsWith('\0') ? `@${path.slice(1)}` : path };
    }
    case 2:
      if (b.length < 8) return null;
      return { family: 'inet', port: String(b.readUInt16BE(2)), address: b.subarray(4, 8).join('.') };
    case 10:
      if (b.length < 24) return null;
      return { family: 'inet6', port: String(b.readUInt16BE(2)), address: ipv6(b.subarray(8, 24)) };
    case 16:
      return { family: 'netlink' };
    default:
      return null;
  }
}

/** RFC 5952: the longest run of zero groups (two or more) becomes `::`. */
function ipv6(b: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => b.readUInt16BE(2 * i));
  let from = -1;
  let best = 1;
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && groups[i + n] === 0) n++;
    if (n > best) {
      best = n;
      from = i;
    }
  }
  const hex = groups.map((g) => g.toString(16));
  if (from < 0) return hex.join(':');
  return `${hex.slice(0, from).join(':')}::${hex.slice(from + best).join(':')}`;
}
