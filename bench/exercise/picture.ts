import { Intrusions } from '../../src/model/index.ts';
import type { Picture } from './score.ts';

/** What `out/intrusions.json` says, as far as it is measured. In: its JSON. Throws when it is of another shape. */
export function pictureOf(json: unknown): Picture {
  return Intrusions.parse(json).intrusions.map((i) => {
    const lines = [...i.scope.accounts, ...i.scope.hosts];
    return {
      id: i.id,
      title: i.title,
      misused: new Set(lines.filter((l) => l.state === 'misused').map((l) => l.entity)),
      firstSign: i.firstSign?.time || null,
      earlier: i.firstSign?.earlier?.time ?? null,
      entities: new Set([...lines.map((l) => l.entity), ...i.used.map((u) => u.entity)]),
    };
  });
}
