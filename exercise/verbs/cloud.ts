import type { Verbs } from '../contract.ts';
import * as records from '../records/cloud.ts';
import { factsOf, type Stage } from './stage.ts';

type Cloud = Pick<Verbs, 'cloudSignIn' | 'mailboxAccess' | 'mailboxOperation' | 'mailboxChange' | 'directoryChange'>;

/** Mailboxes, sign-ins and the directory in the cloud. */
export function cloud(stage: Stage): Cloud {
  const { world, random } = stage;
  const audit = stage.cloud('unified-audit');
  const signIns = stage.cloud('sign-ins');
  const directory = stage.cloud('directory-audit');
  const { domain } = world;
  const displays = new Map(world.people.map((p) => [p.account.name, p.display]));
  return {
    cloudSignIn(s) {
      const { ms, act, account, from, app, client, agent, error } = s;
      const session = s.session ?? random.guid();
      signIns.put(
        ms,
        (at) => {
          const network = world.network(from);
          const managed = s.managed ?? false;
          return records.signIn({
            ...{ random, ms: at, domain, who: account, display: displays.get(account.name) ?? account.name, ip: from },
            ...{
              asn: network?.asn ?? 0,
              city: '',
              country: network?.country ?? '',
              app,
              client,
              agent,
              error,
              session,
            },
            ...{ deviceId: s.deviceId ?? '', system: s.system ?? '', managed, mfa: s.mfa ?? managed },
            interactive: s.interactive ?? true,
          });
        },
        act,
        factsOf(account, undefined, from),
      );
      return { session };
    },
    mailboxAccess(a) {
      const { ms, act, mailbox, from, access, folder, app, session } = a;
      const by = a.by ?? mailbox;
      const items = a.items ?? (access === 'Bind' ? 1 : 0);
      audit.put(
        ms,
        (at) =>
          records.mailRead({
            ...{ random, ms: at, domain, operation: 'MailItemsAccessed', mailbox, by, ip: from, app, session },
            ...{ access, folder, items, throttled: a.throttled ?? false },
          }),
        act,
        { ...factsOf(by, undefined, from), mailbox: mailbox.upn },
      );
    },
    mailboxOperation(o) {
      const { ms, act, operation, mailbox, from, app, session } = o;
      const by = o.by ?? mailbox;
      audit.put(
        ms,
        (at) =>
          records.mailOperation({
            ...{ random, ms: at, domain, operation, mailbox, by, ip: from, app, session },
            ...(o.subject === undefined ? {} : { subject: o.subject }),
            ...(o.folder === undefined ? {} : { folder: o.folder }),
          }),
        act,
        { ...factsOf(by, undefined, from), mailbox: mailbox.upn },
      );
    },
    mailboxChange(c) {
      const { ms, act, operation, by, from, object, parameters } = c;
      const rest = { session: c.session ?? random.guid(), result: c.result ?? true };
      audit.put(
        ms,
        (at) => records.cmdletRun({ random, ms: at, domain, operation, by, ip: from, object, parameters, ...rest }),
        act,
        { ...factsOf(by, undefined, from), mailbox: object.includes('@') ? object : undefined },
      );
    },
    directoryChange(d) {
      const { ms, act, activity, category, by, from, target, changes } = d;
      const facts = factsOf(by, undefined, from);
      const told = (at: number) => ({ random, ms: at, domain, activity, category, by, ip: from, target, changes });
      directory.put(ms, (at) => records.directoryAct(told(at)), act, facts);
      audit.put(ms + 700, (at) => records.directoryAudit(told(at)), act, facts);
    },
  };
}
