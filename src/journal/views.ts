import { canonicalize } from '../base/index.ts';
import type { Case, CaseIntrusion, CaseItem, Payload, Stance } from '../model/index.ts';

/** What the agencies hold of findings, entities and intrusions, told from the items. Disagreement stays visible. */
export function viewsOf(items: readonly CaseItem[]): Pick<Case, 'findings' | 'entities' | 'intrusions'> {
  const findings = new Stances();
  const entities = new Stances();
  const intrusions: CaseIntrusion[] = [];
  for (const item of items) {
    if (item.standing === 'retracted' || item.payload === undefined) continue;
    switch (item.kind) {
      case 'finding-judged': {
        const { finding, verdict } = payload(item, 'finding-judged');
        findings.add(finding, item, verdict);
        break;
      }
      case 'entity-asserted': {
        const { entities: named, relation } = payload(item, 'entity-asserted');
        entities.add(`[${named.map((e) => canonicalize(e)).sort()}]`, item, relation);
        break;
      }
      case 'intrusion-named': {
        const { title, findings: ids } = payload(item, 'intrusion-named');
        intrusions.push(intrusion(item.id, item, title, ids));
        break;
      }
      case 'intrusion-merged': {
        const { title, intrusions: parts } = payload(item, 'intrusion-merged');
        intrusions.push({ ...intrusion(item.id, item, title, []), becameOf: [...parts].sort() });
        break;
      }
      case 'intrusion-split': {
        const split = payload(item, 'intrusion-split');
        for (const [n, part] of split.parts.entries()) {
          const id = `${item.id}.${n + 1}`;
          intrusions.push({ ...intrusion(id, item, part.title, part.findings), becameOf: [split.intrusion] });
        }
        break;
      }
      default: // other kinds are items and nothing more here
    }
  }
  return { findings: findings.all(), entities: entities.all(), intrusions: linked(intrusions) };
}

function payload<K extends CaseItem['kind']>(item: CaseItem, _kind: K): Payload<K> {
  return item.payload as Payload<K>;
}

function intrusion(
  id: string,
  { id: entry, agency }: CaseItem,
  title: string,
  findings: readonly string[],
): CaseIntrusion {
  return { id, entry, agency, title, findings: [...new Set(findings)].sort(), becameOf: [], became: [] };
}

/** Fills `became` backwards, and a merged intrusion's findings from its parts, however deep: parts are settled first. */
function linked(intrusions: readonly CaseIntrusion[]): CaseIntrusion[] {
  const byId = new Map(intrusions.map((i) => [i.id, i]));
  const became = new Map<string, string[]>();
  for (const { id, becameOf } of intrusions)
    for (const part of becameOf) became.set(part, [...(became.get(part) ?? []), id]);
  const settled = new Map<string, readonly string[]>();
  for (const { id: start } of intrusions) {
    const stack = [start];
    const open = new Set<string>();
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const one = byId.get(id);
      // a part of a split holds what its entry gave it; only a merge inherits
      const parts = one && !id.includes('.') ? one.becameOf : [];
      const waiting = open.has(id) ? [] : parts.filter((p) => byId.has(p) && !settled.has(p) && !open.has(p));
      open.add(id);
      stack.push(...waiting);
      if (waiting.length > 0) continue;
      stack.pop();
      if (one && !settled.has(id)) {
        settled.set(id, parts.length > 0 ? union(parts.map((p) => settled.get(p) ?? [])) : one.findings);
      }
    }
  }
  return intrusions.map((i) => ({ ...i, findings: [...settled.get(i.id)!], became: became.get(i.id) ?? [] }));
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}

/** The last standing word of each journal on each subject; a forked branch speaks beside its main one. */
class Stances {
  readonly #bySubject = new Map<string, Map<string, Stance['positions'][number]>>();

  add(subject: string, item: CaseItem, says: string): void {
    const positions = this.#bySubject.get(subject) ?? new Map();
    this.#bySubject.set(subject, positions);
    const { agency, journal, id: entry, forked } = item;
    positions.set(forked ? `${journal} ${entry}` : journal, { agency, journal, entry, says, forked });
  }

  all(): Record<string, Stance> {
    const subjects = [...this.#bySubject].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      subjects.map(([subject, byJournal]) => {
        const positions = [...byJournal].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, p]) => p);
        return [subject, { positions, disputed: new Set(positions.map((p) => p.says)).size > 1 }];
      }),
    );
  }
}
