import type { Marking } from '../../model/index.ts';

/** The Traffic Light Protocol in STIX: fixed marking definitions, TLP 1 in the standard, TLP 2 by an extension. */
export type Tlp = Marking['tlp'];

export const TLP2_EXTENSION = 'extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d';

const marking = (uuid: string) => `marking-definition--${uuid}`;

/** TLP 1 (7.2.1.4 of the standard): id → name in `definition.tlp`, and what it is in TLP 2. */
export const TLP1: ReadonlyMap<string, { readonly word: string; readonly tlp: Tlp }> = new Map([
  [marking('613f2e26-407d-48c7-9eca-b8e91df99dc9'), { word: 'white', tlp: 'clear' }],
  [marking('34098fce-860f-48ae-8e50-ebd3cc5e41da'), { word: 'green', tlp: 'green' }],
  [marking('f88d31f6-486f-44da-b317-01333bde0b82'), { word: 'amber', tlp: 'amber' }],
  [marking('5e57c739-391a-4eb3-b6be-7d15ca92d5ed'), { word: 'red', tlp: 'red' }],
]);

/** TLP 2: id → level, as the extension's `tlp_2_0` writes it. */
export const TLP2: ReadonlyMap<string, Tlp> = new Map([
  [marking('94868c89-83c2-464b-929b-a1a8aa3c8487'), 'clear'],
  [marking('bab4a63c-aed9-4cf5-a766-dfca5abac2bb'), 'green'],
  [marking('55d920b0-5e8b-4f79-9ee9-91f868d9b421'), 'amber'],
  [marking('939a9414-2ddd-4d32-a0cd-375ea402b003'), 'amber+strict'],
  [marking('e828b379-4e03-4974-9ac4-e53a884c97c1'), 'red'],
]);

/** Known by its id alone: whatever a definition under this id says, it can not say another level. */
export function tlpOfId(id: string): Tlp | null {
  return TLP1.get(id)?.tlp ?? TLP2.get(id) ?? null;
}

/** The definition to put into a bundle whose objects bear this level. */
export function tlpDefinition(tlp: Tlp): Record<string, unknown> {
  const [id] = [...TLP2].find(([, level]) => level === tlp)!;
  return {
    type: 'marking-definition',
    spec_version: '2.1',
    id,
    created: '2022-10-01T00:00:00.000Z',
    name: `TLP:${tlp.toUpperCase()}`,
    extensions: { [TLP2_EXTENSION]: { extension_type: 'property-extension', tlp_2_0: tlp } },
  };
}
