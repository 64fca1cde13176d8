import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KnowledgeStore } from '../../src/app/effects/index.ts';
import { type ImportReport, importFile, type Knowledge, openKnowledge } from '../../src/app/intel/index.ts';
import type { Marking } from '../../src/model/index.ts';
import { knowledgeStore } from '../../src/platform/knowledge/index.ts';

/** A shelf of its own in a temporary folder, with what tests do to it. */
export interface Shelf {
  readonly store: KnowledgeStore;
  readonly folder: string;
  take(
    name: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
    marking?: Marking,
  ): Promise<ImportReport>;
  ask<T>(use: (knowledge: Knowledge) => T): Promise<T>;
}

export const CLEAR: Marking = { originator: 'Test', tlp: 'clear', pap: 'clear' };

export function shelf(): Shelf {
  const folder = mkdtempSync(join(tmpdir(), 'czernin-knowledge-'));
  const store = knowledgeStore(join(folder, 'packs'), join(folder, 'knowledge.sqlite'));
  let second = 0;
  const ask: Shelf['ask'] = async (use) => {
    const knowledge = await openKnowledge(store, []);
    try {
      return use(knowledge);
    } finally {
      knowledge.close();
    }
  };
  return {
    store,
    folder,
    ask,
    async take(name, content, marking) {
      const knowledge = await openKnowledge(store, []);
      try {
        const chunks =
          typeof content === 'string'
            ? once(Buffer.from(content))
            : content instanceof Uint8Array
              ? once(content)
              : content;
        return await importFile(
          store,
          knowledge.index,
          { name, chunks },
          {
            provenance: { source: `source of ${name}`, reliability: 'C', ...(marking ? { marking } : {}) },
            now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second++)),
          },
        );
      } finally {
        knowledge.close();
      }
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export function sdo(type: string, n: number, rest: Record<string, unknown> = {}): Record<string, unknown> {
  const when = '2024-01-01T00:00:00.000Z';
  return { type, spec_version: '2.1', id: `${type}--${uuid(n)}`, created: when, modified: when, ...rest };
}

export function bundle(...objects: unknown[]): string {
  return JSON.stringify({ type: 'bundle', id: `bundle--${uuid(1)}`, objects });
}
