/** Log sources: which logs a rule is asked of, and what it says there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { WINDOWS_CATEGORIES } from '../../src/rules/taxonomy/windows-categories.ts';
import { WINDOWS_SERVICES } from '../../src/rules/taxonomy/windows-services.ts';
import { evaluate, fires, type Plain } from './support/evaluate.ts';
import { sigma, taken } from './support/rule.ts';

const SYSMON = { Channel: 'Microsoft-Windows-Sysmon/Operational' };
const SECURITY = { Channel: 'Security' };

function rule(logsource: string, detection: string) {
  return taken(sigma(detection, `logsource: { ${logsource} }`));
}

describe('logs of other products', () => {
  test('a web server rule that asks the query for the whole URI is asked of the whole URI', () => {
    const r = rule('category: webserver', "s: { cs-uri-query|contains: '/autodiscover.json' }\ncondition: s");
    const iis = { 'cs-uri-stem': '/autodiscover/autodiscover.json', 'cs-uri-query': 'a@b.example' };
    assert.deepEqual(fires(r, { ...iis, $category: 'webserver' }), []);
    const uri = { ...iis, 'cs-uri': '/autodiscover/autodiscover.json?a@b.example' };
    assert.deepEqual(fires(r, { ...uri, $category: 'webserver' }), ['webserver']);
  });

  test('a rule for auth.log is asked of the programs that write there', () => {
    const r = rule('product: linux, service: auth', "s: { message|contains: 'x' }\ncondition: s");
    assert.deepEqual(
      r.variants.map((v) => v.gate.service),
      ['auth', 'sshd', 'sudo', 'cron'],
    );
  });

  test('EXECVE records answer for command line and program, not for the parent', () => {
    const r = rule(
      'product: linux, category: process_creation',
      "s: { Image|endswith: '/curl', CommandLine|contains: ' -o ' }\nf: { ParentImage: '/x' }\ncondition: s and not f",
    );
    const event = {
      $product: 'linux',
      $service: 'auditd',
      type: 'EXECVE',
      a0: 'curl',
      CommandLine: 'curl -o x http://198.51.100.7/',
    };
    assert.deepEqual(fires(r, event), []); // the parent is unknown
    const s = rule(
      'product: linux, category: process_creation',
      "s: { Image|endswith: '/curl', CommandLine|contains: ' -o ' }\ncondition: s",
    );
    assert.deepEqual(fires(s, event), ['auditd/execve']);
    assert.deepEqual(fires(s, { ...event, a0: 'notcurl' }), []);
  });
});

describe('gates', () => {
  test('Sysmon is its channel and id, never the id alone', () => {
    const r = rule('product: windows, category: process_creation', "s: { Image|endswith: '\\x.exe' }\ncondition: s");
    const event = { EventID: 1, Image: 'C:\\x.exe' };
    assert.deepEqual(fires(r, { ...SYSMON, ...event }), ['sysmon/1']);
    assert.deepEqual(fires(r, { Channel: 'System', ...event }), []);
    assert.deepEqual(
      fires(r, { Channel: 'MICROSOFT-WINDOWS-SYSMON/OPERATIONAL', ...event }),
      ['sysmon/1'],
      'forwarded, other case',
    );
    assert.deepEqual(fires(r, { ...SYSMON, ...event, EventID: 5 }), []);
  });

  test('services are channels; an unknown one is gated under its own name', () => {
    const one = (logsource: string) => rule(logsource, 's: { f: 1 }\ncondition: s').variants.map((v) => v.gate);
    assert.deepEqual(one('product: windows, service: security'), [{ product: 'windows', channels: ['security'] }]);
    assert.deepEqual(one('product: windows, service: dns-client')[0]!.channels?.length, 2);
    assert.deepEqual(one('product: windows, service: never-heard-of'), [
      { product: 'windows', service: 'never-heard-of' },
    ]);
    assert.deepEqual(one('product: windows, service: constructor'), [{ product: 'windows', service: 'constructor' }]);
    assert.deepEqual(one('product: windows'), [{ product: 'windows' }]);
    assert.deepEqual(one('product: m365, service: audit'), [
      { product: 'm365', service: 'audit' },
      { product: 'm365', service: 'threat_management' },
    ]);
    assert.deepEqual(one('category: webserver'), [{ category: 'webserver' }]);
    assert.deepEqual(one('category: firewall'), [{ category: 'firewall' }]);
  });

  test('category with service keeps only that service’s log', () => {
    const names = (l: string) => rule(l, "s: { Image: 'x' }\ncondition: s").variants.map((v) => v.name);
    assert.deepEqual(names('product: windows, category: process_creation, service: sysmon'), ['sysmon/1']);
    assert.deepEqual(names('product: windows, category: process_creation, service: security'), ['security/4688']);
    assert.deepEqual(names('product: windows, category: process_creation'), [
      'sysmon/1',
      'security/4688',
      'windows/process_creation',
    ]);
    assert.deepEqual(names('product: linux, category: process_creation'), [
      'linux/process_creation',
      'linux-sysmon/1',
      'auditd/syscall',
      'auditd/execve',
    ]);
    assert.ok(
      names('category: process_creation').includes('sysmon/1') &&
        names('category: process_creation').includes('linux-sysmon/1'),
    );
  });

  test('every category and service of the taxonomy appendix is there', () => {
    const categories =
      'process_creation file_change network_connection sysmon_status process_termination driver_load image_load create_remote_thread raw_access_thread process_access file_event registry_event registry_add registry_delete registry_set registry_rename create_stream_hash pipe_created wmi_event dns_query file_delete clipboard_capture process_tampering file_delete_detected file_block_executable file_block_shredding file_executable_detected sysmon_error file_access ps_classic_start ps_classic_provider_start ps_classic_script ps_module ps_script file_rename';
    assert.deepEqual(
      categories.split(' ').filter((c) => !WINDOWS_CATEGORIES.has(c)),
      [],
    );
    const services =
      'application application-experience applocker appmodel-runtime appxdeployment-server appxpackaging-om bitlocker bits-client capi2 certificateservicesclient-lifecycle-system codeintegrity-operational dhcp diagnosis-scripted dns-client dns-server dns-server-analytic dns-server-audit driver-framework firewall-as hyper-v-worker iis-configuration kernel-event-tracing kernel-shimengine ldap lsa-server msexchange-management ntfs ntlm openssh powershell powershell-classic printservice-admin printservice-operational security security-mitigations sense servicebus-client shell-core smbclient-security sysmon system taskscheduler terminalservices-localsessionmanager vhdmp windefend wmi';
    assert.deepEqual(
      services.split(' ').filter((s) => !Object.hasOwn(WINDOWS_SERVICES, s)),
      [],
    );
  });
});

describe('process creation on Security 4688', () => {
  const on = (detection: string, event: Plain) =>
    fires(rule('product: windows, category: process_creation', detection), { ...SECURITY, EventID: 4688, ...event });
  const fired = ['security/4688'];

  test('names are mapped, hexadecimal ids and integrity labels understood', () => {
    const event = {
      NewProcessName: 'C:\\a\\x.exe',
      ParentProcessName: 'C:\\p.exe',
      NewProcessId: '0x1a4',
      ProcessId: '0x10',
      MandatoryLabel: 'S-1-16-12288',
      SubjectLogonId: '0x3e7',
    };
    assert.deepEqual(
      on("s: { Image|endswith: '\\x.exe', ParentImage|endswith: '\\p.exe' }\ncondition: s", event),
      fired,
    );
    assert.deepEqual(on('s: { ProcessId: 420, ParentProcessId: 16 }\ncondition: s', event), fired);
    assert.deepEqual(on("s: { IntegrityLevel: [High, System], LogonId: '0x3e7' }\ncondition: s", event), fired);
    assert.deepEqual(on('s: { IntegrityLevel: Low }\ncondition: s', event), []);
    assert.deepEqual(on("s: { IntegrityLevel: 'S-1-16-12288' }\ncondition: s", event), fired);
  });

  test('what it cannot carry is unknown: its negation does not fire', () => {
    const event = { NewProcessName: 'C:\\x.exe', CommandLine: 'x' };
    assert.deepEqual(
      on("s: { Image|endswith: '\\x.exe' }\nf: { ParentCommandLine|contains: 'ok' }\ncondition: s and not f", event),
      [],
    );
    assert.deepEqual(
      on("s:\n  - Image|endswith: '\\x.exe'\n  - OriginalFileName: 'x.exe'\ncondition: s", event),
      fired,
      'or: the known half is enough',
    );
    const r = rule('product: windows, category: process_creation', "s: { Hashes|contains: 'a' }\ncondition: s");
    assert.deepEqual(
      r.variants.map((v) => v.name),
      ['sysmon/1', 'windows/process_creation'],
      'never true there: not asked there',
    );
  });

  test('a name the event uses for something else is kept apart', () => {
    const r = rule(
      'product: windows, category: process_creation',
      "s: { ParentProcessId: 16 }\nf: { ProcessId|startswith: '4' }\ncondition: s or f",
    );
    const v = r.variants.find((x) => x.name === 'security/4688')!;
    assert.deepEqual(v.unknown, ['ProcessId (as Sigma means it)']);
    assert.equal(evaluate(v.expr, { ProcessId: '0x10' }, v.unknown), true);
  });

  test('the system account is known by its SID, the target’s before the subject’s', () => {
    const system = 's:\n  User|contains:\n    - AUTHORI\n    - AUTORI\ncondition: s';
    assert.deepEqual(on(system, { TargetUserSid: 'S-1-0-0', SubjectUserSid: 'S-1-5-18' }), fired);
    assert.deepEqual(on(system, { SubjectUserSid: 'S-1-5-20' }), fired, 'before Windows 10: no target');
    assert.deepEqual(on(system, { TargetUserSid: 'S-1-5-21-1', SubjectUserSid: 'S-1-5-18' }), []);
    assert.deepEqual(
      on(system, { TargetUserSid: 'S-1-0-0', TargetUserName: 'eve', SubjectUserSid: 'S-1-5-20' }),
      [],
      'as recorded: null SID beside a name',
    );
    assert.deepEqual(on('s: { User|contains: eve }\ncondition: s', { SubjectUserName: 'eve' }), []);
  });

  test('renamed fields are told, for correlations', () => {
    const v = rule('product: windows, category: process_creation', "s: { Image: 'x' }\ncondition: s").variants[1]!;
    assert.deepEqual(v.renamed, { Image: 'NewProcessName' });
  });
});

describe('registry on Security 4657', () => {
  const set = (detection: string, event: Plain) =>
    fires(rule('product: windows, category: registry_set', detection), {
      ...SECURITY,
      EventID: 4657,
      OperationType: '%%1905',
      ...event,
    });
  const RUN = {
    ObjectName: '\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run',
    ObjectValueName: 'Updater',
    NewValueType: '%%1873',
    NewValue: 'C:\\x.exe',
  };

  test('key and value name are one path in Sigma’s eyes', () => {
    for (const [key, value, want] of [
      ['TargetObject|contains', '\\CurrentVersion\\Run\\', 1],
      ['TargetObject|contains', '\\CurrentVersion\\Run\\Up', 1],
      ['TargetObject|contains', 'Updater', 1],
      ['TargetObject|endswith', '\\Run\\Updater', 1],
      ['TargetObject|endswith', '\\Run', 0],
      ['TargetObject|startswith', 'HKLM\\SOFTWARE\\Microsoft', 1],
      ['TargetObject', 'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater', 1],
      ['TargetObject', 'HKU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater', 0],
      ['TargetObject|contains', '\\RunOnce\\', 0],
    ] as const)
      assert.equal(set(`s: { ${key}: '${value}' }\ncondition: s`, RUN).length, want, `${key} ${value}`);
    assert.equal(
      set("s: { TargetObject|re: 'Run' }\ncondition: s", RUN).length,
      0,
      'a regular expression cannot be asked of two fields',
    );
  });

  test('the joined path by two fields says the same as by one, for any cut', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '\\'), maxLength: 5 });
    const how = fc.constantFrom('contains', 'startswith', 'endswith', '');
    fc.assert(
      fc.property(
        part,
        part.filter((v) => !v.includes('\\')),
        part,
        how,
        (key, name, text, modifier) => {
          fc.pre(text !== '');
          const escaped = JSON.stringify(text.replaceAll('\\', '\\\\'));
          const r = rule(
            'product: windows, category: registry_set',
            `s: { ${JSON.stringify(modifier ? `TargetObject|${modifier}` : 'TargetObject')}: ${escaped} }\ncondition: s`,
          );
          const audit = fires(r, {
            ...SECURITY,
            EventID: 4657,
            OperationType: '%%1904',
            ObjectName: key,
            ObjectValueName: name,
          });
          const sysmon = fires(r, { ...SYSMON, EventID: 13, TargetObject: `${key}\\${name}` });
          return audit.length === sysmon.length;
        },
      ),
      { numRuns: 300 },
    );
  });

  test('control sets, DWORDs, binary data, texts', () => {
    const service = {
      ObjectName: '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\x',
      ObjectValueName: 'Start',
      NewValueType: '%%1876',
      NewValue: '4',
    };
    assert.equal(
      set(
        "s: { TargetObject: 'HKLM\\System\\CurrentControlSet\\Services\\x\\Start', Details: 'DWORD (0x00000004)' }\ncondition: s",
        service,
      ).length,
      1,
    );
    assert.equal(set("s: { Details: 'DWORD (0x00000001)' }\ncondition: s", service).length, 0);
    assert.equal(set("s: { Details: 'Binary Data' }\ncondition: s", { ...RUN, NewValueType: '%%1875' }).length, 1);
    assert.equal(set("s: { Details|endswith: '.exe' }\ncondition: s", RUN).length, 1);
    assert.equal(set("s: { EventType: SetValue, Image: 'y' }\ncondition: s", { ...RUN, ProcessName: 'Y' }).length, 1);
    assert.equal(
      set("s: { TargetObject|contains: Run }\nf: { Details: '(Empty)' }\ncondition: s and not f", RUN).length,
      0,
      'unknown',
    );
  });

  test('created, modified and deleted are told apart', () => {
    const on = (category: string, OperationType: string) =>
      fires(rule(`product: windows, category: ${category}`, 's: { TargetObject|contains: Run }\ncondition: s'), {
        ...SECURITY,
        EventID: 4657,
        ...RUN,
        OperationType,
      }).length;
    assert.deepEqual(
      ['%%1904', '%%1905', '%%1906'].map((o) => on('registry_add', o)),
      [1, 0, 0],
    );
    assert.deepEqual(
      ['%%1904', '%%1905', '%%1906'].map((o) => on('registry_set', o)),
      [1, 1, 0],
    );
    assert.deepEqual(
      ['%%1904', '%%1905', '%%1906'].map((o) => on('registry_delete', o)),
      [0, 0, 1],
    );
    assert.deepEqual(
      ['%%1904', '%%1905', '%%1906'].map((o) => on('registry_event', o)),
      [1, 1, 1],
    );
  });
});

describe('other second carriers', () => {
  test('network connections on Security 5156: outbound, device paths', () => {
    const r = (d: string) => rule('product: windows, category: network_connection', d);
    const event = {
      ...SECURITY,
      EventID: 5156,
      Direction: '%%14593',
      Application: '\\device\\harddiskvolume3\\windows\\system32\\cmd.exe',
      DestAddress: '10.1.1.1',
      DestPort: '445',
      Protocol: 6,
    };
    const detection =
      "s: { Image|endswith: '\\cmd.exe', Image|contains: ':\\Windows\\', DestinationPort: 445, DestinationIp|cidr: 10.0.0.0/8, Initiated: 'true', Protocol: tcp }\ncondition: s";
    assert.deepEqual(fires(r(detection), event), ['security/5156']);
    assert.deepEqual(fires(r(detection), { ...event, Direction: '%%14592' }), []);
    assert.deepEqual(fires(r(detection.replace(':\\Windows\\', ':\\system32\\')), event), []);
    assert.deepEqual(
      fires(r("s: { DestinationPort: 445 }\nf: { Image|startswith: 'D:\\' }\ncondition: s and not f"), event),
      [],
      'the drive is unknown',
    );
  });

  test('DNS client 3008 knows names, not programs', () => {
    const r = (d: string) => rule('product: windows, category: dns_query', d);
    const event = { Channel: 'Microsoft-Windows-DNS-Client/Operational', EventID: 3008, QueryName: 'a.ngrok.io' };
    assert.deepEqual(fires(r("s: { QueryName|endswith: '.ngrok.io' }\ncondition: s"), event), ['dns-client/3008']);
    assert.deepEqual(
      fires(r("s: { QueryName|endswith: '.ngrok.io' }\nf: { Image|endswith: 'x' }\ncondition: s and not f"), event),
      [],
    );
  });

  test('Defender as antivirus, Zeek as dns, proxy and firewall, auditd and Sysmon on Linux', () => {
    const defender = {
      Channel: 'Microsoft-Windows-Windows Defender/Operational',
      EventID: 1116,
      'Threat Name': 'HackTool:Win32/Mimikatz',
      Path: 'file:_C:\\Users\\a\\m.exe',
    };
    assert.deepEqual(
      fires(
        rule(
          'category: antivirus',
          "s: { Signature|contains: Mimikatz, Filename|startswith: 'C:\\Users\\' }\ncondition: s",
        ),
        defender,
      ),
      ['windefend/1116'],
    );
    const zeek = (service: string, fields: Plain) => ({ $product: 'zeek', $service: service, ...fields });
    assert.deepEqual(
      fires(
        rule('category: dns', "s: { query|endswith: '.x', record_type: TXT }\ncondition: s"),
        zeek('dns', { query: 'a.x', qtype_name: 'TXT' }),
      ),
      ['zeek/dns'],
    );
    assert.deepEqual(
      fires(
        rule('category: proxy', "s: { c-uri|contains: '/x.exe', cs-host: h }\ncondition: s"),
        zeek('http', { uri: '/x.exe', host: 'h' }),
      ),
      ['zeek/http'],
    );
    assert.deepEqual(
      fires(rule('category: firewall', 's: { dst_port: 22 }\ncondition: s'), zeek('conn', { 'id.resp_p': 22 })),
      ['zeek/conn'],
    );
    const linux = rule('product: linux, category: process_creation', "s: { Image|endswith: '/nc' }\ncondition: s");
    assert.deepEqual(fires(linux, { Channel: 'Linux-Sysmon/Operational', EventID: 1, Image: '/bin/nc' }), [
      'linux-sysmon/1',
    ]);
    assert.deepEqual(
      fires(linux, { $product: 'linux', $service: 'auditd', type: 'SYSCALL', syscall: 'execve', exe: '/bin/nc' }),
      ['auditd/syscall'],
    );
  });
});
