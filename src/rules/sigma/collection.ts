/**
 * Old rule collections: documents with `action: global | reset | repeat` (Sigma 0.x; not part of 2.1.0, but still met).
 * In: the documents of one file. Out: the documents with what they inherit; each text becomes everything it was made of.
 */
import { quote } from '../../base/index.ts';
import { RuleError } from '../codes.ts';
import { isTreeMap, type Tree, type TreeMap, type YamlDocument } from './yaml.ts';

export function applyActions(documents: readonly YamlDocument[]): readonly YamlDocument[] {
  let global: Part | null = null;
  let previous: Part | null = null;
  const out: YamlDocument[] = [];
  for (const doc of documents) {
    const map = doc.tree;
    const action = isTreeMap(map ?? undefined) ? (map as TreeMap).get('action') : undefined;
    if (doc.error || !isTreeMap(map ?? undefined)) {
      out.push(doc);
      continue;
    }
    const own: Part = { text: doc.text, tree: without(map as TreeMap, 'action') };
    if (action === 'global') {
      global = join(global, own);
      continue;
    }
    if (action === 'reset') {
      global = null;
      continue;
    }
    if (action !== undefined && action !== 'repeat') {
      const error = new RuleError('COLLECTION', `the action ${quote(String(action))}; known are global, reset, repeat`);
      out.push({ ...doc, error, tree: null });
      continue;
    }
    if (action === 'repeat' && !previous) {
      out.push({ ...doc, error: new RuleError('COLLECTION', '`action: repeat` without a rule before it'), tree: null });
      continue;
    }
    previous = join(action === 'repeat' ? previous : global, own);
    out.push({ ...previous, error: null });
  }
  return out;
}

interface Part {
  readonly text: string;
  readonly tree: TreeMap;
}

function join(base: Part | null, own: Part): Part {
  return base ? { text: `${base.text}---\n${own.text}`, tree: merge(base.tree, own.tree) } : own;
}

/** Maps are merged key by key; anything else is replaced. */
function merge(base: TreeMap, own: TreeMap): TreeMap {
  const out = new Map<string, Tree>(base);
  for (const [key, value] of own) {
    const old = out.get(key);
    out.set(key, isTreeMap(old) && isTreeMap(value) ? merge(old, value) : value);
  }
  return out;
}

function without(map: TreeMap, key: string): TreeMap {
  const out = new Map(map);
  out.delete(key);
  return out;
}
