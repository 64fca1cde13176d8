// ---- findings -----------------------------------------------------------------------------------------------------
const state = { by: 'rule', text: '', level: 'all', open: new Set() };
function filterText(t) {
  state.text = t;
  document.getElementById('q').value = t;
  drawFindings();
  document.getElementById('findings-h').scrollIntoView();
}
const inView = (f) => !f.time || (Date.parse(f.time) >= view.from && Date.parse(f.time) <= view.to);
const matches = (f, rule) => {
  if (!state.text) return true;
  const q = state.text.toLowerCase();
  return [rule.title, rule.id, rule.attack.join(' '), f.host, f.user, f.address, f.stream, f.why, f.event].some((s) =>
    s?.toLowerCase().includes(q),
  );
};

function drawFindings() {
  const rows = D.findings.filter((f) => {
    const rule = A.rules[f.rule];
    return (
      (state.level === 'all' || LEVELS.indexOf(rule.level) <= LEVELS.indexOf(state.level)) &&
      inView(f) &&
      matches(f, rule)
    );
  });
  const groups = new Map();
  for (const f of rows) {
    const key = state.by === 'rule' ? f.rule : f.host || '(no host)';
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(f);
  }
  const worst = (list) => Math.min(...list.map((f) => LEVELS.indexOf(A.rules[f.rule].level)));
  const order = [...groups].sort((a, b) =>
    state.by === 'rule' ? a[0] - b[0] : worst(a[1]) - worst(b[1]) || b[1].length - a[1].length,
  );
  const body = el('tbody');
  for (const [key, list] of order) {
    const rule = state.by === 'rule' ? A.rules[key] : null;
    const id = `${state.by}:${key}`;
    const open = state.open.has(id);
    const toggle = () => {
      if (open) state.open.delete(id);
      else state.open.add(id);
      drawFindings();
    };
    const dated = list.filter((f) => f.time);
    body.append(
      el(
        'tr',
        {
          class: `click${open ? ' open' : ''}`,
          tabindex: 0,
          onclick: toggle,
          onkeydown: (e) => e.key === 'Enter' && toggle(),
        },
        el('td', {}, level(LEVELS[worst(list)])),
        el(
          'td',
          {},
          rule
            ? [
                rule.title,
                el(
                  'div',
                  {},
                  rule.attack.map((t) => el('span', { class: 'tag' }, t)),
                ),
              ]
            : String(key),
        ),
        el('td', { class: 'n' }, rule ? num(rule.findings) : num(list.length)),
        el('td', { class: 't' }, seconds(dated[0]?.time)),
        el('td', { class: 't' }, seconds(dated[dated.length - 1]?.time)),
        el(
          'td',
          { class: 'why' },
          rule ? rule.why : [...new Set(list.map((f) => A.rules[f.rule].title))].slice(0, 6).join(' · '),
        ),
      ),
    );
    if (!open) continue;
    for (const f of list.slice(0, 200)) {
      const r = A.rules[f.rule];
      body.append(
        el(
          'tr',
          {
            class: 'click',
            tabindex: 0,
            onclick: () => showEvent(f.event, f),
            onkeydown: (e) => e.key === 'Enter' && showEvent(f.event, f),
          },
          el('td', {}, state.by === 'rule' ? '' : level(r.level)),
          el('td', {}, state.by === 'rule' ? [f.host, f.user].filter(Boolean).join(' / ') || f.stream : r.title),
          el('td', { class: 'n' }, f.count > 1 ? `×${num(f.count)}` : ''),
          el('td', { class: 't', colspan: 2 }, f.time ? `${f.time.replace('T', ' ').replace('Z', '')} UTC` : 'undated'),
          el('td', { class: 'why' }, f.why),
        ),
      );
    }
    const hidden = rule ? rule.findings - list.length : Math.max(0, list.length - 200);
    if (hidden > 0)
      body.append(
        el(
          'tr',
          {},
          el('td', {}, ''),
          el(
            'td',
            { colspan: 5, class: 'why' },
            `${num(hidden)} more: findings.jsonl holds all of them, or they lie outside the filter`,
          ),
        ),
      );
  }
  into(
    'findings',
    rows.length === 0
      ? el('p', { class: 'empty' }, 'No finding in this range and filter.')
      : el(
          'table',
          {},
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              ['', state.by === 'rule' ? 'rule' : 'host', 'findings', 'first (UTC)', 'last (UTC)', 'why'].map((h) =>
                el('th', {}, h),
              ),
            ),
          ),
          body,
        ),
  );
}
