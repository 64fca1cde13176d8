import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Channel } from './channel.ts';

test('what is pushed comes out in order, whoever is faster, and no more than the room waits', async () => {
  const pause = fc.constantFrom(-1, -1, 0);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(pause, pause), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, room) => {
        const channel = new Channel<number>(room);
        let waiting = 0;
        let most = 0;
        const writer = (async () => {
          for (let i = 0; i < steps.length; i++) {
            most = Math.max(most, ++waiting);
            await channel.push(i);
            if (steps[i]![0] >= 0) await sleep(0);
          }
          channel.end();
        })();
        const got: number[] = [];
        for await (const item of channel) {
          waiting--;
          got.push(item);
          if (steps[item]![1] >= 0) await sleep(0);
        }
        await writer;
        assert.deepEqual(got, Array.from(steps.keys()));
        assert.ok(most <= room + 1, `${most} waited in a room of ${room}`);
      },
    ),
    { numRuns: 60 },
  );
});

test('a reader that leaves holds nobody up', async () => {
  const channel = new Channel<number>(1);
  const writer = (async () => {
    for (let i = 0; i < 10; i++) await channel.push(i);
    return 'done';
  })();
  for await (const item of channel) if (item === 2) break;
  assert.equal(await writer, 'done');
});
