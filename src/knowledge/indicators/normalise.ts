/**
 * One spelling for one thing, by kind. The lake's values come down to the same form (hunt/sweep and platform/sweep), so
 * that comparison is equality; what a kind means for "the same" stands here and nowhere else.
 */
import { domainToASCII } from 'node:url';
import { formatAddress, parseAddress, prefixOf, withoutTail } from '../../base/index.ts';
import type { IndicatorKind } from '../../model/index.ts';

/** null: not a value of this kind. */
export function normalise(kind: IndicatorKind, raw: string): string | null {
  const value = raw.trim();
  if (value === '') return null;
  switch (kind) {
    case 'ipv4':
    case 'ipv6': {
      const address = parseAddress(value.replace(/^\[([^\]]*)\]$/, '$1'));
      return address === null || address.family !== (kind === 'ipv4' ? 4 : 6) ? null : formatAddress(address);
    }
    case 'cidr':
      return network(value);
    case 'domain':
      return domainName(value);
    case 'hostname':
      return /^[\w-][\w.-]{0,252}$/.test(value) ? value.toLowerCase().split('.')[0]! : null;
    case 'url':
      return urlKey(value);
    case 'email':
      return email(value);
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return hex(value, DIGITS[kind]);
    case 'ja3':
    case 'ja3s':
      return hex(value, 32);
    case 'ja4':
      return /^[tqd]\d{2}[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : null;
    case 'certificate': {
      const digits = value.toLowerCase().replaceAll(/[\s:]/g, '');
      return [32, 40, 64].some((n) => hex(digits, n) !== null) ? digits : null;
    }
    case 'certificate-serial': {
      const digits = value
        .toLowerCase()
        .replaceAll(/[\s:]/g, '')
        .replace(/^0x/, '')
        .replace(/^0+(?=.)/, '');
      return /^[0-9a-f]{1,64}$/.test(digits) ? digits : null;
    }
    case 'mac': {
      const digits = value.toLowerCase().replaceAll(/[:.\s-]/g, '');
      return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/..(?=.)/g, '$&:') : null;
    }
    case 'asn': {
      const digits = /^(?:as)?\s*(\d{1,10})(?:\s.*)?$/i.exec(value)?.[1];
      return digits === undefined ? null : String(Number(digits));
    }
    case 'file-name':
      return fileName(value) || null;
    case 'file-path':
      return value.length > 1 && /[\\/]/.test(value) ? value.toLowerCase().replaceAll('/', '\\') : null;
    case 'registry-key':
      return registryKey(value);
    case 'pipe':
      return pipeName(value) || null;
    case 'mutex':
    case 'user-agent':
    case 'pattern':
      return value; // case matters, or the value is a language of its own
    case 'account':
      return accountName(value) || null;
    case 'service':
    case 'task':
    case 'subject':
      return value.toLowerCase();
  }
}

const DIGITS = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

const hex = (value: string, digits: number): string | null =>
  value.length === digits && /^[0-9a-fA-F]+$/.test(value) ? value.toLowerCase() : null;

/** The part after the last slash or backslash. */
export const lastPart = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);

/** A file without its folders; '' for a folder. */
export const fileName = (path: string): string => lastPart(path).trim().toLowerCase();

/** An account without its domain: `MEA\h.brandt`; '' where none is named. */
export const accountName = (name: string): string =>
  name
    .slice(name.lastIndexOf('\\') + 1)
    .trim()
    .toLowerCase();

/** A named pipe without the ways of writing where pipes live. */
export const pipeName = (name: string): string =>
  name.toLowerCase().replace(/^(?:\\\\\.\\pipe\\|\\device\\namedpipe\\|\\pipe\\|[\\\s])+/, '');

function network(value: string): string | null {
  const [text = '', bits = '', ...more] = value.split('/');
  const address = parseAddress(text);
  if (address === null || more.length > 0 || !/^\d{1,3}$/.test(bits)) return null;
  const width = address.family === 4 ? 32 : 128;
  const length = Number(bits);
  if (length > width) return null;
  const first = prefixOf(address, length) << BigInt(width - length);
  return `${formatAddress({ family: address.family, value: first })}/${length}`;
}

/** Lower case, ASCII (IDNA), no final dot; null for what can be no name in the DNS. */
export function domainName(value: string): string | null {
  const plain = value.toLowerCase().replace(/\.$/, '').replace(/^\*\./, '');
  const ascii = /^[\x21-\x7e]*$/.test(plain) ? plain : domainToASCII(plain);
  if (ascii.length === 0 || ascii.length > 253 || !ascii.includes('.')) return null;
  const labels = ascii.split('.');
  if (!labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) return null;
  return /^[a-z][a-z0-9-]*$/.test(labels.at(-1)!) ? ascii : null;
}

function email(value: string): string | null {
  const at = value.lastIndexOf('@');
  const domain = domainName(value.slice(at + 1));
  const local = value.slice(0, at).toLowerCase();
  return at < 1 || domain === null || /[\s<>]/.test(local) ? null : `${local}@${domain}`;
}

/**
 * What makes two URLs the same request: scheme and host in lower case, the scheme's own port and the fragment left out,
 * an empty path is `/`. Path and query are compared as they stand: servers tell their case apart.
 */
export function urlKey(value: string): string | null {
  const m =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@\s]*@)?(\[[0-9a-f:.]+\]|[^/?#:\s]*[^/?#:\s.]\.?)(?::(\d{0,5}))?([/?][^#\s]*)?(?:#.*)?$/i.exec(
      value,
    );
  if (!m) return null;
  const scheme = m[1]!.toLowerCase();
  const host = m[2]!.toLowerCase().replace(/\.$/, '');
  const port = m[3] === undefined || m[3] === '' || m[3] === PORTS[scheme] ? '' : `:${m[3]}`;
  const rest = m[4] ?? '/';
  return `${scheme}://${host}${port}${rest.startsWith('?') ? '/' : ''}${rest}`;
}

const PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ftp: '21', ws: '80', wss: '443' };

const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^(?:hklm|hkey_local_machine|\\registry\\machine)(?=\\|$)/, 'hklm'],
  [/^(?:hkcr|hkey_classes_root)(?=\\|$)/, 'hkcr'],
  [/^(?:hkcu|hkey_current_user)(?=\\|$)/, 'hku\\*'],
  [/^(?:hku|hkey_users|\\registry\\user)\\s-1-[\d-]+(?=\\|$)/, 'hku\\*'],
  [/^(?:hku|hkey_users|\\registry\\user)(?=\\|$)/, 'hku'],
  [/^(?:hkcc|hkey_current_config)(?=\\|$)/, 'hkcc'],
];

/** One name a hive, and one place for every user's own: a log names users by their SIDs, an indicator says HKCU. */
export function registryKey(value: string): string | null {
  const key = withoutTail(value.toLowerCase().replaceAll('/', '\\'), /[\\\s]/);
  for (const [hive, name] of HIVES) if (hive.test(key)) return key.replace(hive, () => name);
  return null;
}
