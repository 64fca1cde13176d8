import { type Address, parseAddress, prefixOf, quote } from '../../base/index.ts';
import { MatchError } from './errors.ts';

export interface Network extends Address {
  readonly bits: number;
}

/** MatchError CIDR_SYNTAX. */
export function parseNetwork(network: string, bits: number): Network {
  const address = parseAddress(network);
  const mapped = address?.family === 4 && network.includes(':');
  const prefix = mapped ? bits - 96 : bits;
  if (address === null || !Number.isInteger(prefix) || prefix < 0 || prefix > (address.family === 4 ? 32 : 128)) {
    throw new MatchError('CIDR_SYNTAX', `not a network: ${quote(`${network}/${bits}`)}`);
  }
  return { family: address.family, value: prefixOf(address, prefix), bits: prefix };
}

export function addressIn(address: Address, network: Network): boolean {
  return address.family === network.family && prefixOf(address, network.bits) === network.value;
}
