import { epoch, millis, seconds } from './stamp.ts';

/** Lines of the mail server's web logs and of the proxy, without the end of line. Times: epoch ms as the host's clock says. */

export const IIS_HEAD = (ms: number) =>
  [
    '#Software: Microsoft Internet Information Services 10.0',
    '#Version: 1.0',
    `#Date: ${seconds(ms).replace('T', ' ')}`,
    '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
    '',
  ].join('\r\n');

export interface Request {
  readonly server: string;
  readonly method: string;
  readonly stem: string;
  readonly query: string;
  readonly user: string;
  readonly from: string;
  readonly agent: string;
  readonly referer: string;
  readonly status: number;
  readonly substatus: number;
  readonly took: number;
}

export function iisLine(ms: number, r: Request): string {
  const agent = r.agent === '' ? '-' : r.agent.replaceAll(' ', '+');
  const win32 = r.status === 401 ? 1326 : 0;
  return `${seconds(ms, ' ')} ${r.server} ${r.method} ${r.stem} ${r.query || '-'} 443 ${r.user || '-'} ${r.from} ${agent} ${r.referer || '-'} ${r.status} ${r.substatus} ${win32} ${r.took}`;
}

const PROXY_FIELDS =
  'DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,ProxyAction,TargetServer,TargetServerVersion,RoutingType,RoutingHint,BackEndCookie,ServerLocatorHost,ServerLocatorLatency,RequestBytes,ResponseBytes,TargetOutstandingRequests,AuthModulePerfContext,TotalRequestTime,UrlQuery,BackEndGenericInfo,GenericInfo,GenericErrors';

export const HTTP_PROXY_HEAD = (ms: number) =>
  [
    '#Software: Microsoft Exchange Server',
    '#Version: 15.01.2375.007',
    '#Log-type: HttpProxy Logs',
    `#Date: ${seconds(ms)}.000Z`,
    `#Fields: ${PROXY_FIELDS}`,
    '',
  ].join('\r\n');

export interface Proxied {
  readonly id: string;
  readonly protocol: string;
  readonly stem: string;
  readonly query: string;
  readonly method: string;
  readonly user: string;
  readonly anchor: string;
  readonly agent: string;
  readonly from: string;
  readonly status: number;
  readonly sent: number;
  readonly received: number;
  readonly took: number;
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function httpProxyLine(ms: number, p: Proxied): string {
  const known = p.user !== '';
  const sid = p.anchor === '' ? '' : `Smtp~${p.anchor}`;
  const back = p.status === 401 || p.status === 440 ? '' : String(p.status);
  return `${millis(ms)}Z,${p.id},15,1,2375,7,,${p.protocol},mail.mea.example,${p.stem},,${known ? (p.protocol === 'Owa' ? 'FBA' : 'Negotiate') : ''},${known},${p.user},,${sid},${quoted(p.agent)},${p.from},EX01,${p.status},${back},,${p.method},Proxy,ex01.mea.example,15.01.2375.007,IntraForest,${sid},,,,${p.sent},${p.received},1,,${p.took},${quoted(p.query === '' ? '' : `?${p.query}`)},,,`;
}

export const TRACKING_HEAD = (ms: number) =>
  [
    '#Software: Microsoft Exchange Server',
    '#Version: 15.01.2375.007',
    '#Log-type: Message Tracking Log',
    `#Date: ${seconds(ms)}.000Z`,
    '#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,schema-version',
    '',
  ].join('\r\n');

export interface Tracked {
  readonly event: 'RECEIVE' | 'DELIVER' | 'SEND' | 'FAIL';
  readonly source: 'SMTP' | 'STOREDRIVER' | 'ROUTING';
  readonly client: string;
  readonly clientName: string;
  readonly internalId: number;
  readonly messageId: string;
  readonly networkId: string;
  readonly recipients: readonly string[];
  readonly bytes: number;
  readonly subject: string;
  readonly sender: string;
  readonly incoming: boolean;
  readonly originalClient: string;
}

export function trackingLine(ms: number, t: Tracked): string {
  const connector = t.source === 'SMTP' ? 'EX01\\Default Frontend EX01' : '';
  return `${millis(ms)}Z,${t.client},${t.clientName},10.20.10.20,EX01,,${connector},${t.source},${t.event},${t.internalId},${t.messageId},${t.networkId},${t.recipients.join(';')},${t.event === 'FAIL' ? '550 5.1.1' : ''},${t.bytes},${t.recipients.length},,,${quoted(t.subject)},${t.sender},${t.sender},,${t.incoming ? 'Incoming' : 'Originating'},,${t.originalClient},10.20.10.20,,Email,,15.01.2375.007`;
}

export interface Fetch {
  readonly took: number;
  readonly client: string;
  readonly result: string;
  readonly bytes: number;
  readonly method: string;
  readonly url: string;
  readonly user: string;
  readonly peer: string;
  readonly mime: string;
}

/** squid's native format */
export function squidLine(ms: number, f: Fetch): string {
  const hierarchy = f.peer === '' ? 'HIER_NONE/-' : `HIER_DIRECT/${f.peer}`;
  return `${epoch(ms)} ${String(f.took).padStart(6)} ${f.client} ${f.result} ${f.bytes} ${f.method} ${f.url} ${f.user || '-'} ${hierarchy} ${f.mime || '-'}`;
}
