import type { Row } from '../../text/row.ts';

/** Queries of name servers, under the names of Sigma's dns category: query, record_type, answer; src_ip is the client. */

/**
 * `client @0x7f… 10.0.0.1#53124 (example.com): [view x: ]query: example.com IN A +E(0)K (10.0.0.53)`, and what was
 * refused: `client …: [view x: ]query (cache) 'example.com/A/IN' denied`, `zone transfer 'example.com/AXFR/IN' denied`
 */
export function named(row: Row, message: string): void {
  const client = message.indexOf('client ');
  if (client < 0) return;
  let at = client + 7;
  if (message.charCodeAt(at) === 64) at = message.indexOf(' ', at) + 1;
  const hash = message.indexOf('#', at);
  if (at > 0 && hash > at && hash < at + 46) {
    row.put('src_ip', message.slice(at, hash));
    const port = Number.parseInt(message.slice(hash + 1, hash + 6), 10);
    if (port >= 0) row.put('src_port', port);
  }
  const query = message.indexOf(' query: ', client);
  if (query < 0) {
    refused(row, message);
    return;
  }
  const [name, cls, type, flags] = message.slice(query + 8, query + 700).split(' ');
  if (name === undefined || type === undefined) return;
  row.put('query', name);
  row.put('query_class', cls);
  row.put('record_type', type);
  if (flags !== undefined) row.put('query_flags', flags);
}

/** The name asked for stands last in quotes, as name/type/class. */
function refused(row: Row, message: string): void {
  const what = /(query|transfer|update)[a-z: ]*(?: \([a-z]+\))? '([^']{1,512})'(?:: | denied)/.exec(
    message.slice(0, 1_024),
  );
  if (what === null) return;
  const parts = what[2]!.split('/');
  row.put('activity', what[1] === 'query' ? 'query' : `zone-${what[1]}`);
  row.put('outcome', 'failure');
  if (parts.length > 1) row.put('query_class', parts.pop());
  if (parts.length > 1) row.put('record_type', parts.pop());
  row.put('query', parts.join('/'));
}

/** `[serial ip/port ]query[A] example.com from 10.0.0.1`, `reply example.com is 192.0.2.1`, `forwarded … to …` */
export function dnsmasq(row: Row, message: string): void {
  let text = message;
  const slash = message.indexOf('/');
  const space = message.indexOf(' ');
  if (space > 0 && slash > space && /^\d+$/.test(message.slice(0, space))) {
    const end = message.indexOf(' ', slash);
    row.put('src_ip', message.slice(space + 1, slash));
    text = message.slice(end + 1);
  }
  const [verb = '', name, mark, what] = text.split(' ', 4);
  if (verb.startsWith('query[') && verb.endsWith(']')) {
    row.put('query', name);
    row.put('record_type', verb.slice(6, -1));
    if (mark === 'from' && row.got('src_ip') === undefined) row.put('src_ip', what);
  } else if ((verb === 'reply' || verb === 'cached' || verb === 'config') && mark === 'is') {
    row.put('query', name);
    row.put('answer', what);
  } else if (verb === 'forwarded' && mark === 'to') {
    row.put('query', name);
    row.put('forwarded_to', what);
  } else if (verb.startsWith('DHCP')) {
    row.put('activity', verb.slice(0, verb.indexOf('(') < 0 ? undefined : verb.indexOf('(')).toLowerCase());
    row.put('assigned_ip', name);
    row.put('mac', mark);
    row.put('client', what);
  }
}

/** `info: 10.0.0.1 example.com. A IN` */
export function unbound(row: Row, message: string): void {
  if (!message.startsWith('info: ')) return;
  const [ip, name, type, cls] = message.slice(6).split(' ', 5);
  if (cls !== 'IN' || name === undefined || !name.endsWith('.')) return;
  row.put('src_ip', ip);
  row.put('query', name.slice(0, -1));
  row.put('record_type', type);
}
