// ---- the answer -------------------------------------------------------------------------------------------------
function sign(title, s, extra) {
  if (!s) return el('div', { class: 'card' }, el('div', { class: 'k' }, title), el('div', { class: 'v' }, 'none'));
  return el(
    'div',
    { class: 'card' },
    el('div', { class: 'k' }, title),
    el('div', { class: 'v' }, s.time ? `${s.time.replace('T', ' ').replace('Z', '')} UTC` : 'undated'),
    el('p', {}, level(s.level), ' ', s.title),
    el('p', { class: 'why' }, [s.host, s.user, s.stream].filter(Boolean).join(' · ')),
    el('p', { class: 'why' }, s.why),
    s.caveats.length ? el('p', { class: 'why' }, `Caveat: ${s.caveats.join('; ')}`) : null,
    extra ?? null,
    el('p', {}, el('button', { onclick: () => showEvent(s.event, s) }, 'show the event')),
  );
}

function answer() {
  const c = A.counts;
  const rc = A.ruleCoverage;
  into(
    'answer',
    el('p', { class: 'verdict' }, A.verdict),
    A.horizon ? el('div', { class: 'caveat' }, A.horizon.sentence) : null,
    el(
      'div',
      { class: 'cards' },
      sign('first sign', A.firstSign),
      sign('last sign', A.lastSign),
      A.earliestWeaker ? sign('earlier, but weaker', A.earliestWeaker) : null,
      el(
        'div',
        { class: 'card' },
        el('div', { class: 'k' }, 'read'),
        el('div', { class: 'v' }, `${num(c.events)} events`),
        el('p', {}, `${plural(c.evidence, 'piece')} of evidence, ${plural(A.sources.length, 'source')}`),
        el(
          'p',
          {},
          `${plural(c.findings, 'finding')} by ${plural(c.rulesFired, 'rule')}: `,
          LEVELS.filter((l) => c.byLevel[l]).map((l) => el('span', { class: 'tag' }, `${num(c.byLevel[l])} ${l}`)),
        ),
        el(
          'p',
          { class: 'why' },
          `${num(rc.total)} rules: ${num(rc.fired)} fired, ${num(rc.ran)} ran without finding, ${num(rc.noSuchLog)} no such log, ${num(rc.fieldMissing)} field never present, ${num(rc.unsupported)} refused`,
        ),
      ),
    ),
  );
}

function notSeen() {
  into(
    'notseen',
    A.notSeen.length === 0 ? el('p', { class: 'empty' }, 'Nothing is known to be missing.') : null,
    // the horizon of the first sign stands above already
    A.notSeen
      .filter((n) => n.code !== 'HORIZON')
      .map((n) =>
        n.details.length
          ? el(
              'details',
              {},
              el('summary', {}, n.sentence),
              el(
                'ul',
                {},
                n.details.map((d) => el('li', {}, d)),
                n.count > n.details.length && n.details.length === 50 ? el('li', {}, '…') : null,
              ),
            )
          : el('p', {}, n.sentence),
      ),
  );
}

function touched(id, rows, more, what) {
  const shown = rows.slice(0, 15);
  into(
    id,
    rows.length === 0
      ? el('p', { class: 'empty' }, `no ${what}`)
      : el(
          'table',
          {},
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ['', what, 'score', 'findings', 'first', 'last', 'heaviest rules'].map((h) => el('th', {}, h)),
            ),
          ),
          el(
            'tbody',
            {},
            shown.map((h) =>
              el(
                'tr',
                { class: 'click', tabindex: 0, onclick: () => filterText(h.name) },
                el('td', {}, level(h.worst)),
                el('td', {}, h.name),
                el('td', { class: 'n' }, num(h.score)),
                el('td', { class: 'n' }, num(h.findings)),
                el('td', { class: 't' }, seconds(h.first)),
                el('td', { class: 't' }, seconds(h.last)),
                el('td', { class: 'why' }, h.rules.join(' · ')),
              ),
            ),
          ),
        ),
    rows.length - shown.length + more > 0
      ? el('p', { class: 'why' }, `and ${num(rows.length - shown.length + more)} more (summary.json)`)
      : null,
  );
}
