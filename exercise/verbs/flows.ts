import type { Act, Facts, Process } from '../contract.ts';
import { SYSMON_CONNECTION } from '../records/windows.ts';
import { connectionEnds, connLine, type Ends, sslLine } from '../records/zeek.ts';
import { clock } from './clock.ts';
import { isInside, processFacts, processGuid, type Stage, userOf } from './stage.ts';

export interface FlowFacts {
  readonly ms: number;
  readonly act: Act | undefined;
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly proto?: string;
  readonly service: string;
  readonly seconds: number;
  readonly sent: number;
  readonly received: number;
  readonly state?: string;
  /** what the client asked for in the clear */
  readonly name?: string;
}

export interface Flows {
  /** Zeek conn and, for TLS, ssl: when the sensor at headquarters is on the way. */
  flow(f: FlowFacts, facts: Facts): Ends | undefined;
  /** Sysmon 3 of the process that connected. */
  connected(ms: number, act: Act | undefined, process: Process, to: string, name: string, port: number): void;
}

/** The sensor stands before the servers and the Internet line of headquarters. */
const seen = (address: string) => address.startsWith('10.20.') || address.startsWith('192.0.2.');

export function flows(stage: Stage): Flows {
  const { world, random } = stage;
  const { sensor } = world.servers;
  const conn = stage.text(sensor.name, 'conn');
  const ssl = stage.text(sensor.name, 'ssl');
  return {
    flow(f, facts) {
      if (!seen(f.from) && !seen(f.to)) {
        stage.unseen(f.act, f.ms, `${sensor.name}/conn`, 'zeek', 'the sensor is not on the way', facts);
        return undefined;
      }
      const ends = connectionEnds(random, f.from, f.to, f.port);
      const { seconds, sent, received, service } = f;
      const shape = { proto: f.proto ?? 'tcp', state: f.state ?? 'SF', service, seconds, sent, received };
      conn.put(f.ms, (at) => connLine(at, ends, shape), f.act, facts);
      if (service === 'ssl') ssl.put(f.ms + 40, (at) => sslLine(at, ends, f.name ?? ''), f.act, facts);
      return ends;
    },
    connected(ms, act, process, to, name, port) {
      const { host, account, program, id } = process;
      const fromPort = random.int(49_200, 65_000);
      stage.windows(host, 'Sysmon').put(
        ms,
        (at) => ({
          kind: SYSMON_CONNECTION,
          user: 'S-1-5-18',
          values: [
            ...['-', clock(at), processGuid(host, id), id, program.image, userOf(world, account), 'tcp', 1, 0],
            ...[host.address, host.fqdn, fromPort, '-', 0, to, name || '-', port, port === 443 ? 'https' : '-'],
          ],
        }),
        act,
        { ...processFacts(process), address: isInside(to) ? undefined : to },
      );
    },
  };
}
