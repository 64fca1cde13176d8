import {
  type EntityKey,
  type EntityType,
  type Event,
  entityKey,
  firstText,
  type Shape,
  type Value,
} from '../../model/index.ts';
import { FIELDS, LET_IN, type Naming, NOT_THERE, ON_ITS_HOST, REFUSED, WRITTEN_ELSEWHERE } from './fields.ts';
import { isSystemProgram, logonSession, namesOf, saysNothing } from './values.ts';

/** Who and what took part in an event. Both sorted, each once; `acted` is a part of `all`. */
export interface Entities {
  readonly all: readonly EntityKey[];
  /** as, by or on which somebody acted: what an Intrusion may call misused */
  readonly acted: readonly EntityKey[];
}

/** Entities of one event: more than any real record names; a hostile one costs no more than this. */
export const MAX_ENTITIES = 48;

interface Plan {
  readonly slots: readonly (Naming & { readonly slot: number; readonly field: string })[];
  readonly windowsSecurity: boolean;
  /** the event takes place on the machine that wrote it */
  readonly onHost: boolean;
  /** slots that tell whether it was let through */
  readonly outcome: readonly number[];
  /** slots of the file that `Hashes` is about, the first that is filled */
  readonly hashed: readonly number[];
}

/** Shapes are interned by their readers: what is planned once serves all events of a shape. */
const plans = new WeakMap<Shape, Plan>();

export function entitiesOf(event: Event): Entities {
  const { shape } = event;
  const plan = plans.get(shape) ?? planOf(shape);
  const { eventId } = shape.source;
  const refused = isRefused(plan, event);
  const all = new Set<EntityKey>();
  const acted = new Set<EntityKey>();
  const add = (type: EntityType, name: string, actor: boolean): void => {
    if (all.size >= MAX_ENTITIES) return;
    const key = entityKey(type, name);
    if (key === null || saysNothing(key)) return;
    all.add(key);
    if (actor) acted.add(key);
  };
  const host = firstText(event, shape.host);
  const user = firstText(event, shape.user);
  if (host !== '') add('host', host, plan.onHost && !refused);
  for (const { slot, field, type, part } of plan.slots) {
    const value = event.value(slot);
    if (value === undefined || value === null || value === '') continue;
    if (field === 'Hashes' && isHashOfSystem(plan, event)) continue;
    if (type === 'session' && field.endsWith('LogonId')) {
      const name = logonSession(host, value);
      if (name !== null) add('session', name, false);
      continue;
    }
    for (const name of namesOf(type, field, value)) add(type, name, type === 'account' && part === 'as' && !refused);
  }
  if (user !== '') {
    const meant = plan.windowsSecurity && eventId !== undefined && LET_IN.has(eventId);
    // Where no field of the table holds the acting account, the log's own idea of it counts.
    const byTable = plan.slots.some((s) => s.type === 'account' && s.part === 'as');
    add('account', user, !refused && (meant || !byTable));
  }
  const address = firstText(event, shape.address);
  if (address !== '') add('address', address, false);
  return { all: [...all].sort(), acted: [...acted].sort() };
}

/** The same from what a correlation keeps of its events: the names it groups by, and the common attributes. */
export function entitiesOfGroup(hit: {
  readonly stream: string;
  readonly host: string;
  readonly user: string;
  readonly source: string;
  readonly group: Readonly<Record<string, Value>>;
}): Entities {
  const all = new Set<EntityKey>();
  const acted = new Set<EntityKey>();
  const add = (type: EntityType, name: string, actor: boolean): void => {
    const key = entityKey(type, name);
    if (key === null || saysNothing(key) || all.size >= MAX_ENTITIES) return;
    all.add(key);
    if (actor) acted.add(key);
  };
  for (const [field, value] of Object.entries(hit.group)) {
    const naming = FIELDS.get(field);
    if (!naming || field.endsWith('LogonId')) continue;
    for (const name of namesOf(naming.type, field, value)) {
      add(naming.type, name, naming.type === 'account' && naming.part === 'as');
    }
  }
  if (hit.host !== '') add('host', hit.host, hit.stream === '' || ON_ITS_HOST.some((p) => hit.stream.startsWith(p)));
  if (hit.user !== '') add('account', hit.user, true);
  if (hit.source !== '') add('address', hit.source, false);
  return { all: [...all].sort(), acted: [...acted].sort() };
}

/** The hash of a program of the system names no tool either. Sysmon hashes what was loaded, else what was started. */
function isHashOfSystem(plan: Plan, event: Event): boolean {
  const hashed = plan.hashed.map((slot) => event.value(slot)).find((v) => typeof v === 'string' && v !== '');
  return typeof hashed === 'string' && isSystemProgram(hashed);
}

function planOf(shape: Shape): Plan {
  const { stream, fields, source } = shape;
  const absent = NOT_THERE.get(stream);
  const windowsSecurity = stream === 'windows-security';
  const elsewhere = windowsSecurity && WRITTEN_ELSEWHERE.has(source.eventId ?? 0);
  const plan: Plan = {
    slots: fields.flatMap((field, slot) => {
      const naming = absent?.has(field) ? undefined : FIELDS.get(field);
      return naming ? [{ ...naming, slot, field }] : [];
    }),
    windowsSecurity,
    onHost: ON_ITS_HOST.some((p) => stream.startsWith(p)) && !elsewhere,
    hashed: ['ImageLoaded', 'Image'].flatMap((name) => slotOf(fields, name)),
    outcome: ['outcome', 'Status', 'ResultType', 'ResultStatus', 'Result'].flatMap((name) => slotOf(fields, name)),
  };
  plans.set(shape, plan);
  return plan;
}

function slotOf(fields: readonly string[], name: string): number[] {
  const slot = fields.indexOf(name);
  return slot < 0 ? [] : [slot];
}

const FAILURE = /^(fail|denied|refused|reject|invalid)/i;

/** The event itself says that what was tried was not let through. */
function isRefused(plan: Plan, event: Event): boolean {
  const { stream, source } = event.shape;
  const { eventId } = source;
  const cloud = stream === 'azure-signinlogs';
  if (plan.windowsSecurity && eventId !== undefined && REFUSED.has(eventId)) return true;
  return plan.outcome.some((slot) => {
    const said = event.value(slot);
    if (plan.windowsSecurity) return LET_IN.has(eventId ?? 0) && isFailureStatus(said);
    if (typeof said === 'number') return cloud && said !== 0;
    if (typeof said !== 'string') return false;
    return FAILURE.test(said) || (cloud && /^[1-9]\d*$/.test(said));
  });
}

/** Kerberos and NTLM answer with a status: anything but zero is a refusal. */
function isFailureStatus(status: unknown): boolean {
  if (typeof status === 'number') return status !== 0;
  return typeof status === 'string' && /^0x[0-9a-f]+$/i.test(status) && Number(status) !== 0;
}
