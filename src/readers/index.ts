/**
 * readers: one folder a log format. In: a ByteSource of hostile bytes. Out: Events, and Faults counted and located.
 * Law 4 holds here: no I/O, bounded memory, no throw for bad input. `READERS` is in order of preference for ties.
 */

import { webAccess, webError } from './access/index.ts';
import { auditd } from './auditd/index.ts';
import { cloudJson } from './cloud-json/index.ts';
import type { Reader } from './contract.ts';
import { entraCsv, entraJson } from './entra/index.ts';
import { evtx } from './evtx/index.ts';
import { fortigate } from './firewall/index.ts';
import { genericCsv, genericJson } from './generic/index.ts';
import { m365Csv, m365Json } from './m365/index.ts';
import { squid } from './squid/index.ts';
import { syslog, syslogJson } from './syslog/index.ts';
import { w3c } from './w3c/index.ts';
import { windowsCsv } from './windows-csv/index.ts';
import { windowsJson } from './windows-json/index.ts';
import { windowsXml } from './windows-xml/index.ts';
import { zeekJson, zeekTsv } from './zeek/index.ts';

export * from './contract.ts';

export const READERS: readonly Reader[] = [
  evtx,
  windowsJson,
  windowsXml,
  windowsCsv,
  m365Json,
  m365Csv,
  entraJson,
  entraCsv,
  cloudJson,
  zeekTsv,
  zeekJson,
  auditd,
  fortigate,
  syslogJson,
  syslog,
  w3c,
  squid,
  webAccess,
  webError,
  // what nobody else claims
  genericJson,
  genericCsv,
];
