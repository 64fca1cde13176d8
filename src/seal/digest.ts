import { hash } from 'node:crypto';

/** SHA-256 in the two forms we use. The one-shot call with hex output is the fastest the runtime offers. */
export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(hash('sha256', data, 'buffer'));
}

export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}
