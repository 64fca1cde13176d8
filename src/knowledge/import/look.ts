import { isMembers, type Members } from '../stix/index.ts';
import { JsonSlicer } from './slice.ts';
import { partValue } from './value.ts';

/** What a file is, told from its first bytes and the members of its top object: never from its name. */
export type Look =
  | { readonly kind: 'stix'; readonly spec: '2.0' | '2.1' | null }
  | { readonly kind: 'misp-event' | 'misp-manifest' }
  | { readonly kind: 'misp-galaxy'; readonly header: Members }
  | { readonly kind: 'claims' | 'indicator-list' }
  | { readonly kind: 'json' };

/** Lists that are cut into their elements. */
export const LISTS = ['objects', 'values', 'response'] as const;

const HEAD_CHARS = 4096;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads until it knows. `json`: JSON of a kind we do not know. */
export async function look(chunks: AsyncIterable<Uint8Array>): Promise<Look> {
  const header = new Map<string, unknown>();
  const seen = new Set<string>();
  let element: unknown;
  const slicer = new JsonSlicer(LISTS, {
    part(part) {
      seen.add(part.name);
      if (part.index > 0 || (part.index < 0 && part.bytes.length > 4096)) return;
      const got = partValue(part);
      if ('code' in got) return;
      if (part.index === 0) element ??= got.value;
      else if (header.size < 1000) header.set(part.name, got.value);
    },
    fault: (fault) => seen.add(fault.name),
  });
  let head = '';
  let isJson: boolean | null = null;
  for await (const chunk of chunks) {
    if (head.length < HEAD_CHARS) {
      head += new TextDecoder().decode(chunk.subarray(0, HEAD_CHARS));
      const start = head.replace(/^\ufeff/, '').trimStart()[0];
      if (isJson === null && start !== undefined)
        isJson = start === '{' || (start === '[' && !/^\s*\[[A-Za-z]/.test(head));
    }
    if (isJson === false) {
      if (head.length >= HEAD_CHARS) break;
      continue;
    }
    const more = slicer.push(chunk);
    if (!more || (header.get('type') === 'bundle' && seen.has('objects'))) break;
  }
  if (isJson !== true) return { kind: /^format:\s*["']?czernin-knowledge\//m.test(head) ? 'claims' : 'indicator-list' };
  return told(header, seen, element);
}

function told(header: ReadonlyMap<string, unknown>, seen: ReadonlySet<string>, element: unknown): Look {
  const spec = header.get('spec_version');
  const type = header.get('type');
  const isStix = (o: unknown): boolean => isMembers(o) && typeof o.type === 'string' && /--/.test(String(o.id));
  if (type === 'bundle' || isStix(Object.fromEntries(header)) || (seen.has('') && isStix(element)) || isStix(element))
    return { kind: 'stix', spec: type === 'bundle' && (spec === '2.0' || spec === '2.1') ? spec : null };
  if (seen.has('values') && typeof type === 'string')
    return { kind: 'misp-galaxy', header: Object.fromEntries(header) };
  const isEvent = isMembers(element) && Object.hasOwn(element, 'Event');
  if (seen.has('Event') || isEvent) return { kind: 'misp-event' };
  if (seen.size > 0 && [...seen].every((name) => UUID.test(name))) return { kind: 'misp-manifest' };
  return { kind: 'json' };
}
