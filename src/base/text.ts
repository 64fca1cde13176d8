/**
 * Foreign text made safe to show: evidence may carry terminal escapes, bidirectional overrides and invisible
 * characters meant to deceive the reader. Everything that is shown goes through here.
 */
const DECEIVING = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** One line: control, bidi and invisible characters as `\xNN` / `\uNNNN`, lone surrogates replaced, cut at `limit` with `…`. */
export function oneLine(text: string, limit = Number.POSITIVE_INFINITY): string {
  const shown = text.toWellFormed().replace(DECEIVING, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  if (shown.length <= limit) return shown;
  const end = limit - 1;
  const whole = shown.charCodeAt(end - 1) >= 0xd800 && shown.charCodeAt(end - 1) < 0xdc00 ? end - 1 : end;
  return `${shown.slice(0, whole)}…`;
}

/** Several lines: as oneLine, but newlines and tabs stay. */
export function manyLines(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('\t')
        .map((part) => oneLine(part.endsWith('\r') ? part.slice(0, -1) : part))
        .join('\t'),
    )
    .join('\n');
}

/**
 * JSON for people and scripts at once: the same value as JSON.stringify, but what deceives the eye (bidi, invisible,
 * C1) stands as `\\uXXXX`, so that a terminal or an editor shows what is there.
 */
export function plainJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return text.replace(DECEIVING, (c) => (c === '\n' ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/**
 * Without what `tail` meets at the end, character by character. `/[…]+$/` would begin anew at every such character within
 * the text, which a text made of them turns into hours.
 */
export function withoutTail(text: string, tail: RegExp): string {
  let end = text.length;
  while (end > 0 && tail.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** 1234567 → `1,234,567`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 file`, `2 files`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Bytes in binary units: `12.3 MiB`. */
export function byteSize(n: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  while (n >= 1024 && i < units.length - 1) {
    n /= 1024;
    i++;
  }
  return `${i === 0 ? n : n.toFixed(n < 10 ? 2 : 1)} ${units[i]}`;
}

/** A span of milliseconds for people: `3 d 4 h`, `2 min 5 s`, `1.2 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const s = ms / 1000;
  if (s < 60) return `${s < 10 ? s.toFixed(1) : Math.round(s)} s`;
  const two = (whole: number, unit: string, rest: number, small: string) =>
    rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${small}`;
  const min = Math.floor(s / 60);
  if (min < 60) return two(min, 'min', Math.floor(s % 60), 's');
  const h = Math.floor(min / 60);
  if (h < 48) return two(h, 'h', min % 60, 'min');
  const d = Math.floor(h / 24);
  return d < 730 ? two(d, 'd', h % 24, 'h') : `${(d / 365.25).toFixed(1)} years`;
}
