import { SECOND } from '../calendar.ts';
import type { Verbs } from '../contract.ts';
import type { FormValue } from '../evtx/form.ts';
import type { Random } from '../random.ts';
import * as security from '../records/security.ts';
import { asaDuration, asaLine } from '../records/syslog.ts';
import { type Flows, flows } from './flows.ts';
import { factsOf, type Stage } from './stage.ts';

/** The VPN gateway, and the policy server on the domain controller that it asks. */
export function remote(stage: Stage): Pick<Verbs, 'vpnSession' | 'vpnFailed'> {
  const { world, random } = stage;
  const { dc1, vpn } = world.servers;
  const gateway = stage.text(vpn.name, 'asa');
  const controller = stage.windows(dc1, 'Security');
  const { flow }: Flows = flows(stage);
  return {
    vpnSession({ ms, act, account, from, seconds, sent, received, agent, deviceId, inside: wanted }) {
      const inside = wanted ?? freeInside(random);
      const facts = factsOf(account, undefined, from);
      const say = (after: number, text: string) => {
        const at = ms + after * SECOND;
        gateway.put(at, (clock) => asaLine(clock, text), act, facts);
      };
      const user = account.name;
      const who = `Group <GP-Staff> User <${user}> IP <${from}>`;
      const policy = `%ASA-7-734003: DAP: User ${user}, Addr ${from}: Session Attribute`;
      say(0, `%ASA-6-113004: AAA user authentication Successful : server =  ${dc1.address} : user = ${user}`);
      say(1, `${policy} endpoint.anyconnect.deviceuniqueid="${deviceId}"`);
      say(1, `%ASA-6-113039: ${who} AnyConnect parent session started.`);
      say(2, `%ASA-6-722055: ${who} Client Type: Cisco ${agent.replace('AnyConnect', 'AnyConnect VPN Agent for')}`);
      say(3, `%ASA-4-722051: ${who} IPv4 Address <${inside}> IPv6 address <::> assigned to session`);
      say(
        seconds,
        `%ASA-4-113019: Group = GP-Staff, Username = ${user}, IP = ${from}, Session disconnected. Session Type: AnyConnect-Parent, Duration: ${asaDuration(seconds)}, Bytes xmt: ${sent}, Bytes rcv: ${received}, Reason: User Requested`,
      );
      controller.put(
        ms,
        () => ({ kind: security.VPN_GRANTED, values: npsValues(stage, user, account.sid, from, true) }),
        act,
        factsOf(account, undefined, from),
      );
      flow(
        { ms, act, from, to: vpn.address, port: 443, service: 'ssl', seconds, sent: received, received: sent },
        facts,
      );
      return { inside };
    },
    vpnFailed({ ms, act, account, from, agent }) {
      const user = typeof account === 'string' ? account : account.name;
      const facts = factsOf(user, undefined, from);
      const say = (text: string) => gateway.put(ms, (clock) => asaLine(clock, text), act, facts);
      say(
        `%ASA-6-113005: AAA user authentication Rejected : reason = AAA failure : server = ${dc1.address} : user = ${user} : user IP = ${from}`,
      );
      if (agent !== undefined) {
        say(
          `%ASA-6-722055: Group <DfltGrpPolicy> User <${user}> IP <${from}> Client Type: Cisco ${agent.replace('AnyConnect', 'AnyConnect VPN Agent for')}`,
        );
      }
      const sid = typeof account === 'string' ? 'S-1-0-0' : account.sid;
      controller.put(
        ms,
        () => ({ kind: security.VPN_DENIED, values: npsValues(stage, user, sid, from, false) }),
        act,
        facts,
      );
      flow(
        { ms, act, from, to: vpn.address, port: 443, service: 'ssl', seconds: 2, sent: 1900, received: 4200 },
        facts,
      );
    },
  };
}

/** The pool of the remote workers. */
function freeInside(random: Random): string {
  return `10.20.${random.int(200, 203)}.${random.int(10, 249)}`;
}

function npsValues({ world }: Stage, user: string, sid: string, from: string, granted: boolean): FormValue[] {
  const { vpn, dc1 } = world.servers;
  const common: FormValue[] = [
    ...[sid, user, world.netbios, `${world.netbios}\\${user}`, 'S-1-0-0', '-', '-', '192.0.2.10', from, vpn.address],
    ...['-', '-', 'Virtual', '8192', vpn.name, vpn.address, 'VPN', granted ? 'VPN users' : '-', 'Windows', dc1.fqdn],
    ...['PAP', '-', '-'],
  ];
  return granted
    ? [...common, 'Accounting information was written to the local log file.']
    : [...common, '16', 'Authentication failed due to a user credentials mismatch.', '-'];
}
