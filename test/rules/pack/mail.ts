/** Cases for the rules about an Exchange server taken over, and about mail that goes its own ways. */
import { type Cases, exchange, m365, process, sysmon, web } from './events.ts';

const AUTODISCOVER = '/autodiscover/autodiscover.json';
const CONFUSED = '@evil.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3F@evil.example';
const BY_TOKEN = 'a=x@evil.example/powershell/?X-Rps-CAT=VgEA&Email=autodiscover%2Fautodiscover.json';
const OUTLOOK = 'Email=a.b%40mea.example&Protocol=Autodiscoverv1&RedirectCount=1';
const FRONT = 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy';
const WORKER = 'C:\\Windows\\System32\\inetsrv\\w3wp.exe';
const written = (Image: string, TargetFilename: string) => sysmon(11, { Image, TargetFilename });
const inboxRule = (parameters: Readonly<Record<string, string>>, Operation = 'New-InboxRule') =>
  m365({ Operation, ...Object.fromEntries(Object.entries(parameters).map(([k, v]) => [`Parameters.${k}`, v])) });

export const EXCHANGE: Cases = {
  'exchange/path_confusion_answered.yml': {
    yes: [
      web('POST', AUTODISCOVER, CONFUSED, 200),
      web('GET', AUTODISCOVER, BY_TOKEN, 302),
      web('POST', `${AUTODISCOVER}%3f@evil.example/ews/`, '', 200),
      web('GET', AUTODISCOVER, 'a@evil.example/owa/?&Email=autodiscover/autodiscover.json?a@evil.example', 200),
    ],
    no: [
      web('POST', AUTODISCOVER, CONFUSED, 401),
      web('GET', AUTODISCOVER, OUTLOOK, 200),
      web('GET', `${AUTODISCOVER}/v1.0/a.b@mea.example`, 'Protocol=ActiveSync', 200),
      web('GET', '/owa/', 'Email=autodiscover/x', 200),
    ],
  },
  'exchange/path_confusion_refused.yml': {
    yes: [web('GET', AUTODISCOVER, CONFUSED, 401), web('POST', AUTODISCOVER, BY_TOKEN, 404)],
    no: [web('GET', AUTODISCOVER, CONFUSED, 200), web('GET', AUTODISCOVER, OUTLOOK, 401)],
  },
  'exchange/back_end_reached_over_ecp.yml': {
    yes: [
      web('POST', '/ecp/y.js', '', 200),
      web('POST', '/ecp/default.flt', '', 241),
      web('GET', '/owa/auth/x.js', '', 500, { 'cs-cookie': 'X-AnonResource-Backend=localhost/ecp/x~1941997017' }),
    ],
    no: [
      web('GET', '/ecp/y.js', '', 200),
      web('POST', '/ecp/y.js', '', 404),
      web('POST', '/ecp/15.2.986/scripts/common.js', '', 200),
      web('GET', '/owa/', '', 200, { 'cs-cookie': 'X-BackEndCookie=S-1-5-21' }),
    ],
  },
  'exchange/address_book_directory_reset.yml': {
    yes: [web('POST', '/ecp/DDI/DDIService.svc/SetObject', 'schema=ResetOABVirtualDirectory&ActivityId=x', 200)],
    no: [
      web('POST', '/ecp/DDI/DDIService.svc/SetObject', 'schema=OABVirtualDirectory', 200),
      web('GET', '/ecp/DDI/DDIService.svc/GetObject', 'schema=ResetOABVirtualDirectory', 200),
    ],
  },
  'exchange/page_below_aspnet_client.yml': {
    yes: [web('POST', '/aspnet_client/system_web/e.aspx', '', 200), web('GET', '/aspnet_client/x.ashx', 'q=1', 200)],
    no: [
      web('POST', '/aspnet_client/e.aspx', '', 404),
      web('GET', '/aspnet_client/system_web/4_0/WebUIValidation.js', '', 200),
      web('GET', '/owa/auth/logon.aspx', '', 200),
    ],
  },
  'exchange/page_written_by_worker.yml': {
    yes: [
      written(WORKER, 'C:\\inetpub\\wwwroot\\aspnet_client\\e.aspx'),
      written('D:\\Exchange\\Bin\\MSExchangeMailboxReplication.exe', `${FRONT}\\owa\\auth\\e.aspx`),
      written('C:\\Exchange\\UMWorkerProcess.exe', `${FRONT}\\owa\\auth\\e.ashx`),
    ],
    no: [
      written('C:\\Windows\\System32\\msiexec.exe', `${FRONT}\\owa\\auth\\logon.aspx`),
      written(WORKER, 'C:\\inetpub\\wwwroot\\aspnet_client\\e.png'),
      written(WORKER, 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0\\Temporary ASP.NET Files\\e.aspx'),
    ],
  },
  'exchange/iis_module_command.yml': {
    yes: [
      process('C:\\Windows\\System32\\inetsrv\\appcmd.exe', 'appcmd.exe install module /name:X /image:C:\\x.dll'),
      process('C:\\p\\powershell.exe', 'powershell New-WebGlobalModule -Name X -Image C:\\x.dll'),
    ],
    no: [process('C:\\Windows\\System32\\inetsrv\\appcmd.exe', 'appcmd.exe list modules')],
  },
  'exchange/export_right_given.yml': {
    yes: [exchange('New-ManagementRoleAssignment -Role "Mailbox Import Export" -User "a"')],
    no: [exchange('New-ManagementRoleAssignment -Role "Mail Recipients"'), exchange('Get-ManagementRoleAssignment')],
  },
  'exchange/export_as_page.yml': {
    yes: [
      exchange('New-MailboxExportRequest -Mailbox "a" -FilePath "\\\\localhost\\c$\\inetpub\\wwwroot\\e.aspx"'),
      exchange('New-ExchangeCertificate -RequestFile "\\\\localhost\\c$\\owa\\auth\\e.aspx"'),
    ],
    no: [exchange('New-MailboxExportRequest -Mailbox "a" -FilePath "\\\\fs\\pst\\a.pst"')],
  },
};

export const MAIL_RULES: Cases = {
  'exchange/inbox_rule.yml': {
    yes: [
      exchange('New-InboxRule -Name "x" -ForwardTo "a@x.example"'),
      exchange('Set-InboxRule -Identity "x" -DeleteMessage "True"'),
    ],
    no: [exchange('New-InboxRule -Name "x" -MoveToFolder "Bills"'), exchange('Get-InboxRule -ForwardTo')],
  },
  'exchange/mailbox_forwarding.yml': {
    yes: [
      exchange('Set-Mailbox -Identity "a" -ForwardingSmtpAddress "smtp:a@x.example"'),
      exchange('Set-Mailbox -Identity "a" -ForwardingAddress "b"'),
    ],
    no: [exchange('Set-Mailbox -Identity "a" -DisplayName "b"'), exchange('Get-Mailbox -Filter "ForwardingAddress"')],
  },
  'm365/inbox_rule_forwards.yml': {
    yes: [
      inboxRule({ Name: 'x', ForwardTo: 'a@x.example' }),
      inboxRule({ RedirectTo: 'a@x.example' }, 'Set-InboxRule'),
      inboxRule({ ForwardAsAttachmentTo: 'a@x.example' }),
    ],
    no: [inboxRule({ Name: 'x', MoveToFolder: 'Bills' }), inboxRule({ ForwardTo: '' }, 'Set-InboxRule')],
  },
  'm365/inbox_rule_hides.yml': {
    yes: [
      inboxRule({ SubjectOrBodyContainsWords: 'password;phishing', MoveToFolder: 'Archive' }),
      inboxRule({ SubjectContainsWords: 'Hacked', DeleteMessage: 'True' }),
      inboxRule({ From: 'it@mea.example', MoveToFolder: 'RSS Subscriptions' }, 'Set-InboxRule'),
      inboxRule({ Name: '.', DeleteMessage: 'True', MarkAsRead: 'True' }),
      inboxRule({ Name: '..', MoveToFolder: 'Archive' }),
    ],
    no: [
      inboxRule({ Name: 'B', MoveToFolder: 'Bills' }),
      inboxRule({ Name: 'účty', MoveToFolder: 'Bills' }),
      inboxRule({ Name: '.', MarkAsRead: 'True' }),
      inboxRule({ SubjectContainsWords: 'password', MarkAsRead: 'True' }),
      inboxRule({ BodyContainsWords: 'invoice', MoveToFolder: 'Bills' }),
      inboxRule({ SubjectContainsWords: 'password', DeleteMessage: 'True' }, 'Remove-InboxRule'),
    ],
  },
  'm365/inbox_rule_deletes.yml': {
    yes: [
      inboxRule({ Name: '.', DeleteMessage: 'True' }),
      inboxRule({ SubjectContainsWords: 'Attention', DeleteMessage: 'True' }, 'Set-InboxRule'),
    ],
    no: [
      inboxRule({ Name: '.', DeleteMessage: 'False' }),
      inboxRule({ DeleteMessage: 'True' }, 'Remove-InboxRule'),
      inboxRule({ Name: 'x', MoveToFolder: 'Bills' }),
    ],
  },
  'm365/impersonation_given.yml': {
    yes: [
      inboxRule({ Name: 'Booking', Roles: 'ApplicationImpersonation;Mail Recipients' }, 'New-RoleGroup'),
      inboxRule({ Role: 'ApplicationImpersonation', User: 'a' }, 'New-ManagementRoleAssignment'),
      inboxRule({ Name: 'x', Parent: 'ApplicationImpersonation' }, 'New-ManagementRole'),
    ],
    no: [
      inboxRule({ Name: 'Desk', Roles: 'Mail Recipients' }, 'New-RoleGroup'),
      inboxRule({ Role: 'ApplicationImpersonation' }, 'Remove-ManagementRoleAssignment'),
    ],
  },
  'm365/send_as_given.yml': {
    yes: [inboxRule({ Identity: 'a', Trustee: 'b', AccessRights: 'SendAs' }, 'Add-RecipientPermission')],
    no: [
      inboxRule({ Identity: 'a', Trustee: 'b', AccessRights: 'SendAs' }, 'Remove-RecipientPermission'),
      inboxRule({ Identity: 'a', User: 'b', AccessRights: 'ReadPermission' }, 'Add-MailboxPermission'),
    ],
  },
  'm365/old_protocols_enabled.yml': {
    yes: [
      inboxRule({ Identity: 'a', ImapEnabled: 'True', PopEnabled: 'False' }, 'Set-CASMailbox'),
      inboxRule({ Identity: 'a', PopEnabled: 'True' }, 'Set-CASMailbox'),
    ],
    no: [
      inboxRule({ Identity: 'a', ImapEnabled: 'False' }, 'Set-CASMailbox'),
      inboxRule({ Identity: 'a', OWAEnabled: 'True' }, 'Set-CASMailbox'),
    ],
  },
  'm365/mail_audit_plan_removed.yml': {
    yes: [
      m365({
        Operation: 'Update user.',
        ExtendedProperties: 'NewValue: [SkuName=E5, DisabledPlans=[M365_ADVANCED_AUDITING,EQUIVIO_ANALYTICS]]',
      }),
    ],
    no: [
      m365({ Operation: 'Update user.', ExtendedProperties: 'NewValue: [SkuName=E5, DisabledPlans=[]]' }),
      m365({ Operation: 'Add user.', ExtendedProperties: 'DisabledPlans=[M365_ADVANCED_AUDITING]' }),
    ],
  },
  'm365/second_factor_off.yml': {
    yes: [m365({ Operation: 'Disable Strong Authentication.', ObjectId: 'a@mea.example' })],
    no: [m365({ Operation: 'Enable Strong Authentication.', ObjectId: 'a@mea.example' })],
  },
  'm365/privileged_role_given.yml': {
    yes: [
      m365({
        Operation: 'Add member to role.',
        ModifiedProperties: '[{"Name":"Role.DisplayName","NewValue":"Exchange Administrator","OldValue":""}]',
      }),
      m365({
        Operation: 'Add member to role.',
        'ModifiedProperties.Role.TemplateId.NewValue': '62e90394-69f5-4237-9190-012177145e10',
      }),
    ],
    no: [
      m365({
        Operation: 'Add member to role.',
        ModifiedProperties: '[{"Name":"Role.DisplayName","NewValue":"Directory Readers","OldValue":""}]',
      }),
      m365({
        Operation: 'Remove member from role.',
        ModifiedProperties: '[{"Name":"Role.DisplayName","NewValue":"","OldValue":"Global Administrator"}]',
      }),
    ],
  },
  'm365/mailbox_forwarding.yml': {
    yes: [
      inboxRule({ ForwardingSmtpAddress: 'smtp:a@x.example', DeliverToMailboxAndForward: 'True' }, 'Set-Mailbox'),
      inboxRule({ ForwardingAddress: 'b' }, 'Set-Mailbox'),
    ],
    no: [
      inboxRule({ ForwardingSmtpAddress: '' }, 'Set-Mailbox'),
      inboxRule({ DeliverToMailboxAndForward: 'False' }, 'Set-Mailbox'),
    ],
  },
};
