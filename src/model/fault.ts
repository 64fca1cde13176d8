/**
 * A Fault is something in the evidence that could not be used (law 3: counted, located, named). It is an item beside
 * the events, never the end of a file unless `fatal`.
 */
export interface Fault {
  /** closed list of the reader's floor: see readers/contract.ts */
  readonly code: string;
  /** where in the evidence, bytes from the start */
  readonly offset: number;
  /** how many bytes were passed over because of it, when known */
  readonly bytes?: number;
  /** how many of its kind it stands for, when a reader tells the rest of many at once; 1 when absent */
  readonly count?: number;
  /** what, in one sentence without foreign text longer than a quoted piece */
  readonly message: string;
}
