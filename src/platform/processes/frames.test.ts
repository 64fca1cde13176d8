import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameDecoder, HEADER_BYTES, MAX_PAYLOAD } from './frames.ts';

const frameList = fc.array(
  fc.record(
    { kind: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) },
    { noNullPrototype: true },
  ),
  { maxLength: 12 },
);

test('frames come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(frameList, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (frames, cuts) => {
      const stream = Buffer.concat(frames.map((f) => encodeFrame(f.kind, f.payload)));
      const decoder = new FrameDecoder();
      const got: { kind: number; payload: Uint8Array }[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const end = Math.min(stream.length, at + cuts[i % cuts.length]!);
        for (const f of decoder.frames(stream.subarray(at, end))) {
          got.push({ kind: f.kind, payload: Uint8Array.from(f.payload) });
        }
        at = end;
      }
      assert.deepEqual(got, frames);
      assert.equal(decoder.idle, true);
    }),
  );
});

test('any bytes at all: frames or FRAME_TOO_LONG, never more memory than one payload', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
      const decoder = new FrameDecoder();
      let out = 0;
      try {
        for (const chunk of chunks) {
          for (const f of decoder.frames(Buffer.from(chunk))) out += HEADER_BYTES + f.payload.length;
        }
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'FRAME_TOO_LONG');
      }
      assert.ok(out <= chunks.reduce((sum, c) => sum + c.length, 0));
    }),
  );
});

test('a length over the limit is refused from the header alone', () => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAX_PAYLOAD + 1, 0);
  assert.throws(() => [...new FrameDecoder().frames(header)], { code: 'FRAME_TOO_LONG' });
  assert.throws(() => encodeFrame(300, Buffer.alloc(0)), { code: 'FRAME_BAD_KIND' });
});

test('a cut stream is known by not being idle', () => {
  const decoder = new FrameDecoder();
  assert.deepEqual([...decoder.frames(encodeFrame(16, Buffer.from('abc')).subarray(0, 6))], []);
  assert.equal(decoder.idle, false);
});
