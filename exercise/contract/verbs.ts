/**
 * "What happened", told once: each verb writes to every log that would show it, with one set of ids and times. Records
 * of hosts whose logs were not collected, outside a log's reach or in a silence, are told as unlogged when they show an
 * act, and else forgotten. All times are true times; each host's clock adds its own error.
 */

import type { Act } from './plot.ts';
import type { Account, CloudApp, Host, Site } from './world.ts';

interface Happening {
  readonly ms: number;
  readonly act?: Act | undefined;
}

/** A program as its file describes itself. Digests follow from the path unless given. */
export interface Program {
  readonly image: string;
  readonly original?: string;
  readonly description?: string;
  readonly company?: string;
  readonly version?: string;
  readonly sha256?: string;
}

/** A running process: returned by `process`, taken by what it does. */
export interface Process {
  readonly host: Host;
  readonly account: Account | 'SYSTEM';
  readonly program: Program;
  readonly command: string;
  readonly id: number;
  readonly logonId: number;
}

/** A log-on: returned by `logon`, taken by what is done under it. */
export interface Logon {
  readonly host: Host;
  readonly account: Account;
  readonly logonId: number;
}

export interface Verbs {
  // ── remote access
  /** ASA: authentication, session, assigned address, end; NPS on the DC (6272). Returns the inside address. */
  vpnSession(
    v: Happening & {
      account: Account;
      from: string;
      seconds: number;
      sent: number;
      received: number;
      /** client's words and device id (dynamic access policy line) */
      agent: string;
      deviceId: string;
      inside?: string;
    },
  ): { inside: string };
  /** ASA rejection, NPS 6273. `name` may be no account at all. */
  vpnFailed(v: Happening & { account: Account | string; from: string; agent?: string }): void;

  // ── on-premises mail
  /** OWA form log-in: IIS POST auth.owa and what follows, HttpProxy, 4624 type 8 or 4625 on the mail server. */
  webmailLogin(v: Happening & { account: Account; from: string; agent: string; ok: boolean; requests?: number }): void;
  /** One request to the mail server: IIS; HttpProxy when a protocol of Exchange answers it. */
  exchangeRequest(
    v: Happening & {
      from: string;
      method: string;
      stem: string;
      query?: string;
      /** as IIS writes it; absent: anonymous */
      account?: Account;
      agent: string;
      status: number;
      substatus?: number;
      took?: number;
      requestBytes?: number;
      responseBytes?: number;
      /** HttpProxy's AnchoredRoutingTarget: another mailbox than the account's (EWS impersonation) */
      anchor?: string;
      host?: Host;
    },
  ): void;
  /** A cmdlet on the mail server: MSExchange Management. */
  cmdlet(v: Happening & { account: Account; cmdlet: string; parameters: string }): void;
  /**
   * A mail through the gateway to people of the ministry: postfix (connect, message-id, from, one line a recipient),
   * message tracking. `image`: remote picture per recipient (logged as a warning of the content filter when it has one).
   */
  mailDelivered(
    v: Happening & {
      from: string;
      to: readonly string[];
      subject: string;
      size: number;
      relay: { name: string; address: string };
      messageId?: string;
      listUnsubscribe?: string;
      images?: readonly string[];
      status?: 'sent' | 'bounced' | 'rejected';
    },
  ): void;
  /** A mail from the ministry outwards. */
  mailSent(v: Happening & { account: Account; to: readonly string[]; subject: string; size: number }): void;

  // ── cloud
  cloudSignIn(
    v: Happening & {
      account: Account;
      from: string;
      app: CloudApp;
      /** `Browser`, `Mobile Apps and Desktop clients`, `IMAP4`, `Exchange ActiveSync` … */
      client: string;
      agent: string;
      /** 0, 50126 wrong password, 50053 locked, 50074/50076 second factor wanted, 53003 blocked by policy */
      error: number;
      session?: string;
      deviceId?: string;
      system?: string;
      managed?: boolean;
      mfa?: boolean;
      interactive?: boolean;
    },
  ): { session: string };
  /** MailItemsAccessed. `by`: the one who logged on, when not the owner. */
  mailboxAccess(
    v: Happening & {
      mailbox: Account;
      by?: Account;
      from: string;
      access: 'Bind' | 'Sync';
      folder: string;
      items?: number;
      throttled?: boolean;
      app: CloudApp;
      session: string;
    },
  ): void;
  /** Other operations on a mailbox: `MailboxLogin`, `Send`, `SendAs`, `HardDelete`, `UpdateInboxRules` … */
  mailboxOperation(
    v: Happening & {
      operation: string;
      mailbox: Account;
      by?: Account;
      from: string;
      app: CloudApp;
      session: string;
      subject?: string;
      folder?: string;
    },
  ): void;
  /** An administrative cmdlet in the unified audit: New-InboxRule, Add-MailboxPermission, Set-Mailbox, Add-MailboxFolderPermission, Set-MailboxAuditBypassAssociation … */
  mailboxChange(
    v: Happening & {
      operation: string;
      by: Account;
      from: string;
      object: string;
      parameters: Readonly<Record<string, string>>;
      session?: string;
      result?: boolean;
    },
  ): void;
  /** Directory audit of the cloud and its copy in the unified audit: `Consent to application`, `Add service principal`, `Update application – Certificates and secrets management`, `Register device` … */
  directoryChange(
    v: Happening & {
      activity: string;
      category: 'ApplicationManagement' | 'UserManagement' | 'Device' | 'RoleManagement' | 'Policy';
      by: Account;
      from: string;
      target: string;
      changes: readonly (readonly [name: string, value: string])[];
    },
  ): void;

  // ── network
  /**
   * A request through the proxy: squid, DNS asked by the proxy, Zeek conn (+ http, or ssl for https) on both sides of it;
   * Sysmon 3 when the process is given. `direct`: past the proxy.
   */
  webVisit(
    v: Happening & {
      host: Host | string;
      account?: Account;
      site: Site | { domain: string; address: string };
      url?: string;
      method?: string;
      status?: number;
      sent?: number;
      received?: number;
      seconds?: number;
      agent?: string;
      mime?: string;
      tls?: boolean;
      direct?: boolean;
      process?: Process;
    },
  ): void;
  /** Zeek dns; Sysmon 22 when the process is given. */
  dnsQuery(
    v: Happening & {
      from: Host | string;
      name: string;
      type?: 'A' | 'AAAA' | 'TXT' | 'MX' | 'PTR';
      answer?: string;
      code?: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
      process?: Process;
    },
  ): void;
  /** Zeek conn; Sysmon 3 when the process is given. */
  connection(
    v: Happening & {
      from: Host | string;
      to: Host | string;
      port: number;
      proto?: 'tcp' | 'udp';
      service?: string;
      seconds?: number;
      sent?: number;
      received?: number;
      state?: string;
      process?: Process;
    },
  ): void;

  // ── Windows
  /**
   * 4624 (or 4625) on the host, 4634 after `seconds`, 4672 for an administrator; on the DC 4768 and 4769, or 4776 with
   * `ntlm`, or 4771 when the password is wrong. Type 2 desk, 3 network, 5 service, 7 unlock, 8 clear text, 10 remote desktop.
   */
  logon(
    v: Happening & {
      host: Host;
      account: Account;
      type: 2 | 3 | 4 | 5 | 7 | 8 | 9 | 10 | 11;
      from?: Host | string;
      ok?: boolean;
      ntlm?: boolean;
      privileged?: boolean;
      seconds?: number;
    },
  ): Logon;
  /** 4648: credentials typed or passed for another account. */
  explicitCredentials(v: Happening & { logon: Logon; as: Account; target: Host; process: string }): void;
  /** Security 4688 and Sysmon 1. */
  process(
    v: Happening & {
      host: Host;
      account: Account | 'SYSTEM';
      program: Program;
      command: string;
      parent: Process | { program: Program; command: string; id: number };
      folder?: string;
      integrity?: 'System' | 'High' | 'Medium' | 'Low';
      logon?: Logon;
    },
  ): Process;
  /** Sysmon 11. */
  fileWritten(v: Happening & { process: Process; file: string }): void;
  /** Sysmon 7. */
  moduleLoaded(
    v: Happening & {
      process: Process;
      module: string;
      signed: boolean;
      signature?: string;
      company?: string;
      sha256?: string;
    },
  ): void;
  /** Sysmon 13. */
  registrySet(v: Happening & { process: Process; key: string; details: string }): void;
  /** Sysmon 10. */
  processOpened(v: Happening & { process: Process; target: string; access: number; trace: string }): void;
  /** Sysmon 17/18 */
  pipe(v: Happening & { process: Process; name: string; event: 'created' | 'connected' }): void;
  /** Security 4663. */
  fileRead(v: Happening & { process: Process; file: string }): void;
  /** Security 5140 and 5145 on the file server, Zeek conn port 445. */
  shareRead(
    v: Happening & { host: Host; account: Account; from: Host | string; share: string; files: readonly string[] },
  ): void;
  /** System 7045 and Security 4697. */
  serviceInstalled(
    v: Happening & { host: Host; account: Account | 'SYSTEM'; name: string; path: string; runAs?: string },
  ): void;
  /** System 7036. */
  serviceState(v: Happening & { host: Host; name: string; state: 'running' | 'stopped' }): void;
  /** Security 4698. */
  taskCreated(
    v: Happening & { host: Host; account: Account | 'SYSTEM'; name: string; command: string; arguments: string },
  ): void;
  /** Microsoft-IIS-Configuration 29. */
  iisModule(v: Happening & { host: Host; configuration: string; value: string }): void;
  /** PowerShell 4104. */
  powershell(v: Happening & { host: Host; account: Account | 'SYSTEM'; script: string; path?: string }): void;
  /** Security 6416 and Kernel-PnP 400, 410. */
  deviceAttached(v: Happening & { host: Host; vendor: string; product: string; serial: string }): void;
  /** Security 1102, or System 104 for another channel. The loss itself is a Silence of the plot. */
  logCleared(
    v: Happening & { host: Host; account: Account; channel: 'Security' | 'System' | 'Sysmon' | 'PowerShell' },
  ): void;
  /** Security 4719. */
  auditPolicyChanged(
    v: Happening & { host: Host; account: Account; subcategory: string; guid: string; changes: string },
  ): void;
  /** Security 4616. The clock itself does not move. */
  timeChanged(v: Happening & { host: Host; account: Account; by: number }): void;
  /** DC: 4662 with the replication right (DCSync). */
  directoryReplicated(v: Happening & { account: Account; logon?: Logon }): void;
  /** DC: 4724, 4728 or 4738. */
  accountChanged(
    v: Happening & {
      by: Account;
      of: Account;
      change: 'password reset' | 'added to group' | 'changed';
      group?: string;
    },
  ): void;

  // ── Linux
  /** sshd and PAM lines; auditd USER_LOGIN. */
  ssh(
    v: Happening & {
      host: Host;
      account: Account | string;
      from: Host | string;
      ok: boolean;
      method: 'password' | 'publickey';
      seconds?: number;
    },
  ): void;
  /** sudo's line. */
  sudo(v: Happening & { host: Host; account: Account; command: string }): void;
  /** auditd SYSCALL, EXECVE, CWD, PROCTITLE. */
  exec(v: Happening & { host: Host; account: Account | 'root'; argv: readonly string[] }): void;
}
