import { DAY, HOUR, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { directoryAct, signIn } from '../records/cloud.ts';
import { EXITS } from '../world.ts';
import { actsOf } from './acts.ts';
import { CLIENT, harvest, read, wanted } from './reading.ts';

/** In the cloud too: spraying, a sign-in, an application that may read mail, and mail again. */
const PHASE = 'return';
const { seen, hidden } = actsOf(PHASE);

export function returnToCloud(m: Ministry): void {
  const random = m.random('return cloud');
  const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36';
  const ip = EXITS.againMail;
  const common = {
    random,
    ip,
    agent,
    app: 'Office 365 Exchange Online',
    appId: CLIENT.app,
    client: 'Exchange Web Services',
    system: 'Linux',
  };
  const start = utc('2024-03-12 01:20');
  random.some(m.people, 13).forEach((who, i) => {
    const ms = start + i * 130 * SECOND;
    m.logs.signIns.add(
      ms,
      signIn({ ...common, ms, who, error: 50126 }),
      seen({
        what: `One password is tried for ${who.name} in the cloud`,
        technique: 'T1110.003',
        rules: ['entra/wrong_password.yml', 'entra/password_spray.yml'],
      }),
    );
  });
  const boxes = wanted(m.people);
  const victim = boxes[1];
  if (!victim) return;
  const at = start + 34 * MINUTE;
  m.logs.signIns.add(
    at,
    signIn({ ...common, ms: at, who: victim, error: 0 }),
    hidden(
      'A password fits: sign-in from a home router with a client never used before',
      'T1078.004',
      'one sign-in that succeeds',
    ),
  );
  m.logs.directory.add(
    at + 6 * MINUTE,
    directoryAct(
      random,
      at + 6 * MINUTE,
      'Consent to application',
      'ApplicationManagement',
      victim.mail,
      ip,
      'Mail Assistant',
      [
        ['ConsentContext.IsAdminConsent', '"False"'],
        ['ConsentAction.Permissions', '"[] => [[Id: q7, PrincipalId: p1, Scope: Mail.Read offline_access]]"'],
      ],
    ),
    seen({
      what: 'An application is given the right to read mail',
      technique: 'T1528',
      rules: ['entra/consent_mail.yml'],
    }),
  );
  harvest(m, random, utc('2024-05-22 01:30'), ip, PHASE);
  for (let day = utc('2024-03-14'); day < utc('2024-05-29'); day += DAY) {
    if (new Date(day).getUTCDay() < 2 || !random.chance(40)) continue;
    read(m, random, day + random.int(HOUR, 9 * HOUR), random.pick(boxes), ip, 'Sync', ['m365/mail_taken.yml'], PHASE);
  }
}
