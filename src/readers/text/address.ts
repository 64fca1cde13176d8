/**
 * An address as services write it: `[203.0.113.5]:443`, `198.51.100.7:51000`, `[2001:db8::1]:443`, `::ffff:192.0.2.1`.
 * Out: the address alone and the port; null when the text is no address with something around it that must go.
 */
export function splitAddress(text: string): { address: string; port: number | null } | null {
  const m =
    /^\[([0-9A-Fa-f:.%]+)\](?::(\d{1,5}))?$/.exec(text) ?? /^(\d{1,3}(?:\.\d{1,3}){3})(?::(\d{1,5}))?$/.exec(text);
  const [, address = text, port] = m ?? [];
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (m === null && mapped === undefined) return null;
  return { address: mapped ?? address, port: port === undefined ? null : Number(port) };
}
