/**
 * Verbs: what happened, told once, into every log that shows it. In: a Stage (world, logs, chance for ids). Out: Verbs
 * as the contract has them. Law: what one happening leaves in several logs agrees; a verb decides nothing but ids.
 */
import type { Verbs } from '../contract.ts';
import { cloud } from './cloud.ts';
import { endpoint } from './endpoint.ts';
import { linux } from './linux.ts';
import { mail } from './mail.ts';
import { network } from './network.ts';
import { remote } from './remote.ts';
import type { Stage } from './stage.ts';
import { windowsLogs } from './windows.ts';

export { type Logs, Stage } from './stage.ts';

export function makeVerbs(stage: Stage): Verbs {
  return {
    ...remote(stage),
    ...mail(stage),
    ...cloud(stage),
    ...network(stage),
    ...windowsLogs(stage),
    ...endpoint(stage),
    ...linux(stage),
  };
}
