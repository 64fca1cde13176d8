import { plural } from '../../base/index.ts';
import type { Intrusion, IntrusionPhase } from '../../model/index.ts';
import { type Coverage, FAMILIES, type Family, type Held, spoken } from './coverage.ts';
import { iso } from './story.ts';

type Line = Intrusion['gapMap'][number];
type State = Line['sources'][number]['state'];

const DAY = 86_400_000;
const EDGE = 7 * DAY;

/** Every statement an intrusion makes, or ought to, with the sources that could carry it. */
const STATEMENTS: readonly {
  readonly statement: string;
  readonly phases: readonly IntrusionPhase[];
  readonly families: readonly Family[];
}[] = [
  {
    statement: 'How he came in, and as whom',
    phases: ['initial-access'],
    families: ['vpn', 'webmail', 'cloud-signin', 'mail-flow'],
  },
  {
    statement: 'Which mail was read',
    phases: ['collection'],
    families: ['mail-audit', 'webmail', 'exchange-management'],
  },
  {
    statement: 'Which programs ran on the hosts',
    phases: ['execution', 'persistence', 'credential-access'],
    families: ['windows-process', 'windows-logon', 'linux'],
  },
  {
    statement: 'To which hosts he moved',
    phases: ['lateral-movement'],
    families: ['windows-logon', 'windows-process', 'linux', 'network'],
  },
  {
    statement: 'What called home, and what left the network',
    phases: ['command-and-control', 'exfiltration'],
    families: ['proxy', 'network', 'dns'],
  },
  {
    statement: 'What was changed in accounts, permissions and applications',
    phases: ['persistence'],
    families: ['directory-audit', 'mail-audit', 'exchange-management', 'windows-logon'],
  },
];

/** The gap map: under each sentence of an intrusion lie sources; which were handed in, silent, late, ended or missing. */
export function gapMapOf(coverage: Coverage, fromMs: number, toMs: number): Line[] {
  if (!Number.isFinite(fromMs)) return [];
  return STATEMENTS.map(({ statement, families }) => {
    const sources = families.map((family) => sourceLine(family, coverage, fromMs, toMs));
    const here = sources.filter((s) => s.state === 'collected');
    const limits = sources.filter((s) => s.state !== 'collected');
    return { statement, sources, sentence: `${statement}: ${sentenceOf(here, limits)}.` };
  });
}

function sentenceOf(here: Line['sources'], limits: Line['sources']): string {
  if (limits.length === 0) return 'all sources that could show it are here and spoke';
  const said = limits.map((l) => l.sentence).join('; ');
  if (here.length > 0) return `told by ${here.map((h) => h.source).join(', ')}; limited by ${said}`;
  if (limits.every((l) => l.state === 'missing'))
    return `no source that could show it was handed in (${limits.map((l) => l.source).join(', ')})`;
  return `no source that could show it covers the whole of this intrusion: ${said}`;
}

function sourceLine(family: Family, coverage: Coverage, fromMs: number, toMs: number): Line['sources'][number] {
  const { title, streams } = FAMILIES[family];
  const held = [...coverage.streams].filter(([stream]) => streams.test(stream)).map(([, h]) => h);
  const said = (state: State, sentence: string) => ({ source: title, state, sentence });
  if (held.length === 0) return said('missing', `${title}: never handed in`);
  const all: Held = {
    firstMs: Math.min(...held.map((h) => h.firstMs)),
    lastMs: Math.max(...held.map((h) => h.lastMs)),
    days: new Set(held.flatMap((h) => [...h.days])),
  };
  if (all.firstMs > fromMs + EDGE)
    return said('late', `${title}: nothing before ${iso(all.firstMs).slice(0, 10)}, after the first sign`);
  if (all.lastMs < toMs - EDGE)
    return said('ended', `${title}: nothing after ${iso(all.lastMs).slice(0, 10)}, before the last sign`);
  const { days, of } = spoken(all, fromMs, toMs);
  if (days < 0.6 * of) return said('silent', `${title}: events on ${days} of ${plural(of, 'day')}`);
  return said('collected', `${title}: events on ${days} of ${plural(of, 'day')}`);
}
