/**
 * Does the weighing name the intruder of an exercise, and nobody when nobody knows him? Exercises with seeds drawn now, each
 * twice: with the intruder in the knowledge, and with `--absent-actor`. Investigated and weighed through the real program.
 *
 *   npm run bench:who -- [--seeds 3] [--seed N,N…] [--scale 0.1]
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { armoury } from '../../exercise/story/index.ts';
import { makeMinistry } from '../../exercise/world/index.ts';
import type { CaseAssessment } from '../../src/app/assess/index.ts';
import { czernin } from './run.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    seed: { type: 'string' },
    scale: { type: 'string', default: '0.1' },
  },
});
const SPAN = { from: Date.UTC(2022, 0, 1), to: Date.UTC(2024, 9, 1) };
const seeds = values.seed
  ? values.seed.split(',').map(Number)
  : Array.from({ length: Number(values.seeds) }, () => randomInt(1000, 2 ** 31));
const say = (text: string) => process.stdout.write(`${text}\n`);
const percent = (p: number) => `${Math.round(p * 100)} %`;
say(`seeds ${seeds.join(', ')}; scale ${values.scale}`);

for (const seed of seeds) {
  const { world } = makeMinistry({ seed, scale: Number(values.scale), span: SPAN });
  const slug = (role: string) => `actor:${armoury(world).actors.find((a) => a.role === role)?.slug}`;
  for (const absent of [false, true]) {
    const folder = mkdtempSync(join(tmpdir(), 'czernin-who-'));
    try {
      const more = absent ? ['--absent-actor'] : [];
      czernin([
        'exercise',
        folder,
        '--seed',
        String(seed),
        '--scale',
        values.scale,
        ...more,
        '--investigate',
        '--json',
      ]);
      const path = join(folder, 'exercise.case/out/assessment.json');
      const { intrusions } = JSON.parse(readFileSync(path, 'utf8')) as CaseAssessment;
      const { answers, deception, likelihood, confidence } = intrusions[0]!.assessment;
      const of = (id: string) => answers.find((a) => a.id === id)?.p ?? 0;
      const posing = deception.posingAs.find((a) => a.id === `posing:${slug('framed')}`)?.p ?? 0;
      say(
        `seed ${seed} ${absent ? 'intruder unknown to all' : 'intruder known'}: leads ${answers[0]?.name} (${percent(answers[0]?.p ?? 0)}, "${likelihood.word}", confidence ${confidence.level}); intruder ${percent(of(slug('intruder')))}, framed ${percent(of(slug('framed')))}, posing as framed ${percent(posing)}, second ${percent(of(slug('second')))}, unknown ${percent(of('unknown'))}; right: ${answers[0]?.id === (absent ? 'unknown' : slug('intruder')) ? 'yes' : 'no'}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
