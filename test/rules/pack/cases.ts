/** For each event rule of content/rules: an event that must make it fire and one, close by, that must not. */
import { COMMANDS } from './commands.ts';
import { asa, type Cases, entra, exchange, fortigate, iis, m365, process, security, service, task } from './events.ts';
import { EXCHANGE, MAIL_RULES } from './mail.ts';
import { WINDOWS } from './windows.ts';

export const CASES: Cases = {
  ...EXCHANGE,
  ...MAIL_RULES,
  ...COMMANDS,
  ...WINDOWS,
  'vpn/asa_logon_failed.yml': {
    yes: [asa({ message_id: '113005', activity: 'logon', outcome: 'failure', user: 'eve', src_ip: '192.0.2.7' })],
    no: [asa({ message_id: '113004', activity: 'logon', outcome: 'success', user: 'eve' })],
  },
  'vpn/asa_session.yml': {
    yes: [asa({ message_id: '113039', activity: 'vpn-start', user: 'eve', src_ip: '192.0.2.7' })],
    no: [asa({ message_id: '113019', activity: 'vpn-end', user: 'eve' })],
  },
  'vpn/fortigate_logon_failed.yml': {
    yes: [fortigate({ action: 'ssl-login-fail', activity: 'logon', outcome: 'failure', user: 'eve' })],
    no: [fortigate({ action: 'auth-logon', activity: 'logon', outcome: 'success', user: 'eve' })],
  },
  'vpn/fortigate_session.yml': {
    yes: [fortigate({ action: 'tunnel-up', activity: 'vpn-start', user: 'eve', src_ip: '192.0.2.7' })],
    no: [fortigate({ action: 'tunnel-up', activity: 'vpn-start' })], // site to site: no user
  },
  'm365/mail_taken.yml': {
    yes: [
      m365({ Operation: 'MailItemsAccessed', MailAccessType: 'Sync' }),
      m365({ Operation: 'MailItemsAccessed', MailAccessType: 'Bind', ClientInfoString: 'Client=WebServices;x' }),
    ],
    no: [
      m365({ Operation: 'MailItemsAccessed', MailAccessType: 'Bind' }),
      m365({ Operation: 'MailItemsAccessed', MailAccessType: 'Bind', ClientInfoString: 'Client=OWA;' }),
    ],
  },
  'm365/mail_api_read.yml': {
    yes: [m365({ Operation: 'MailItemsAccessed', MailAccessType: 'Bind', ClientInfoString: 'Client=REST;;' })],
    no: [
      m365({
        Operation: 'MailItemsAccessed',
        MailAccessType: 'Bind',
        ClientInfoString: 'Client=OutlookService;Outlook-iOS/2.0;',
      }),
    ],
  },
  'm365/mail_audit_throttled.yml': {
    yes: [m365({ Operation: 'MailItemsAccessed', IsThrottled: 'True' })],
    no: [m365({ Operation: 'MailItemsAccessed', IsThrottled: 'False' })],
  },
  'm365/audit_bypass.yml': {
    yes: [
      m365({
        Operation: 'Set-MailboxAuditBypassAssociation',
        Parameters: '[{"Name":"AuditBypassEnabled","Value":"True"}]',
        'Parameters.AuditBypassEnabled': 'True',
      }),
    ],
    no: [
      m365({
        Operation: 'Set-MailboxAuditBypassAssociation',
        Parameters: '[{"Name":"AuditBypassEnabled","Value":"False"}]',
        'Parameters.AuditBypassEnabled': 'False',
      }),
    ],
  },
  'm365/audit_weakened.yml': {
    yes: [
      m365({ Operation: 'Set-Mailbox', Parameters: '[{"Name":"AuditLogAgeLimit","Value":"1.00:00:00"}]' }),
      m365({ Operation: 'Set-Mailbox', 'Parameters.AuditEnabled': 'False' }),
      m365({ Operation: 'Set-OrganizationConfig', 'Parameters.AuditDisabled': 'True' }),
      m365({ Operation: 'Set-AdminAuditLogConfig', 'Parameters.UnifiedAuditLogIngestionEnabled': 'False' }),
    ],
    no: [
      m365({ Operation: 'Set-Mailbox', 'Parameters.AuditEnabled': 'True' }),
      m365({ Operation: 'Set-AdminAuditLogConfig', 'Parameters.UnifiedAuditLogIngestionEnabled': 'True' }),
    ],
  },
  'm365/folder_open_to_all.yml': {
    yes: [
      m365({
        Operation: 'Add-MailboxFolderPermission',
        'Parameters.User': 'Anonymous',
        'Parameters.AccessRights': 'Reviewer',
      }),
    ],
    no: [
      m365({
        Operation: 'Set-MailboxFolderPermission',
        'Parameters.User': 'Default',
        'Parameters.AccessRights': 'AvailabilityOnly',
      }),
      m365({
        Operation: 'Add-MailboxFolderPermission',
        'Parameters.User': 'eve',
        'Parameters.AccessRights': 'Reviewer',
      }),
    ],
  },
  'm365/full_access_given.yml': {
    yes: [
      m365({
        Operation: 'Add-MailboxPermission',
        'Parameters.AccessRights': 'FullAccess',
        'Parameters.User': 'eve@example.org',
      }),
    ],
    no: [
      m365({
        Operation: 'Add-MailboxPermission',
        'Parameters.AccessRights': 'FullAccess',
        'Parameters.User': 'NT AUTHORITY\\SELF',
      }),
    ],
  },
  'entra/consent_mail.yml': {
    yes: [
      entra('auditlogs', {
        OperationName: 'Consent to application',
        TargetResources: '[{"newValue":"[] => [[Scope: User.Read Mail.ReadWrite]]"}]',
      }),
    ],
    no: [
      entra('auditlogs', {
        OperationName: 'Consent to application',
        TargetResources: '[{"newValue":"[] => [[Scope: User.Read]]"}]',
      }),
    ],
  },
  'entra/wrong_password.yml': {
    yes: [entra('signinlogs', { ResultType: '50126' })],
    no: [entra('signinlogs', { ResultType: '0' })],
  },
  'windows/logon_failed.yml': {
    yes: [security(4625, { LogonType: 3, IpAddress: '10.0.0.7' })],
    no: [
      security(4625, { LogonType: 3, IpAddress: '-' }),
      security(4625, { LogonType: 2, IpAddress: '10.0.0.7' }),
      security(4624, { LogonType: 3, IpAddress: '10.0.0.7' }),
    ],
  },
  'windows/kerberos_wrong_password.yml': {
    yes: [security(4771, { Status: '0x18' })],
    no: [security(4771, { Status: '0x12' })],
  },
  'windows/vpn_denied.yml': {
    yes: [security(6273, {})],
    no: [security(6272, {}), { Channel: 'System', EventID: 6273 }],
  },
  'windows/vpn_granted.yml': { yes: [security(6272, {})], no: [security(6273, {})] },
  'exchange/audit_bypass.yml': {
    yes: [exchange('Set-MailboxAuditBypassAssociation -Identity "svc" -AuditBypassEnabled "True"')],
    no: [exchange('Get-MailboxAuditBypassAssociation -Identity "svc"')],
  },
  'exchange/audit_age.yml': {
    yes: [exchange('Set-Mailbox -Identity "x" -AuditLogAgeLimit "1.00:00:00"')],
    no: [exchange('Set-Mailbox -Identity "x" -DisplayName "y"')],
  },
  'exchange/export_requested.yml': {
    yes: [exchange('New-MailboxExportRequest -Mailbox "x"')],
    no: [exchange('Get-MailboxExportRequest')],
  },
  'exchange/export_removed.yml': {
    yes: [exchange('Remove-MailboxExportRequest -Identity "x"')],
    no: [exchange('New-MailboxExportRequest -Mailbox "x"')],
  },
  'exchange/iis_native_module.yml': {
    yes: [iis('C:\\inetpub\\temp\\ext.dll')],
    no: [iis('%windir%\\System32\\inetsrv\\cachuri.dll'), iis('')],
  },
  'windows/run_dropbox_update_setup.yml': {
    yes: [
      {
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        EventID: 13,
        TargetObject: 'HKU\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Dropbox Update Setup',
      },
      security(4657, {
        OperationType: '%%1904',
        ObjectName: '\\REGISTRY\\USER\\S-1-5-21-1\\Software\\Microsoft\\Windows\\CurrentVersion\\Run',
        ObjectValueName: 'Dropbox Update Setup',
      }),
    ],
    no: [
      {
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        EventID: 13,
        TargetObject: 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Dropbox',
      },
    ],
  },
  'windows/task_updater_elsewhere.yml': {
    yes: [
      task('\\MicrosoftEdgeUpdateTaskMachineCore', 'C:\\ProgramData\\e.exe'),
      task('\\System update for Yandex Browser', 'C:\\Users\\Public\\y.exe'),
    ],
    no: [
      task(
        '\\MicrosoftEdgeUpdateTaskMachineCore',
        'C:\\Program Files (x86)\\Microsoft\\EdgeUpdate\\MicrosoftEdgeUpdate.exe',
      ),
      security(4702, {
        TaskName: '\\GoogleUpdateTaskMachineUA',
        TaskContentNew: 'C:\\Program Files (x86)\\Google\\Update\\GoogleUpdate.exe',
      }),
      task('\\Backup', 'C:\\ProgramData\\e.exe'),
    ],
  },
  'windows/browser_credentials_read.yml': {
    yes: [
      security(4663, {
        ObjectName: 'C:\\Users\\a\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data',
        ProcessName: 'C:\\x.exe',
      }),
      security(4663, {
        ObjectName: 'C:\\Users\\a\\AppData\\Roaming\\Mozilla\\Firefox\\Profiles\\p\\key4.db',
        ProcessName: 'C:\\x.exe',
      }),
    ],
    no: [
      security(4663, {
        ObjectName: 'C:\\Users\\a\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data',
        ProcessName: 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
      }),
      security(4663, { ObjectName: 'C:\\Users\\a\\key4.db', ProcessName: 'C:\\x.exe' }),
    ],
  },
  'windows/tunnel_service.yml': {
    yes: [
      service('Tailscale', '"C:\\Program Files\\Tailscale\\tailscaled.exe"'),
      service('updater', 'C:\\ProgramData\\cloudflared.exe tunnel run'),
    ],
    no: [service('Spooler', 'C:\\Windows\\System32\\spoolsv.exe')],
  },
  'windows/tunnel_client.yml': {
    yes: [
      process('C:\\t\\tailscale.exe', 'tailscale up --authkey k'),
      process('C:\\t\\devtunnel.exe', 'devtunnel.exe host -p 3389'),
    ],
    no: [process('C:\\t\\tailscale.exe', 'tailscale status'), process('C:\\t\\devtunnel.exe', 'devtunnel.exe list')],
  },
  'windows/disk_attached.yml': {
    yes: [security(6416, { ClassName: 'DiskDrive' })],
    no: [security(6416, { ClassName: 'Keyboard' })],
  },
  'windows/archive_made.yml': {
    yes: [
      process('C:\\t\\rar.exe', 'rar.exe a -hp x.rar C:\\docs'),
      security(4688, { NewProcessName: 'C:\\t\\7z.exe', CommandLine: '7z.exe a x.7z docs' }),
    ],
    no: [process('C:\\t\\rar.exe', 'rar.exe x x.rar')],
  },
};
