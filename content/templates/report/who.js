// ---- who it was: two sentences, the reasons each way, what would change it, who disagrees, what cannot be known ------
const pct = (p) => `${Math.round(p * 100)} %`;

function whoBars(x) {
  const rows = [...x.answers.slice(0, 6), ...x.deception.posingAs.slice(0, 2)];
  return el(
    'table',
    { class: 'who' },
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        ['who', 'probability', 'between', 'reports known'].map((h) => el('th', {}, h)),
      ),
    ),
    el(
      'tbody',
      {},
      rows.map((r) => {
        const bar = svg('svg', { viewBox: '0 0 200 14', class: 'pbar', role: 'img', 'aria-label': pct(r.p) });
        bar.append(
          svg('rect', { class: 'track', x: 0, y: 5, width: 200, height: 4 }),
          svg('rect', { class: r.kind, x: 0, y: 2, width: Math.max(1, r.p * 200), height: 10 }),
          svg('line', { class: 'range', x1: r.range[0] * 200, x2: r.range[1] * 200, y1: 7, y2: 7 }),
        );
        return el(
          'tr',
          {},
          el('td', {}, r.kind === 'unknown' ? 'an actor none of those known here' : r.name),
          el('td', {}, bar, ` ${pct(r.p)}`),
          el('td', {}, `${pct(r.range[0])} – ${pct(r.range[1])}`),
          el('td', { class: 'n' }, r.kind === 'actor' ? num(r.reports) : ''),
        );
      }),
    ),
  );
}

function reasonList(heading, list, items) {
  if (list.length === 0) return null;
  return el(
    'div',
    { class: 'card' },
    el('div', { class: 'k' }, heading),
    el(
      'ul',
      {},
      list.slice(0, 3).map((r) => {
        const item = items.find((i) => i.id === r.item);
        return el(
          'li',
          {},
          r.text,
          el('span', { class: 'why' }, ` (${r.nats > 0 ? '+' : ''}${r.nats.toFixed(2)} nats)`),
          ' ',
          item ? proofs(item.refs ?? [], 2) : null,
        );
      }),
    ),
  );
}

function whoMatrix(x, items) {
  const columns = x.matrix.hypotheses.slice(0, 8);
  const name = (id) =>
    id === 'unknown' ? 'unknown' : ([...x.answers, ...x.deception.posingAs].find((a) => a.id === id)?.name ?? id);
  return el(
    'details',
    {},
    el(
      'summary',
      {},
      `Every item against every answer (${plural(x.matrix.rows.length, 'item')}); grey ones tell nothing`,
    ),
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['item', ...columns.map(name)].map((h) => el('th', {}, h)),
        ),
      ),
      el(
        'tbody',
        {},
        x.matrix.rows.slice(0, 200).map((r) => {
          const item = items.find((i) => i.id === r.items[0]);
          return el(
            'tr',
            { class: r.diagnostic ? '' : 'grey' },
            el('td', {}, item?.object ?? r.items[0], el('div', { class: 'why' }, item?.rationale ?? '')),
            columns.map((id) => {
              const w = r.nats[id] ?? 0;
              return el('td', { class: `n ${w > 0.1 ? 'pro' : w < -0.1 ? 'con' : ''}` }, w.toFixed(2));
            }),
          );
        }),
      ),
    ),
  );
}

function whoOne(part) {
  const x = part.assessment;
  const [first, ...rest] = x.sentences;
  const s = x.sensitivity;
  return [
    el('p', { class: 'verdict' }, first),
    rest.map((t) => el('p', {}, t)),
    whoBars(x),
    el(
      'div',
      { class: 'cards' },
      reasonList('strongest reasons for', x.reasons.for, part.items),
      reasonList('strongest reasons against', x.reasons.against, part.items),
      el(
        'div',
        { class: 'card' },
        el('div', { class: 'k' }, 'what would change it'),
        el(
          'p',
          {},
          s.mustBeFalse
            ? `${plural(s.mustBeFalse.length, 'item')} would have to be false for another answer to lead: ${s.mustBeFalse.slice(0, 5).join(', ')}${s.mustBeFalse.length > 5 ? ' …' : ''}.`
            : 'No set of items changes who leads.',
        ),
        s.linchpins
          .slice(0, 2)
          .map((l) =>
            el(
              'p',
              { class: 'why' },
              `Linchpin: ${l.item}, ${l.gain.toFixed(2)} of a lead of ${l.lead.toFixed(2)} nats.`,
            ),
          ),
        x.collect[0] ? el('p', {}, `Most worth getting: ${x.collect[0].what}.`) : null,
      ),
      el(
        'div',
        { class: 'card' },
        el('div', { class: 'k' }, 'who disagrees'),
        part.agencies.length === 0
          ? el('p', {}, 'No agency has put its own view on record.')
          : part.agencies.map((v) => el('p', {}, `${v.agency}: ${v.text}`)),
        (x.pool?.dissent ?? []).map((d) => el('p', {}, el('b', {}, 'Dissent: '), d.text)),
        x.pool?.toAsk.length
          ? el('p', { class: 'why' }, `Not yet asked on whose sightings it rests: ${x.pool.toAsk.join(', ')}.`)
          : null,
      ),
    ),
    el(
      'details',
      {},
      el('summary', {}, 'How far up it carries: from activity to state, each step with its own bar'),
      el(
        'ul',
        {},
        x.ladder.map((l) =>
          el(
            'li',
            {},
            el('b', {}, `${l.step}: `),
            `${l.answer}, ${pct(l.p)}; `,
            l.carried ? 'carried' : `not carried (${l.missing.join('; ')})`,
            el('div', { class: 'why' }, `bar: ${l.bar}`),
          ),
        ),
      ),
    ),
    whoMatrix(x, part.items),
    el(
      'details',
      {},
      el('summary', {}, 'Why this confidence, and how well such numbers held'),
      el(
        'ul',
        {},
        x.confidence.rules.map((r) => el('li', { class: r.met ? '' : 'why' }, `${r.met ? '✔' : '–'} ${r.text}`)),
      ),
      x.calibration.reliability.length
        ? el(
            'table',
            {},
            el(
              'thead',
              {},
              el(
                'tr',
                {},
                ['stated', 'came true', 'cases'].map((h) => el('th', {}, h)),
              ),
            ),
            el(
              'tbody',
              {},
              x.calibration.reliability.map((b) =>
                el(
                  'tr',
                  {},
                  el('td', {}, pct(b.stated)),
                  el('td', {}, pct(b.observed)),
                  el('td', { class: 'n' }, num(b.n)),
                ),
              ),
            ),
          )
        : null,
      el('p', { class: 'why' }, x.calibration.note),
    ),
    el('h3', {}, 'What this cannot know'),
    el(
      'ul',
      {},
      x.limits.map((l) => el('li', {}, l)),
    ),
  ];
}

function who() {
  if (!D.who) {
    into(
      'whoitwas',
      el('h2', {}, 'Who it was'),
      el('p', { class: 'empty' }, 'Not weighed yet: czernin assess weighs it and fills this page.'),
    );
    return;
  }
  const stale = I && D.who.results !== I.results;
  into(
    'whoitwas',
    el('h2', {}, 'Who it was'),
    stale
      ? el('div', { class: 'caveat' }, 'Weighed on earlier findings than those of this page: run czernin assess again.')
      : null,
    D.who.intrusions
      .map((part) => [D.who.intrusions.length > 1 ? el('h3', {}, part.title) : null, whoOne(part)])
      .flat(3),
    D.who.pairs.map((p) => el('p', {}, p.sentence)),
  );
}
