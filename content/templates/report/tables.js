// ---- tables at the end ----------------------------------------------------------------------------------------------
function sources() {
  into(
    'sources',
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['source', 'events', 'undated', 'begins (UTC)', 'ends (UTC)', 'days with events', 'hosts', 'gaps'].map((h) =>
            el('th', {}, h),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        A.sources.map((s) =>
          el(
            'tr',
            {},
            el('td', {}, s.stream),
            el('td', { class: 'n' }, num(s.events)),
            el('td', { class: 'n' }, num(s.undated)),
            el('td', { class: 't' }, seconds(s.first)),
            el('td', { class: 't' }, seconds(s.last)),
            el('td', { class: 'n' }, num(s.days.length)),
            el('td', { class: 'n' }, num(s.hosts)),
            el('td', { class: 'n' }, num(s.gaps)),
          ),
        ),
      ),
    ),
    A.gaps.length
      ? el(
          'details',
          {},
          el('summary', {}, `${plural(A.gaps.length + A.moreGaps, 'gap')}`),
          el(
            'ul',
            {},
            A.gaps.slice(0, 200).map((g) => el('li', {}, g.sentence)),
          ),
        )
      : null,
  );
}

function rules() {
  const order = ['fired', 'field never present', 'unsupported', 'no such log', 'ran'];
  const draw = () => {
    const want = document.getElementById('fate').value;
    const rows = D.fates
      .filter((f) => want === 'all' || f.fate === want)
      .sort((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate) || (a.title < b.title ? -1 : 1));
    into(
      'rules',
      el(
        'p',
        { class: 'why' },
        `${plural(rows.length, 'rule')}${rows.length > 500 ? ', the first 500 shown; rules.jsonl has all' : ''}`,
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
            ['rule', 'level', 'log source', 'fate', 'events looked at', 'findings', 'why not'].map((h) =>
              el('th', {}, h),
            ),
          ),
        ),
        el(
          'tbody',
          {},
          rows
            .slice(0, 500)
            .map((f) =>
              el(
                'tr',
                {},
                el('td', {}, f.title),
                el('td', {}, f.level),
                el('td', {}, f.logsource),
                el('td', {}, f.fate),
                el('td', { class: 'n' }, num(f.events)),
                el('td', { class: 'n' }, num(f.findings)),
                el('td', { class: 'why' }, f.reason ?? f.missing.join(', ')),
              ),
            ),
        ),
      ),
    );
  };
  document.getElementById('fate').addEventListener('change', draw);
  draw();
}

function evidence() {
  into(
    'evidence',
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['file', 'SHA-256', 'bytes', 'format', 'status', 'events', 'first (UTC)', 'last (UTC)', 'faults'].map((h) =>
            el('th', {}, h),
          ),
        ),
      ),
      el(
        'tbody',
        {},
        A.evidence.slice(0, 1000).map((e) =>
          el(
            'tr',
            {},
            el('td', {}, e.names.join(', ')),
            el('td', {}, el('code', { title: e.digest }, e.digest.slice(0, 16))),
            el('td', { class: 'n' }, num(e.size)),
            el('td', {}, e.format),
            el('td', {}, e.reason ? `${e.status}: ${e.reason}` : e.status),
            el('td', { class: 'n' }, num(e.events)),
            el('td', { class: 't' }, e.first ? seconds(e.first) : ''),
            el('td', { class: 't' }, e.last ? seconds(e.last) : ''),
            el(
              'td',
              {},
              Object.entries(e.faults)
                .map(([c, n]) => `${c} ×${num(n)}`)
                .join(', '),
            ),
          ),
        ),
      ),
    ),
    A.evidence.length > 1000
      ? el('p', { class: 'why' }, `${num(A.evidence.length - 1000)} more in summary.json`)
      : null,
  );
}
