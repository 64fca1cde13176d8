/** Sysmon's clock text. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}
