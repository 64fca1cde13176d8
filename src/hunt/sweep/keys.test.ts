import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keysOf, mailsIn } from './keys.ts';

const odd = fc
  .array(fc.constantFrom('@', '@', '.', '%', '+', '-', '_', 'a', 'b', '1', ' ', ',', '<', 'mea.example'), {
    maxLength: 24,
  })
  .map((parts) => parts.join(''));

test('mail addresses are found as matching everywhere finds them', () => {
  for (const [local, domain] of [
    ['[A-Za-z0-9._%+-]', '[A-Za-z0-9_.-]+'],
    ['[^\\s@<>"\',;:()[\\]]', '[a-z0-9_.-]+\\.[a-z][a-z0-9-]*'],
  ] as const)
    fc.assert(
      fc.property(fc.oneof(odd, fc.string(), fc.emailAddress()), (text) => {
        const twin = [...text.matchAll(new RegExp(`${local}+@${domain}`, 'g'))].map(([mail]) => mail);
        assert.deepEqual([...mailsIn(text, new RegExp(local), new RegExp(domain, 'y'))], twin);
      }),
      { numRuns: 500 },
    );
});

// Each of these took minutes to hours where a pattern begins anew at every character; the runner's limit would end it.
test('long values made of one character are read in their length', () => {
  for (const character of ['a', '.', '-', '\\', ' ', '@', '/', '%', '1', ':'])
    for (const form of ['text', 'email', 'registry', 'url', 'account', 'path', 'pipe', 'name', 'address'] as const)
      for (const text of [`hklm${character.repeat(1_000_000)}x`, `http://a${character.repeat(1_000_000)}x`])
        assert.ok(keysOf(form, text).length <= 4, `${form} ${character}`);
});
