/**
 * What a log's value says, as keys: one a class and thing. The lake's values and the indicators come down to the same
 * keys, so that a sweep is a join (platform/sweep).
 */
import { parseAddress, withoutTail } from '../../base/index.ts';
import { accountName, fileName, pipeName, registryKey, urlKey } from '../../knowledge/indicators/index.ts';
import type { Form, KeyClass } from '../../model/index.ts';

export interface Key {
  readonly cls: KeyClass;
  readonly key: string;
}

/** Everything a field's text says in this form, each thing once, sorted. */
export function keysOf(form: Form, raw: string): Key[] {
  const found = new Map<string, Key>();
  for (const key of read(form, raw)) if (key.key !== '') found.set(`${key.cls} ${key.key}`, key);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

function* read(form: Form, raw: string): Generator<Key> {
  const text = raw.trim();
  const lower = text.toLowerCase();
  if (EMPTY.has(lower)) return;
  switch (form) {
    case 'address':
      for (const word of lower.split(/[\s,;"']+/)) yield* ipKeys(word);
      return;
    case 'name': {
      const bare = lower.replace(/:\d{1,5}$/, '').replace(/\.$/, '');
      yield* ipKeys(lower);
      if (NAME.test(bare)) yield { cls: 'name', key: bare };
      if (/^[a-z0-9_.-]+$/.test(bare) && !/^[\d.]+$/.test(bare)) yield { cls: 'host', key: bare.split('.')[0]! };
      return;
    }
    case 'url':
      yield* urlKeys(text);
      return;
    case 'email':
      for (const mail of mailsIn(lower, /[^\s@<>"',;:()[\]]/, /[a-z0-9_.-]+\.[a-z][a-z0-9-]*/y)) {
        yield { cls: 'email', key: mail };
        yield { cls: 'name', key: mail.slice(mail.lastIndexOf('@') + 1) };
      }
      return;
    case 'account':
      yield { cls: 'account', key: accountName(text) };
      if (EMAIL.test(lower)) {
        yield { cls: 'email', key: lower };
        yield { cls: 'account', key: lower.split('@')[0]! };
      }
      return;
    case 'hash':
      for (const [digest] of lower.matchAll(HEX))
        if (DIGEST_DIGITS.has(digest.length)) yield { cls: 'hash', key: digest };
      return;
    case 'path': {
      yield { cls: 'path', key: lower.replaceAll('/', '\\') };
      yield { cls: 'file', key: fileName(text) };
      return;
    }
    case 'registry': {
      const key = registryKey(text);
      if (key !== null) yield { cls: 'registry', key };
      return;
    }
    case 'pipe':
      yield { cls: 'pipe', key: pipeName(text) };
      return;
    case 'certificate':
      yield { cls: 'certificate', key: lower.replaceAll(/[\s:]/g, '') };
      return;
    case 'serial':
      yield {
        cls: 'serial',
        key: lower
          .replaceAll(/[\s:]/g, '')
          .replace(/^0x/, '')
          .replace(/^0+(?=.)/, ''),
      };
      return;
    case 'mac':
      yield { cls: 'mac', key: lower.replaceAll(/[:.\s-]/g, '') };
      return;
    case 'agent':
      yield { cls: 'agent', key: text };
      return;
    case 'text':
      yield* wordsOf(text);
      return;
    default:
      yield { cls: form, key: lower };
  }
}

const EMPTY = new Set(['', '-', '(empty)', 'null', 'n/a']);
const NAME = /^(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*$/;
const EMAIL = /^[^\s@<>"',;:()[\]]+@[a-z0-9_.-]+\.[a-z][a-z0-9-]*$/;
const HEX = /[0-9a-f]+/g;
const DIGEST_DIGITS = new Set([32, 40, 64, 128]);

/** `198.51.100.3`, `[2001:db8::1]:443`, `::ffff:192.0.2.1`, with a port or a zone. */
function* ipKeys(word: string): Generator<Key> {
  const bare = /^\[([0-9a-f:.%\w-]+)\](?::\d+)?$/.exec(word)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(word)?.[1] ?? word;
  const key = ipKey(bare);
  if (key !== null) yield { cls: 'ip', key };
}

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** In text order for each family; null: not an address. */
export function ipKey(text: string): string | null {
  const v4 = V4.exec(text);
  if (v4 !== null) {
    // What most logs hold most: the same as below without a big number.
    let bits = 0;
    for (let i = 1; i <= 4; i++) {
      const part = v4[i]!;
      if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return null;
      bits = bits * 256 + Number(part);
    }
    return `4${bits.toString(16).padStart(8, '0')}`;
  }
  const address = parseAddress(text);
  if (address === null) return null;
  return `${address.family}${address.value.toString(16).padStart(address.family === 4 ? 8 : 32, '0')}`;
}

function* urlKeys(text: string): Generator<Key> {
  const key = urlKey(text);
  if (key === null) {
    // A tunnel through a proxy shows the host alone.
    const host = /^([^/:\s]+|\[[0-9a-f:.]+\]):\d{1,5}$/i.exec(text)?.[1];
    if (host !== undefined) yield* hostKeys(host.toLowerCase());
    return;
  }
  yield { cls: 'url', key };
  yield* hostKeys(/^[^:]+:\/\/(\[[^\]]*\]|[^/:]*)/.exec(key)![1]!);
}

function* hostKeys(host: string): Generator<Key> {
  yield* ipKeys(host);
  if (NAME.test(host)) yield { cls: 'name', key: host };
}

const WORDS = {
  url: /[A-Za-z][A-Za-z0-9+.-]{1,9}:\/\/[^\s'"<>|(){}\\^`]+/g,
  ip: /(?<![\w.])\d+(?:\.\d+)+(?!\w)/g,
  hash: /(?<!\w)[0-9A-Fa-f]+(?!\w)/g,
  name: /[A-Za-z0-9_.-]+/g,
} as const;
const FILE =
  /\.(?:exe|dll|sys|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|hta|lnk|scr|cpl|msi|jar|py|sh|so|aspx|ashx|asmx|asp|php|jsp|doc|docx|docm|xls|xlsx|xlsm|ppt|pptx|rtf|pdf|one|iso|img|vhd|vhdx|zip|rar|7z|gz|tar|cab|dat|bin|tmp|log|txt|dmp|ocx|xll|chm|nwb|kirbi|ccache)$/;

/** Whole words of a free text: a value within a longer name, number or digest is another value. */
function* wordsOf(text: string): Generator<Key> {
  for (const [url] of text.matchAll(WORDS.url)) yield* urlKeys(withoutTail(url, /[.,;:!?\]]/));
  for (const [word] of text.matchAll(WORDS.ip)) yield* ipKeys(word);
  for (const [word] of text.matchAll(WORDS.hash))
    if (DIGEST_DIGITS.has(word.length)) yield { cls: 'hash', key: word.toLowerCase() };
  for (const [word] of text.matchAll(WORDS.name)) {
    const name = withoutTail(word.toLowerCase().replace(/^[.-]+/, ''), /[.-]/);
    if (NAME.test(name)) yield { cls: FILE.test(name) ? 'file' : 'name', key: name };
  }
  for (const word of mailsIn(text, /[A-Za-z0-9._%+-]/, /[A-Za-z0-9_.-]+/y)) {
    const mail = withoutTail(word.toLowerCase(), /[.-]/);
    if (EMAIL.test(mail)) yield { cls: 'email', key: mail };
  }
}

/**
 * Mail addresses in a text, from one `@` to the next: characters that `local` meets before it, what `domain` (sticky) meets
 * behind it. The same as matching `local+@domain` everywhere, but linear however long a text without any is.
 */
export function* mailsIn(text: string, local: RegExp, domain: RegExp): Generator<string> {
  let taken = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(at + 1, taken))) {
    let start = at;
    while (start > taken && local.test(text[start - 1]!)) start--;
    domain.lastIndex = at + 1;
    if (start === at || !domain.test(text)) continue;
    yield text.slice(start, domain.lastIndex);
    taken = domain.lastIndex;
  }
}
