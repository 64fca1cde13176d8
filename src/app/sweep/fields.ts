import { createHash } from 'node:crypto';
import { formsOf, JOINED, KEYS_VERSION } from '../../hunt/sweep/index.ts';
import { FORM_CLASSES } from '../../model/index.ts';
import type { FieldForms } from '../effects/index.ts';

/** How the index is to read the lake's fields. */
export const FIELD_FORMS: FieldForms = {
  formsOf,
  joined: JOINED,
  classesOf: FORM_CLASSES,
  version: createHash('sha256')
    .update(JSON.stringify([KEYS_VERSION, FORM_CLASSES, JOINED.map((j) => j.name)]))
    .digest('hex')
    .slice(0, 16),
};
