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
function ticks(from, to, most = 9) {
  const span = to - from;
  const steps = [60e3, 600e3, 3600e3, 6 * 3600e3, DAY, 7 * DAY, 31 * DAY, 92 * DAY, 366 * DAY, 5 * 366 * DAY];
  const step = steps.find((s) => span / s <= most) ?? span / 5;
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
