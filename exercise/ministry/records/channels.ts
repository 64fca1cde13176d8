import { value } from '../../evtx/writer.ts';
import { HOSTS, type Host } from '../world.ts';
import type { WindowsRecord } from './windows/index.ts';

/** Records of channels of their own: PowerShell, Exchange management, the configuration of IIS. */

/** A script block as PowerShell logs it; `block` numbers the block. */
export function scriptBlock(host: Host, sid: string, text: string, path: string, block: string): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-PowerShell',
    providerGuid: '{a0c1853b-5c40-4b15-8766-3cf1c58f985a}',
    channel: 'Microsoft-Windows-PowerShell/Operational',
    eventId: 4104,
    computer: host.fqdn,
    version: 1,
    level: 5,
    task: 2,
    opcode: 15,
    keywords: 0n,
    processId: 7008,
    threadId: 6488,
    userSid: sid,
    data: {
      MessageNumber: value.int32(1),
      MessageTotal: value.int32(1),
      ScriptBlockText: text,
      ScriptBlockId: value.guid(block),
      Path: path,
    },
  };
}

/** One cmdlet in the channel `MSExchange Management`: unnamed values, as Exchange 2013 and later write them. */
export function cmdlet(
  host: Host,
  who: string,
  sid: string,
  name: string,
  parameters: string,
  activity: string,
): WindowsRecord {
  return {
    provider: 'MSExchange CmdletLogs',
    channel: 'MSExchange Management',
    eventId: 1,
    computer: host.fqdn,
    level: 4,
    task: 1,
    keywords: 0x80000000000000n,
    unnamed: [
      name,
      parameters,
      who,
      sid,
      sid,
      'Remote-ManagementShell-Unknown',
      '5668 w3wp#MSExchangePowerShellAppPool',
      '',
      '5',
      '00:00:01.0389557',
      "View Entire Forest: 'False', Default Scope: 'mea.example', Configuration Domain Controller: 'DC01.mea.example', Preferred Global Catalog: 'DC01.mea.example', Preferred Domain Controllers: '{ DC01.mea.example }'",
      '',
      '',
      '',
      '',
      '',
      '',
      'False',
      '',
      '0 objects execution has been proxied to remote server.',
      '',
      '',
      '0',
      `ActivityId: ${activity}`,
      'ServicePlan:;IsAdmin:True;',
      '',
      'en-US',
    ],
  };
}

/** A setting of IIS was changed. */
export function iisConfigured(configuration: string, newValue: string): WindowsRecord {
  return {
    provider: 'Microsoft-Windows-IIS-Configuration',
    providerGuid: '{dc0b8e51-4863-407a-bc3c-1b479b2978ac}',
    channel: 'Microsoft-IIS-Configuration/Operational',
    eventId: 29,
    computer: HOSTS.exchange.fqdn,
    level: 4,
    processId: 6120,
    threadId: 2204,
    data: {
      PhysicalPath: 'MACHINE/WEBROOT/APPHOST',
      Configuration: configuration,
      EditOperationType: 'Set',
      OldValue: '',
      NewValue: newValue,
    },
  };
}
