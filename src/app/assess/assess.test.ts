import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURES } from '../../attribution/index.ts';
import { type ClaimFacts, claimOf, type Finding, type Intrusions } from '../../model/index.ts';
import type { LogLine } from '../case/index.ts';
import type { Knowledge } from '../intel/index.ts';
import { answerNamed, assessCase, knownActors, recordAssessment } from './index.ts';
import { machineEvidence } from './machine.ts';
import { agencyViews, statedEvidence } from './said.ts';

const say = (subject: string, predicate: ClaimFacts['predicate'], rest: Partial<ClaimFacts>) =>
  claimOf({ subject, predicate, source: 'S', reliability: 'B', credibility: 2, ...rest } as ClaimFacts);

/** Two invented actors: one with the tool and the techniques seen, one without. */
const CLAIMS = [
  say('actor:heron', 'named', { value: 'HERON' }),
  ...['T1078', 'T1114.002', 'T1090.003', 'T1505.003'].map((t) =>
    say('actor:heron', 'uses', { object: `technique:${t}` }),
  ),
  say('tool:quill', 'named', { value: 'Quill' }),
  say('tool:quill', 'held-by', { object: 'actor:heron' }),
  say('actor:heron', 'sponsored-by', { object: 'place:ostrow' }),
  say('place:ostrow', 'named', { value: 'Ostrow' }),
  say('actor:tern', 'named', { value: 'TERN' }),
  ...['T1566.001', 'T1059.001', 'T1078'].map((t) => say('actor:tern', 'uses', { object: `technique:${t}` })),
];

const knowledge = (claims = CLAIMS) =>
  ({
    claims: () => claims,
    objects: () => [],
    label: (thing: string) => claims.find((c) => c.subject === thing && c.predicate === 'named')?.value ?? thing,
  }) as unknown as Knowledge;

const hex = (n: number) => n.toString(16).padStart(32, '0');

function finding(
  n: number,
  over: Partial<Finding> & { attack?: string[]; level?: Finding['rule']['level'] } = {},
): Finding {
  const { attack = [], level = 'high', ...rest } = over;
  return {
    id: hex(n),
    kind: 'rule',
    rule: { id: `r${n}`, title: `Rule ${n}`, level, attack, tactics: [] },
    time: `2023-01-0${(n % 9) + 1}T00:00:00Z`,
    stream: 's',
    host: '',
    user: '',
    address: '',
    events: [`${'a'.repeat(64)}@${n}`],
    count: 1,
    matched: [],
    why: 'because',
    innocent: [],
    caveats: [],
    ...rest,
  };
}

const FINDINGS = [
  finding(1, { attack: ['T1078', 'T1090.003'] }),
  finding(2, { attack: ['T1114.002'] }),
  finding(3, { attack: ['T1110'], level: 'low' }),
  finding(4, {
    kind: 'indicator',
    matched: [
      { field: 'tool', value: 'Quill' },
      { field: 'source', value: 'An ally' },
    ],
    entities: ['file:x.exe'],
  }),
  finding(5, {
    kind: 'indicator',
    matched: [
      { field: 'actor', value: 'heron' },
      { field: 'source', value: 'An ally' },
    ],
    entities: ['address:198.18.0.9'],
  }),
];
const byId = new Map(FINDINGS.map((f) => [f.id, f]));
const INTRUSION = `a${'1'.repeat(31)}`;
const intrusions = {
  results: 'r',
  intrusions: [{ id: INTRUSION, title: 'The intrusion', findings: FINDINGS.map((f) => f.id) }],
} as unknown as Intrusions;

/** Weights that let matches speak, enough to see what goes in: not the fitted ones. */
const weights = {
  version: 'test',
  fittedOn: 'nothing',
  knowledge: 'none',
  unknownShare: 0.25,
  temperature: 1,
  weights: Object.fromEntries(
    FEATURES.map((f) => [
      f,
      f === 't match' ? 2 : f === 's match' ? 4 : f.endsWith(' none') ? -0.4 : f === 'U const' ? 1 : 0,
    ]),
  ),
  calibration: Object.fromEntries(
    ['named malware', 'techniques only', 'analyst evidence'].map((r) => [
      r,
      { map: [], reliability: [], n: 0, ece: null, note: 'none' },
    ]),
  ),
};

const line = (kind: string, payload: unknown, over: object = {}): LogLine =>
  ({
    item: {
      id: 'e'.repeat(63) + String(Object.keys(over).length),
      kind,
      standing: 'stands',
      journal: 'j1',
      agency: 'A',
      ...over,
    },
    header: { time: { at: '2024-01-01T00:00:00Z' }, author: { name: 'N', agency: 'A' } },
    payload,
  }) as unknown as LogLine;

const base = {
  intrusions,
  findings: byId,
  known: knownActors(knowledge()),
  weights,
  said: [] as LogLine[],
  victims: ['sector:government'],
  chosen: [INTRUSION],
  scale: 'icd-203' as const,
};

test('techniques come from strong findings only, tools and infrastructure from indicators that name them', () => {
  const { actorId } = base.known;
  const items = machineEvidence(intrusions.intrusions[0]!, FINDINGS, actorId);
  assert.deepEqual(
    items.map((i) => [i.cls, i.object ?? Object.keys(i.lr ?? {})[0]]),
    [
      ['technique', 'T1078'],
      ['technique', 'T1090.003'],
      ['technique', 'T1114.002'],
      ['malware', 'Quill'],
      ['infrastructure', 'actor:heron'],
    ],
  );
  assert.deepEqual(items[0]!.refs, [hex(1)]);
  assert.equal(items[3]!.source.origin, 'An ally');
});

test('names of actors: key, slug, name and alias stand for one hypothesis; a stranger for nobody', () => {
  const { actorId, sponsors } = base.known;
  for (const name of ['actor:heron', 'heron', 'HERON', 'Heron']) assert.equal(actorId(name), 'actor:heron', name);
  assert.equal(actorId('nobody'), null);
  assert.deepEqual(
    sponsors.map((s) => [s.actor, s.step, s.name]),
    [['actor:heron', 'state', 'Ostrow']],
  );
});

test('the actor with the tool and the techniques leads; the other does not, and the unknown stays an answer', () => {
  const { assessment } = assessCase(base).intrusions[0]!;
  assert.equal(assessment.answers[0]!.id, 'actor:heron');
  assert.ok(assessment.answers.some((a) => a.id === 'unknown'));
  for (const a of assessment.answers) assert.ok(a.p > 0 && a.p < 1);
  assert.equal(answerNamed(assessment, 'Heron', base.known)?.id, 'actor:heron');
  const order = assessCase({ ...base, findings: new Map([...byId].reverse()) });
  assert.deepEqual(order, assessCase(base));
});

test('what people state is weighed, by whoever said it; what they took back is not', () => {
  const payload = {
    cls: 'human',
    source: { id: 'R', origin: 'Y', reliability: 'A', credibility: 1 },
    forgeability: 'veryhard',
    group: 'Y: human',
    lr: { 'actor:tern': 300 },
    rationale: 'a source says so',
  };
  const stated = line('evidence-stated', payload);
  assert.equal(statedEvidence([stated])[0]!.setBy, 'N (A)');
  assert.deepEqual(statedEvidence([line('evidence-stated', payload, { standing: 'retracted' })]), []);
  const p = (said: LogLine[]) =>
    answerNamed(assessCase({ ...base, said }).intrusions[0]!.assessment, 'tern', base.known)?.p ?? 0;
  assert.ok(p([stated]) > p([]) + 0.05);
});

test('an agency’s last assessment is its view, asked for its origins when it names none', () => {
  const h = line('hypothesis-stated', { name: 'HERON', kind: 'actor', actor: 'actor:heron', statement: 's' });
  const judged = (low: number, more: object = {}) =>
    line('assessment-made', {
      judgements: [{ hypothesis: h.item.id, low, high: low + 0.1, word: 'likely', scale: 'icd-203' }],
      confidence: 'low',
      why: 'w',
      ...more,
    });
  const [view] = agencyViews([h, judged(0.2), judged(0.6)], INTRUSION, base.known.actorId);
  assert.ok(Math.abs(view!.p['actor:heron']! - 0.65) < 1e-9);
  assert.equal(view!.asked, false);
  const [told] = agencyViews([h, judged(0.6, { origins: ['Y'] })], INTRUSION, base.known.actorId);
  assert.deepEqual(told!.basisOrigins, ['Y']);
  assert.deepEqual(agencyViews([h, judged(0.6, { intrusion: 'another' })], INTRUSION, base.known.actorId), []);
});

test('recording states each hypothesis once, then the judgements with word, scale and numbers together', () => {
  const part = assessCase(base).intrusions[0]!;
  const written: { kind: string; payload: Record<string, unknown> }[] = [];
  const append = (sayings: readonly { kind: string; payload: unknown }[]) =>
    sayings.map((s) => {
      written.push(s as (typeof written)[number]);
      return `${written.length}`.padStart(64, '0');
    });
  const words = { why: 'w', limits: 'l', dissent: [] };
  recordAssessment(part, words, [], append as never);
  const made = written.at(-1)!;
  assert.equal(made.kind, 'assessment-made');
  const judgements = made.payload.judgements as { hypothesis: string; low: number; high: number; word: string }[];
  assert.equal(judgements[0]!.word, part.assessment.likelihood.word);
  for (const j of judgements) assert.ok(j.low <= j.high && j.word && j.hypothesis);
  const stated = written.length - 1;
  assert.equal(new Set(judgements.map((j) => j.hypothesis)).size, stated);
  const before = written.slice(0, stated).map((w, i) => {
    const l = line(w.kind, w.payload);
    return { ...l, item: { ...l.item, id: `${i + 1}`.padStart(64, '0') } };
  });
  written.length = 0;
  recordAssessment(part, words, before, append as never);
  assert.deepEqual(
    written.map((w) => w.kind),
    ['assessment-made'],
  );
});
