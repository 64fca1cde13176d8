// ---- the story: one page for whoever decides, every sentence with its way down to the bytes ------------------------
const I = D.intrusions;
const PHASE_NAMES = {
  reconnaissance: 'looking around from outside',
  'initial-access': 'getting in',
  execution: 'running programs',
  persistence: 'ways back in',
  'privilege-escalation': 'gaining rights',
  'defense-evasion': 'hiding',
  'credential-access': 'taking passwords',
  discovery: 'looking around inside',
  'lateral-movement': 'moving on',
  collection: 'reading and collecting',
  'command-and-control': 'calling home',
  exfiltration: 'taking out',
  impact: 'damage',
  other: 'other signs',
};
const day = (t) => (t ? t.slice(0, 10) : '');
const shortName = (entity) => entity.slice(entity.indexOf(':') + 1);

/** Buttons that open the findings a sentence rests on. */
function proofs(ids, most = 4) {
  const known = ids.filter((id) => D.told[id]);
  return known.slice(0, most).map((id) => {
    const f = D.told[id];
    const label = `${day(f.time) || 'undated'} ${f.title}`;
    return el(
      'button',
      { class: 'proof', title: f.why, onclick: () => showEvent(f.event, f) },
      label.length > 58 ? `${label.slice(0, 57)}…` : label,
    );
  });
}

function fact(key, value, ...more) {
  return el('div', { class: 'card' }, el('div', { class: 'k' }, key), el('div', { class: 'v' }, value), ...more);
}

function names(lines, state) {
  const list = lines.filter((l) => l.state === state);
  const shown = list.slice(0, 8).map((l) => l.name);
  return { n: list.length, text: `${shown.join(', ')}${list.length > shown.length ? ' …' : ''}` };
}

function storyFacts(x) {
  const hosts = names(x.scope.hosts, 'misused');
  const accounts = names(x.scope.accounts, 'misused');
  const boxes = names(x.scope.mailboxes, 'misused').n;
  const first = x.firstSign;
  return el(
    'div',
    { class: 'cards' },
    fact(
      'first sign',
      first ? day(first.time) : 'undated',
      first ? el('p', { class: 'why' }, first.uncertainty.sentence) : null,
      first ? el('p', {}, proofs([first.finding])) : null,
      first?.earlier ? el('p', { class: 'why' }, first.earlier.sentence) : null,
      first?.earlier
        ? el(
            'p',
            {},
            el(
              'button',
              { class: 'proof', onclick: () => showEvent(first.earlier.event, { why: first.earlier.sentence }) },
              'what may be earlier',
            ),
          )
        : null,
    ),
    fact(
      'last sign',
      x.lastSign ? day(x.lastSign.time) : 'undated',
      el('p', { class: 'why' }, x.dwell.sentence),
      x.lastSign ? el('p', {}, proofs([x.lastSign.finding])) : null,
    ),
    fact(
      'misused',
      `${plural(accounts.n, 'account')}, ${plural(hosts.n, 'host')}`,
      accounts.n ? el('p', { class: 'why' }, `Accounts: ${accounts.text}`) : null,
      hosts.n ? el('p', { class: 'why' }, `Hosts: ${hosts.text}`) : null,
      boxes ? el('p', { class: 'why' }, `${plural(boxes, 'mailbox', 'mailboxes')} opened`) : null,
    ),
    fact(
      'taken',
      takenWords(x.taken),
      el('p', { class: 'why' }, x.taken.sentence),
      el('p', {}, proofs(x.taken.findings, 3)),
    ),
  );
}

function takenWords(t) {
  const parts = [
    ['mailboxes', t.mailboxes],
    ['items', t.items],
  ].flatMap(([what, b]) => (b.atLeast ? [`at least ${num(b.atLeast)} ${what}`] : []));
  return parts[0] ?? (t.open.length ? 'unknown' : 'nothing seen');
}

/** Phases as lanes on one axis of months; quiet times hatched, days of decision as lines. */
function storyPicture(x) {
  const phases = x.phases.filter((p) => p.first);
  if (phases.length === 0 || !x.firstSign?.time) return null;
  const ms = (t) => Date.parse(t);
  const horizon = x.firstSign.uncertainty.earliestPossible;
  const marks = [
    [x.firstSign.earlier?.time, 'perhaps', 'm-perhaps'],
    [x.firstSign.time, 'first sign', 'm-first'],
    [x.dwell.detected, 'detected', 'm-decided'],
    [x.dwell.evicted, 'evicted', 'm-decided'],
    [x.lastSign?.time, 'last sign', 'm-first'],
  ].filter(([t]) => t);
  const all = [...phases.flatMap((p) => [ms(p.first), ms(p.last)]), ...marks.map(([t]) => ms(t))];
  const lo = Math.min(...all, horizon ? ms(horizon) : Number.POSITIVE_INFINITY);
  const hi = Math.max(...all);
  const pad = Math.max(5 * DAY, (hi - lo) * 0.03);
  const [from, to] = [lo - pad, hi + pad];
  const width = 1240;
  const left = 190;
  const lane = 24;
  const top = 40;
  const height = top + phases.length * lane + 30;
  const px = (t) => left + ((t - from) / (to - from)) * (width - left - 14);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': 'what happened when' });
  const hatch = svg('pattern', {
    id: 'hatch',
    width: 7,
    height: 7,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  });
  hatch.append(svg('line', { x1: 0, x2: 0, y1: 0, y2: 7, class: 'hatch' }));
  const defs = svg('defs');
  defs.append(hatch);
  root.append(defs);
  const band = (a, b, cls, tip, label) => {
    const g = svg('g');
    const t = svg('title');
    t.textContent = tip;
    g.append(
      t,
      svg('rect', { class: cls, x: px(a), y: top - 6, width: Math.max(1, px(b) - px(a)), height: height - top - 18 }),
    );
    if (label && px(b) - px(a) > 70) {
      const text = svg('text', { x: (px(a) + px(b)) / 2, y: height - 28, 'text-anchor': 'middle', class: 'band' });
      text.textContent = label;
      g.append(text);
    }
    root.append(g);
  };
  if (horizon && ms(horizon) > from)
    band(from, ms(horizon), 'b-dark', `No log that could have shown it reaches back before ${day(horizon)}`, 'no log');
  for (const q of x.quietPeriods) band(ms(q.from), ms(q.to), 'b-quiet', q.sentence, `quiet ${num(q.days)} d`);
  if (x.dwell.detected && x.dwell.evicted)
    band(
      ms(x.dwell.detected),
      ms(x.dwell.evicted),
      'b-watched',
      'watched on purpose, from detection to eviction',
      'watched',
    );
  for (const [t, label] of ticks(from, to, 14)) {
    root.append(svg('line', { class: 'grid', x1: px(t), x2: px(t), y1: top - 6, y2: height - 22 }));
    const text = svg('text', { x: px(t), y: height - 6, 'text-anchor': px(t) > width - 30 ? 'end' : 'middle' });
    text.textContent = label;
    root.append(text);
  }
  phases.forEach((p, i) => {
    const y = top + i * lane;
    const name = svg('text', { x: 6, y: y + 13, class: 'lane' });
    name.textContent = PHASE_NAMES[p.phase];
    const g = svg('g', { class: 'phase', tabindex: 0 });
    const tip = svg('title');
    tip.textContent = p.sentence;
    const [a, b] = [px(ms(p.first)), px(ms(p.last))];
    g.append(tip, svg('rect', { class: 'span', x: a, y: y + 8, width: Math.max(2, b - a), height: 2 }));
    // One stroke a day with findings, taller the more there were: gaps show as gaps.
    const most = Math.max(1, ...(p.days ?? []).map(([, n]) => n));
    for (const [d, n] of p.days ?? []) {
      const h = 5 + 11 * (Math.log1p(n) / Math.log1p(most));
      g.append(
        svg('rect', {
          x: px(d * DAY),
          y: y + 9 - h / 2,
          width: Math.max(2, px((d + 1) * DAY) - px(d * DAY)),
          height: h,
        }),
      );
    }
    for (const id of p.examples) {
      const f = D.told[id];
      if (f?.time) g.append(svg('circle', { cx: px(ms(f.time)), cy: y + 9, r: 3.5 }));
    }
    const open = () =>
      p.examples[0] && D.told[p.examples[0]] && showEvent(D.told[p.examples[0]].event, D.told[p.examples[0]]);
    g.addEventListener('click', open);
    root.append(name, g);
  });
  // Labels of days that lie close together go one below the other.
  let lastX = Number.NEGATIVE_INFINITY;
  let row = 0;
  const labels = [];
  for (const [t, label, cls] of marks.sort((a, b) => ms(a[0]) - ms(b[0]))) {
    const at = px(ms(t));
    row = at - lastX < 110 ? (row + 1) % 2 : 0;
    lastX = at;
    const end = at > width - 120;
    const text = svg('text', {
      x: at + (end ? -4 : 4),
      y: 12 + row * 13,
      class: 'mark',
      'text-anchor': end ? 'end' : 'start',
    });
    text.textContent = `${label} ${day(t)}`;
    root.append(svg('line', { class: cls, x1: at, x2: at, y1: 6, y2: height - 22 }));
    labels.push(text);
  }
  root.append(...labels); // above every line, so that none runs through a date
  return el('div', { class: 'picture' }, root);
}

/** Everything dated of the intrusion as one sequence of sentences. */
function storySteps(x) {
  const steps = [
    ...x.phases.map((p) => ({
      t: p.first,
      until: p.last,
      what: PHASE_NAMES[p.phase],
      text: p.sentence,
      ids: p.examples,
    })),
    ...x.quietPeriods.map((q) => ({ t: q.from, until: q.to, what: 'quiet', text: q.sentence, ids: [] })),
    ...x.returns.map((r) => ({ t: r.time, until: '', what: 'return', text: r.sentence, ids: [r.finding] })),
    ...(x.eviction
      ? [{ t: x.eviction.date, until: '', what: 'eviction', text: x.eviction.sentence, ids: x.eviction.findings }]
      : []),
  ].sort((a, b) => (a.t < b.t ? -1 : a.t > b.t ? 1 : 0));
  return el(
    'ol',
    { class: 'steps' },
    steps.map((s) =>
      el(
        'li',
        {},
        el(
          'span',
          { class: 'when' },
          s.until && day(s.until) !== day(s.t) ? `${day(s.t)} – ${day(s.until)}` : day(s.t) || 'undated',
        ),
        el('b', {}, s.what),
        ' ',
        s.text,
        ' ',
        proofs(s.ids, 3),
      ),
    ),
  );
}

const STATES = ['misused', 'touched', 'targeted', 'never-collected', 'cleared', 'nothing-found'];
function ledger(title, lines) {
  if (lines.length === 0) return null;
  const counts = STATES.flatMap((s) => {
    const n = lines.filter((l) => l.state === s).length;
    return n ? [`${num(n)} ${s.replace('-', ' ')}`] : [];
  });
  const rows = [...lines].sort(
    (a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || (a.first < b.first ? -1 : 1),
  );
  return el(
    'details',
    {},
    el('summary', {}, `${title}: ${counts.join(', ')}`),
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['', 'name', 'first (UTC)', 'last (UTC)', 'why', 'findings'].map((h) => el('th', {}, h)),
        ),
      ),
      el(
        'tbody',
        {},
        rows
          .slice(0, 300)
          .map((l) =>
            el(
              'tr',
              {},
              el('td', {}, el('span', { class: `state ${l.state}` }, l.state.replace('-', ' '))),
              el('td', {}, l.name, l.uncollected ? el('div', { class: 'why' }, 'no log of its own') : null),
              el('td', { class: 't' }, seconds(l.first)),
              el('td', { class: 't' }, seconds(l.last)),
              el('td', { class: 'why' }, l.why),
              el('td', {}, `${num(l.count)} `, proofs(l.findings, 2)),
            ),
          ),
      ),
    ),
    rows.length > 300 ? el('p', { class: 'why' }, `${num(rows.length - 300)} more in intrusions.json`) : null,
  );
}

function storyLimits(x) {
  if (x.gapMap.length === 0) return null;
  return [
    el('h3', {}, 'What limits each statement'),
    x.gapMap.map((g) =>
      el(
        'details',
        {},
        el('summary', {}, g.sentence),
        el('p', { class: 'why' }, `Statement: ${g.statement}`),
        el(
          'ul',
          {},
          g.sources.map((s) => el('li', {}, el('span', { class: 'tag' }, s.state), s.sentence)),
        ),
      ),
    ),
  ];
}

function storyRest(x) {
  const kinds = new Map();
  for (const u of x.used) kinds.set(u.type, [...(kinds.get(u.type) ?? []), u]);
  return [
    el('h3', {}, 'Scope'),
    ledger('Accounts', x.scope.accounts),
    ledger('Hosts', x.scope.hosts),
    ledger('Mailboxes', x.scope.mailboxes),
    x.scope.more ? el('p', { class: 'why' }, `${num(x.scope.more)} more lines in intrusions.json`) : null,
    kinds.size ? el('h3', {}, 'What was used') : null,
    [...kinds].map(([type, list]) =>
      el(
        'details',
        {},
        el('summary', {}, `${type}: ${num(list.length)}`),
        el(
          'ul',
          {},
          list
            .slice(0, 100)
            .map((u) =>
              el(
                'li',
                {},
                el('code', {}, u.name),
                ` ${day(u.first)} – ${day(u.last)}, ${plural(u.count, 'finding')}, ${plural(u.accounts, 'account')}`,
              ),
            ),
        ),
      ),
    ),
    x.eviction
      ? [
          el('h3', {}, 'After the eviction'),
          el('p', {}, x.eviction.sentence),
          el(
            'details',
            {},
            el(
              'summary',
              {},
              `${plural(x.eviction.footholds.length, 'foothold')} watched, ${plural(x.eviction.sources.length, 'source')}`,
            ),
            el(
              'ul',
              {},
              x.eviction.footholds.map((f) =>
                el(
                  'li',
                  {},
                  el('code', {}, shortName(f.entity)),
                  f.seenAfter ? ` seen again ${day(f.firstAfter)} ` : ' not seen again ',
                  proofs(f.findings, 2),
                ),
              ),
              x.eviction.sources.map((s) => el('li', { class: 'why' }, s.sentence)),
            ),
          ),
        ]
      : null,
    x.judgements.length
      ? el(
          'details',
          {},
          el('summary', {}, `${plural(x.judgements.length, 'judgement')} shaped this`),
          el(
            'ul',
            {},
            x.judgements.map((j) => el('li', {}, j.sentence)),
          ),
        )
      : null,
    el(
      'details',
      {},
      el('summary', {}, `Why these ${plural(x.count, 'finding')} belong together`),
      el(
        'ul',
        {},
        x.links.slice(0, 200).map((l) => el('li', {}, l.sentence, ' ', proofs([l.a, l.b], 2))),
        x.links.length > 200 ? el('li', {}, `${num(x.links.length - 200)} more links in intrusions.json`) : null,
      ),
    ),
  ];
}

function story(chosen = 0) {
  if (!I || I.intrusions.length === 0) {
    into(
      'story',
      el('p', { class: 'verdict' }, A.verdict),
      I?.loose.count
        ? el('p', {}, `${plural(I.loose.count, 'finding')}, none of which belong together as an intrusion.`)
        : null,
    );
    return;
  }
  const x = I.intrusions[chosen];
  const others = I.intrusions.map((o, i) =>
    el(
      'button',
      { 'aria-pressed': String(i === chosen), onclick: () => story(i) },
      `${i + 1}. ${o.title} (${plural(o.count, 'finding')}${o.firstSign ? `, from ${day(o.firstSign.time)}` : ''})`,
    ),
  );
  into(
    'story',
    el('p', { class: 'verdict' }, x.sentence),
    storyPicture(x),
    storyFacts(x),
    el('h3', {}, 'How it went'),
    storySteps(x),
    storyLimits(x),
    storyRest(x),
    I.intrusions.length > 1 ? [el('h3', {}, 'Kept apart from it'), el('div', { class: 'bar' }, others)] : null,
    el(
      'p',
      { class: 'why' },
      `${plural(I.loose.count, 'finding')} belong to no intrusion (below), ${num(I.innocent.count)} judged innocent.`,
    ),
  );
}
