/**
 * Which STIX objects an event of ours holds: from its fields, by stream. A pattern over the lake is evaluated by the same
 * matcher as one over observed-data, on the objects made here; only the fields that its paths need are read.
 */
import { parseAddress } from '../../base/index.ts';
import type { Bracket, ComparisonExpression, ObjectPath, Objects, Property } from '../../rules/stix/index.ts';
import { formsOf } from './columns.ts';
import { COMPOSED, of, RENAMED, SIMPLE, type Template } from './objectTable.ts';
import { readProperty } from './objectValues.ts';

export interface BracketReading {
  /** columns whose texts decide, as the stream spells them */
  readonly columns: readonly string[];
  /** the objects of a row from its texts of those columns */
  objects(texts: readonly (string | null)[]): Objects;
}

/** What a bracket has to read of a stream; null: no object there has any property that it asks about. */
export function readingOf(bracket: Bracket, stream: string, columns: readonly string[]): BracketReading | null {
  const spelled = new Map(columns.map((column) => [column.toLowerCase(), column]));
  const wanted = pathsOf(bracket.where);
  const templates: Template[] = [];
  for (const type of new Set(wanted.map((p) => p.object))) {
    const own = RENAMED[type] ?? type;
    const asked = wanted.filter((p) => p.object === type).map(pathText);
    for (const template of templatesOf(own, stream, columns)) {
      const properties = Object.entries(template.properties).flatMap(([path, sources]) => {
        const there = sources.filter((s) => spelled.has(s.column.toLowerCase()));
        return there.length > 0 && asked.some((a) => touches(a, path)) ? [[path, there] as const] : [];
      });
      if (properties.length > 0) templates.push({ type, properties: Object.fromEntries(properties) });
    }
  }
  if (templates.length === 0) return null;
  const needed = [
    ...new Set(
      templates.flatMap((t) => Object.values(t.properties).flat()).map((s) => spelled.get(s.column.toLowerCase())!),
    ),
  ].sort();
  const at = new Map(needed.map((column, i) => [column.toLowerCase(), i]));
  return {
    columns: needed,
    objects: (texts) => objectsOf(templates, (column) => texts[at.get(column.toLowerCase())!] ?? null),
  };
}

function templatesOf(type: string, stream: string, columns: readonly string[]): Template[] {
  const composed = COMPOSED.filter((c) => c.template.type === type && c.stream.test(stream)).map((c) => c.template);
  const simple = SIMPLE.filter((s) => s.types.includes(type)).flatMap(({ form, property, reading }) =>
    columns
      .filter((column) => !column.startsWith('_') && formsOf(column).includes(form as never))
      .map(
        (column): Template => ({
          type,
          properties: {
            [property]: of(reading, column),
            ...(property === 'account_login'
              ? { user_id: of(reading, column), display_name: of(reading, column) }
              : {}),
          },
        }),
      ),
  );
  return [...composed, ...simple];
}

function pathsOf(e: ComparisonExpression): ObjectPath[] {
  return 'parts' in e ? e.parts.flatMap(pathsOf) : [e.path];
}

/** `values[*].name` → `values[].name`: as templates write paths. */
function pathText(path: ObjectPath): string {
  return path.steps.map((step, i) => ('key' in step ? (i === 0 ? step.key : `.${step.key}`) : '[]')).join('');
}

/** A property that lies on the way to, or below, what is asked. `parent_ref.type` touches every property of the parent. */
function touches(asked: string, path: string): boolean {
  if (
    asked === path ||
    asked.startsWith(`${path}.`) ||
    asked.startsWith(`${path}[`) ||
    path.startsWith(`${asked}.`) ||
    path.startsWith(`${asked}[`)
  )
    return true;
  const type = /^(.*)\.type$/.exec(asked)?.[1];
  return type !== undefined && path.startsWith(`${type}.`);
}

type Building = Record<string, unknown>;

function objectsOf(templates: readonly Template[], text: (column: string) => string | null): Objects {
  const objects = new Map<string, Property>();
  for (const template of templates) {
    const root: Building = { type: template.type };
    let filled = false;
    for (const [path, sources] of Object.entries(template.properties)) {
      for (const { column, reading } of sources) {
        const raw = text(column);
        const value = raw === null || raw === '' || raw === '-' ? null : readProperty(reading, raw);
        if (value === null) continue;
        place(root, path, value, `${objects.size}`, objects);
        filled = true;
        break;
      }
    }
    if (!filled) continue;
    const value = root.value;
    // A field that may hold either kind of address makes the object that fits.
    if (
      (template.type === 'ipv4-addr' || template.type === 'ipv6-addr') &&
      addressType(String(value)) !== template.type
    )
      continue;
    objects.set(`${objects.size}`, root as Property);
  }
  return objects;
}

/** Puts a value at its path, making objects for references on the way. */
function place(root: Building, path: string, value: Property, id: string, objects: Map<string, Property>): void {
  const keys = path.split('.');
  let here = root;
  for (const [i, key] of keys.entries()) {
    const last = i === keys.length - 1;
    const list = key.endsWith('[]');
    const name = list ? key.slice(0, -2) : key;
    if (last) {
      here[name] = list ? (Array.isArray(value) ? value : [value]) : value;
      return;
    }
    if (name.endsWith('_refs')) {
      const all = (Array.isArray(value) ? value : [value]) as Property[];
      here[name] = all.map((one, n) => {
        const ref = `${id}.${name}.${n}`;
        objects.set(ref, { type: refType(name, one), [keys[i + 1]!]: one });
        return ref;
      });
      return;
    }
    if (name.endsWith('_ref')) {
      const ref = `${id}.${keys.slice(0, i + 1).join('.')}`;
      const there = (objects.get(ref) as Building | undefined) ?? { type: refType(name, value) };
      objects.set(ref, there as Property);
      here[name] = ref;
      here = there;
    } else if (list) {
      const items = (here[name] as Building[] | undefined) ?? [{}];
      here[name] = items;
      here = items[0]!;
    } else {
      here[name] = here[name] ?? {};
      here = here[name] as Building;
    }
  }
}

function refType(name: string, value: Property): string {
  if (name === 'src_ref' || name === 'dst_ref' || name === 'resolves_to_refs')
    return addressType(String(value)) ?? 'domain-name';
  if (name === 'image_ref' || name === 'binary_ref') return 'file';
  if (name === 'parent_ref') return 'process';
  if (name === 'parent_directory_ref') return 'directory';
  if (name === 'creator_user_ref') return 'user-account';
  return 'email-addr';
}

function addressType(text: string): 'ipv4-addr' | 'ipv6-addr' | null {
  const address = parseAddress(text);
  return address === null ? null : address.family === 4 ? 'ipv4-addr' : 'ipv6-addr';
}
