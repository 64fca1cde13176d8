import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnowledgeStore } from '../../../app/effects/index.ts';
import { type Knowledge, openKnowledge, type StarterFiles } from '../../../app/intel/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { knowledgeStore } from '../../../platform/knowledge/index.ts';
import { stationHome } from '../../../platform/station/index.ts';
import { CONTENT } from '../../program.ts';
import { type Option, text, type Values } from '../command.ts';
import { CASE_OPTION, findCase } from './cases.ts';
import { STATION_OPTION } from './hands.ts';

/** Where knowledge lies: in the case a command is about, or with the station, for all its cases. */
export const INTEL_OPTIONS: Readonly<Record<string, Option>> = {
  case: { ...CASE_OPTION, help: "the case whose knowledge it is (default: the only *.case here, else the station's)" },
  shared: { type: 'boolean', help: "the station's knowledge, though there is a case here" },
  station: STATION_OPTION,
};

export interface IntelPlace {
  readonly folder: CaseFolder | null;
  readonly store: KnowledgeStore;
}

export function intelPlace(values: Values): IntelPlace {
  const folder = values.shared === true ? null : findCase(values);
  return { folder, store: folder ? caseKnowledge(folder) : stationKnowledge(values) };
}

export function caseKnowledge(folder: CaseFolder): KnowledgeStore {
  return knowledgeStore(folder.packs, join(folder.root, 'knowledge.sqlite'));
}

function stationKnowledge(values: Values): KnowledgeStore {
  const root = join(stationHome(text(values, 'station')), 'knowledge');
  return knowledgeStore(root, join(root, 'knowledge.sqlite'));
}

/** The claims that come with the program. */
export function starterFiles(): StarterFiles {
  const folder = join(CONTENT, 'knowledge');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ path: `content/knowledge/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
}

export async function withKnowledge<T>(place: IntelPlace, use: (knowledge: Knowledge) => Promise<T> | T): Promise<T> {
  const knowledge = await openKnowledge(place.store, starterFiles());
  try {
    return await use(knowledge);
  } finally {
    knowledge.close();
  }
}
