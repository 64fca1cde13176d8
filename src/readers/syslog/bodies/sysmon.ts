import type { Instant } from '../../../base/index.ts';
import { parseIso, UNDATED } from '../../../base/index.ts';
import type { Value } from '../../../model/index.ts';
import type { Row, RowKind } from '../../text/row.ts';

/**
 * Sysmon for Linux writes each event as one `<Event>` of Windows event XML into syslog. Read here with a scanner of its
 * own: the XML is always machine-made and flat, and a line that is not so yields fewer fields, never a fault of the line.
 * Fields as Sysmon on Windows has them, so that rules on process_creation and the like hold.
 */
export interface SysmonEvent {
  readonly eventId: number;
  readonly time: Instant;
  readonly fields: readonly (readonly [name: string, value: Value])[];
}

export function isSysmon(message: string): boolean {
  return message.startsWith('<Event>') || message.startsWith('<Event ');
}

export function parseSysmon(xml: string): SysmonEvent | null {
  const eventId = Number(element(xml, 'EventID'));
  if (!Number.isInteger(eventId) || eventId <= 0) return null;
  const fields: (readonly [string, Value])[] = [
    ['Provider_Name', attribute(xml, '<Provider ', 'Name')],
    ['EventID', eventId],
    ['Level', Number(element(xml, 'Level')) || 0],
    ['Task', Number(element(xml, 'Task')) || 0],
    ['EventRecordID', integer(element(xml, 'EventRecordID'))],
    ['Execution_ProcessID', integer(attribute(xml, '<Execution ', 'ProcessID'))],
    ['Channel', element(xml, 'Channel')],
    ['Computer', element(xml, 'Computer')],
    ['Security_UserID', attribute(xml, '<Security ', 'UserId')],
  ];
  let at = xml.indexOf('<EventData>');
  while (at >= 0 && fields.length < 200) {
    const open = xml.indexOf('<Data Name="', at);
    if (open < 0) break;
    const nameEnd = xml.indexOf('"', open + 12);
    const tagEnd = xml.indexOf('>', nameEnd);
    if (nameEnd < 0 || tagEnd < 0) break;
    const name = xml.slice(open + 12, nameEnd);
    if (xml.charCodeAt(tagEnd - 1) === 47) {
      fields.push([name, '']);
      at = tagEnd;
      continue;
    }
    const close = xml.indexOf('</Data>', tagEnd);
    if (close < 0) break;
    fields.push([name, unescapeXml(xml.slice(tagEnd + 1, close))]);
    at = close;
  }
  const time = parseIso(attribute(xml, '<TimeCreated ', 'SystemTime')) ?? UNDATED;
  return { eventId, time, fields };
}

const KINDS = new Map<number, RowKind>();

export function sysmonKind(eventId: number): RowKind {
  // Sysmon has some thirty ids; whatever else stands there is not worth a kind of its own.
  const id = eventId <= 255 ? eventId : 0;
  let kind = KINDS.get(id);
  if (kind === undefined) {
    kind = {
      source: {
        product: 'linux',
        service: 'sysmon',
        channel: 'Linux-Sysmon/Operational',
        provider: 'Linux-Sysmon',
        ...(id > 0 ? { eventId: id } : {}),
      },
      stream: 'linux-sysmon',
      host: ['Computer', 'hostname'],
      user: ['User', 'SourceUser'],
      address: ['SourceIp'],
    };
    KINDS.set(id, kind);
  }
  return kind;
}

export function putSysmon(row: Row, event: SysmonEvent): void {
  for (const [name, value] of event.fields) row.put(name, value);
}

function element(xml: string, name: string): string {
  const open = xml.indexOf(`<${name}>`);
  if (open < 0) return '';
  const close = xml.indexOf(`</${name}>`, open);
  return close < 0 ? '' : unescapeXml(xml.slice(open + name.length + 2, close));
}

function attribute(xml: string, tag: string, name: string): string {
  const open = xml.indexOf(tag);
  if (open < 0) return '';
  const end = xml.indexOf('>', open);
  const at = xml.indexOf(`${name}="`, open);
  if (at < 0 || at > end) return '';
  const from = at + name.length + 2;
  return unescapeXml(xml.slice(from, xml.indexOf('"', from)));
}

/** A number where it is safe, as the Windows readers give it. */
function integer(text: string): Value {
  const n = Number(text);
  return text !== '' && Number.isSafeInteger(n) ? n : text;
}

const ENTITY = /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});/g;
const NAMED: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (e) => {
    const named = NAMED[e];
    if (named !== undefined) return named;
    const code = e[2] === 'x' ? Number.parseInt(e.slice(3), 16) : Number.parseInt(e.slice(2), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : e;
  });
}
