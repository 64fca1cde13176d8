/**
 * CSV after RFC 4180 for people's spreadsheets. A cell that a spreadsheet would run as a formula (evidence is the
 * adversary's text) gets a leading apostrophe, as OWASP's "CSV injection" page advises.
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
