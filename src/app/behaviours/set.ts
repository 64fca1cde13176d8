import { createHash } from 'node:crypto';
import { CodedError } from '../../base/index.ts';
import {
  type Behaviour,
  BehaviourError,
  type BehaviourFile,
  type ParameterValue,
  parameterValues,
  parseBehaviour,
  parseView,
  type View,
} from '../../hunt/behaviours/index.ts';
import { type NetworkTable, readNetworks } from '../../knowledge/networks/index.ts';

/** The behaviours of an investigation, their views, and the network table they may ask. */
export interface BehaviourSet {
  /** in order of id */
  readonly behaviours: readonly { readonly behaviour: Behaviour; readonly values: Record<string, ParameterValue> }[];
  readonly views: ReadonlyMap<string, View>;
  readonly networks: NetworkTable | null;
  readonly refusals: readonly { readonly file: string; readonly code: string; readonly reason: string }[];
  /** SHA-256 over the digests of all files and what was set: what "same packs" means */
  readonly digest: string;
  /** what was used, to be kept in the case's packs: digest and kind make the name */
  readonly kept: readonly { readonly digest: string; readonly kind: string; readonly bytes: Uint8Array }[];
}

export interface BehaviourSetRequest {
  /** `.sql` files; those below a folder `views/` are views */
  readonly files: readonly BehaviourFile[];
  /** bytes of a network table, when there is one */
  readonly networks?: Uint8Array | undefined;
  /** `id.name` → value, as a person set it */
  readonly set?: ReadonlyMap<string, string> | undefined;
}

/**
 * Reads behaviours and views. A file that cannot be taken is refused by code and named (law 3); an id that comes twice
 * counts once, the first.
 * @throws NetworksError for a table that cannot be read; BehaviourError BAD_PARAMETER for a setting that fits nothing
 */
export function behaviourSet(request: BehaviourSetRequest): BehaviourSet {
  const views = new Map<string, View>();
  const found = new Map<string, Behaviour>();
  const refusals: { file: string; code: string; reason: string }[] = [];
  const kept: { digest: string; kind: string; bytes: Uint8Array }[] = [];
  const keep = (digest: string, kind: string, text: string) =>
    kept.push({ digest, kind, bytes: new TextEncoder().encode(text) });
  for (const file of request.files) {
    try {
      if (/(^|\/)views\//.test(`${file.pack}/${file.path}`)) {
        const view = parseView(file);
        if (views.has(view.id)) continue;
        views.set(view.id, view);
        keep(view.digest, 'view.sql', file.text);
      } else {
        const behaviour = parseBehaviour(file);
        if (found.has(behaviour.id)) continue;
        found.set(behaviour.id, behaviour);
        keep(behaviour.digest, 'behaviour.sql', file.text);
      }
    } catch (error) {
      if (!(error instanceof BehaviourError)) throw error;
      refusals.push({ file: `${file.pack}/${file.path}`, code: error.code, reason: error.message });
    }
  }
  const networks = request.networks === undefined ? null : readNetworks(request.networks);
  if (request.networks !== undefined)
    kept.push({ digest: sha256(request.networks), kind: 'networks', bytes: request.networks });
  const given = settings(request.set ?? new Map(), found);
  const behaviours = [...found.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((behaviour) => ({ behaviour, values: parameterValues(behaviour, given.get(behaviour.id)) }));
  const digest = sha256(
    JSON.stringify([kept.map((k) => k.digest).sort(), behaviours.map((b) => [b.behaviour.id, b.values])]),
  );
  return { behaviours, views, networks, refusals, digest, kept };
}

/** `id.name=value` by behaviour. */
function settings(
  set: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, Behaviour>,
): Map<string, Map<string, string>> {
  const out = new Map<string, Map<string, string>>();
  for (const [key, value] of set) {
    const dot = key.indexOf('.');
    const id = key.slice(0, dot);
    if (dot < 0 || !found.has(id))
      throw new BehaviourError('BAD_PARAMETER', `there is no behaviour for the setting ${key}`, key);
    out.set(id, (out.get(id) ?? new Map<string, string>()).set(key.slice(dot + 1), value));
  }
  return out;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** `CODE: message` of a coded error; anything else is a fault of ours and is thrown on. */
export function reasonOf(error: unknown): { code: string; reason: string } {
  if (error instanceof CodedError) return { code: error.code, reason: error.message };
  throw error;
}
