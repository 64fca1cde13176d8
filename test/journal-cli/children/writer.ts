/** A process of its own that writes notes into a case, and says each id once it is acknowledged. */
import { openWriter } from '../../../src/app/case/index.ts';
import { hand, note, station, worldAt } from '../support/stations.ts';

const [root = '', name = '', count = '0', perWriter = '1'] = process.argv.slice(2);
const world = { ...worldAt(root), salt: () => crypto.getRandomValues(new Uint8Array(32)) };
const who = station('CSIRT');
for (let i = 0; i < Number(count); i += Number(perWriter)) {
  const writer = openWriter(world, who, hand('CSIRT'));
  try {
    for (let k = 0; k < Number(perWriter); k++) {
      const [id] = writer.append([note(`${name} ${i + k}`)]);
      process.stdout.write(`${id}\n`);
    }
  } finally {
    writer.close();
  }
}
