import { createReadStream } from 'node:fs';
import { JsonSlicer, LISTS, partValue, SLICE_LIMITS } from '../../src/knowledge/import/index.ts';
import { checkObject } from '../../src/knowledge/stix/index.ts';

/** One measure of ours, as a JSON line: `ours.ts parse|validate BUNDLE.json`. parse: every object as a value, bounded; validate: judged too. */
const [what, path = ''] = process.argv.slice(2);
const started = process.cpuUsage();
let objects = 0;
let refused = 0;
let warnings = 0;
const slicer = new JsonSlicer(
  LISTS,
  {
    part(part) {
      if (part.index < 0) return;
      objects++;
      const got = partValue(part);
      if ('code' in got) refused++;
      else if (what === 'validate') {
        const { musts, shoulds } = checkObject(got.value);
        if (musts.length > 0) refused++;
        warnings += shoulds.length;
      }
    },
    fault: () => refused++,
  },
  SLICE_LIMITS,
);
for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) slicer.push(chunk as Buffer);
slicer.end();
const used = process.cpuUsage(started);
process.stdout.write(
  `${JSON.stringify({
    objects,
    valid: what === 'validate' ? refused === 0 : null,
    warnings,
    seconds: (used.user + used.system) / 1e6,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
