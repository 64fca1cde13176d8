import { SECOND } from '../calendar.ts';
import type { Verbs } from '../contract.ts';
import { syslogLine } from '../records/syslog.ts';
import { httpProxyLine, iisLine, type Tracked, trackingLine } from '../records/web.ts';
import { CMDLET } from '../records/windows.ts';
import { flows } from './flows.ts';
import { logons } from './logons.ts';
import { factsOf, isInside, type Stage, userOf } from './stage.ts';

type Mail = Pick<Verbs, 'webmailLogin' | 'exchangeRequest' | 'cmdlet' | 'mailDelivered' | 'mailSent'>;

const PROTOCOLS: readonly (readonly [prefix: string, protocol: string])[] = [
  ['/owa', 'Owa'],
  ['/ecp', 'Ecp'],
  ['/ews', 'Ews'],
  ['/autodiscover', 'Autodiscover'],
  ['/mapi', 'Mapi'],
  ['/oab', 'OAB'],
  ['/rpc', 'RpcHttp'],
  ['/microsoft-server-activesync', 'Eas'],
  ['/powershell', 'PowerShell'],
];

/** The mail server on the premises, and the gateway before it. */
export function mail(stage: Stage): Mail {
  const { world, random } = stage;
  const { exchange, mailGateway } = world.servers;
  const iis = stage.text(exchange.name, 'IIS');
  const proxied = stage.text(exchange.name, 'HttpProxy');
  const tracking = stage.text(exchange.name, 'MessageTracking');
  const maillog = stage.text(mailGateway.name, 'maillog');
  const management = stage.windows(exchange, 'MSExchange');
  // mail to the world leaves through the cloud
  const outside = world.site('outlook.cloud-suite.example');
  const { flow } = flows(stage);
  const { logonRecords } = logons(stage);

  const exchangeRequest: Verbs['exchangeRequest'] = (r) => {
    const { ms, act, from, method, stem, account, agent, status } = r;
    const facts = { ...factsOf(account, r.host ?? exchange, from), mailbox: r.anchor };
    const query = r.query ?? '';
    const took = r.took ?? random.int(8, 400);
    const user = account ? userOf(world, account) : '';
    const referer = method === 'GET' && stem === '/owa/' ? `https://mail.${world.domain}/owa/auth/logon.aspx` : '';
    const request = { method, stem, query, user, from, agent, referer, status, substatus: r.substatus ?? 0, took };
    iis.put(ms, (at) => iisLine(at, { server: exchange.address, ...request }), act, facts);
    const lower = stem.toLowerCase();
    const protocol = PROTOCOLS.find(([prefix]) => lower.startsWith(prefix))?.[1];
    const sent = r.requestBytes ?? random.int(0, 900);
    const received = r.responseBytes ?? random.int(400, 30_000);
    if (protocol !== undefined) {
      const anchor = r.anchor ?? account?.upn ?? '';
      const id = random.guid();
      const p = { id, protocol, stem, query, method, user, anchor, agent, from, status, sent, received, took };
      proxied.put(ms + took, (at) => httpProxyLine(at, p), act, facts);
    }
    if (!isInside(from)) {
      const name = `mail.${world.domain}`;
      const line = { from, to: exchange.address, port: 443, service: 'ssl', name, seconds: took / 1000 + 0.3 };
      flow({ ms, act, ...line, sent: sent + 900, received: received + 4800 }, facts);
    }
  };

  /** What postfix says of one message; one queue id for all. */
  const posted = (
    m: Pick<Parameters<Verbs['mailDelivered']>[0], 'ms' | 'act' | 'from' | 'to' | 'subject' | 'size' | 'relay'>,
    next: { name: string; address: string },
    extra: { messageId: string; unsubscribe: string; images: readonly string[]; status: string },
  ) => {
    const queue = random.hex(10).toUpperCase();
    const pid = random.int(900, 30_000);
    const peer = `${m.relay.name}[${m.relay.address}]`;
    const say = (after: number, tag: string, text: string, mailbox?: string) =>
      maillog.put(m.ms + after, (at) => syslogLine(at, mailGateway.name, `postfix/${tag}[${pid}]`, text), m.act, {
        host: mailGateway.name,
        address: isInside(m.relay.address) ? undefined : m.relay.address,
        mailbox,
      });
    const envelope = `from=<${m.from}> to=<${m.to[0] ?? ''}> proto=ESMTP helo=<${m.relay.name}>`;
    say(0, 'smtpd', `connect from ${peer}`);
    if (extra.status === 'rejected') {
      for (const to of m.to) {
        say(
          300,
          'smtpd',
          `NOQUEUE: reject: RCPT from ${peer}: 554 5.7.1 Service unavailable; Client host [${m.relay.address}] blocked; from=<${m.from}> to=<${to}> proto=ESMTP helo=<${m.relay.name}>`,
          to,
        );
      }
      say(500, 'smtpd', `disconnect from ${peer} ehlo=1 mail=1 rcpt=0/${m.to.length} quit=1 commands=3/4`);
      return;
    }
    say(200, 'smtpd', `${queue}: client=${peer}`);
    say(300, 'cleanup', `${queue}: message-id=<${extra.messageId}>`);
    say(320, 'cleanup', `${queue}: warning: header Subject: ${m.subject} from ${peer}; ${envelope}`);
    if (extra.unsubscribe !== '') {
      say(
        330,
        'cleanup',
        `${queue}: warning: header List-Unsubscribe: <${extra.unsubscribe}> from ${peer}; ${envelope}`,
      );
    }
    for (const image of extra.images) {
      say(340, 'cleanup', `${queue}: warning: body <img src="${image}"> from ${peer}; ${envelope}`, m.to[0]);
    }
    say(400, 'qmgr', `${queue}: from=<${m.from}>, size=${m.size}, nrcpt=${m.to.length} (queue active)`);
    const bounced = extra.status === 'bounced';
    for (const to of m.to) {
      const answer = bounced
        ? `dsn=5.1.1, status=bounced (host ${next.name}[${next.address}] said: 550 5.1.1 User unknown)`
        : `dsn=2.6.0, status=sent (250 2.6.0 <${extra.messageId}> Queued mail for delivery)`;
      say(
        900,
        'smtp',
        `${queue}: to=<${to}>, relay=${next.name}[${next.address}]:25, delay=0.9, delays=0.3/0/0.2/0.4, ${answer}`,
        to,
      );
    }
    say(950, 'qmgr', `${queue}: removed`);
    say(
      1000,
      'smtpd',
      `disconnect from ${peer} ehlo=1 mail=1 rcpt=${m.to.length} data=1 quit=1 commands=${4 + m.to.length}`,
    );
  };

  const tracked = (ms: number, act: Parameters<Verbs['mailDelivered']>[0]['act'], t: Tracked) => {
    const facts = { mailbox: t.recipients[0], address: isInside(t.originalClient) ? undefined : t.originalClient };
    tracking.put(ms, (at) => trackingLine(at, t), act, facts);
  };

  return {
    exchangeRequest,
    webmailLogin({ ms, act, account, from, agent, ok, requests }) {
      const common = { act, from, agent };
      exchangeRequest({
        ...common,
        ms,
        method: 'GET',
        stem: '/owa/auth/logon.aspx',
        query: `url=https%3a%2f%2fmail.${world.domain}%2fowa%2f&reason=0`,
        status: 200,
      });
      const posted = { ...common, ms: ms + 4 * SECOND, method: 'POST', stem: '/owa/auth.owa' };
      if (!ok) {
        exchangeRequest({ ...posted, status: 302, query: `user=${account.name}` });
        exchangeRequest({
          ...common,
          ms: ms + 5 * SECOND,
          method: 'GET',
          stem: '/owa/auth/logon.aspx',
          query: 'replaceCurrent=1&reason=2',
          status: 200,
        });
        logonRecords({ ms: ms + 4 * SECOND, act, host: exchange, account, type: 8, from, ok: false });
        return;
      }
      exchangeRequest({ ...posted, account, status: 302 });
      logonRecords({ ms: ms + 4 * SECOND, act, host: exchange, account, type: 8, from, ok: true });
      exchangeRequest({ ...common, account, ms: ms + 5 * SECOND, method: 'GET', stem: '/owa/', status: 200 });
      const actions = ['FindConversation', 'GetConversationItems', 'FindFolder', 'GetItem', 'GetCalendarView'];
      for (let i = 0; i < (requests ?? 2); i++) {
        const query = `action=${random.pick(actions)}&app=Mail`;
        exchangeRequest({
          ...common,
          account,
          ms: ms + (7 + i * random.int(3, 40)) * SECOND,
          method: 'POST',
          stem: '/owa/service.svc',
          query,
          status: 200,
        });
      }
    },
    cmdlet({ ms, act, account, cmdlet, parameters }) {
      const dc = world.servers.dc1.fqdn;
      management.put(
        ms,
        () => ({
          kind: CMDLET,
          values: [
            [
              ...[cmdlet, parameters, `${world.domain}/Users/${account.name}`, account.sid, account.sid],
              ...[
                'Remote-ManagementShell-Unknown',
                '5668 w3wp#MSExchangePowerShellAppPool',
                '',
                '5',
                '00:00:01.0389557',
              ],
              `View Entire Forest: 'False', Default Scope: '${world.domain}', Configuration Domain Controller: '${dc}', Preferred Global Catalog: '${dc}', Preferred Domain Controllers: '{ ${dc} }'`,
              ...[
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
              ],
              ...['0', `ActivityId: ${random.guid()}`, 'ServicePlan:;IsAdmin:True;', '', 'en-US'],
            ],
          ],
        }),
        act,
        factsOf(account, exchange),
      );
    },
    mailDelivered(m) {
      const { ms, act, from, to, subject, size, relay } = m;
      const messageId = m.messageId ?? `${random.hex(20)}@${from.slice(from.indexOf('@') + 1)}`;
      const status = m.status ?? 'sent';
      posted({ ms, act, from, to, subject, size, relay }, exchange, {
        ...{ messageId, unsubscribe: m.listUnsubscribe ?? '', images: m.images ?? [], status },
      });
      const facts = { address: relay.address, mailbox: to[0] };
      const line = { from: relay.address, to: mailGateway.address, port: 25, service: 'smtp', seconds: 1.1 };
      flow({ ms, act, ...line, sent: size + 700, received: 900 }, facts);
      if (status !== 'sent') return;
      const common = {
        internalId: random.int(1e9, 9e9),
        messageId: `<${messageId}>`,
        networkId: random.guid(),
        recipients: to,
      };
      const rest = { bytes: size, subject, sender: from, incoming: true, originalClient: relay.address };
      tracked(ms + 1200, act, {
        ...common,
        ...rest,
        event: 'RECEIVE',
        source: 'SMTP',
        client: mailGateway.address,
        clientName: mailGateway.name,
      });
      tracked(ms + 2100, act, {
        ...common,
        ...rest,
        event: 'DELIVER',
        source: 'STOREDRIVER',
        client: exchange.address,
        clientName: exchange.name,
      });
    },
    mailSent({ ms, act, account, to, subject, size }) {
      const messageId = `${random.hex(20)}@${world.domain}`;
      const inside = to.every((address) => address.endsWith(`@${world.domain}`));
      const common = {
        internalId: random.int(1e9, 9e9),
        messageId: `<${messageId}>`,
        networkId: random.guid(),
        recipients: to,
      };
      const rest = { bytes: size, subject, sender: account.upn, incoming: false, originalClient: exchange.address };
      tracked(ms, act, {
        ...common,
        ...rest,
        event: 'RECEIVE',
        source: 'STOREDRIVER',
        client: exchange.address,
        clientName: exchange.name,
      });
      if (inside) {
        tracked(ms + 900, act, {
          ...common,
          ...rest,
          event: 'DELIVER',
          source: 'STOREDRIVER',
          client: exchange.address,
          clientName: exchange.name,
        });
        return;
      }
      tracked(ms + 900, act, {
        ...common,
        ...rest,
        event: 'SEND',
        source: 'SMTP',
        client: exchange.address,
        clientName: exchange.name,
      });
      posted(
        { ms: ms + 1000, act, from: account.upn, to, subject, size, relay: exchange },
        { name: `mea.mail.${outside.domain}`, address: outside.address },
        {
          ...{ messageId, unsubscribe: '', images: [], status: 'sent' },
        },
      );
    },
  };
}
