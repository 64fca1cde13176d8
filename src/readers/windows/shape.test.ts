import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shape } from '../../model/index.ts';
import { windowsService, windowsSource } from './services.ts';
import { windowsShape, windowsStream } from './shape.ts';

const names = (shape: Shape, slots: readonly number[]) => slots.map((slot) => shape.fields[slot]);

test('services by channel, whatever its case', () => {
  assert.equal(windowsService('Security'), 'security');
  assert.equal(windowsService('MICROSOFT-WINDOWS-SYSMON/OPERATIONAL'), 'sysmon');
  assert.equal(windowsService('PowerShellCore/Operational'), 'powershell');
  assert.equal(windowsService('Windows PowerShell'), 'powershell-classic');
  assert.equal(windowsService('My Own Log'), undefined);
  assert.equal(windowsService('constructor'), undefined);
});

test('streams are slugs of at most 64 characters', () => {
  assert.equal(windowsStream(windowsSource('Security', 'P', 1)), 'windows-security');
  assert.equal(windowsStream(windowsSource('Microsoft-Windows-NTFS/Operational', 'P', 1)), 'windows-ntfs-operational');
  assert.equal(windowsStream(windowsSource('', 'Provider X', 1)), 'windows-provider-x');
  assert.equal(windowsStream(windowsSource('', '', undefined)), 'windows-unknown');
  for (const channel of ['ä/ö', '///', 'x'.repeat(500), `${'-'.repeat(60)}a`]) {
    assert.match(windowsStream(windowsSource(channel, '', 1)), /^windows-[a-z0-9]([a-z0-9-]{0,55}[a-z0-9])?$/);
  }
});

test('the same question gets the same Shape object; another source or field another', () => {
  const fields = ['EventID', 'Computer'];
  const a = windowsShape(windowsSource('Security', 'P', 4624), fields);
  assert.equal(windowsShape(windowsSource('Security', 'P', 4624), ['EventID', 'Computer']), a);
  assert.notEqual(windowsShape(windowsSource('Security', 'P', 4625), fields), a);
  assert.notEqual(windowsShape(windowsSource('Security', 'P', 4624), ['Computer', 'EventID']), a);
});

test('whose event it is: the account logged on, else the one who acted', () => {
  const fields = ['Computer', 'SubjectUserName', 'TargetUserName', 'IpAddress', 'Security_UserID'];
  const logon = windowsShape(windowsSource('Security', 'P', 4624), fields);
  assert.deepEqual(names(logon, logon.user), ['TargetUserName', 'SubjectUserName', 'Security_UserID']);
  assert.deepEqual(names(logon, logon.host), ['Computer']);
  assert.deepEqual(names(logon, logon.address), ['IpAddress']);
  const created = windowsShape(windowsSource('Security', 'P', 4720), fields);
  assert.deepEqual(names(created, created.user), ['SubjectUserName', 'TargetUserName', 'Security_UserID']);
});

test('Param1 and Param3 are user and address in Remote Desktop’s 1149 only', () => {
  const fields = ['Param1', 'Param3'];
  const channel = 'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational';
  const rdp = windowsShape(windowsSource(channel, 'P', 1149), fields);
  assert.deepEqual([names(rdp, rdp.user), names(rdp, rdp.address)], [['Param1'], ['Param3']]);
  const other = windowsShape(windowsSource(channel, 'P', 261), fields);
  assert.deepEqual([other.user, other.address], [[], []]);
});
