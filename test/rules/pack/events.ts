/** Events as the rules of content/rules are asked of them, in few words. `$…`: what log the event is from. */
import type { Plain } from '../support/evaluate.ts';

/** An event that must make a rule fire and one, close by, that must not; by the rule's path. */
export type Cases = Readonly<Record<string, { readonly yes: readonly Plain[]; readonly no: readonly Plain[] }>>;

export const m365 = (fields: Plain): Plain => ({ $product: 'm365', $service: 'audit', ...fields });
export const entra = (service: string, fields: Plain): Plain => ({ $product: 'azure', $service: service, ...fields });
export const security = (EventID: number, fields: Plain): Plain => ({ Channel: 'Security', EventID, ...fields });
export const exchange = (text: string): Plain => ({ Channel: 'MSExchange Management', EventID: 1, Data: text });
export const sysmon = (EventID: number, fields: Plain): Plain => ({
  Channel: 'Microsoft-Windows-Sysmon/Operational',
  EventID,
  ...fields,
});
export const process = (Image: string, CommandLine: string, ParentImage = 'C:\\Windows\\explorer.exe'): Plain =>
  sysmon(1, { Image, CommandLine, ParentImage });
export const task = (TaskName: string, command: string) =>
  security(4698, { TaskName, TaskContent: `<Exec><Command>${command}</Command></Exec>` });
export const iis = (NewValue: string): Plain => ({
  Channel: 'Microsoft-IIS-Configuration/Operational',
  EventID: 29,
  Configuration: "/system.webServer/globalModules/add[@name='x']/@image",
  NewValue,
});
export const service = (ServiceName: string, ImagePath: string): Plain => ({
  Channel: 'System',
  EventID: 7045,
  Provider_Name: 'Service Control Manager',
  ServiceName,
  ImagePath,
});

export const services = (EventID: number, fields: Plain): Plain => ({
  Channel: 'System',
  EventID,
  Provider_Name: 'Service Control Manager',
  ...fields,
});
export const web = (method: string, stem: string, query: string, status: number, fields: Plain = {}): Plain => ({
  $product: 'windows',
  $category: 'webserver',
  'cs-method': method,
  'cs-uri-stem': stem,
  'cs-uri-query': query,
  'sc-status': status,
  ...fields,
});

export const asa = (fields: Plain): Plain => ({ $product: 'cisco', $service: 'asa', $category: 'firewall', ...fields });
export const fortigate = (fields: Plain): Plain => ({ $product: 'fortigate', $service: 'event', ...fields });
