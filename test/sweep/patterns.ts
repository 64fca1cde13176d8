/** Random patterns and observed-data over a small world, so that they often meet: for the tests and the cross-check. */
import fc from 'fast-check';
import type { Property } from '../../src/rules/stix/index.ts';

const NAMES = ['a', 'b', 'cé', 'Ab%', '10.0.0.1', '10.0.1.0/24'];
const times = fc.integer({ min: 0, max: 20 });
const stamp = (s: number): string => new Date(Date.UTC(2024, 0, 1, 0, 0, s)).toISOString().replace('.000Z', 'Z');

const object = fc.record({
  kind: fc.constantFrom('file', 'person', 'ipv4-addr'),
  name: fc.constantFrom(...NAMES),
  size: fc.integer({ min: 0, max: 5 }),
  flag: fc.boolean(),
  list: fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }),
  payload: fc.uint8Array({ maxLength: 2 }),
  other: fc.nat({ max: 3 }),
});

/** A bundle of observed-data, each with its objects; `other_ref` points to another object of the same observation. */
export const bundleArbitrary: fc.Arbitrary<Property> = fc
  .array(
    fc.record({
      at: times,
      lasts: fc.constantFrom(0, 0, 0, 2, 7),
      seen: fc.constantFrom(1, 1, 1, 2, 3),
      objects: fc.array(object, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((observations) => ({
    type: 'bundle',
    id: 'bundle--1',
    objects: observations.flatMap((o, i) => {
      const ids = o.objects.map((x, j) => `${x.kind}--${i}-${j}`);
      return [
        {
          type: 'observed-data',
          id: `observed-data--${i}`,
          first_observed: stamp(o.at),
          last_observed: stamp(o.at + o.lasts),
          number_observed: o.seen,
          object_refs: ids,
        },
        ...o.objects.map((x, j) => ({
          type: x.kind,
          id: ids[j]!,
          name: x.name,
          value: x.name,
          size: x.size,
          flag: x.flag,
          list: x.list,
          payload_hex: x.payload.toHex(),
          hashes: { 'x-own': x.name },
          when: stamp(x.size),
          other_ref: ids[x.other % ids.length]!,
        })),
      ];
    }),
  }));

const text = fc.constantFrom(...NAMES).map((n) => `'${n}'`);
const comparison = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('name', 'other_ref.name', 'list[*]', 'list[1]', "hashes.'x-own'", 'missing'),
      fc.constantFrom('=', '!=', '<', '>=', 'NOT ='),
      text,
    )
    .map(([p, op, v]) => `${p} ${op} ${v}`),
  fc
    .tuple(
      fc.constantFrom('size', 'other_ref.size'),
      fc.constantFrom('=', '!=', '<', '<=', '>', '>=', 'NOT <'),
      fc.integer({ min: -1, max: 6 }),
    )
    .map(([p, op, v]) => `${p} ${op} ${v}`),
  fc
    .tuple(fc.constantFrom('IN', 'NOT IN'), fc.array(text, { minLength: 1, maxLength: 3 }))
    .map(([op, v]) => `name ${op} (${v.join(', ')})`),
  fc
    .tuple(fc.constantFrom('LIKE', 'NOT LIKE'), fc.constantFrom('a%', '%b', '_', '%', 'A_\\\\%'))
    .map(([op, v]) => `name ${op} '${v}'`),
  fc
    .tuple(fc.constantFrom('MATCHES', 'NOT MATCHES'), fc.constantFrom('^a', 'b$', '[0-9]+', 'c.'))
    .map(([op, v]) => `name ${op} '${v}'`),
  fc.boolean().map((v) => `flag = ${v}`),
  fc
    .tuple(fc.constantFrom('=', '>', '<='), fc.uint8Array({ maxLength: 2 }))
    .map(([op, v]) => `payload_hex ${op} h'${v.toHex()}'`),
  fc
    .tuple(fc.constantFrom('=', '>', '<='), fc.integer({ min: 0, max: 5 }))
    .map(([op, v]) => `when ${op} t'${stamp(v)}'`),
);
const bracket = fc
  .array(
    fc.tuple(fc.constantFrom('file', 'file', 'person', 'ipv4-addr'), comparison, fc.constantFrom(' AND ', ' OR ')),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => `[${parts.map(([type, c, join], i) => `${i === 0 ? '' : join}${type}:${c}`).join('')}]`);
const qualifier = fc.oneof(
  fc.constantFrom(1, 2, 5, 10).map((n) => ` WITHIN ${n} SECONDS`),
  fc.constantFrom(1, 2, 3).map((n) => ` REPEATS ${n} TIMES`),
  fc.tuple(times, times).map(([a, b]) => ` START t'${stamp(a)}' STOP t'${stamp(b)}'`),
);

/** Patterns of every level over the same world. */
export const patternArbitrary: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    bracket,
    fc.tuple(bracket, qualifier).map(([b, q]) => b + q),
    fc
      .tuple(tie('pattern'), fc.constantFrom(' AND ', ' OR ', ' FOLLOWEDBY '), tie('pattern'))
      .map(([a, op, b]) => a + op + b),
    fc.tuple(tie('pattern'), fc.array(qualifier, { maxLength: 2 })).map(([a, q]) => `(${a})${q.join('')}`),
  ),
})).pattern;
