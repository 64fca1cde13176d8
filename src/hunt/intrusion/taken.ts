import { byteSize, count, plural } from '../../base/index.ts';
import { entityKey, type Intrusion } from '../../model/index.ts';
import { mailboxOf } from '../entities/index.ts';
import type { Nodes } from './nodes.ts';
import type { Sighting } from './types.ts';

type Taken = Intrusion['taken'];
type Why = Taken['open'][number];

const COLLECTS = /^T(1114|1119|1213|1005|1039|1025|1560|1074|1041|1567|1048|1052|1530)(\.|$)/;
const READS_MAIL = /^T1114(\.|$)/;

/**
 * What was taken, at least and at most. Behaviours bring numbers in their facts (docs/behaviours.md); rules only say that
 * something was read. An upper bound stands only when every source of it counts to the end.
 */
export function takenOf(all: readonly Sighting[], mailboxes: number, nodes: Nodes): Taken {
  const takes = all.filter((s) => s.source.attack.some((t) => COLLECTS.test(t)));
  const open = new Set<Why>();
  const items = new Map<string, { least: number; most: number | null }>();
  let folders: number | null = null;
  let bytes: number | null = null;
  for (const s of takes) {
    const facts = new Map(s.head.facts.map(({ field, value }) => [field, value]));
    if (truth(facts.get('throttled')) || /throttl/i.test(s.source.title)) open.add('throttled');
    if (truth(facts.get('whole_folder')) || /synchroni[sz]ed/i.test(s.source.title)) open.add('whole folder');
    if (s.head.caveats.some((c) => /at least|incomplete/.test(c))) open.add('lower bound');
    const least = number(facts.get('items_at_least'));
    if (least !== null) {
      const named = entityKey('mailbox', String(facts.get('mailbox') ?? s.head.user));
      // One that names no mailbox may count over several: it stands by itself.
      const of = named === null ? '' : nodes.name(mailboxOf(named));
      const most = number(facts.get('items_at_most'));
      const known = items.get(of);
      // Findings about one mailbox may count the same items: the largest stands, never the sum.
      if (!known || least > known.least) items.set(of, { least, most });
      if (most === null) open.add('lower bound');
    }
    const f = number(facts.get('folders_at_least'));
    if (f !== null) folders = (folders ?? 0) + f;
    const b = number(facts.get('bytes_at_least'));
    if (b !== null) bytes = (bytes ?? 0) + b;
  }
  const mailTaken = takes.some((s) => s.source.attack.some((t) => READS_MAIL.test(t)));
  if (mailboxes > 0 && !mailTaken) open.add('not logged');
  const least = items.size === 0 ? null : sumOf(items, (i) => i.least);
  const bounded = least !== null && open.size === 0 && [...items.values()].every((i) => i.most !== null);
  const most = bounded ? sumOf(items, (i) => i.most as number) : null;
  const reasons = [...open].sort();
  return {
    mailboxes: { atLeast: mailboxes, atMost: mailTaken && open.size === 0 ? mailboxes : null },
    items: { atLeast: least, atMost: most },
    folders: { atLeast: folders, atMost: null },
    bytes: { atLeast: bytes, atMost: null },
    open: reasons,
    findings: takes.slice(0, 200).map((s) => s.head.id),
    sentence: sentence(mailboxes, least, most, folders, bytes, reasons),
  };
}

/** Over all mailboxes, or what a finding over several of them says at once, whichever is more. */
function sumOf<T>(items: ReadonlyMap<string, T>, of: (item: T) => number): number {
  const over = items.get('');
  const each = [...items].reduce((n, [box, i]) => (box === '' ? n : n + of(i)), 0);
  return Math.max(each, over === undefined ? 0 : of(over));
}

const REASON: Readonly<Record<Why, string>> = {
  throttled: 'the mailbox audit was throttled and left records out',
  'whole folder': 'whole folders were synchronised, so everything in them counts as read',
  'lower bound': 'a source says itself that it is incomplete',
  'not logged': 'no source here counts what was read',
};

function sentence(
  mailboxes: number,
  least: number | null,
  most: number | null,
  folders: number | null,
  bytes: number | null,
  open: readonly Why[],
): string {
  const parts = [
    mailboxes > 0 ? plural(mailboxes, 'mailbox', 'mailboxes') : '',
    least !== null ? `${count(least)} items` : '',
    folders !== null ? plural(folders, 'folder') : '',
    bytes !== null ? `${byteSize(bytes)} sent out` : '',
  ].filter(Boolean);
  if (parts.length === 0) return 'Nothing here shows that something was taken; that is no proof that nothing was.';
  const upper =
    most !== null
      ? `, at most ${count(most)} items`
      : `; how much at most is unknown${open.length > 0 ? `: ${open.map((o) => REASON[o]).join('; ')}` : ''}`;
  return `Taken at least: ${parts.join(', ')}${upper}.`;
}

function number(value: unknown): number | null {
  const n = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) && n >= 0 ? Math.floor(n) : null;
}

function truth(value: unknown): boolean {
  return value === true || value === 'true' || value === 1;
}
