import { SECOND } from '../calendar.ts';
import type { Facts, Host, Logon, Verbs } from '../contract.ts';
import type { EventKind, FormValue } from '../evtx/form.ts';
import * as security from '../records/security.ts';
import { addressOf, factsOf, port, type Stage, SYSTEM_LOGON, subjectOf } from './stage.ts';

const ZERO_GUID = Buffer.alloc(16);
const NOBODY = 'S-1-0-0';
const PROCESS_OF_TYPE: Readonly<Record<number, readonly [logon: string, package_: string, process: string]>> = {
  2: ['User32 ', 'Negotiate', 'C:\\Windows\\System32\\svchost.exe'],
  4: ['Advapi  ', 'Negotiate', 'C:\\Windows\\System32\\svchost.exe'],
  5: ['Advapi  ', 'Negotiate', 'C:\\Windows\\System32\\services.exe'],
  7: ['User32 ', 'Negotiate', 'C:\\Windows\\System32\\lsass.exe'],
  8: ['Advapi  ', 'Negotiate', 'C:\\Windows\\System32\\inetsrv\\w3wp.exe'],
  9: ['seclogo', 'Negotiate', 'C:\\Windows\\System32\\svchost.exe'],
  10: ['User32 ', 'Negotiate', 'C:\\Windows\\System32\\svchost.exe'],
  11: ['User32 ', 'Negotiate', 'C:\\Windows\\System32\\lsass.exe'],
};
const LOCAL = new Set([2, 4, 5, 7, 9, 11]);
const RIGHTS =
  'SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeTakeOwnershipPrivilege\r\n\t\t\tSeDebugPrivilege\r\n\t\t\tSeImpersonatePrivilege';

type LogonFacts = Parameters<Verbs['logon']>[0];

/** Log-ons, on the host and on the domain controller that was asked. */
export function logons(stage: Stage) {
  const { world, random } = stage;
  const { dc1, dc2 } = world.servers;

  const logonRecords = (l: LogonFacts): Logon => {
    const { ms, act, host, account, type } = l;
    const ok = l.ok ?? true;
    const ntlm = l.ntlm ?? false;
    const logonId = random.int(0x40_000, 0x7fff_ffff);
    const from = l.from === undefined ? '' : addressOf(l.from);
    const source = typeof l.from === 'object' ? l.from : undefined;
    const fromPort = port(random);
    const workstation = source?.name ?? '-';
    const facts = factsOf(account, host, from === '' || from.startsWith('10.') ? undefined : from);
    const record = (on: Host, at: number, kind: EventKind, values: readonly FormValue[], f: Facts = facts) =>
      stage.windows(on, 'Security').put(at, () => ({ kind, values }), act, f);
    const [process = 'Kerberos', pack = 'Kerberos', program = '-'] = PROCESS_OF_TYPE[type] ?? [];
    const local = LOCAL.has(type);
    const ipAddress = local ? (type === 2 || type === 11 ? '127.0.0.1' : '-') : from || '-';
    const ipPort = local ? (type === 2 || type === 11 ? '0' : '-') : from === '' ? '-' : String(fromPort);

    const dc =
      host === dc1 || host === dc2 ? host : (host.address.charCodeAt(host.address.length - 1) & 1) === 0 ? dc1 : dc2;
    if (account.kind !== 'guest' && type !== 7) asked(dc);
    if (!ok) {
      record(host, ms, security.LOGON_FAILED, [
        ...(local || type === 8 ? machineValues(host) : [NOBODY, '-', '-', 0]),
        ...[NOBODY, account.name, world.netbios, 0xc000006d, '%%2313', 0xc000006a, type],
        ...(ntlm || type === 3 ? ['NtLmSsp ', 'NTLM'] : [process, pack]),
        ...[workstation, '-', '-', 0, 0, '-', ipAddress, ipPort],
      ]);
      return { host, account, logonId };
    }
    record(host, ms, security.LOGON, [
      ...(local || type === 8 || type === 10 ? machineValues(host) : [NOBODY, '-', '-', 0]),
      ...[account.sid, account.name, world.netbios, logonId, type],
      ...(ntlm ? ['NtLmSsp ', 'NTLM'] : [process, pack]),
      ...[workstation, ZERO_GUID, '-', ntlm ? 'NTLM V2' : '-', ntlm ? 128 : 0, local || type === 8 ? 0x2ac : 0],
      ...[
        local || type === 8 || type === 10 ? program : '-',
        ipAddress,
        ipPort,
        '%%1833',
        type === 10 ? '%%1843' : '-',
      ],
      ...['-', '-', '%%1843', 0, (l.privileged ?? account.kind === 'admin') ? '%%1842' : '%%1843'],
    ]);
    if (l.privileged ?? account.kind === 'admin')
      record(host, ms, security.PRIVILEGES, [account.sid, account.name, world.netbios, logonId, RIGHTS]);
    if (l.seconds !== undefined) {
      record(host, ms + l.seconds * SECOND, security.LOGOFF, [account.sid, account.name, world.netbios, logonId, type]);
    }
    return { host, account, logonId };

    /** What the controller wrote: its own record names the machine that asked by address only. */
    function asked(on: Host): void {
      const realm = world.domain.toUpperCase();
      const asker = type === 3 || type === 10 ? from || host.address : host.address;
      const mapped = `::ffff:${asker}`;
      const at = ms - 30;
      const f: Facts = { account: account.name, host: source?.name ?? host.name, address: facts.address };
      if (ntlm) {
        record(
          on,
          at,
          ok ? security.NTLM_CHECKED : security.NTLM_REFUSED,
          [
            ...['MICROSOFT_AUTHENTICATION_PACKAGE_V1_0', account.name, workstation === '-' ? host.name : workstation],
            ok ? 0 : 0xc000006a,
          ],
          f,
        );
        return;
      }
      if (!ok) {
        record(
          on,
          at,
          security.PREAUTH_FAILED,
          [
            ...[
              account.name,
              account.sid,
              `krbtgt/${world.netbios}`,
              0x40810010,
              0x18,
              '2',
              mapped,
              String(fromPort),
              '',
              '',
              '',
            ],
          ],
          f,
        );
        return;
      }
      record(
        on,
        at,
        security.TGT,
        [
          ...[account.name, realm, account.sid, 'krbtgt', `${world.domainSid}-502`, 0x40810010, 0, 0x12, '2'],
          ...[mapped, String(fromPort), '', '', ''],
        ],
        f,
      );
      record(
        on,
        at + 20,
        security.TGS,
        [
          ...[
            `${account.name}@${realm}`,
            realm,
            `${host.name}$`,
            host.sid,
            0x40810000,
            0x12,
            mapped,
            String(fromPort),
            0,
          ],
          ...[ZERO_GUID, '-'],
        ],
        f,
      );
    }
  };

  const machineValues = (host: Host): FormValue[] => ['S-1-5-18', `${host.name}$`, world.netbios, SYSTEM_LOGON];

  const explicitCredentials: Verbs['explicitCredentials'] = ({ ms, act, logon, as, target, process }) => {
    const who = subjectOf(world, logon.host, logon.account, logon.logonId);
    stage.windows(logon.host, 'Security').put(
      ms,
      () => ({
        kind: security.EXPLICIT,
        values: [
          ...[who.sid, who.name, who.domain, who.logonId, ZERO_GUID, as.name, world.netbios, ZERO_GUID, target.fqdn],
          ...[target.fqdn, 0x1a44, process, '-', '-'],
        ],
      }),
      act,
      factsOf(as, logon.host),
    );
  };
  return { logonRecords, explicitCredentials };
}
