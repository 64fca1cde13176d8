import type { Host, Verbs } from '../contract.ts';
import { squidLine } from '../records/web.ts';
import { SYSMON_DNS } from '../records/windows.ts';
import { connectionEnds, dnsLine, httpLine } from '../records/zeek.ts';
import { clock } from './clock.ts';
import { flows } from './flows.ts';
import { addressOf, factsOf, isInside, processFacts, processGuid, type Stage, userOf } from './stage.ts';

type Network = Pick<Verbs, 'webVisit' | 'dnsQuery' | 'connection'>;

const RESOLVER_PORT = 53;
const PROXY_PORT = 3128;

/** The proxy, the resolver, and the sensor that sees both sides of them. */
export function network(stage: Stage): Network {
  const { world, random } = stage;
  const { proxy, sensor, dc1 } = world.servers;
  const squid = stage.text(proxy.name, 'squid');
  const dns = stage.text(sensor.name, 'dns');
  const http = stage.text(sensor.name, 'http');
  const { flow, connected } = flows(stage);

  const dnsQuery: Verbs['dnsQuery'] = ({ ms, act, from, name, type, answer, code, process }) => {
    const asker = addressOf(from);
    const said = answer ?? '';
    const host = typeof from === 'object' ? from.name : undefined;
    dns.put(
      ms,
      (at) => {
        const ends = connectionEnds(random, asker, dc1.address, RESOLVER_PORT);
        return dnsLine(at, ends, random.int(1, 65_000), name, type ?? 'A', said, code ?? 'NOERROR');
      },
      act,
      { host },
    );
    if (process === undefined) return;
    stage.windows(process.host, 'Sysmon').put(
      ms,
      (at) => ({
        kind: SYSMON_DNS,
        user: 'S-1-5-18',
        values: [
          ...['-', clock(at), processGuid(process.host, process.id), process.id, name],
          ...[code === 'NXDOMAIN' ? '9003' : '0', said === '' ? '-' : `::ffff:${said};`, process.program.image],
          userOf(world, process.account),
        ],
      }),
      act,
      processFacts(process),
    );
  };

  const webVisit: Verbs['webVisit'] = (v) => {
    const { ms, act, host, account, site, process } = v;
    const client = addressOf(host);
    const tls = v.tls ?? !v.url?.startsWith('http:');
    const url = v.url ?? `${tls ? 'https' : 'http'}://${site.domain}/`;
    const method = v.method ?? 'GET';
    const status = v.status ?? 200;
    const sent = v.sent ?? random.int(400, 2400);
    const received = v.received ?? random.int(2000, 90_000);
    const seconds = v.seconds ?? random.int(40, 2500) / 1000;
    const agent = v.agent ?? '';
    const mime = v.mime ?? 'text/html';
    const machine: Host | undefined = typeof host === 'object' ? host : undefined;
    const facts = factsOf(account, machine, site.address);
    const port = tls ? 443 : 80;
    const path = url.slice(url.indexOf('/', 8)) || '/';
    const request = { sent, received, agent, status };
    const line = { act, service: tls ? 'ssl' : 'http', name: site.domain, seconds, sent: sent + 500, received };
    if (v.direct) {
      const ends = flow({ ...line, ms, from: client, to: site.address, port }, facts);
      if (ends && !tls) {
        http.put(
          ms + 30,
          (at) => httpLine(at, ends, { ...request, method, host: site.domain, uri: path, mime, proxied: '' }),
          act,
          facts,
        );
      }
      if (process) connected(ms, act, process, site.address, site.domain, port);
      return;
    }
    const took = Math.round(seconds * 1000);
    // of an encrypted visit the proxy knows only where it went
    const asked = tls ? `${site.domain}:443` : url;
    squid.put(
      ms + took,
      (at) =>
        squidLine(at, {
          ...{ took, client, result: tls ? 'TCP_TUNNEL/200' : `TCP_MISS/${status}`, bytes: received + 300 },
          ...{ method: tls ? 'CONNECT' : method, url: asked, user: account?.name ?? '', peer: site.address },
          mime: tls ? '' : mime,
        }),
      act,
      facts,
    );
    const inner = flow({ ...line, ms, service: 'http', from: client, to: proxy.address, port: PROXY_PORT }, facts);
    if (inner) {
      const h = tls
        ? { ...request, method: 'CONNECT', host: site.domain, uri: asked, mime: '', proxied: '', sent: 0, received: 0 }
        : { ...request, method, host: site.domain, uri: url, mime, proxied: '' };
      http.put(ms + 10, (at) => httpLine(at, inner, h), act, facts);
    }
    if (random.chance(50)) dnsQuery({ ms: ms + 12, act, from: proxy, name: site.domain, answer: site.address });
    const outer = flow(
      { ...line, ms: ms + 25, from: proxy.address, to: site.address, port },
      { ...facts, host: undefined },
    );
    if (outer && !tls) {
      const h = { ...request, method, host: site.domain, uri: path, mime, proxied: `VIA -> 1.1 ${proxy.name}` };
      http.put(ms + 40, (at) => httpLine(at, outer, h), act, { ...facts, host: undefined });
    }
    if (process) connected(ms, act, process, proxy.address, proxy.fqdn, PROXY_PORT);
  };

  return {
    dnsQuery,
    webVisit,
    connection(c) {
      const from = addressOf(c.from);
      const to = addressOf(c.to);
      const outside = [from, to].find((a) => !isInside(a));
      const facts = { host: typeof c.from === 'object' ? c.from.name : undefined, address: outside };
      const { ms, act, port, process } = c;
      const shape = { seconds: c.seconds ?? 0.4, sent: c.sent ?? 900, received: c.received ?? 2400 };
      const more = { ...(c.proto ? { proto: c.proto } : {}), ...(c.state ? { state: c.state } : {}) };
      flow({ ms, act, from, to, port, service: c.service ?? '', ...shape, ...more }, facts);
      if (process) connected(ms, act, process, to, typeof c.to === 'object' ? c.to.fqdn : '', port);
    },
  };
}
