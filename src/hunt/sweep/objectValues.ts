/** The texts of fields as STIX properties. */
import { lastPart, registryKey } from '../../knowledge/indicators/index.ts';
import type { Property } from '../../rules/stix/index.ts';
import type { Reading } from './objectTable.ts';

/** null: the text says nothing of the kind. */
export function readProperty(reading: Reading, raw: string): Property | null {
  switch (reading) {
    case 'text':
      return raw;
    case 'number': {
      const n = /^0x[0-9a-f]{1,13}$/i.test(raw)
        ? Number.parseInt(raw, 16)
        : /^-?\d{1,15}(?:\.\d+)?$/.test(raw)
          ? Number(raw)
          : Number.NaN;
      return Number.isNaN(n) ? null : n;
    }
    case 'name':
      return lastPart(raw) || null;
    case 'folder': {
      const folder = raw.slice(0, raw.length - lastPart(raw).length - 1);
      return folder || null;
    }
    case 'account':
      return raw.slice(raw.lastIndexOf('\\') + 1);
    case 'hashes':
      return hashesOf(raw);
    case 'registry':
      return registryText(raw);
    case 'value-name':
      return /\\/.test(raw) ? lastPart(raw) : raw;
    case 'list': {
      const items = raw.startsWith('[') ? jsonTexts(raw) : raw.split(/[;,\s]+/).filter(Boolean);
      return items.length > 0 ? items : null;
    }
    case 'protocol':
      return raw.toLowerCase();
  }
}

const HASH_NAMES: Readonly<Record<string, string>> = {
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
  imphash: 'IMPHASH',
};
const BY_DIGITS: Readonly<Record<number, string>> = { 32: 'MD5', 40: 'SHA-1', 64: 'SHA-256', 128: 'SHA-512' };

/** `MD5=…,SHA256=…` or one bare digest; digests in lower case, under STIX' names. */
function hashesOf(raw: string): Property | null {
  const out: Record<string, string> = {};
  for (const part of raw.split(',')) {
    const [name = '', digest = ''] = part.includes('=') ? part.split('=') : ['', part];
    const known = HASH_NAMES[name.trim().toLowerCase()] ?? BY_DIGITS[digest.trim().length];
    if (known !== undefined && /^[0-9a-f]+$/i.test(digest.trim())) out[known] = digest.trim().toLowerCase();
  }
  return Object.keys(out).length > 0 ? out : null;
}

/** The hive's whole name, as STIX writes keys. */
function registryText(raw: string): string | null {
  if (registryKey(raw) === null) return null;
  return raw
    .replace(/^(?:HKLM|\\REGISTRY\\MACHINE)(?=\\|$)/i, 'HKEY_LOCAL_MACHINE')
    .replace(/^HKCR(?=\\|$)/i, 'HKEY_CLASSES_ROOT')
    .replace(/^HKCU(?=\\|$)/i, 'HKEY_CURRENT_USER')
    .replace(/^(?:HKU|\\REGISTRY\\USER)(?=\\|$)/i, 'HKEY_USERS');
}

function jsonTexts(raw: string): string[] {
  try {
    const list: unknown = JSON.parse(raw);
    return Array.isArray(list) ? list.slice(0, 1000).map(String) : [];
  } catch {
    return [];
  }
}
