import { TLP } from '../../model/index.ts';
import { listOf, own } from './check/musts.ts';
import { isMembers, type Members } from './check/values.ts';
import { TLP2_EXTENSION, type Tlp, tlpOfId } from './tlp.ts';

/** What an object's markings say, all of them together. */
export interface Markings {
  /** the strictest level that stands on the object or on a part of it; null: none does */
  readonly tlp: Tlp | null;
  /** terms of use, copyright */
  readonly statements: readonly string[];
  /** markings named whose definition nobody has: nothing is known of how far the object may go */
  readonly unresolved: readonly string[];
  /** markings of kinds we do not know: as above */
  readonly unknown: readonly string[];
}

/** Markings may mark markings: as far as this, and each only once. */
const MAX_MARKINGS = 200;

/**
 * Markings of an object with its parts (granular ones count for the whole: fail closed), and of the markings themselves.
 * The fixed TLP ids are known by themselves: no definition in a bundle can make RED into WHITE.
 */
export function markingsOf(object: Members, lookup: (id: string) => Members | null): Markings {
  let tlp: Tlp | null = null;
  const statements: string[] = [];
  const unresolved: string[] = [];
  const unknown: string[] = [];
  const seen = new Set<string>();
  const open = refsOf(object);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (seen.size > MAX_MARKINGS) {
      unresolved.push(id);
      break;
    }
    const fixed = tlpOfId(id);
    if (fixed !== null) {
      tlp = strictest(tlp, fixed);
      continue;
    }
    const definition = lookup(id);
    if (definition?.type !== 'marking-definition') {
      unresolved.push(id);
      continue;
    }
    open.push(...refsOf(definition));
    const inside = isMembers(definition.definition) ? definition.definition : {};
    const extensions = isMembers(definition.extensions) ? Object.keys(definition.extensions) : [];
    if (definition.definition_type === 'statement' && typeof inside.statement === 'string')
      statements.push(inside.statement);
    else if (definition.definition_type === 'tlp' || extensions.includes(TLP2_EXTENSION)) unresolved.push(id);
    else unknown.push(id);
  }
  return { tlp, statements, unresolved, unknown };
}

export function strictest(a: Tlp | null, b: Tlp | null): Tlp | null {
  if (a === null || b === null) return a ?? b;
  return TLP.indexOf(a) >= TLP.indexOf(b) ? a : b;
}

function refsOf(object: Members): string[] {
  const granular = listOf(object, 'granular_markings').map((g) => (isMembers(g) ? own(g, 'marking_ref') : undefined));
  return [...listOf(object, 'object_marking_refs'), ...granular].filter((ref) => typeof ref === 'string');
}
