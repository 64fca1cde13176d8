/** The network an address belonged to when the table was made. Empty texts and 0: the table does not say. */
export interface Network {
  readonly asn: number;
  readonly name: string;
  /** ISO 3166 two letters, upper case */
  readonly country: string;
  /** residential, mobile, hosting, vpn, satellite, business, education; lower case, as the table says */
  readonly kind: string;
  /** the table's own range: `first-last` */
  readonly range: string;
}

export interface NetworkTable {
  /** `YYYY-MM-DD` of when it is; '' when it does not say */
  readonly date: string;
  /** ranges it holds */
  readonly ranges: number;
  /** lines that are no range */
  readonly skipped: number;
  lookup(address: string): Network | null;
}
