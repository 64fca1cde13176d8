/** What a bare value is, by its form alone. What could be two things is none: a guess would look for the wrong one. */
import { parseAddress } from '../../base/index.ts';
import type { IndicatorKind } from '../../model/index.ts';
import { normalise } from './normalise.ts';

const FILE_ENDING =
  /\.(?:exe|dll|sys|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|hta|lnk|scr|cpl|msi|jar|py|sh|elf|so|dylib|aspx?|ashx|asmx|php|jsp|jspx|doc[xm]?|xls[xmb]?|ppt[xm]?|rtf|pdf|one|iso|img|vhdx?|zip|rar|7z|gz|tar|cab|dat|bin|tmp|log|txt|ini|cfg|dmp|ocx|xll|chm|html?|svg|eml|msg)$/i;

/** null: nothing that a log could hold. */
export function guessKind(value: string): { readonly kind: IndicatorKind; readonly value: string } | null {
  for (const kind of CANDIDATES(value)) {
    const normal = normalise(kind, value);
    if (normal !== null) return { kind, value: normal };
  }
  return null;
}

function CANDIDATES(value: string): IndicatorKind[] {
  if (/^\s*\(*\s*\[\s*\(*\s*[a-z][a-z0-9-]*:/i.test(value)) return ['pattern'];
  if (/^[0-9a-f]+$/i.test(value)) {
    const byDigits: Readonly<Record<number, IndicatorKind>> = { 32: 'md5', 40: 'sha1', 64: 'sha256', 128: 'sha512' };
    const kind = byDigits[value.length];
    return kind === undefined ? [] : [kind];
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return ['url'];
  const [bare = '', tail] = value.split('/');
  const address = parseAddress(bare.replace(/^\[|\]$/g, ''));
  if (address !== null) return tail === undefined ? [address.family === 4 ? 'ipv4' : 'ipv6'] : ['cidr'];
  // An address with a port says the address.
  if (/^\d+(?:\.\d+){3}:\d+$/.test(value)) return [];
  if (/^hk(?:lm|cu|cr|u|cc|ey_)/i.test(value)) return ['registry-key'];
  if (/^\\\\\.\\pipe\\/i.test(value)) return ['pipe'];
  if (/^(?:[a-z]:\\|\\\\|%\w+%\\|\/(?:\w|\.))/i.test(value)) return ['file-path'];
  if (/^[tqd]\d{2}[di]\d{4}/i.test(value)) return ['ja4'];
  if (value.includes('@')) return ['email'];
  if (/^[^\s/\\]+\/\S+$/.test(value) && normalise('domain', bare) !== null) return [];
  if (FILE_ENDING.test(value) && !value.includes('/')) return ['file-name'];
  if (/^AS\d{1,10}$/i.test(value)) return ['asn'];
  if (/^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value)) return ['mac'];
  if (/^Mozilla\/\d/i.test(value)) return ['user-agent'];
  return ['domain'];
}
