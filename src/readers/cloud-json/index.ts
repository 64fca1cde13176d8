import { parseIso, quote } from '../../base/index.ts';
import { EventFlag } from '../../model/index.ts';
import type { Reader } from '../contract.ts';
import { Bag } from '../text/bag.ts';
import { Flattener } from '../text/flatten.ts';
import type { JsonObject } from '../text/json.ts';
import { jsonReader } from '../text/json-reader.ts';
import type { RowKind } from '../text/row.ts';
import { Row } from '../text/row.ts';
import { parseEpochNumber } from '../text/times.ts';
import type { CloudLog } from './logs.ts';
import { CLOUD_LOGS, cloudLogOf } from './logs.ts';

/**
 * Audit logs of clouds and services that need no reading of their own: AWS CloudTrail, Google Cloud and Workspace, Okta,
 * GitHub, Bitbucket, Kubernetes, OneLogin, OpenCanary, Defender XDR. In: JSON objects, mixed or not. Out: flattened
 * Events under Sigma's product and service. Law: the record decides which log it is (logs.ts); an unknown one is a Fault.
 */
export const cloudJson: Reader = jsonReader({
  format: 'cloud-json',
  title: 'Audit logs as JSON: AWS CloudTrail, Google Cloud, Okta, GitHub, Bitbucket, Kubernetes and others',
  recognise: (object) => (cloudLogOf(unwrap(object)) === null ? 0 : 90),
  open(options) {
    const bag = new Bag();
    const row = new Row();
    const flatten = new Flattener();
    return {
      take(whole, place, faults) {
        const object = unwrap(whole);
        const log = cloudLogOf(object);
        if (log === null) {
          faults.add('BAD_RECORD', place.offset, 'no record of a known cloud log', place.length);
          return null;
        }
        flatten.into(bag.clear(), object);
        for (const name of log.whole ?? []) {
          const value = object[name];
          if (typeof value === 'object' && value !== null && bag.get(name) === undefined)
            bag.set(name, JSON.stringify(value));
        }
        if (log.alias !== undefined) bag.alias(log.alias);
        row.begin(KINDS.get(log)!);
        bag.into(row);
        const said = bag.first(log.time);
        const time =
          typeof said === 'number' ? parseEpochNumber(said) : parseIso(String(said ?? ''), options.assumedZoneMinutes);
        if (time === null) faults.add('BAD_TIME', place.offset, `no time: ${quote(String(said ?? ''), 40)}`);
        else {
          row.ms = time.ms;
          row.ns = time.ns;
          if (!time.zoned) row.flags |= EventFlag.zoneAssumed;
        }
        return row.finish(place.offset, bag.text(...log.id) || place.number);
      },
    };
  },
});

const KINDS: ReadonlyMap<CloudLog, RowKind> = new Map(CLOUD_LOGS.map((log) => [log, log]));

/** EventBridge and CloudWatch put the record into `detail`, Pub/Sub and Logstash into `data`. */
function unwrap(object: JsonObject): JsonObject {
  for (const inner of [object.detail, object.data]) {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && cloudLogOf(object) === null)
      return inner;
  }
  return object;
}
