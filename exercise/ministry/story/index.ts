/** The intruder's seven chapters, each planted into the ministry's logs with what it is and who should see it. */
import type { Ministry } from '../ministry.ts';
import { entry } from './entry.ts';
import { foothold } from './foothold.ts';
import { hiding } from './hiding.ts';
import { reading } from './reading.ts';
import { comesBack } from './return.ts';
import { server } from './server.ts';
import { spread } from './spread.ts';

export function intruder(m: Ministry): void {
  for (const chapter of [entry, server, foothold, spread, reading, hiding, comesBack]) chapter(m);
}
