import type { Issue, MustCode, ShouldCode } from '../codes.ts';
import { core, observableCore } from '../common.ts';
import { type Shape, shape } from '../kinds.ts';
import { OBJECTS } from '../objects.ts';
import { OBSERVABLES } from '../observables.ts';
import { checkMusts, own, typeOf } from './musts.ts';
import { checkObservedObjects } from './observed.ts';
import { checkShoulds } from './shoulds.ts';
import { checkCustom, checkExtensions, checkShape, Issues, idType, isMembers, type Members } from './values.ts';

/**
 * check: one STIX object against the standard. In: a value from JSON.parse, of any content, nested no deeper than the
 * reader allows. Out: what it breaks, by code and place. Law: MUST refuses, SHOULD warns; nothing is changed or mended.
 */
export interface Verdict {
  /** empty: the object is valid */
  readonly musts: readonly Issue<MustCode>[];
  readonly shoulds: readonly Issue<ShouldCode>[];
}

export interface CheckOptions {
  /** the version the object is written in; default 2.1 */
  readonly spec?: '2.0' | '2.1';
  /** what is wrong with a STIX pattern; null: nothing. Absent: patterns are not looked at */
  readonly pattern?: (text: string) => string | null;
}

const TYPE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*-?$/;
const CUSTOM_OBJECT = shape(core);
const CUSTOM_OBSERVABLE = shape(observableCore);

/** 2.0 knows no spec_version on objects, and did not ask for these. */
const NOT_IN_20 = new Set(['spec_version', 'pattern_type', 'is_family']);
const NONE: ReadonlySet<string> = new Set();

export function checkObject(value: unknown, options: CheckOptions = {}): Verdict {
  const issues = new Issues();
  if (!isMembers(value)) {
    issues.add('WRONG_TYPE', '', 'a STIX object is a JSON object');
    return { musts: issues.list, shoulds: [] };
  }
  const spec = options.spec ?? '2.1';
  const known = shapeOf(value, spec, issues);
  if (known) {
    checkShape(known.shape, value, '', issues, spec === '2.0' ? NOT_IN_20 : NONE);
    checkCustom(known.shape, value, issues, known.custom ? NONE : new Set(Object.keys(known.shape.properties)));
    checkExtensions(known.shape, own(value, 'extensions'), issues);
    if (typeof value.id === 'string' && idType(value.id) !== null && idType(value.id) !== value.type)
      issues.add('BAD_ID', 'id', `is not of the type ${typeOf(value)}`);
    if (issues.list.length === 0) {
      checkMusts(value, issues, spec);
      if (value.type === 'observed-data') checkObservedObjects(value, spec, issues);
      patternOf(value, options, issues);
    }
  }
  const valid = issues.list.length === 0;
  return { musts: issues.list, shoulds: valid && value.type !== 'bundle' ? checkShoulds(value) : [] };
}

/** The table for an object's type. A custom type is an object when it says when it was made, else an observable. */
function shapeOf(value: Members, spec: '2.0' | '2.1', issues: Issues): { shape: Shape; custom: boolean } | null {
  const { type } = value;
  if (typeof type !== 'string') {
    issues.add(type === undefined ? 'REQUIRED' : 'WRONG_TYPE', 'type', 'the type of the object, a text');
    return null;
  }
  if (Object.hasOwn(OBJECTS, type)) return { shape: OBJECTS[type]!, custom: false };
  if (Object.hasOwn(OBSERVABLES, type)) return { shape: OBSERVABLES[type]!, custom: false };
  if (type === 'action') issues.add('RESERVED', 'type', 'the name is reserved');
  else if (type.length < 3 || type.length > 250 || !TYPE.test(type))
    issues.add('BAD_NAME', 'type', 'a type is named by 3 to 250 of a-z, 0-9 and -');
  const dated = spec === '2.0' || Object.hasOwn(value, 'created') || Object.hasOwn(value, 'modified');
  return { shape: dated ? CUSTOM_OBJECT : CUSTOM_OBSERVABLE, custom: true };
}

function patternOf(value: Members, options: CheckOptions, issues: Issues): void {
  if (value.type !== 'indicator' || typeof value.pattern !== 'string' || !options.pattern) return;
  if (value.pattern_type !== undefined && value.pattern_type !== 'stix') return;
  const wrong = options.pattern(value.pattern);
  if (wrong !== null) issues.add('PATTERN', 'pattern', wrong);
}
