// The report's own script: everything it shows lies in the page; it loads nothing. Foreign text only ever becomes
// text nodes and attributes set by value, never markup.
const D = JSON.parse(document.getElementById('data').textContent);
const A = D.answer;
const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'];
const DAY = 86400000;
const SVG = 'http://www.w3.org/2000/svg';

const el = (tag, props = {}, ...kids) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === 'class') e.className = v;
    else if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== undefined && v !== null) e.setAttribute(k, v);
  }
  e.append(...kids.flat().filter((k) => k !== null && k !== undefined));
  return e;
};
const svg = (tag, props = {}, ...kids) => {
  const e = document.createElementNS(SVG, tag);
  for (const [k, v] of Object.entries(props)) e.setAttribute(k, v);
  e.append(...kids);
  return e;
};
const num = (n) => n.toLocaleString('en-US');
const plural = (n, one, many = `${one}s`) => `${num(n)} ${n === 1 ? one : many}`;
const level = (l) => el('span', { class: `lv ${l}` }, l);
// Rows are tight: whole seconds in tables, every digit in the event's own panel.
const seconds = (t) => (t ? `${t.slice(0, 10)} ${t.slice(11, 19)}` : 'undated');
const into = (id, ...kids) => document.getElementById(id).replaceChildren(...kids.flat().filter(Boolean));

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

// ---- timeline: findings above, coverage of each source below, on one axis ----------------------------------------
const view = { from: 0, to: 1, min: 0, max: 1 };
function initView() {
  const times = [];
  for (const [start] of D.buckets) times.push(start, start + D.bucketMs);
  for (const s of A.sources) for (const [d] of s.days) times.push(d * DAY, (d + 1) * DAY);
  if (times.length === 0) return false;
  view.min = times.reduce((a, b) => Math.min(a, b));
  view.max = times.reduce((a, b) => Math.max(a, b));
  // Findings decide the first window; the whole range is one click away.
  const f = D.buckets.map(([s]) => s);
  view.from = view.min;
  view.to = view.max;
  if (f.length) {
    const lo = Math.min(...f);
    const hi = Math.max(...f) + D.bucketMs;
    const pad = Math.max(DAY, (hi - lo) * 0.05);
    if (hi - lo + 2 * pad < (view.max - view.min) * 0.5) Object.assign(view, { from: lo - pad, to: hi + pad });
  }
  return true;
}

const LEFT = 216;
const TOP = 130;
const LANE = 17;
function ticks(from, to) {
  const span = to - from;
  const steps = [60e3, 600e3, 3600e3, 6 * 3600e3, DAY, 7 * DAY, 31 * DAY, 92 * DAY, 366 * DAY, 5 * 366 * DAY];
  const step = steps.find((s) => span / s <= 9) ?? span / 5;
  const out = [];
  if (step >= 31 * DAY) {
    const months = step >= 366 * DAY ? 12 * Math.round(step / (366 * DAY)) : step >= 92 * DAY ? 3 : 1;
    const d = new Date(from);
    let m = Math.floor((d.getUTCFullYear() * 12 + d.getUTCMonth()) / months) * months;
    for (;;) {
      const t = Date.UTC(Math.floor(m / 12), m % 12, 1);
      if (t > to) break;
      if (t >= from) out.push([t, new Date(t).toISOString().slice(0, 7)]);
      m += months;
    }
  } else {
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      const iso = new Date(t).toISOString();
      out.push([t, step >= DAY ? iso.slice(0, 10) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`]);
    }
  }
  return out;
}

function drawTimeline() {
  const box = document.getElementById('timeline');
  const width = Math.max(640, box.clientWidth || 1200);
  const lanes = A.sources.filter((s) => s.days.length > 0).slice(0, 60); // the table of sources below has all
  const height = TOP + 14 + lanes.length * LANE + 26;
  const x = (t) => LEFT + ((t - view.from) / (view.to - view.from)) * (width - LEFT - 12);
  const root = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    height,
    role: 'img',
    'aria-label': 'findings and log coverage over time',
  });
  root.append(svg('clipPath', { id: 'clip' }, svg('rect', { x: LEFT, y: 0, width: width - LEFT - 12, height })));
  const plot = svg('g', { 'clip-path': 'url(#clip)' });
  for (const [t, label] of ticks(view.from, view.to)) {
    root.append(svg('line', { class: 'grid', x1: x(t), x2: x(t), y1: 8, y2: height - 20 }));
    const text = svg('text', { x: x(t), y: height - 7, 'text-anchor': 'middle' });
    text.textContent = label;
    root.append(text);
  }
  // Findings as stacked bars; buckets narrower than 3 px are drawn together. Square root keeps one finding visible beside thousands.
  const group = Math.max(1, Math.ceil(3 / Math.max(0.0001, x(view.from + D.bucketMs) - x(view.from))));
  const sums = new Map();
  for (const [start, counts] of D.buckets) {
    const key = Math.floor(start / (D.bucketMs * group)) * D.bucketMs * group;
    if (key + D.bucketMs * group < view.from || key > view.to) continue;
    const sum = sums.get(key) ?? [0, 0, 0, 0, 0];
    counts.forEach((n, i) => {
      sum[i] += n;
    });
    sums.set(key, sum);
  }
  const peak = Math.max(1, ...[...sums.values()].map((s) => s.reduce((a, b) => a + b, 0)));
  for (const [start, sum] of sums) {
    const total = sum.reduce((a, b) => a + b, 0);
    const whole = Math.max(4, Math.sqrt(total / peak) * (TOP - 30));
    let y = TOP;
    const w = Math.max(2, x(start + D.bucketMs * group) - x(start) - 0.5);
    const bar = svg('g');
    for (let i = 4; i >= 0; i--) {
      if (!sum[i]) continue;
      const h = Math.max(1.5, (sum[i] / total) * whole);
      y -= h;
      bar.append(svg('rect', { class: `f-${LEVELS[i]}`, x: x(start), y, width: w, height: h }));
    }
    const title = svg('title');
    title.textContent = `${new Date(start).toISOString().slice(0, 16).replace('T', ' ')} UTC: ${LEVELS.map((l, i) =>
      sum[i] ? `${num(sum[i])} ${l}` : '',
    )
      .filter(Boolean)
      .join(', ')}`;
    bar.append(title);
    plot.append(bar);
  }
  const head = svg('text', { x: 8, y: TOP - 6, class: 'lane' });
  head.textContent = 'findings (√ scale)';
  root.append(head, svg('line', { class: 'grid', x1: LEFT, x2: width - 12, y1: TOP, y2: TOP }));
  lanes.forEach((s, i) => {
    const y = TOP + 14 + i * LANE;
    const name = svg('text', { x: 8, y: y + 10, class: 'lane' });
    name.textContent = s.stream.length > 28 ? `${s.stream.slice(0, 27)}…` : s.stream;
    const most = Math.max(1, ...s.days.map(([, n]) => n));
    const lane = svg('g');
    const title = svg('title');
    title.textContent = `${s.stream}: ${num(s.events)} events, ${seconds(s.first)} to ${seconds(s.last)} UTC${s.gaps ? `, ${plural(s.gaps, 'gap')}` : ''}`;
    lane.append(title, svg('line', { class: 'grid', x1: LEFT, x2: width - 12, y1: y + LANE - 4, y2: y + LANE - 4 }));
    for (const [d, n] of s.days) {
      const a = d * DAY;
      if (a + DAY < view.from || a > view.to) continue;
      lane.append(
        svg('rect', {
          class: 'cover',
          x: x(a),
          y,
          width: Math.max(1, x(a + DAY) - x(a)),
          height: LANE - 5,
          opacity: (0.3 + 0.7 * (Math.log1p(n) / Math.log1p(most))).toFixed(2),
        }),
      );
    }
    for (const g of A.gaps) {
      if (g.stream !== s.stream || !g.from || !g.to) continue;
      const a = x(Date.parse(g.from));
      const b = x(Date.parse(g.to));
      const mark =
        g.kind === 'silence'
          ? svg('rect', { class: 'gap', x: a, y: y + 1, width: Math.max(2, b - a), height: LANE - 7 })
          : svg('rect', { class: 'hole', x: a, y: y - 1, width: 2, height: LANE - 3 });
      const t = svg('title');
      t.textContent = g.sentence;
      mark.append(t);
      lane.append(mark);
    }
    plot.append(lane);
    root.append(name);
  });
  if (A.firstSign?.time) {
    const fx = x(Date.parse(A.firstSign.time));
    plot.append(svg('line', { class: 'first', x1: fx, x2: fx, y1: 14, y2: height - 22 }));
    const t = svg('text', { x: fx + 4, y: 12 });
    t.textContent = 'first sign';
    plot.append(t);
  }
  root.append(plot);
  const brush = svg('rect', { class: 'brush', y: 0, height: height - 20, width: 0, x: 0 });
  root.append(brush);
  attachZoom(root, brush, width);
  box.replaceChildren(root);
  document.getElementById('range').textContent =
    `${new Date(view.from).toISOString().slice(0, 16).replace('T', ' ')} to ${new Date(view.to).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function setView(from, to) {
  const least = 60e3;
  if (to - from < least) to = from + least;
  view.from = Math.max(view.min - DAY, from);
  view.to = Math.min(view.max + DAY, to);
  drawTimeline();
  drawFindings();
}

function attachZoom(root, brush, width) {
  let start = null;
  const at = (e) => {
    const r = root.getBoundingClientRect();
    const px = ((e.clientX - r.left) / r.width) * width;
    return { px, t: view.from + ((px - LEFT) / (width - LEFT - 12)) * (view.to - view.from) };
  };
  root.addEventListener('pointerdown', (e) => {
    start = at(e);
    root.setPointerCapture(e.pointerId);
  });
  root.addEventListener('pointermove', (e) => {
    if (!start) return;
    const now = at(e);
    brush.setAttribute('x', Math.min(start.px, now.px));
    brush.setAttribute('width', Math.abs(start.px - now.px));
  });
  root.addEventListener('pointerup', (e) => {
    const now = at(e);
    const s = start;
    start = null;
    if (s && Math.abs(now.px - s.px) > 6) setView(Math.min(s.t, now.t), Math.max(s.t, now.t));
    else brush.setAttribute('width', 0);
  });
  root.addEventListener('dblclick', () => setView(view.min, view.max));
  root.addEventListener(
    'wheel',
    (e) => {
      if (!e.ctrlKey && !e.shiftKey) return; // plain wheel scrolls the page
      e.preventDefault();
      const { t } = at(e);
      const k = e.deltaY > 0 ? 1.25 : 0.8;
      setView(t - (t - view.from) * k, t + (view.to - t) * k);
    },
    { passive: false },
  );
}

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

// ---- one event ----------------------------------------------------------------------------------------------------
function showEvent(address, f) {
  const record = D.records[address];
  const rule =
    f && f.rule !== undefined && typeof f.rule === 'number' ? A.rules[f.rule] : A.rules.find((r) => r.id === f?.rule);
  const [digest] = address.split('@');
  const evidence = A.evidence.find((e) => e.digest === digest);
  into(
    'event',
    el(
      'div',
      { class: 'bar' },
      el('button', { onclick: closeEvent }, 'close (Esc)'),
      el('span', { class: 'meta' }, record?.time ? `${record.time} (UTC)` : ''),
    ),
    rule ? el('h3', {}, level(rule.level), ' ', rule.title) : null,
    f?.why ? el('p', {}, f.why) : null,
    rule?.innocent.length ? el('p', { class: 'why' }, `Innocent if: ${rule.innocent.join('; ')}`) : null,
    f?.caveats?.length ? el('div', { class: 'caveat' }, `Caveat: ${f.caveats.join('; ')}`) : null,
    f?.matched?.length
      ? el(
          'dl',
          {},
          f.matched.flatMap((m) => [
            el('dt', {}, m.field),
            el('dd', {}, el('code', {}, typeof m.value === 'string' ? m.value : JSON.stringify(m.value))),
          ]),
        )
      : null,
    el('h3', {}, 'Where it comes from'),
    el(
      'dl',
      {},
      el('dt', {}, 'address'),
      el('dd', {}, el('code', {}, address)),
      evidence ? [el('dt', {}, 'evidence'), el('dd', {}, evidence.names[0])] : null,
      el('dt', {}, 'ask again'),
      el('dd', {}, el('code', {}, `czernin show ${address.slice(0, 16)}@${address.split('@')[1]}`)),
    ),
    el('h3', {}, 'Record'),
    record
      ? [
          el('pre', {}, record.text),
          record.cut ? el('p', { class: 'why' }, 'cut for this page; czernin show prints the whole record') : null,
        ]
      : el('p', { class: 'why' }, 'Not kept in this page to keep it small; czernin show prints it.'),
  );
  const panel = document.getElementById('event');
  panel.classList.add('on');
  panel.scrollTop = 0;
}
function closeEvent() {
  document.getElementById('event').classList.remove('on');
}

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

// ---- start ------------------------------------------------------------------------------------------------------------
answer();
notSeen();
touched('hosts', A.hosts, A.moreHosts, 'hosts');
touched('accounts', A.accounts, A.moreAccounts, 'accounts');
touched('addresses', A.addresses, A.moreAddresses, 'addresses');
if (initView()) drawTimeline();
else into('timeline', el('p', { class: 'empty' }, 'No dated event.'));
for (const by of ['rule', 'host']) {
  const button = document.getElementById(`by-${by}`);
  button.addEventListener('click', () => {
    state.by = by;
    for (const b of ['rule', 'host']) document.getElementById(`by-${b}`).setAttribute('aria-pressed', String(b === by));
    drawFindings();
  });
}
document.getElementById('q').addEventListener('input', (e) => {
  state.text = e.target.value;
  drawFindings();
});
document.getElementById('level').addEventListener('change', (e) => {
  state.level = e.target.value;
  drawFindings();
});
document.getElementById('whole').addEventListener('click', () => setView(view.min, view.max));
document.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') closeEvent();
  if (e.key === '/' && document.activeElement?.tagName !== 'INPUT') {
    e.preventDefault();
    document.getElementById('q').focus();
  }
});
window.addEventListener('resize', () => view.max > 1 && drawTimeline());
// On paper every row that is folded on the screen stays folded, but lists of what was not seen are opened.
window.addEventListener('beforeprint', () => {
  for (const d of document.querySelectorAll('details')) d.open = true;
});
drawFindings();
sources();
rules();
evidence();
