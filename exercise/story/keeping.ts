import { DAY, MINUTE } from '../calendar.ts';
import type { Person } from '../contract.ts';
import { atWork, workdays } from './operator.ts';
import { did, nearby, type Parts } from './parts.ts';
import { readsAsDelegate } from './reading.ts';
import type { Phase } from './script.ts';

/** Settings that keep mail coming when a password changes, and warnings away: a rule, a right, a consent. */
export function keeping(parts: Parts): void {
  const { dates, cast, crew, world, kit } = parts;
  const random = parts.random('keeping');
  const nights = workdays(crew, random, dates.reading + 12 * DAY, dates.quietFrom, 12).map((day) =>
    atWork(crew, random, day, 60),
  );
  const [ruled, consents, opened] = random.some([...cast.guessed, ...cast.stolen], 3) as [Person, Person, Person];
  const owner = random.pick(
    world.people.filter(
      (p) => isChief(p) && !cast.guessed.includes(p) && !cast.stolen.includes(p) && p !== cast.innocent.chief,
    ),
  );
  const reader = random.pick(cast.guessed);
  const night = (i: number) => nights[i % Math.max(1, nights.length)] ?? dates.reading + (20 + i) * DAY;

  const change = (
    ms: number,
    by: Person,
    operation: string,
    object: string,
    parameters: Record<string, string>,
    told: Change,
  ) => {
    const from = parts.mesh.exit(ms, nearby(world, by.post));
    const act = did({
      ...told,
      accounts: [by.account.name],
      used: { addresses: [from] },
    });
    parts.script.at(ms, (v) => v.mailboxChange({ ms, operation, by: by.account, from, object, parameters, act }));
  };

  change(night(0), ruled, 'New-InboxRule', `${ruled.account.upn}\\.`, hides(random.pick(['.', '..', '_', ' '])), {
    ...{ phase: 'defense-evasion', technique: 'T1564.008', mailboxes: [ruled.account.name] },
    what: 'A rule hides warnings before they are read',
  });
  change(
    night(1),
    opened,
    'Add-MailboxFolderPermission',
    `${opened.account.upn}:\\Inbox`,
    { Identity: `${opened.account.upn}:\\Inbox`, User: 'Default', AccessRights: 'Reviewer' },
    {
      ...{ phase: 'persistence', technique: 'T1098.002', mailboxes: [opened.account.name] },
      what: `The inbox of ${opened.account.name} is opened to every account`,
    },
  );
  const given = night(2);
  const exit = parts.mesh.exit(given, nearby(world, world.headquarters));
  parts.script.at(given, (v) =>
    v.mailboxChange({
      ...{ ms: given, operation: 'Add-MailboxPermission', by: cast.admin.admin, from: exit, object: owner.account.upn },
      parameters: {
        Identity: owner.account.upn,
        User: reader.account.upn,
        AccessRights: 'FullAccess',
        AutoMapping: 'False',
      },
      act: did({
        ...{
          phase: 'persistence',
          technique: 'T1098.002',
          accounts: [cast.admin.admin.name],
          mailboxes: [owner.account.name],
        },
        what: `${reader.account.name} is given full access to the mailbox of ${owner.account.name}`,
        used: { addresses: [exit] },
      }),
    }),
  );
  readsAsDelegate(parts, random, owner, reader, given + DAY, dates.evicted);
  const asked = night(3);
  const line = parts.mesh.exit(asked, nearby(world, consents.post));
  parts.script.at(asked + 5 * MINUTE, (v) =>
    v.directoryChange({
      ...{ ms: asked + 5 * MINUTE, activity: 'Consent to application', category: 'ApplicationManagement' },
      ...{ by: consents.account, from: line, target: kit.mailApp.name },
      changes: [
        ['ConsentContext.IsAdminConsent', 'False'],
        ['ConsentAction.Permissions', '[] => [[Scope: Mail.Read offline_access User.Read]]'],
      ],
      act: did({
        ...{ phase: 'persistence', technique: 'T1528', what: 'An application is given the right to read mail' },
        ...{ accounts: [consents.account.name], used: { addresses: [line], clients: [kit.mailApp.name] } },
      }),
    }),
  );
}

interface Change {
  readonly phase: Phase;
  readonly technique: string;
  readonly what: string;
  readonly mailboxes: readonly string[];
}

const isChief = (p: Person) => p.role === 'director' || p.role === 'ambassador' || p.role === 'minister';

function hides(name: string): Record<string, string> {
  return {
    ...{ Name: name, SubjectOrBodyContainsWords: 'phishing;suspicious;sign-in;password;security' },
    ...{ MoveToFolder: 'RSS Subscriptions', MarkAsRead: 'True', StopProcessingRules: 'True' },
  };
}
