/**
 * Who is told of in the truth, and what each is. Of a look-alike: the facts in the logs that make it another matter;
 * whoever blames it has not looked at them.
 */
export interface PartyKind {
  readonly id: string;
  readonly kind: 'intruder' | 'other intruder' | 'look-alike';
  readonly title: string;
  readonly innocent: string | null;
}

const lookAlike = (id: string, title: string, innocent: string): PartyKind => ({
  ...{ id, kind: 'look-alike', title, innocent },
});

export const PARTIES: readonly PartyKind[] = [
  { id: 'intruder', kind: 'intruder', title: 'The intruder of the exercise', innocent: null },
  { id: 'second-actor', kind: 'other intruder', title: 'Another intruder, who came on his own', innocent: null },
  lookAlike(
    'travelling-diplomats',
    'Diplomats on the road: hotels, airports, telephones in many countries',
    'The device and the client are the person’s own and known for months; one line serves for days, with many events; the stays follow one another as a journey does.',
  ),
  lookAlike(
    'satellite-posts',
    'Posts behind a satellite line',
    'One exit for a whole post and for strangers, for years; the people behind it work their own hours.',
  ),
  lookAlike(
    'commercial-vpn',
    'Staff behind a commercial VPN',
    'The lines belong to a VPN company, come from other countries every day, and the device behind them is the person’s own.',
  ),
  lookAlike(
    'carrier-nat',
    'Many people behind one address of a telephone company',
    'One address carries dozens of accounts for months, each with its own telephone, at all hours of its own day.',
  ),
  lookAlike(
    'penetration-test',
    'A penetration test under contract',
    'Announced dates, one known address outside and one machine inside, its own account; it ends when the contract ends.',
  ),
  lookAlike(
    'commodity-malware',
    'A stealer on one desk',
    'One desk, a morning: opened from a mail, it sends browser passwords to its server; found and cleaned within days, its password changed.',
  ),
  lookAlike(
    'night-administrator',
    'An administrator who works at night',
    'His own desk or his own line at home, his own device, for years; services and tasks he makes are the ministry’s products.',
  ),
  lookAlike(
    'newsletters',
    'Newsletters with a picture for each recipient',
    'The same sender for years, to the same subscribers, with a way to unsubscribe.',
  ),
  lookAlike(
    'mail-app-rollout',
    'A new mail program is rolled out',
    'Two dozen people get the same program within days, each from the lines they always used, after an administrator consented.',
  ),
  lookAlike(
    'secretary-delegation',
    'A director lets a secretary read the mailbox',
    'Done at the desk in working hours by the owner; the secretary reads from the office with the usual program.',
  ),
  lookAlike(
    'night-backups',
    'Backups that go up at night',
    'The same server, account, hour and destination every night, from the first day to the last.',
  ),
];
