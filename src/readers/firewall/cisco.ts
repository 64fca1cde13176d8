/** The head all Cisco messages share, whatever the device: `%FACILITY-SEVERITY-MNEMONIC: text`. */
export interface CiscoHead {
  /** `ASA`, `FTD`, `SYS`, `PARSER`, … */
  readonly facility: string;
  readonly severity: number;
  /** `302013`, `CONFIG_I`, … */
  readonly mnemonic: string;
  /** index of the text behind `: ` */
  readonly body: number;
}

/** `%FACILITY[-SUBFACILITY]-S-MNEMONIC: ` anywhere in the first part of a message; null: none. */
export function ciscoHead(message: string): CiscoHead | null {
  const percent = message.indexOf('%');
  if (percent < 0 || percent > 200) return null;
  const m = /^%([A-Z][A-Z0-9_]{1,31}(?:-[A-Z][A-Z0-9_]{0,31})?)-([0-7])-([A-Z0-9_]{2,64}): ?/.exec(
    message.slice(percent, percent + 160),
  );
  if (m === null) return null;
  return {
    facility: m[1] as string,
    severity: Number(m[2]),
    mnemonic: m[3] as string,
    body: percent + m[0].length,
  };
}

export function isAsa(head: CiscoHead): boolean {
  return head.facility === 'ASA' || head.facility === 'FTD' || head.facility === 'PIX' || head.facility === 'FWSM';
}
