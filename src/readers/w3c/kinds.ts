import type { LogSource, Value } from '../../model/index.ts';
import { streamName } from '../text/row.ts';
import { extensionOf, plusViews, splitTarget, splitUrl, uriViews } from '../text/url.ts';

/** A field made of others, for the names Sigma's rules use where the log has its own. */
export interface Derived {
  readonly name: string;
  /** the logged field it needs to be made at all */
  readonly needs: string;
  make(get: (name: string) => string | undefined): Value | undefined;
}

/** What a W3C log is: its source, who is who in it, and what is added to its fields. */
export interface W3cKind {
  readonly source: LogSource;
  readonly stream: string;
  readonly host: readonly string[];
  readonly user: readonly string[];
  readonly address: readonly string[];
  readonly derived: readonly Derived[];
  /** a column may stand in double quotes: not in IIS, where a quote is a character of the value */
  readonly quotes: boolean;
  /** the unset mark of a column */
  readonly unset: string;
}

/** What the `#` lines say of a log. */
export interface Said {
  readonly software: string;
  readonly logType: string;
  readonly fields: readonly string[];
}

const copy = (name: string, needs: string): Derived => ({ name, needs, make: (get) => get(needs) });
const agent = (name: string, needs: string): Derived => ({
  name,
  needs,
  make: (get) => {
    const text = get(needs);
    return text === undefined ? undefined : plusViews(text);
  },
});
const number = (name: string, needs: string): Derived => ({
  name,
  needs,
  make: (get) => {
    const text = get(needs);
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text;
  },
});

/** Stem and query as one, as many webserver rules want it. */
const wholeUri: Derived = {
  name: 'cs-uri',
  needs: 'cs-uri-stem',
  make: (get) => {
    const query = get('cs-uri-query');
    const stem = get('cs-uri-stem');
    if (stem === undefined) return undefined;
    return query === undefined ? stem : `${stem}?${query}`;
  },
};

const HEADERS: readonly Derived[] = [
  agent('cs-user-agent', 'cs(User-Agent)'),
  copy('cs-referer', 'cs(Referer)'),
  copy('cs-host', 'cs(Host)'),
  copy('cs-cookie', 'cs(Cookie)'),
  copy('cs-content-type', 'cs(Content-Type)'),
];

/** A proxy's URL, whole or in Blue Coat's pieces. */
function proxyUrl(get: (name: string) => string | undefined): string | undefined {
  const whole = get('cs-uri') ?? get('c-uri') ?? get('cs-url');
  if (whole !== undefined) return whole;
  const host = get('cs-host') ?? get('r-host');
  const stem = get('cs-uri-path') ?? get('cs-uri-stem') ?? '';
  if (host === undefined) return stem === '' ? undefined : stem;
  const query = get('cs-uri-query') ?? '';
  const joined = query === '' ? '' : query.startsWith('?') ? query : `?${query}`;
  return `${get('cs-uri-scheme') ?? 'http'}://${host}${stem}${joined}`;
}

const fromUrl = (name: string, part: (url: string) => Value | undefined): Derived => ({
  name,
  needs: '',
  make: (get) => {
    const url = proxyUrl(get);
    return url === undefined ? undefined : part(url);
  },
});

const PROXY: readonly Derived[] = [
  agent('c-useragent', 'cs(User-Agent)'),
  ...HEADERS,
  fromUrl('c-uri', (url) => uriViews(url, splitUrl(url))),
  fromUrl('cs-uri', (url) => uriViews(url, splitUrl(url))),
  fromUrl('c-uri-stem', (url) => splitUrl(url).stem),
  fromUrl('c-uri-query', (url) => splitUrl(url).query),
  fromUrl('c-uri-extension', (url) => extensionOf(splitUrl(url).stem)),
  fromUrl('cs-host', (url) => splitUrl(url).host || undefined),
  fromUrl('r-dns', (url) => splitUrl(url).host || undefined),
  copy('dst_ip', 'r-ip'),
];

const FIREWALL: readonly Derived[] = [
  copy('src_ip', 'src-ip'),
  copy('dst_ip', 'dst-ip'),
  number('src_port', 'src-port'),
  number('dst_port', 'dst-port'),
];

/** Exchange's HttpProxy log is a web log of the front end: Sigma's webserver names beside its own. */
const HTTP_PROXY: readonly Derived[] = [
  copy('cs-method', 'Method'),
  copy('cs-uri-stem', 'UrlStem'),
  copy('cs-uri-query', 'UrlQuery'),
  copy('cs-host', 'UrlHost'),
  copy('c-ip', 'ClientIpAddress'),
  copy('cs-username', 'AuthenticatedUser'),
  copy('cs-user-agent', 'UserAgent'),
  number('sc-status', 'HttpStatus'),
];

const WEB = {
  host: ['s-computername', 's-ip'],
  user: ['cs-username'],
  address: ['c-ip'],
  unset: '-',
} as const;

const EXCHANGE = {
  host: ['ServerHostName', 'server-hostname', 'Server', 'server-ip'],
  user: ['AuthenticatedUser', 'sender-address', 'Mailbox', 'P1FromAddress'],
  address: ['ClientIpAddress', 'original-client-ip', 'client-ip', 'ClientIp', 'remote-endpoint', 'EnteredOrgFromIP'],
  quotes: true,
  unset: '',
} as const;

export function kindOf(said: Said): W3cKind {
  const has = (...names: string[]) => names.every((n) => said.fields.includes(n));
  const software = said.software.toLowerCase();
  if (software.includes('exchange') || has('RequestId', 'ProxyAction') || has('internal-message-id')) {
    return exchange(said, has);
  }
  if (software.includes('windows firewall')) {
    const source = { product: 'windows', service: 'firewall-log', category: 'firewall' };
    const who = { host: [], user: [], address: ['src-ip'], unset: '-', quotes: false };
    return { source, stream: 'firewall-windows', derived: FIREWALL, ...who };
  }
  if (has('cs-uri-scheme') || has('s-action') || has('cs-categories') || has('r-host') || /sgos|proxy/.test(software)) {
    const source = { category: 'proxy', service: /sgos|blue ?coat/.test(software) ? 'bluecoat' : 'w3c' };
    return { ...WEB, source, stream: 'proxy-w3c', derived: PROXY, quotes: true };
  }
  if (has('s-reason') && has('cs-uri')) {
    const source = { category: 'webserver', service: 'httperr' };
    return { ...WEB, source, stream: 'web-httperr', derived: TARGET, quotes: false };
  }
  if (has('cs-uri-stem')) {
    const iis = software.includes('internet information') || has('sc-win32-status') || has('s-sitename');
    const source = { category: 'webserver', service: iis ? 'iis' : 'w3c' };
    return { ...WEB, source, stream: iis ? 'web-iis' : 'web-w3c', derived: [...HEADERS, wholeUri], quotes: !iis };
  }
  return { ...WEB, source: { service: 'w3c' }, stream: 'w3c', derived: [], quotes: true };
}

const TARGET: readonly Derived[] = [
  { name: 'cs-uri-stem', needs: 'cs-uri', make: (get) => splitTarget(get('cs-uri') ?? '').stem || undefined },
  { name: 'cs-uri-query', needs: 'cs-uri', make: (get) => splitTarget(get('cs-uri') ?? '').query },
];

function exchange(said: Said, has: (...names: string[]) => boolean): W3cKind {
  let name = said.logType
    .toLowerCase()
    .replace(/ logs?$/, '')
    .replace(/[^a-z0-9]+/g, '');
  if (name === '') {
    if (has('RequestId', 'ProxyAction')) name = 'httpproxy';
    else if (has('internal-message-id')) name = 'messagetracking';
    else name = has('SoapAction') ? 'ews' : 'log';
  }
  const web = name === 'httpproxy';
  const source = { product: 'exchange', service: name, ...(web ? { category: 'webserver' } : {}) };
  return { ...EXCHANGE, source, stream: streamName('exchange', name), derived: web ? HTTP_PROXY : [] };
}
