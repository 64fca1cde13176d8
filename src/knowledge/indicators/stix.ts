/**
 * One STIX 2.x indicator object → an indicator of kind `pattern` with what the object says. The pattern is not read here
 * (the sweep does, and takes patterns that only list values as those values); its markings are the caller's to resolve.
 */
import type { IndicatorFacts } from '../../model/index.ts';
import { Collector, type IndicatorReading, type ListContext } from './reading.ts';

export function readStixIndicator(object: unknown, context: ListContext): IndicatorReading {
  const collector = new Collector(context);
  read(object, context, collector);
  return collector.done();
}

function read(object: unknown, context: ListContext, collector: Collector) {
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    return collector.fault('NOT_AN_INDICATOR', 'object', 'not an object');
  const o = object as Readonly<Record<string, unknown>>;
  const where = typeof o.id === 'string' ? o.id.slice(0, 300) : 'object';
  if (o.type !== 'indicator' || typeof o.pattern !== 'string')
    return collector.fault('NOT_AN_INDICATOR', where, 'no indicator with a pattern');
  if (o.revoked === true) return collector.fault('REVOKED', where, 'withdrawn by its source');
  const language = typeof o.pattern_type === 'string' ? o.pattern_type : 'stix';
  if (language !== 'stix') return collector.fault('OTHER_TYPE', where, `a pattern in ${language.slice(0, 40)}`);
  const validFrom = collector.time(text(o.valid_from), where);
  const validUntil = collector.time(text(o.valid_until), where);
  if (validFrom === null || validUntil === null) return;
  const ref = context.nameOf?.(where);
  const attack = texts(o.labels).flatMap((label) => /^T\d{4}(?:\.\d{3})?$/i.exec(label)?.[0].toUpperCase() ?? []);
  const said: Partial<IndicatorFacts> = {
    ref: where,
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
    ...(text(o.name) !== '' && { title: text(o.name).slice(0, 500) }),
    ...(typeof o.confidence === 'number' &&
      Number.isInteger(o.confidence) &&
      o.confidence >= 0 &&
      o.confidence <= 100 && { confidence: o.confidence }),
    labels: [...new Set([...texts(o.indicator_types), ...texts(o.labels)])].slice(0, 200),
    refs: ref ? [ref] : [],
    attack: [...new Set(attack)].sort(),
  };
  collector.add('pattern', o.pattern, where, said);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.slice(0, 500).flatMap((v) => (typeof v === 'string' && v !== '' ? [v.slice(0, 300)] : []))
    : [];
