import { count, plural } from '../../base/index.ts';
import type { Intrusion } from '../../model/index.ts';
import type { Sighting, Source } from './types.ts';

/** The few words of an intrusion that people read first: its title, and one sentence. No options, no names of files. */

/** A rule's title as it stands inside a sentence: hashes short, and of an indicator not who sent it. */
export function titleIn({ kind, title }: Pick<Source, 'kind' | 'title'>): string {
  const short = title.replace(/\b([0-9a-f]{8})[0-9a-f]{24,}\b/gi, '$1…');
  return kind === 'indicator' ? short.replace(/, from .*$/s, '') : short;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What the ledger counts: accounts and hosts misused, mailboxes misused, accounts and hosts only tried. */
export interface Tally {
  readonly accounts: number;
  readonly hosts: number;
  readonly mailboxes: number;
  readonly targeted: number;
  /** `host ws-0432` when nothing else was misused: a name says more than a one */
  readonly only: string;
}

export function tallyOf({
  accounts,
  hosts,
  mailboxes,
}: Pick<Intrusion['scope'], 'accounts' | 'hosts' | 'mailboxes'>): Tally {
  const n = (list: Intrusion['scope']['hosts'], state: string) => list.filter((l) => l.state === state).length;
  const misused = [...accounts, ...hosts].filter((l) => l.state === 'misused');
  const [one] = misused;
  return {
    only: misused.length === 1 && one ? `${one.entity.slice(0, one.entity.indexOf(':'))} ${one.name}` : '',
    accounts: n(accounts, 'misused'),
    hosts: n(hosts, 'misused'),
    mailboxes: n(mailboxes, 'misused'),
    targeted: n(accounts, 'targeted'),
  };
}

/** For lists: `11 accounts and 7 hosts misused, 8 mailboxes opened, since 2022-03-07`. */
export function titleOf(core: readonly Sighting[], tally: Tally, first: string): string {
  const since = first === '' ? '' : ` since ${first.slice(0, 10)}`;
  const misused = misusedOf(tally);
  const opened = tally.mailboxes > 0 ? `${plural(tally.mailboxes, 'mailbox', 'mailboxes')} opened` : '';
  const what = [misused && `${misused} misused`, opened].filter(Boolean).join(', ');
  if (what === '') return `${heaviestOf(core)}${since}`;
  return `${capital(what)}${since}${tally.only === '' ? '' : `: ${heaviestOf(core)}`}`;
}

/** What happened, to whom, when, and what was taken: one sentence, and how long it lasted when dates are on record. */
export function headlineOf(
  core: readonly Sighting[],
  tally: Tally,
  { first, last, taken, dwell }: { readonly first: string; readonly last: string } & Pick<Intrusion, 'taken' | 'dwell'>,
): string {
  const when = between(first.slice(0, 10), last.slice(0, 10));
  const misused = misusedOf(tally);
  const boxes = plural(tally.mailboxes, 'mailbox', 'mailboxes');
  const items = taken.items.atLeast;
  const read =
    tally.mailboxes === 0
      ? ''
      : items !== null && items > 0
        ? `read at least ${items === 1 ? '1 item' : `${count(items)} items`} in ${boxes}`
        : `got into ${boxes}`;
  const dwelt = dwellIn(dwell);
  if (misused !== '') return `Somebody misused ${misused} ${when}${read && ` and ${read}`}.${dwelt}`;
  if (read !== '') return `Somebody ${read} ${when}.${dwelt}`;
  if (tally.targeted > 0)
    return `Somebody tried ${plural(tally.targeted, 'account')} ${when}; nothing here shows that he got in.`;
  return `A sign of misuse ${when}: ${heaviestOf(core)}.`;
}

function dwellIn({ unseenDays, watchedDays }: Intrusion['dwell']): string {
  if (unseenDays === null) return '';
  const watched = watchedDays === null ? '' : ` and was then knowingly watched for ${plural(watchedDays, 'day')}`;
  return ` It went unseen for ${plural(unseenDays, 'day')}${watched}.`;
}

function misusedOf({ accounts, hosts, only }: Tally): string {
  if (only !== '') return only;
  return [accounts > 0 ? plural(accounts, 'account') : '', hosts > 0 ? plural(hosts, 'host') : '']
    .filter(Boolean)
    .join(' and ');
}

function between(first: string, last: string): string {
  if (first === '') return 'at a time nobody wrote down';
  return first === last || last === '' ? `on ${first}` : `between ${first} and ${last}`;
}

function heaviestOf(core: readonly Sighting[]): string {
  const heaviest = core.toSorted((a, b) => b.strength - a.strength || a.firstMs - b.firstMs)[0];
  return heaviest ? titleIn(heaviest.source) : 'Findings without a date';
}
