/**
 * Values are sent about "defanged" (`hxxp://evil[.]example`), so that nobody's program follows them. Here they are made
 * whole for comparison; what is shown to people is defanged again (`defang`), and nothing here ever looks anything up.
 */
const DOT = /\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\[\[\.\]\]|\[,\]|\\\.|\[\.(?=\S)|(?<=\S)\.\]|。|．/gi;
const AT = /\[@\]|\(@\)|\[at\]|\(at\)|\{at\}|＠/gi;

/** The value as it was before somebody defanged it; a value that was never defanged stays as it is. */
export function refang(text: string): string {
  let value = text.trim().replace(/^['"`<]+|['"`>]+$/g, '');
  value = value
    .replace(/^(?:hxxp|hXXp|h\[tt\]p|htxp|hxtp|meow)(s?)(?=\[?:|\[:\]|_|\()/i, 'http$1')
    .replace(/^fxp(s?)(?=\[?:)/i, 'ftp$1')
    .replace(/\[:\/\/\]|\[:\]\/\/|\(:\/\/\)|:\[\/\/\]|_\/\//g, '://')
    .replace(/\[:\]/g, ':')
    .replace(/\[\/\]/g, '/');
  // A registry key or path keeps its backslashes and brackets: only what can be a name, address, mail or URL changes.
  if (/^[A-Za-z]:\\|^\\\\|^hk(ey_|lm|cu|u|cr|cc)/i.test(value) || /\s/.test(value)) {
    return /\[(?:dot|\.|at|@)\]|\((?:dot|at)\)/i.test(value) && !value.includes('\\') ? spaced(value) : value;
  }
  return value.replace(DOT, '.').replace(AT, '@');
}

/** `evil dot example`, `someone [at] evil [dot] example`: with blanks around the words. */
const spaced = (value: string): string =>
  value.replace(/\s*(?:\[|\(|\{)(?:dot|\.)(?:\]|\)|\})\s*/gi, '.').replace(/\s*(?:\[|\()(?:at|@)(?:\]|\))\s*/gi, '@');

/** So that no mail program, chat or terminal makes a link of it: for everything shown to people (PAP). */
export function defang(value: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value);
  if (scheme) {
    const rest = value.slice(scheme[0].length);
    const end = rest.search(/[/?#]/);
    const host = end < 0 ? rest : rest.slice(0, end);
    const name = scheme[1]!.replace(/^http/i, 'hxxp').replace(/^ftp/i, 'fxp');
    return `${name}://${dotted(host)}${end < 0 ? '' : rest.slice(end)}`;
  }
  if (/^[^\s\\/@]+@[^\s\\/@]+$/.test(value)) return dotted(value.replace('@', '[@]'));
  if (/^[^\s\\/]+\.[^\s\\/]+(?:\/.*)?$/.test(value)) {
    const slash = value.indexOf('/');
    return slash < 0 ? dotted(value) : `${dotted(value.slice(0, slash))}${value.slice(slash)}`;
  }
  return /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?$/i.test(value) ? value.replace(/:(?=[^:]*$)/, '[:]') : value;
}

/** The last dot, and for addresses every one but the first is enough; one bracket is what the field writes. */
const dotted = (host: string): string => {
  const last = host.lastIndexOf('.');
  return last < 0 ? host : `${host.slice(0, last)}[.]${host.slice(last + 1)}`;
};
