import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateMatches } from '../../src/hunt/index.ts';
import type { Event, LogSource, Shape, Value } from '../../src/model/index.ts';
import { windowsService } from '../../src/readers/windows/services.ts';
import { WINDOWS_CATEGORIES } from '../../src/rules/taxonomy/windows-categories.ts';
import { recordOf } from '../../test/hunt/support/evtx-json.ts';

/** Windows records as flat JSON lines under Sigma's names: the same text for every engine that is measured. */

/** Every .evtx below the folders, through evtx_dump (`tool`), in order of path. */
export function flatLines(tool: string, ...roots: string[]): string[] {
  const files = roots.flatMap((root) =>
    (readdirSync(root, { recursive: true }) as string[]).filter((f) => f.endsWith('.evtx')).map((f) => join(root, f)),
  );
  return files
    .sort()
    .flatMap((file) => flatten(execFileSync(tool, ['-t', '1', '-o', 'jsonl', file], { maxBuffer: 1 << 30 })));
}

/** Records as `evtx_dump -o jsonl` prints them, each with its log source in Sigma's words for engines that route by it. */
export function flatten(dump: Buffer): string[] {
  return dump
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { source, fields } = recordOf(line);
      return JSON.stringify({
        ...fields,
        lsproduct: 'windows',
        lsservice: windowsService(source.channel ?? '') ?? '',
        lscategory: categoryOf(source),
      });
    });
}

/** The category a SIEM would give the record: of several the first in the taxonomy. */
function categoryOf(source: LogSource): string {
  for (const [category, carriers] of WINDOWS_CATEGORIES) {
    if (carriers.some((c) => c.carries === 'all' && gateMatches(c.gate, source))) return category;
  }
  return '';
}

const ROUTING = new Set(['lsproduct', 'lsservice', 'lscategory']);

/** Flat lines as Events; Shapes are interned. */
export class FlatReader {
  private readonly shapes = new Map<string, Shape>();

  event(line: string): Event {
    const record = JSON.parse(line) as Record<string, Value>;
    const fields: string[] = [];
    const values: Value[] = [];
    for (const name in record) {
      if (ROUTING.has(name)) continue;
      fields.push(name);
      values.push(record[name]!);
    }
    return {
      shape: this.shapeOf(record, fields),
      offset: 0,
      record: 0,
      ms: 0,
      ns: 0,
      flags: 0,
      value: (slot) => values[slot],
    };
  }

  private shapeOf(record: Record<string, Value>, fields: readonly string[]): Shape {
    const key = `${record.Channel}\0${record.EventID}\0${record.Provider_Name}\0${fields.join('\0')}`;
    let shape = this.shapes.get(key);
    if (shape === undefined) {
      const source = {
        product: 'windows',
        channel: String(record.Channel ?? ''),
        eventId: Number(record.EventID),
        provider: String(record.Provider_Name ?? ''),
      };
      shape = { source, stream: 'windows', fields, host: [], user: [], address: [] };
      this.shapes.set(key, shape);
    }
    return shape;
  }
}

export function readLines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}
