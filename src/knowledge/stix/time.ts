/** Timestamps of STIX 2.1 (2.13): RFC 3339, always `Z`, any number of digits of a second. */
const FORM =
  /^(\d{4})-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.(\d{1,30}))?Z$/;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Digits after the second; null when the text is no such time or there is no such date. */
export function timeDigits(text: string): number | null {
  const found = FORM.exec(text);
  if (!found) return null;
  const day = Number(found[3]);
  if (day > 28) {
    const year = Number(found[1]);
    const leap = found[2] === '02' && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
    if (day > MONTH_DAYS[Number(found[2]) - 1]! + leap) return null;
  }
  return found[4]?.length ?? 0;
}

/** Order of two valid timestamps, to the last digit: `.1Z` and `.100Z` are one time. */
export function compareStixTimes(a: string, b: string): number {
  const [x, y] = [sortableTime(a), sortableTime(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The same time is the same text, and texts sort as times do. */
export function sortableTime(time: string): string {
  const second = time.slice(0, 19);
  const digits = time.length > 20 ? time.slice(20, -1).replace(/0+$/, '') : '';
  return digits === '' ? second : `${second}.${digits}`;
}
