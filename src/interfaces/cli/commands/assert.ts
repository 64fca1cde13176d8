import { momentOf, openWriter, type Saying } from '../../../app/case/index.ts';
import { oneLine, plural } from '../../../base/index.ts';
import { ENTRY_KINDS } from '../../../model/index.ts';
import { type Command, EXIT, text, UsageError, type Values } from '../command.ts';
import { CASE_OPTION, theCase } from './cases.ts';
import { HAND_OPTIONS, needed, openStation } from './hands.ts';
import { entityOption, refreshPicture } from './picture.ts';
import { jsonText } from './station.ts';
import { worldOf } from './worlds.ts';

const { relation: RELATION, entities: ENTITIES } = ENTRY_KINDS['entity-asserted'].shape;
const RELATIONS = RELATION.options;
const TYPES: readonly string[] = ENTITIES.element.shape.type.options;

/** Something a log cannot say of an entity, signed; the picture of the intrusions changes at once. */
export const assert: Command = {
  name: 'assert',
  summary: 'say of an account, host, address … what no log can: ours, the intruder, the same, different; signed',
  args: `${RELATIONS.join('|')} TYPE:NAME… --why TEXT`,
  options: {
    case: CASE_OPTION,
    ...HAND_OPTIONS,
    why: { type: 'string', value: 'TEXT', help: 'what speaks for it' },
    from: { type: 'string', value: 'DATE', help: 'since when it is so (default: always)' },
    until: { type: 'string', value: 'DATE', help: 'until the end of that day (default: still)' },
    json: { type: 'boolean', help: 'print as JSON' },
  },
  help: `Examples:
  czernin assert ours address:198.51.100.7 --from 2023-03-01 --until 2023-03-21 --why "the contracted penetration test"
  czernin assert intruder client:oddmail/2.1 --why "his reader, seen on the seized relay"
  czernin assert same account:h.brandt account:hbrandt-adm --why "one person"
ours: findings with it are set aside · intruder: findings with it are strong, and it ties · same: one entity · different: kept apart.`,
  async run(values, positionals, terminal) {
    const [said, ...names] = positionals;
    const relation = RELATIONS.find((r) => r === said);
    if (!relation) throw new UsageError(`say one of ${RELATIONS.join(', ')}`);
    if (names.length === 0) throw new UsageError('name at least one entity, TYPE:NAME');
    const pair = relation === 'same' || relation === 'different' || relation === 'belongs-to';
    if (pair && names.length < 2) throw new UsageError(`${relation} needs two entities`);
    const entities = names.map((given) => entryEntity(entityOption(given)));
    const payload = { relation, entities, ...span(values), why: needed(values, 'why') };
    const folder = theCase(values);
    const { station, hand } = await openStation(values, terminal);
    const writer = openWriter(worldOf(folder), station, hand);
    let id: string;
    try {
      [id] = writer.append([{ kind: 'entity-asserted', payload } satisfies Saying]) as [string];
    } finally {
      writer.close();
    }
    const picture = await refreshPicture(folder, {}, terminal);
    const moved = picture.judgements.find((j) => j.entry === id);
    if (values.json === true)
      terminal.out(jsonText({ entry: id, journal: writer.journal, findings: moved?.findings ?? 0 }));
    else {
      terminal.out(`entity-asserted ${id.slice(0, 16)} signed by ${oneLine(station.card.name)}\n`);
      terminal.out(
        `${oneLine(moved?.sentence ?? '')} ${plural(picture.intrusions.length, 'intrusion')} now: czernin intrusion list\n`,
      );
    }
    return EXIT.nothing;
  },
};

/** The journal's list of types is closed: what it has no word for is written `other`, with the type before the name. */
function entryEntity(key: string): { type: (typeof ENTITIES.element.shape.type.options)[number]; name: string } {
  const colon = key.indexOf(':');
  const type = key.slice(0, colon);
  if (!TYPES.includes(type)) return { type: 'other', name: key };
  return { type: type as (typeof ENTITIES.element.shape.type.options)[number], name: key.slice(colon + 1) };
}

function span(values: Values): { from?: string; until?: string } {
  const from = text(values, 'from');
  const until = text(values, 'until');
  return {
    ...(from === undefined ? {} : { from: momentOf(/^\d{4}-\d\d-\d\d$/.test(from) ? `${from}T00:00:00Z` : from) }),
    ...(until === undefined ? {} : { until: momentOf(until) }),
  };
}
