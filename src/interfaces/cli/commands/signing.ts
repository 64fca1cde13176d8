import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecorder } from '../../../app/case/index.ts';
import type { EvidenceRow } from '../../../app/effects/index.ts';
import { nameOf, type Outcome } from '../../../app/investigate/index.ts';
import { oneLine, plural } from '../../../base/index.ts';
import type { CaseFolder } from '../../../platform/case/index.ts';
import { VERSION } from '../../program.ts';
import { whoAmI } from '../../workplace.ts';
import type { Option, Terminal, Values } from '../command.ts';
import { findStation, HAND_OPTIONS, type OpenStation, PassphraseError } from './hands.ts';
import { worldOf } from './worlds.ts';

/** What a journey did, put into the journal of the station it ran on. */
export const SIGN_OPTIONS: Readonly<Record<string, Option>> = {
  unsigned: { type: 'boolean', help: "write nothing into the case's journal, though a station is set up here" },
  ...HAND_OPTIONS,
};

/**
 * The station that signs; null when none is set up here, when nobody wants a signature, or when its keys stay closed:
 * that is said once, and the work goes on unsigned. The passphrase is asked for now, not after the long work.
 */
export async function findSigner(values: Values, terminal: Terminal): Promise<OpenStation | null> {
  if (values.unsigned === true) return null;
  try {
    return await findStation(values, terminal);
  } catch (error) {
    if (!(error instanceof PassphraseError)) throw error;
    terminal.err(`czernin: nothing of this is signed: ${oneLine(error.message)}\n`);
    return null;
  }
}

export interface Signed {
  readonly agency: string;
  readonly entries: number;
}

/** Evidence received and the analysis run, as entries. The same again writes nothing (law 7). */
export function signRun(
  signer: OpenStation,
  folder: CaseFolder,
  evidence: readonly EvidenceRow[],
  outcome: Outcome,
  run: { readonly paths: readonly string[]; readonly options: unknown; readonly started: number },
): Signed {
  const startedAt = new Date(run.started).toISOString();
  const command = oneLine(`investigate ${run.paths.join(' ')}`, 480);
  const recorder = openRecorder(worldOf(folder), signer.station, signer.hand);
  try {
    const files = evidence.map((e) => ({
      digest: e.digest,
      size: e.size,
      name: oneLine(nameOf(e), 480),
      ...(e.result?.format ? { format: e.result.format.slice(0, 50) } : {}),
    }));
    const custody = { from: whoAmI(), how: `czernin ${command}`, receivedAt: startedAt };
    const { counts } = outcome.answer;
    const entries =
      recorder.evidence(files, custody) +
      recorder.analysis({
        program: { name: 'czernin', version: VERSION },
        command,
        inputs: evidence.map((e) => e.digest),
        packs: [{ name: 'rules', digest: outcome.rules }, ...packFiles(folder.packs)],
        parameters: { options: JSON.stringify(run.options).slice(0, 2000), analysis: outcome.analysis },
        results: outcome.results,
        counts: { evidence: counts.evidence, events: counts.events, findings: counts.findings },
        startedAt,
        endedAt: new Date().toISOString(),
      });
    return { agency: signer.station.card.name, entries };
  } finally {
    recorder.close();
  }
}

/** What lies in packs/ by its bytes, so that `verify` finds a changed rule. Beyond the entry's limit the set's digest stands alone. */
function packFiles(folder: string): { name: string; digest: string }[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .slice(0, 900)
    .map((name) => ({
      name,
      digest: createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    }));
}

export function signedLine(signed: Signed | null): string {
  if (signed === null) return 'unsigned: no station signs here (czernin station init)';
  return signed.entries === 0
    ? `nothing new to sign in the journal of ${oneLine(signed.agency)}`
    : `${plural(signed.entries, 'entry', 'entries')} signed in the journal of ${oneLine(signed.agency)}`;
}
